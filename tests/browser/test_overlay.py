"""The link overlay in a real browser, from the file system, at two widths; the site's pages are hostile, too."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page

from console.demo import site as shop
from console.demo.dataset import make_dataset
from console.demo.people import PRODUCTS
from reporter.model import Analysis
from reporter.overlay.addresses import Addresses
from reporter.overlay.archive import Archive
from reporter.overlay.round import Subject, _most_viewed, fetch_copies
from shared.catalog import open_catalog
from shared.clock import SystemClock
from shared.dataset_settings import DatasetSettings
from shared.site import Site
from tests.browser.conftest import SETTINGS, fits, published
from tests.overlay_site import Reply, page, served

HOSTILE = """<!doctype html><title>hostile</title><base href="//evil.test/" target=_top>
<meta http-equiv=refresh content="0;url=http://evil.test/refreshed">
<link rel=stylesheet href=//evil.test/x.css><link rel=prefetch href=//evil.test/y><link rel=icon href=//evil.test/i.ico>
<style>@import '//evil.test/z.css'; body { background: url(//evil.test/bg.png) } pp-bars { display: none !important }
@font-face { font-family: x; src: url(//evil.test/f.woff2) } p { font-family: x }</style>
<script>parent.document.title = document.title = "owned"; location = "http://evil.test/script"</script>
<body onload="top.document.title='owned'"><img src=x onerror="top.document.title='owned'"><svg onload="top.document.title='owned'"><style><img src=x onerror=alert(1)></style></svg>
<iframe src="http://evil.test/frame"></iframe><object data="http://evil.test/o"></object><embed src="http://evil.test/e">
<form action="http://evil.test/form"><input name=q><button id=send>Send</button></form>
<p>What it says. <a id=js href="javascript:top.document.title='owned'">script</a> <a id=ex href="http://evil.test/go">away</a>
<a id=apples href="http://www.fruit.test/apples">apples</a></p><noscript><img src=http://evil.test/pixel></noscript>"""
ODD = "/recipes/figs"
"""The page that was broken into."""


def replies() -> dict[str, Reply]:
    paths = ["/", "/about", "/delivery", "/offers", "/style.css", "/type.css", "/paper.svg", "/robots.txt"]
    for name in PRODUCTS:
        paths += [f"/{name}", f"/recipes/{name}", f"/fruit/{name}.svg"]
    found: dict[str, Reply] = {}
    for path in paths:
        kind, data = shop.answer(path) or ("", b"")
        found[path] = (200, {"Content-Type": kind}, data)
    return found | {ODD: page(HOSTILE)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published data set, with copies."""
    root = tmp_path_factory.mktemp("overlay")
    made = make_dataset(root, last_day=datetime(2026, 3, 10, tzinfo=UTC).date(), days=30, visits_per_day=20)
    out = published(root, sorted(made.folder.rglob("*.nlf*")), "Fruit shop") / "fruit"
    catalog = open_catalog(f"sqlite:///{root / 'catalog.db'}")
    with served(replies()) as site:
        overlay = {"base": site.url, "allow_private": True, "delay_seconds": 0, "pages": 40}
        settings = DatasetSettings.model_validate({"dataset": {"hosts": ["www.fruit.test"]}, "overlay": overlay})
        pages = _most_viewed(Analysis(root / "analysis"))
        archive = Archive(catalog, root / "data", "fruit")
        fetch_copies(Subject(settings, Addresses(settings, Site(), ()), archive, pages, out), SystemClock())
    catalog.close()
    return out


class Opened:
    """A page of the overlay, and all that it did."""

    def __init__(self, tab: Page, folder: Path) -> None:
        self.tab, self.folder = tab, folder
        wrong: list[str] = []
        self.wrong = wrong
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.on("request", lambda one: wrong.append(one.url) if not one.url.startswith(("file:", "data:")) else None)

    def show(self, page: str, period: str = "all") -> FrameLocator:
        self.tab.goto(f"{(self.folder / period / 'overlay.html').as_uri()}#{quote(page, safe='')}")
        return self.drawn(page)

    def drawn(self, page: str) -> FrameLocator:
        self.tab.wait_for_selector(f'#overlay-copy[data-drawn="{page}"]', state="attached")
        frame = self.tab.frame_locator("#overlay-copy")
        frame.locator("body").wait_for()
        return frame


@pytest.fixture(params=[1280, 390])
def opened(request: pytest.FixtureRequest, browser: Browser, folder: Path) -> Iterator[Opened]:
    tab = browser.new_page(viewport={"width": request.param, "height": 900})
    yield Opened(tab, folder)
    tab.close()


def expected(folder: Path, period: str, page: str, other: str) -> list[str]:
    """What the bars of a link say, by the reports' JSON."""
    paths = json.loads((folder / period / "paths.json").read_text())
    views = next(row for row in json.loads((folder / period / "pages.json").read_text())["rows"] if row["page"] == page)
    row = next(
        (one for one in paths["rows"] if (one["page"], one["direction"], one["other"]) == (page, "next", other)), {}
    )
    found = []
    for label in ("all", *(one["id"] for one in SETTINGS["labels"])):
        said, of = row.get(label, {"clicks": 0, "share": 0}), views.get(label, {"views": 0})["views"]
        found.append(
            "0"
            if not said["clicks"]
            else f"{said['clicks']} of {of}"
            if of < 20
            else f"{100 * said['share']:.1f}\u00a0%"
        )
    return ["0"] if set(found) == {"0"} else found


def texts(frame: FrameLocator, link: str) -> list[str]:
    return frame.locator(f"{link} pp-bar pp-text").all_text_contents()


@pytest.mark.parametrize("period", ["all", "2026-03", "2026-W10", "2026-03-05"])
def test_every_link_says_what_the_paths_say(opened: Opened, folder: Path, period: str) -> None:
    frame = opened.show("/", period)
    cards = frame.locator("a.card")
    for at, name in enumerate(PRODUCTS):
        assert cards.nth(at).locator("pp-bar pp-text").all_text_contents() == expected(folder, period, "/", f"/{name}")
    assert opened.wrong == []
    width: Any = opened.tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


def test_the_copy_looks_like_the_page(opened: Opened) -> None:
    frame = opened.show("/")
    assert frame.locator("h1").evaluate("one => getComputedStyle(one).fontFamily").startswith("Georgia")
    assert frame.locator("header nav a").first.evaluate("one => getComputedStyle(one).textDecorationLine") == "none"
    assert frame.locator("a.card img").first.evaluate("one => one.naturalWidth > 0 && one.src.startsWith('data:')")
    assert frame.locator(".hero").evaluate("one => getComputedStyle(one).backgroundImage").startswith('url("data:')


def test_bars_are_as_long_as_their_shares_and_colours_are_the_labels(opened: Opened, folder: Path) -> None:
    frame = opened.show("/")
    lengths: Any = frame.locator("a pp-bar:not([quiet])").evaluate_all(
        "all => all.map(one => [parseFloat(one.querySelector('pp-text').textContent), one.querySelector('pp-fill').offsetWidth / one.clientWidth])"
    )
    assert len(lengths) > 20
    most = max(share for share, _ in lengths)
    assert all(abs(length - share / most) < 0.1 for share, length in lengths)
    letters = frame.locator("a.card >> nth=0 >> pp-letter").all_text_contents()
    assert letters == ["A", "B", "C"]  # all visitors have none
    assert (
        frame.locator("a.card >> nth=0 >> pp-letter").first.evaluate("one => getComputedStyle(one).backgroundColor")
        != "rgba(0, 0, 0, 0)"
    )


def test_links_to_one_target_are_marked_and_told_together(opened: Opened, folder: Path) -> None:
    frame = opened.show("/")
    links = frame.locator("a", has_text="Delivery")
    assert links.count() == 2 and links.locator("pp-twin").all_text_contents() == ["×2", "×2"]
    links.first.focus()
    tip = links.first.locator("pp-tip")
    assert tip.is_visible()
    share = expected(folder, "all", "/", "/delivery")[0]
    assert f"2 links lead here; together {share}." in tip.inner_text()
    assert frame.locator("a.card >> nth=0 >> pp-twin").count() == 0


def test_a_link_tells_its_clicks_and_what_a_share_is(opened: Opened, folder: Path) -> None:
    frame = opened.show("/")
    frame.locator("a.card").first.hover()
    said = frame.locator("a.card").first.locator("pp-tip").inner_text()
    row = next(
        one
        for one in json.loads((folder / "all" / "paths.json").read_text())["rows"]
        if one["page"] == "/" and one["other"] == "/apples" and one["direction"] == "next"
    )
    assert said.startswith("/apples") and "Share: Clicks / page views of the page" in said
    assert f"All visitors: {100 * row['all']['share']:.1f}\u00a0%: {row['all']['clicks']} clicks of " in said


def test_a_link_that_nobody_clicked_says_zero_and_one_to_itself_nothing(opened: Opened) -> None:
    frame = opened.show("/delivery")
    cart = frame.locator("header nav a", has_text="Cart")
    assert texts(frame, "header nav a:nth-child(5)") == ["0"] and cart.locator("pp-bar[quiet]").count() == 1
    assert frame.locator("header nav a", has_text="Delivery").locator("pp-bars").count() == 0


def test_links_that_leave_say_clicks_where_they_are_known(opened: Opened, folder: Path) -> None:
    exits = json.loads((folder / "all" / "exit_links.json").read_text())["rows"]
    clicks = next(one["all"]["clicks"] for one in exits if one["url"] == "https://orchard-growers.test/visit")
    frame = opened.show("/about")
    assert texts(frame, "main p a")[0] == f"{clicks} ↗"
    files = json.loads((folder / "all" / "downloads.json").read_text())["rows"]
    frame = opened.show("/recipes/pears")
    link = frame.locator("a", has_text="All recipes as a PDF")
    assert link.locator("pp-text").first.text_content() == f"{files[0]['all']['downloads']} ↓"


def test_labels_and_small_shares_are_switched_off(opened: Opened) -> None:
    frame = opened.show("/")
    boxes = opened.tab.locator("#overlay-choice input")
    for at in (2, 3):
        boxes.nth(at).uncheck()
    frame.locator("a.card >> nth=0 >> pp-bar >> nth=1").wait_for()
    assert frame.locator("a.card >> nth=0 >> pp-bar").count() == 2
    opened.tab.select_option("#overlay-threshold", "0.1")
    frame.locator("a.card >> nth=7 >> pp-bar[quiet] >> nth=1").wait_for()
    assert frame.locator("a.card >> nth=7 >> pp-text").first.text_content() == "<\u00a010\u00a0%"
    assert opened.tab.locator(".overlay-links thead th").count() == 2 + 2 * 2


def test_one_walks_from_page_to_page_by_the_list_and_by_the_table(opened: Opened) -> None:
    opened.show("/")
    opened.tab.locator(".overlay-links").get_by_role("link", name="/apples", exact=True).click()
    frame = opened.drawn("/apples")
    assert frame.locator("h1").inner_text() == "Apples"
    opened.tab.select_option("#overlay-page", "/about")
    assert opened.drawn("/about").locator("h1").inner_text() == "About us"
    opened.tab.evaluate("history.back()")  # one step, whatever the frame showed
    assert opened.drawn("/apples").locator("h1").inner_text() == "Apples"
    assert opened.wrong == []


def test_targets_that_no_link_leads_to_are_told_below(opened: Opened) -> None:
    opened.show("/")
    row = opened.tab.locator(".overlay-links tbody tr", has_text="/cart?add=apples")
    assert row.locator("td").first.inner_text() == "none"


def test_a_page_that_could_not_be_copied_says_why(opened: Opened) -> None:
    opened.tab.goto(f"{(opened.folder / 'all' / 'overlay.html').as_uri()}#{quote('/checkout', safe='')}")
    opened.tab.wait_for_selector("#overlay-wrong:not([hidden])")
    assert "robots.txt forbids /checkout" in opened.tab.locator("#overlay-wrong").inner_text()
    assert not opened.tab.locator("#overlay-copy").is_visible()


def test_without_copies_the_page_says_what_to_do(opened: Opened, tmp_path: Path) -> None:
    shutil.copytree(opened.folder.parent, tmp_path / "out")
    (tmp_path / "out" / "fruit" / "overlay" / "pages.js").write_text("proprocessorOverlay.pages([]);\n")
    opened.tab.goto((tmp_path / "out" / "fruit" / "all" / "overlay.html").as_uri())
    assert opened.tab.get_by_text("proprocessor overlay fetch fruit").is_visible()
    assert not opened.tab.locator("#overlay").is_visible() and opened.wrong == []


def test_a_hostile_page_is_shown_and_does_nothing(opened: Opened) -> None:
    frame = opened.show(ODD)
    assert frame.get_by_text("What it says.").is_visible()
    title = opened.tab.title()
    for link in ("js", "ex", "apples"):
        frame.locator(f"#{link}").click()
    frame.locator("#send").click()
    frame.locator("input").press("Enter")
    opened.tab.wait_for_timeout(300)  # what it would do, it would do now
    assert opened.tab.title() == title and "owned" not in title
    assert [one.url for one in opened.tab.frames[1:]] == ["about:srcdoc"]
    assert [one for one in opened.wrong if not one.startswith("Blocked form submission")] == []
    assert frame.locator("#apples pp-bar").first.is_visible()  # its style does not hide what is ours
    assert frame.locator("script, iframe, object, embed, link, base, [href], [onload], [onerror]").count() == 0


def test_the_frame_alone_would_hold_what_cleaning_forgot(opened: Opened) -> None:
    """Were a copy not cleaned at all: no script runs, and its policy lets nothing be loaded."""
    opened.show("/")
    asked: list[str] = []
    opened.tab.on("response", lambda one: asked.append(one.url) if one.url.startswith("http") else None)
    policy = re.search(
        r'<meta http-equiv="Content-Security-Policy"[^>]*>', opened.tab.get_attribute("#overlay-copy", "srcdoc") or ""
    )
    assert policy is not None and opened.tab.get_attribute("#overlay-copy", "sandbox") == ""
    raw = HOSTILE.replace("<!doctype html>", f"<!doctype html><head>{policy[0]}").replace(
        "http-equiv=refresh", "name=x"
    )
    opened.tab.evaluate("text => { document.getElementById('overlay-copy').srcdoc = text; }", raw)
    opened.tab.frame_locator("#overlay-copy").get_by_text("What it says.").wait_for()
    opened.tab.wait_for_timeout(300)
    assert "owned" not in opened.tab.title() and asked == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(opened: Opened, scheme: Literal["light", "dark"]) -> None:
    opened.tab.emulate_media(color_scheme=scheme)
    opened.show("/")
    found = Axe().run(opened.tab, options={"iframes": False})
    assert found.violations_count == 0, found.generate_report()
    assert fits(opened.tab)
