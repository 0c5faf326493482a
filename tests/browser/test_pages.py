"""The published pages in a real browser, from the file system, at two widths; also with hostile names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from console.demo.dataset import make_dataset
from parser.read import parse_file
from reporter.publish import publish
from shared.dataset_settings import DatasetSettings
from shared.site import Site

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
HOSTILE = (
    '192.0.2.1 - - [05/Mar/2026:10:00:00 +0000] "GET /<script>document.title=1</script> HTTP/1.1" 200 1 '
    '"javascript://x.test/%0Aalert(1)" "Mozilla/5.0"\n'
    '192.0.2.2 - - [05/Mar/2026:11:00:00 +0000] "GET /=cmd|x?a=<img/src=x/onerror=document.title=2> HTTP/1.1" 200 1 '
    '"http://evil.test/\'onmouseover=alert(1)<b>" "Mozilla/5.0"\n'
)
LABELS = [
    {"id": f"from-{number}", "name": f"{number} pages or more", "match": {"page_views": {"min": number}}}
    for number in range(1, 4)
]
"""White and black letters on them."""


def published(root: Path, logs: list[Path], name: str) -> Path:
    sources = []
    for number, path in enumerate(logs):
        folder = root / f"p{number}"
        folder.mkdir()
        result = parse_file(path, folder, name=path.name)
        sources.append(
            Source(
                path.name,
                "",
                "0",
                folder,
                result.parts,
                result.lines,
                result.directives,
                result.hits,
                result.rejects,
                result.first_ts,
                result.last_ts,
                result.cookies_logged,
                None,
                result.format,
                result.plain_sha256,
            )
        )
    out = root / "analysis"
    out.mkdir()
    settings = DatasetSettings.model_validate({"dataset": {"hosts": ["www.fruit.test"]}, "labels": LABELS})
    inputs = AnalysisInputs("fruit", name, settings, Site(), tuple(sources), "tests", "0")
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=root)
    publish(out, root / "out", periods=("day", "week", "month", "year", "all"), now=datetime(2026, 4, 1, tzinfo=UTC))
    return root / "out"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("Chromium is not installed; .ci/require-programs installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shop")
    made = make_dataset(root, last_day=datetime(2026, 3, 10, tzinfo=UTC).date(), days=40, visits_per_day=20)
    return published(root, sorted(made.folder.rglob("*.nlf*")), "Fruit shop")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    (root / "access.log").write_text(HOSTILE)
    return published(root, [root / "access.log"], '<b>Bob\'s</b> & "fruit" </script><script>document.title=3</script>')


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


def visit(page: Page, path: Path) -> list[str]:
    """Open a file; gives what went wrong, requests to other places among it."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on(
        "request", lambda one: wrong.append(one.url) if not one.url.startswith(("file:", "data:", "blob:")) else None
    )
    page.goto(path.as_uri())
    page.wait_for_load_state("load")
    return wrong


def fits(page: Page) -> bool:
    answer: Any = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return bool(answer)


@pytest.mark.parametrize("period", ["2026-03-05", "2026-W10", "2026-03", "2026", "all"])
def test_every_page_of_a_period_fits_and_asks_nobody(page: Page, shop: Path, period: str) -> None:
    for path in sorted((shop / "fruit" / period).glob("*.html")):
        assert visit(page, path) == [], path.name
        assert fits(page), path.name
        assert page.locator("h1").count() == 1
        assert page.locator("main table, main .empty").count() >= 1


def test_the_chart_is_drawn_with_the_period_before_it(page: Page, shop: Path) -> None:
    assert visit(page, shop / "fruit" / "2026-02" / "index.html") == []
    page.wait_for_selector("#chart[data-drawn] svg")
    assert (
        page.locator("#chart svg path[stroke-dasharray='4,4'][d*='L']").count() == 0
    )  # of January there are two days only
    assert visit(page, shop / "fruit" / "2026-W10" / "trend.html") == []
    page.wait_for_selector("#chart[data-drawn] svg")
    assert page.locator("#chart svg path[stroke-dasharray='4,4'][d*='L']").count() == 1


def test_one_finds_the_way_from_home_to_a_report_and_on(page: Page, shop: Path) -> None:
    assert visit(page, shop / "index.html") == []
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


def test_a_table_is_sorted_by_a_click_and_a_second_turns_it(page: Page, shop: Path) -> None:
    visit(page, shop / "fruit" / "2026-03" / "pages.html")
    cells = page.locator("tbody tr > :nth-child(4)")
    page.get_by_role("button", name="Entries", exact=True).first.click()
    down = [int(text.replace(",", "")) for text in cells.all_inner_texts()]
    assert down == sorted(down, reverse=True)
    page.get_by_role("button", name="Entries", exact=True).first.click()
    assert [int(text.replace(",", "")) for text in cells.all_inner_texts()] == sorted(down)


def test_hostile_names_are_shown_and_never_run(page: Page, hostile: Path) -> None:
    for path in sorted((hostile / "fruit" / "all").glob("*.html")):
        assert visit(page, path) == [], path.name
        assert page.title() not in ("1", "2", "3"), path.name
        assert page.locator("a[href^='javascript']").count() == 0
    visit(page, hostile / "fruit" / "all" / "pages.html")
    assert page.get_by_text("/<script>document.title=1</script>").is_visible()
    csv = (hostile / "fruit" / "all" / "pages.csv").read_text()
    assert "all,/=cmd" in csv
