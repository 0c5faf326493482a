"""The published pages in a real browser, from the file system, at two widths; also with hostile names."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser.axe import violations
from tests.browser.conftest import MONTH, REPORTS, drawn, fits, visit

PERIODS = ("2026-03-05", "2026-W10", MONTH, "2026", "all")


@pytest.mark.parametrize("period", PERIODS)
def test_every_page_of_a_period_fits_and_keeps_nobody_out_and_asks_nobody(page: Page, shop: Path, period: str) -> None:
    paths = sorted((shop / "fruit" / period).glob("*.html"))
    assert {path.stem for path in paths} == {*REPORTS, "overlay"}
    looked_at(page, paths, turn=PERIODS.index(period))


def test_the_pages_above_all_periods_keep_nobody_out(page: Page, shop: Path) -> None:
    for turn in (0, 1):
        looked_at(page, [shop / "index.html", shop / "fruit" / "index.html"], turn)


def test_days_without_visits_say_so_on_every_page(page: Page, quiet: Path) -> None:
    paths = sorted((quiet / "fruit" / "all").glob("*.html"))
    looked_at(page, [*paths, quiet / "fruit" / "index.html", quiet / "index.html"])
    visit(page, quiet / "fruit" / "all" / "sources.html")
    assert page.locator("main .empty").inner_text().startswith("Nothing of this kind in this period.")


def looked_at(page: Page, paths: list[Path], turn: int = 0) -> None:
    """Every page fits, asks nobody, and keeps nobody out: light or dark by turns, each report both over the periods.

    Of a month axe looks at every page in both widths, and at all rows in one of them; of other periods at every page in
    one width: these are pages of the same make.
    """
    wide = int(page.evaluate("innerWidth > 700"))
    found = {}
    for number, path in enumerate(paths):
        dark = (number // 2 + turn + wide) % 2 == 0
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert visit(page, path) == [], path.name
        drawn(page)
        assert fits(page), path.name
        assert page.locator("h1").count() == 1, path.name
        if path.parent.name != "fruit" and path.parent.parent.name == "fruit":
            assert page.locator("main table, main .empty").count() >= 1, path.name
        whole = path.parent.name == MONTH
        if (whole or (number + turn) % 2 == wide) and (one := violations(page, every_row=whole and wide == 1)):
            found[path.name] = one
    assert found == {}


@pytest.mark.parametrize("width", [701, 1920])
def test_pages_fit_between_and_beyond(browser: Browser, shop: Path, width: int) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 900})
    for report in ("index", "paths", "pages", "countries"):
        assert visit(opened, shop / "fruit" / MONTH / f"{report}.html") == []
        drawn(opened)
        assert fits(opened), report
    opened.close()


def test_one_finds_the_way_from_home_to_a_report_and_on(page: Page, shop: Path) -> None:
    assert visit(page, shop / "index.html") == []
    assert "visits by" in page.locator(".datasets p").inner_text()
    page.get_by_role("link", name="Fruit shop").click()
    page.get_by_role("link", name="March 2026", exact=True).click()
    assert page.locator("h1").inner_text() == "March 2026"
    if page.viewport_size and page.viewport_size["width"] < 700:
        assert not page.locator("nav").get_by_role("link", name="Pages", exact=True).is_visible()
        page.get_by_text("Reports", exact=True).click()
    page.locator("nav").get_by_role("link", name="Pages", exact=True).click()
    assert page.locator("h1").inner_text() == "Which pages are read?"
    if page.viewport_size and page.viewport_size["width"] < 700:
        page.get_by_text("Reports", exact=True).click()
    page.locator("nav").get_by_role("link", name="← February 2026").click()
    assert "February 2026" in page.title()
    assert page.locator("h1").inner_text() == "Which pages are read?"


def test_the_drawer_opens_by_keyboard(browser: Browser, shop: Path) -> None:
    narrow = browser.new_page(viewport={"width": 390, "height": 900})
    visit(narrow, shop / "fruit" / MONTH / "pages.html")
    for _ in range(3):
        narrow.keyboard.press("Tab")
        if narrow.evaluate("document.activeElement.id") == "menu":
            break
    narrow.keyboard.press("Space")
    assert narrow.locator("nav").get_by_role("link", name="Sources", exact=True).is_visible()
    narrow.close()


def test_a_period_says_what_it_lacks(wide: Page, shop: Path) -> None:
    visit(wide, shop / "fruit" / MONTH / "index.html")
    assert "The month ends on 31 March" in wide.locator(".lacking").inner_text().replace("; the", ". The")
    visit(wide, shop / "fruit" / "2026-03-05" / "index.html")
    assert wide.locator(".lacking").count() == 0


def test_hostile_names_are_shown_and_never_run(page: Page, hostile: Path) -> None:
    page.on("dialog", lambda one: pytest.fail(f"a script ran: {one.message}"))
    paths = [
        *sorted((hostile / "fruit" / "all").glob("*.html")),
        hostile / "fruit" / "index.html",
        hostile / "index.html",
    ]
    for path in paths:
        looked_at(page, [path], paths.index(path))
        assert page.title() not in ("1", "2", "3", "4"), path.name
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.locator("main img, main b, main i, main svg script").count() == 0, path.name
    visit(page, hostile / "fruit" / "all" / "pages.html")
    for name in ("/<script>document.title=1</script>", "/日本語", "/👩\u200d👩\u200d👧", f"/{'long' * 60}"):
        assert page.locator("tbody").get_by_text(name, exact=True).first.is_visible(), name
    csv = (hostile / "fruit" / "all" / "pages.csv").read_text()
    assert "all,/=cmd" in csv


def test_hostile_names_are_harmless_where_one_chooses_points_and_reads(wide: Page, hostile: Path) -> None:
    wrong = visit(wide, hostile / "fruit" / "all" / "paths.html")
    drawn(wide)
    page, whose = wide.locator(".choice select").all()
    assert "/<script>document.title=1</script>" in page.locator("option").all_inner_texts()
    assert "A <script>document.title=4</script>" in whose.locator("option").all_inner_texts()
    for choose in (page, whose):
        for option in choose.locator("option").all_inner_texts():
            choose.select_option(option)
            wide.locator("#chart .canvas").focus()
            for _ in range(4):
                wide.keyboard.press("ArrowDown")
    assert wide.locator("#tip").is_visible()
    assert wide.locator("#tip b, #tip img, #tip script").count() == 0
    assert wide.title() not in ("1", "2", "3") and wrong == []


@pytest.fixture
def served(shop: Path, tmp_path: Path) -> Iterator[str]:
    """The published folder below a prefix of a plain web server."""
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "prefix").symlink_to(shop)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/prefix/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pages_work_under_a_prefix_of_any_web_server(wide: Page, served: str) -> None:
    assert visit(wide, f"{served}index.html") == []
    wide.get_by_role("link", name="Fruit shop").click()
    wide.get_by_role("link", name="March 2026", exact=True).click()
    wide.locator("nav").get_by_role("link", name="Paths", exact=True).click()
    drawn(wide)
    wide.get_by_role("button", name="Show next rows").click()
    wide.get_by_text("Rows 101 to").wait_for()


def test_paper_is_white_and_has_no_buttons(browser: Browser, shop: Path) -> None:
    dark = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    visit(dark, shop / "fruit" / MONTH / "sources.html")
    drawn(dark)
    colour = "getComputedStyle(document.querySelector('#chart svg .role-axis-label text')).fill"
    on_screen = dark.evaluate(colour)
    dark.emulate_media(media="print", color_scheme="dark")
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert dark.evaluate(colour) != on_screen
    assert not dark.locator("nav").is_visible() and not dark.locator(".tools").first.is_visible()
    dark.close()


def test_what_is_wider_than_paper_is_printed_label_by_label(page: Page, shop: Path, tmp_path: Path) -> None:
    for report in ("overview", "campaigns", "trend"):
        assert visit(page, shop / "fruit" / MONTH / f"{report}.html") == []
        drawn(page)
        table = page.locator(f"main table[data-report={report}]")
        cells = [one for one in table.locator("td").all_inner_texts() if one]
        labels = [one.strip() for one in page.locator(".chips button").all_inner_texts()]
        page.pdf(path=tmp_path / "printed.pdf", format="A4", prefer_css_page_size=True)
        assert page.locator(".paper").count() == 0 and table.is_visible()
        text = ""
        for width, x, piece in pieces_of(tmp_path / "printed.pdf"):
            assert x < width - 20, (report, piece)
            text += piece
        text = " ".join(text.split())
        assert all(" ".join(one.split()) in text for one in cells), report
        assert len(labels) > 1 and all(label[-8:] in text for label in labels), report


def pieces_of(pdf: Path) -> Iterator[tuple[float, float, str]]:
    """How wide the page is, where a piece of text begins, and what it says."""
    for page in PdfReader(pdf).pages:
        found: list[tuple[float, str]] = []
        page.extract_text(visitor_text=partial(_place, found))
        yield from ((float(page.mediabox.width), x, text) for x, text in found)


def _place(found: list[tuple[float, str]], text: str, cm: Any, tm: Any, *_font: object) -> None:
    if text.strip():
        found.append((tm[4] * cm[0] + tm[5] * cm[2] + cm[4], text))


def test_a_label_that_is_switched_off_is_not_printed(page: Page, shop: Path, tmp_path: Path) -> None:
    visit(page, shop / "fruit" / MONTH / "campaigns.html")
    drawn(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    tables = page.locator(".paper-table").count()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.locator(".chips button").last.click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".paper-table").count() == tables - 1 > 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".paper-table").count() == tables - 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".paper-table, .off-paper").count() == 0
