"""The console in a real browser: signing in, reports with their charts, a label by a click, settings; nothing is refused
by its own rules for browsers, axe finds nothing, at two widths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from console.demo.dataset import make_dataset
from console.web.server import WebOptions, console_serving
from shared import accounts
from tests.acceptance.command import run
from tests.browser.axe import violations
from tests.browser.conftest import drawn, fits
from tests.browser.tabs import REFUSED, quiet_tab, sign_in
from tests.web_console import PASSWORD, place_in

MONTH = "2026-03"
WIDTHS = (1280, 390)
PAGES = ("/", "/datasets/fruit", "/datasets/fruit/settings/file", "/datasets/fruit/annotations", "/operations", "/operations/failures", "/accounts", "/audit",
         "/account", f"/reports/fruit/{MONTH}/referrers.html")  # fmt: skip
WEEKS = "2026-03-02..2026-03-08"
LIVE = (f"{WEEKS}/overview", f"{WEEKS}/trend", f"{WEEKS}/hours", f"{WEEKS}/countries", f"{WEEKS}/changes",
        f"{WEEKS}/campaigns", f"{WEEKS}/paths", f"{WEEKS}/robots", "2031-01-01..2031-01-02/pages")  # fmt: skip
ASKED = ("", "?compare=previous", "?compare=previous&label=channel%3Dsearch")
"""Of days that nobody published; beside other days; with a label of one's own."""


HIT = '192.0.2.1 - - [05/Mar/2026:10:05:{:02d} +0000] "GET / HTTP/1.1" 200 5 "-" "Firefox/140.0"\n'
FUNNEL = """
[[funnels]]
id = "way"
name = "To the cart"
stages = [
  { name = "Fruit", groups = [{ name = "Fruit", pages = { equals = "/" } }] },
  { name = "Cart", groups = [{ name = "Cart", pages = { starts_with = "/cart" } }] },
]
"""
LOOKED_AFTER = tuple(
    f"/datasets/{name}/{part}"
    for name in ("fruit", "odd")
    for part in ("reparse", "rejects", "forget", "overlay", "retention")
)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves an installation with reports and one administrator; gives its address."""
    root = tmp_path_factory.mktemp("console")
    make_dataset(root, last_day=date(2026, 3, 12), days=12, visits_per_day=30)
    (root / "fruit.toml").write_text(FUNNEL)
    told = ("--settings", root / "fruit.toml", "--publish", root / "out", "--periods", "month,all")
    ran = run("process", root / "fruit", *told, data=root / "data")
    assert ran.code == 0, ran.said
    (root / "odd").mkdir()
    for width in WIDTHS:
        (root / "odd" / f"notes-{width}.log").write_text(f"this is no log\nnor are {width} lines\n")
    hits = "".join(HIT.format(number) for number in range(40))
    (root / "odd" / "some.log").write_text(f"{hits}<b>half a line</b> {'x' * 500}\n")
    ran = run("process", root / "odd", "--publish", root / "out", data=root / "data")
    assert ran.code == 65, ran.said
    with place_in(root / "data") as place:
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        with console_serving(place, WebOptions(port=0)) as url:
            yield url.rstrip("/")


@pytest.fixture(scope="module")
def context(browser: Browser, console: str) -> Iterator[BrowserContext]:
    """A browser that is signed in."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    wanted = f"/reports/fruit/{MONTH}/referrers.html"
    sign_in(opened, console, wanted, wanted)
    yield opened
    opened.close()


@pytest.fixture(params=WIDTHS)
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab, which must not complain."""
    with quiet_tab(context, width=request.param, but=REFUSED) as opened:
        yield opened


def test_every_page_fits_and_keeps_nobody_out(page: Page, console: str) -> None:
    for path in PAGES:
        page.goto(console + path)
        if path.startswith("/reports"):
            drawn(page)
        assert fits(page), path
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path


def test_pages_of_any_days_fit_and_keep_nobody_out(page: Page, console: str) -> None:
    for number, path in enumerate(LIVE):
        page.emulate_media(color_scheme=("light", "dark")[number % 2])
        page.goto(f"{console}/reports/fruit/{path}.html{ASKED[number % 3]}")
        drawn(page)
        assert fits(page), path
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path


@pytest.mark.timeout(600)
def test_files_and_visitors_are_looked_after(page: Page, console: str) -> None:
    """Each page that does something which cannot be undone says so first; none overflows, axe finds nothing."""
    for path in LOOKED_AFTER:
        page.goto(console + path)
        assert fits(page), path
        assert page.locator("h1").count() == 1, path
        assert violations(page) == [], path
    page.goto(f"{console}/datasets/fruit/forget")
    page.get_by_label("all who came from this address").check()
    page.get_by_label("Value of the cookie, or the address").fill("203.0.113.250")
    page.keyboard.press("Enter")
    page.get_by_text("This cannot be undone.").wait_for()
    assert "203.0.113.250" not in page.url
    assert fits(page)
    assert violations(page) == []
    page.goto(f"{console}/datasets/odd/rejects")
    page.get_by_role("link", name="shape").click()
    page.wait_for_url("**reason=shape")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download them whole").click()
    assert taken.value.suggested_filename == "odd-rejects.csv"


def test_a_row_is_made_a_label_by_a_click_and_kept(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/referrers.html")
    drawn(page)
    row = page.locator("table.sortable tbody tr", has_text="google.com").first
    row.hover()
    row.get_by_role("link", name="Label these visitors").click()
    page.wait_for_url("**label=referrer**")
    drawn(page)
    assert page.locator(".chip").count() == 2
    assert page.get_by_text("Referrer contains google.com").first.is_visible()
    assert fits(page)
    assert violations(page) == []
    page.get_by_role("link", name="Without").click()
    page.wait_for_url("**/referrers.html")
    assert page.locator(".chip").count() == 0


def test_other_days_are_asked_for_by_keyboard(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/pages.html")
    summary = page.get_by_text("Other days, a comparison, a label")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("From", exact=True).fill("2026-03-02")
    page.get_by_label("to", exact=True).fill("2026-03-08")
    page.get_by_label("beside").select_option("previous")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**/2026-03-02..2026-03-08/pages.html?compare=previous")
    drawn(page)
    assert page.get_by_text("2 to 8 March 2026").first.is_visible()
    assert page.locator("table.sortable tbody tr").count() > 3
    assert fits(page)


def test_a_note_is_written_by_keyboard_and_read_in_the_chart(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/trend.html")
    page.get_by_text("Write a note on these days").focus()
    page.keyboard.press("Enter")
    page.get_by_label("First day").fill("2026-03-05")
    page.get_by_label("Last day, if later").fill("2026-03-07")
    page.get_by_label("Note", exact=True).fill("<b>Sale</b>")
    page.keyboard.press("Enter")
    page.wait_for_selector(".console-notes")
    drawn(page)
    assert page.locator(".console-notes li").first.inner_text().startswith("1 <b>Sale</b>")
    assert page.locator("tr", has_text="Thu 5 Mar 2026").get_by_text("<b>Sale</b>").first.is_visible()
    assert page.locator(".console-note").count() == 3
    canvas = page.locator("#chart .canvas")
    canvas.focus()
    page.keyboard.press("End")
    assert "<b>Sale</b>" in page.locator("#tip").inner_text()
    assert fits(page)
    assert violations(page) == []
    page.get_by_role("link", name="Change note 1").click()
    assert page.get_by_label("Note", exact=True).input_value() == "<b>Sale</b>"
    assert fits(page)
    assert violations(page) == []
    page.get_by_role("button", name="Remove").first.click()
    assert "removed" in page.get_by_role("status").inner_text()


def test_one_goes_closer_step_by_step_and_back_by_one_click(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/pages.html")
    drawn(page)
    page.get_by_label("Look closer at them: /apples", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The sites that sent them: /apples", exact=True).press("Enter")
    page.wait_for_url("**/referrers.html?label=saw_page%3D%2Fapples&trail=*")
    drawn(page)
    assert page.locator(".console-trail").inner_text().split() == [
        "Pages,",
        "March",
        "2026",
        "Referrers,",
        "March",
        "2026",
        "of",
        "Saw",
        "page",
        "/apples",
    ]
    assert fits(page)
    assert violations(page) == []
    page.get_by_label("Look closer at them").first.press("Enter")
    page.get_by_role("link", name="The paths they took").first.press("Enter")
    page.wait_for_url("**/paths.html?label=saw_page%3D%2Fapples+%26%26+referrer*")
    drawn(page)
    assert page.get_by_text("Saw page /apples and Referrer").first.is_visible()
    assert page.locator(".console-trail li").count() == 3
    page.locator(".console-trail a").last.click()
    page.wait_for_url("**/referrers.html?label=saw_page%3D%2Fapples&trail=*")
    page.locator(".console-trail a").first.click()
    page.wait_for_url(f"**/{MONTH}/pages.html")


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_a_point_or_row_of_days_leads_to_fewer_days(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/all/trend.html")
    drawn(page)
    page.get_by_label("Look closer: Thu 5 Mar 2026").press("Enter")
    page.get_by_role("link", name="Its week: Thu 5 Mar 2026").press("Enter")
    page.wait_for_url("**/2026-W10/trend.html?trail=all~trend~0")
    drawn(page)
    page.locator("#chart .mark-symbol path").first.click()
    page.wait_for_url("**/2026-03-02/trend.html?trail=all~trend~0~2026-W10~trend~0")
    drawn(page)
    assert page.locator(".console-trail").inner_text().split() == [
        "Trend,",
        "all",
        "days",
        "Trend,",
        "Week",
        "10,",
        "2026",
        "Trend,",
        "2",
        "March",
        "2026",
    ]
    assert page.locator(".console-points").count() == 0
    page.go_back()
    page.wait_for_url("**/2026-W10/trend.html*")
    drawn(page)
    page.locator("#chart .canvas").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2026-03-02/trend.html*")


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_a_file_is_what_is_seen(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/pages.html")
    drawn(page)
    page.get_by_label("Filter rows").fill("apples")
    page.get_by_role("button", name="Visits").click()
    page.get_by_text("Take this report along").click()
    with page.expect_download() as given:
        page.get_by_role("link", name="Spreadsheet (XLSX)").press("Enter")
    assert given.value.suggested_filename == f"fruit-pages-{MONTH}.xlsx"
    assert given.value.url.endswith("/pages.xlsx?rows=apples&sort=-all.visits")


@pytest.mark.parametrize("page", [1280], indirect=True)
def test_the_filter_of_a_table_below_is_not_that_of_the_report(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/funnel.html")
    drawn(page)
    page.locator("details.exits summary").click()
    page.get_by_label("Filter rows").fill("recipes")
    page.get_by_text("Take this report along").click()
    with page.expect_download() as given:
        page.get_by_role("link", name="Spreadsheet (XLSX)").press("Enter")
    assert given.value.url.endswith("/funnel.xlsx")


def test_the_link_overlay_works_below_the_console(page: Page, console: str) -> None:
    page.goto(f"{console}/reports/fruit/{MONTH}/overlay.html")
    assert page.locator("h1").count() == 1
    assert fits(page)


def test_settings_are_tried_and_taken(page: Page, console: str) -> None:
    page.goto(f"{console}/datasets/fruit/settings/file")
    text = page.get_by_label("Settings (TOML)")
    text.fill(text.input_value() + "\n[visits]\nwrong = 1\n")
    page.get_by_role("button", name="Show what changes").click()
    assert "wrong" in page.get_by_role("alert").inner_text()
    text = page.get_by_label("Settings (TOML)")
    text.fill(text.input_value().replace("wrong = 1", "gap_minutes = 25"))
    page.get_by_role("button", name="Show what changes").click()
    assert "This would change" in page.get_by_role("status").inner_text()
    assert fits(page)
    page.get_by_role("button", name="Take these settings").click()
    assert "changed" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Back to before this").first.click()
    page.get_by_role("button", name="Take these settings").click()
    assert "changed" in page.get_by_role("status").inner_text()


def test_operations_renew_themselves(page: Page, console: str) -> None:
    page.goto(f"{console}/operations")
    with page.expect_response(lambda answer: answer.url.endswith("/operations"), timeout=20_000) as renewed:
        pass
    assert renewed.value.status == 200
    assert page.get_by_role("heading", name="Queues").count() == 1


def test_a_share_link_is_made_read_and_taken_back(page: Page, console: str, browser: Browser) -> None:
    page.goto(f"{console}/datasets/fruit/shares")
    page.get_by_label("Who it is for").fill("the board")
    page.get_by_label("Days it lasts").fill("7")
    page.keyboard.press("Enter")
    link = page.locator("code.secret").inner_text()
    assert fits(page)
    assert violations(page) == []
    guest = browser.new_context(viewport=page.viewport_size)
    try:
        theirs = guest.new_page()
        theirs.goto(link)
        theirs.goto(f"{console}/reports/fruit/{MONTH}/referrers.html")
        drawn(theirs)
        assert theirs.locator("h1").inner_text() == "Where do visitors come from?"
        assert fits(theirs)
        refused = theirs.goto(f"{console}/datasets/fruit/settings")
        assert refused is not None and (refused.status >= 400 or "/sign-in" in theirs.url)
        page.get_by_role("row", name="the board").get_by_role("button", name="Take back").press("Enter")
        page.wait_for_load_state()
        assert page.get_by_role("row", name="the board").count() == 0
        gone = theirs.goto(f"{console}/reports/fruit/{MONTH}/referrers.html")
        assert gone is not None and (gone.status >= 400 or "/sign-in" in theirs.url)
    finally:
        guest.close()


def test_a_dead_letter_is_read_and_replayed(page: Page, console: str) -> None:
    assert page.viewport_size is not None
    name = f"notes-{page.viewport_size['width']}.log"
    page.goto(f"{console}/operations/failures")
    letter = page.get_by_role("row", name=name)
    letter.get_by_role("link").press("Enter")
    page.wait_for_url("**/operations/failures/*")
    assert name in page.locator("main").inner_text()
    assert fits(page)
    assert violations(page) == []
    page.go_back()
    letter.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Replay those marked").press("Enter")
    page.wait_for_load_state()
    assert page.get_by_role("row", name=name).count() == 0
    page.get_by_role("link", name="Also those that were settled").press("Enter")
    page.wait_for_url("**settled=true")
    assert "replayed" in page.get_by_role("row", name=name).first.inner_text()
