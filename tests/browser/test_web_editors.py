"""The editors of settings in a real browser: by keyboard, with counts and values that follow; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from console.demo.dataset import make_dataset
from console.web.editors.parts import PARTS
from console.web.server import WebOptions, console_serving
from shared import accounts
from tests.acceptance.command import run
from tests.browser.axe import violations
from tests.browser.conftest import fits
from tests.browser.tabs import REFUSED, quiet_tab, sign_in
from tests.browser.test_web_wizard import reach
from tests.web_console import PASSWORD, place_in

BASE = "/datasets/fruit/settings"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves an installation with an analysis and one administrator."""
    root = tmp_path_factory.mktemp("editors")
    make_dataset(root, last_day=date(2026, 3, 12), days=12, visits_per_day=20)
    ran = run("process", root / "fruit", "--publish", root / "out", "--periods", "month,all", data=root / "data")
    assert ran.code == 0, ran.said
    with place_in(root / "data") as place:
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        with console_serving(place, WebOptions(port=0)) as url:
            yield url.rstrip("/")


@pytest.fixture(scope="module")
def context(browser: Browser, console: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(opened, console)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab, which must not complain."""
    with quiet_tab(context, but=REFUSED) as opened:
        yield opened


def is_well(page: Page) -> None:
    assert fits(page)
    assert violations(page) == []


def press(page: Page, button: Locator) -> None:
    """By keyboard alone."""
    reach(page, button)
    page.keyboard.press("Enter")


def enter(page: Page, field: Locator, text: str) -> None:
    reach(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def choose(page: Page, field: Locator, title: str) -> None:
    """In a list of choices, by writing the beginning of one."""
    reach(page, field)
    page.keyboard.type(title)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_editor_fits_and_keeps_nobody_out(browser: Browser, console: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(context, console)
    page = context.new_page()
    for path in ("", *(f"/{part.id}" for part in PARTS), *(f"/{part.id}/one" for part in PARTS if part.one)):
        page.goto(console + BASE + path)
        assert page.locator("h1").count() == 1, path
        assert fits(page), path
        assert violations(page) == [], path
    context.close()


def test_a_nested_label_is_made_by_keyboard_and_its_visits_counted(page: Page, console: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{console}{BASE}/labels")
    press(page, page.get_by_role("link", name="Add a label"))
    enter(page, page.get_by_label("Name", exact=True), "Apples or long")
    choose(page, page.get_by_label("Visits that", exact=True), "Any of")
    first = page.locator("[name='match.any.0.saw_page.kind']")
    choose(page, first, "contains")
    value = page.locator("[name='match.any.0.saw_page.text']")
    with page.expect_response(re.compile(r"[?&]text=apples(&|$)")):  # after that of its first letters
        enter(page, value, "apples")
    expect(page.locator("#offered li").first).to_contain_text("page views")
    page.wait_for_timeout(200)
    is_well(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(value).to_have_value("/apples")
    expect(page.locator("#counted")).to_contain_text(re.compile(r"\d+ of \d+ visits carry this label"))
    before = page.locator("#counted").inner_text()
    page.get_by_role("button", name="Add a criterion").evaluate("button => { button.click(); button.click() }")
    expect(page.locator("[name='match.any.1.kind']")).to_be_focused()
    expect(page.locator("[name='match.any.2.kind']")).to_have_count(0)  # until the form is back it takes nothing
    expect(page.locator("#counted")).to_contain_text("Fill in what is missing")
    choose(page, page.locator("[name='match.any.1.kind']"), "All of")
    choose(page, page.locator("[name='match.any.1.all.0.kind']"), "Page v")
    enter(page, page.locator("[name='match.any.1.all.0.page_views.min']"), "0.5x")
    expect(page.locator("#fault-f-match-any-1-all-0-page_views")).to_contain_text("should be a number")
    enter(page, page.locator("[name='match.any.1.all.0.page_views.min']"), "2")
    expect(page.locator("#fault-f-match-any-1-all-0-page_views")).to_be_hidden()
    expect(page.locator("#counted")).to_contain_text("visits carry this label")
    assert page.locator("#counted").inner_text() != before
    is_well(page)
    page.keyboard.press("Enter")
    expect(page.locator("#planned")).to_contain_text("This would change 1 setting.")
    is_well(page)
    press(page, page.get_by_role("button", name="Take these settings"))
    expect(page.get_by_role("status").first).to_contain_text("1 setting is changed.")
    expect(page.get_by_role("link", name="Apples or long")).to_be_visible()
    is_well(page)


def test_a_funnel_is_made_with_the_page_picker(page: Page, console: str) -> None:
    page.goto(f"{console}{BASE}/funnels/one")
    page.get_by_label("Name", exact=True).first.fill("Buying")
    for number, (name, text, found) in enumerate((("Product", "appl", "/apples"), ("Thanks", "/than", "/thanks"))):
        page.locator(f"[name='stages.{number}.name']").fill(name)
        page.locator(f"[name='stages.{number}.groups.0.name']").fill(name)
        field = page.locator(f"[name='stages.{number}.groups.0.pages.text']")
        field.press_sequentially(text)
        page.locator("#offered li").filter(has_text=re.compile(rf"^{found}\d")).click()
        expect(field).to_have_value(found)
    page.locator("[name='stages.0.groups.0.pages.kind']").select_option("any_of")
    page.get_by_label("Find one to add").press_sequentially("pears")
    page.locator("#offered li").filter(has_text=re.compile(r"^/pears\d")).click()
    expect(page.locator("[name='stages.0.groups.0.pages.text']")).to_have_value("/apples\n/pears\n")
    expect(page.locator("#counted tbody tr")).to_have_count(2)
    is_well(page)
    page.get_by_role("button", name="Add a stage").click()
    expect(page.locator("[name='stages.2.name']")).to_be_focused()
    page.get_by_role("button", name="Remove stage 3").click()
    expect(page.locator("[name='stages.2.name']")).to_have_count(0)
    page.get_by_role("button", name="Stage 2: earlier").click()
    expect(page.locator("[name='stages.0.name']")).to_have_value("Thanks")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("#planned")).to_contain_text("funnels.buying")
    page.get_by_role("button", name="Take these settings").click()
    expect(page.get_by_text("Thanks → Product")).to_be_visible()


def test_an_e_mail_event_is_made_and_seen(page: Page, console: str) -> None:
    page.goto(f"{console}{BASE}/mails/one")
    page.get_by_label("Id").fill("Weekly news")
    page.get_by_label("Recipients").fill("ann@fruit.test")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator("#fault-f-id")).to_contain_text("small letters")
    expect(page.get_by_label("Recipients")).to_have_value("ann@fruit.test")
    is_well(page)
    page.get_by_label("Id").fill("weekly")
    page.get_by_role("button", name="Show the e-mail").click()
    frame = page.frame_locator("iframe[name='mail-preview']")
    expect(frame.get_by_text("To: ann@fruit.test")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("button", name="Take these settings").click()
    expect(page.get_by_text("each week, monday at 07:00, to ann@fruit.test")).to_be_visible()


def test_a_label_is_made_without_script(browser: Browser, console: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, console)
    page = context.new_page()
    page.goto(f"{console}{BASE}/labels/one")
    page.get_by_label("Name", exact=True).fill("Search")
    page.get_by_label("Visits that", exact=True).select_option("search")
    page.get_by_role("button", name="Show the fields of what was chosen").click()
    page.locator("[name='match.search']").select_option("true")
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_role("button", name="Take these settings").click()
    expect(page.get_by_text("any search: yes")).to_be_visible()
    context.close()
