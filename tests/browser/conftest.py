"""Published pages and a real browser for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from console.demo.dataset import make_dataset
from parser.read import parse_file
from reporter.publish import publish
from shared.dataset_settings import DatasetSettings
from shared.site import Site
from tests.once import made_once

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--js-flags=--no-opt --no-maglev",  # no page lives long enough to gain from code that was made quick
)  # fmt: skip
HOSTILE = (
    '192.0.2.1 - - [05/Mar/2026:10:00:00 +0000] "GET /<script>document.title=1</script> HTTP/1.1" 200 1 '
    '"javascript://x.test/%0Aalert(1)" "Mozilla/5.0"\n'
    '192.0.2.2 - - [05/Mar/2026:11:00:00 +0000] "GET /=cmd|x?a=<img/src=x/onerror=document.title=2> HTTP/1.1" 200 1 '
    '"http://evil.test/\'onmouseover=alert(1)<b>" "Mozilla/5.0"\n'
    "192.0.2.2 - - [05/Mar/2026:11:01:00 +0000] \"GET /'];document.title=2;x=[' HTTP/1.1\" 200 1 "
    '"-" "Mozilla/5.0"\n'
) + "".join(
    f'192.0.2.{number} - - [05/Mar/2026:12:{number:02}:00 +0000] "GET {path} HTTP/1.1" 200 1 "{referrer}" "{agent}"\n'
    for number, (path, referrer, agent) in enumerate(
        [
            ("/العربية/صفحة", "http://مثال.إختبار/طريق", "Mozilla/5.0 (Windows NT 10.0) \u202eevil\u202c"),
            ("/%E2%80%AEexe.fdp", "http://a.test/?q=%3Csvg/onload=alert(1)%3E", "<img src=x onerror=alert(1)>"),
            ("/日本語", "https://www.google.com/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "Mozilla/5.0"),
            ("/👩\u200d👩\u200d👧", "https://www.bing.com/search?q=%F0%9F%91%A9%E2%80%8D", "Mozilla/5.0"),
            (f"/{'long' * 60}", f"http://{'a' * 60}.test/{'x' * 300}", f"Mozilla/5.0 {'y' * 300}"),
            ("/%00%01%1B[31mred%0D%0A", "http://b.test/%0D%0ASet-Cookie:a", "Mozilla/5.0"),
            ('/?utm_campaign=</script><script>document.title=4</script>&utm_source="x', "-", "Mozilla/5.0"),
            ("/?utm_campaign=-1%2B1&gclid=1", "-", "Mozilla/5.0 Googlebot/2.1 <b>bot</b>"),
            ("/missing<i>", "-", "Mozilla/5.0"),
        ],
        start=3,
    )
)
HOSTILE_LABELS = [
    {"id": "markup", "name": "<script>document.title=4</script>", "match": {"page_views": {"min": 1}}},
    {"id": "turned", "name": "\u202eturned\u202c العربية 👩\u200d👩\u200d👧", "match": {"short": True}},
    {
        "id": "long",
        "name": "long" * 20 + "'\"><img src=x onerror=alert(1)>",
        "match": {"channel": {"equals": "search"}},
    },
]
SETTINGS: dict[str, Any] = {
    "dataset": {"hosts": ["www.fruit.test"]},
    "labels": [
        {"id": f"from-{number}", "name": f"{number} pages or more", "match": {"page_views": {"min": number}}}
        for number in range(1, 4)
    ],
    "campaigns": [{"name": "autumn", "match": {"parameter": "utm_campaign=autumn"}, "cost": {"per_click": "0.40"}}],
    "funnels": [
        {
            "id": "buy",
            "name": "Buying",
            "stages": [
                {"name": name, "groups": [{"name": name, "pages": {"contains": part}}]}
                for name, part in (("Product", "apple"), ("Cart", "cart"), ("Thanks", "thank"))
            ],
        }
    ],
}
"""White and black letters on the labels' colours."""
COUNTRIES = {"192.0.2.": "84.113.2.", "198.51.100.": "8.8.4.", "203.0.113.": "133.11.1."}
"""Addresses of the sample data, which are nobody's, and some that are somewhere: there is to be a map."""
REPORTS = ("index", "overview", "trend", "hours", "countries", "technology", "screens", "sources", "referrers", "search",
           "campaigns", "click_quality", "pages", "entries", "exits", "paths", "funnel", "downloads", "exit_links",
           "custom", "changes", "labels", "errors", "robots", "robot_pages", "audit")  # fmt: skip
MONTH = "2026-03"
expect.set_options(timeout=30_000)
"""Other tests run at the same time."""


def published(root: Path, logs: list[Path], name: str, more: dict[str, Any] | None = None) -> Path:
    """Publish every period of these logs, with ``more`` settings; gives the published folder."""
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
    settings = DatasetSettings.model_validate(SETTINGS | (more or {}))
    inputs = AnalysisInputs("fruit", name, settings, Site(), tuple(sources), "tests", "0")
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=root)
    publish(out, root / "out", periods=("day", "week", "month", "year", "all"), now=datetime(2026, 4, 1, tzinfo=UTC))
    return root / "out"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail("Chromium is not installed; .ci/require-programs installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(OPTIONS))
        yield chromium
        chromium.close()


def make_shop(root: Path) -> None:
    """Publish every period of a shop, with visitors from somewhere."""
    made = make_dataset(root, last_day=datetime(2026, 3, 10, tzinfo=UTC).date(), days=40, visits_per_day=20)
    logs = sorted(made.folder.rglob("*.nlf*"))
    for log in logs:
        text = log.read_text()
        for documentation, somewhere in COUNTRIES.items():
            text = text.replace(documentation, somewhere)
        log.write_text(text)
    published(root, logs, "Fruit shop")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return made_once(tmp_path_factory, worker_id, "shop", make_shop) / "out"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    (root / "access.log").write_text(HOSTILE)
    name = '<b>Bob\'s</b> & "fruit" </script><script>document.title=3</script>'
    return published(root, [root / "access.log"], name, {"labels": HOSTILE_LABELS})


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data set that only a robot visited."""

    def make(root: Path) -> None:
        line = '192.0.2.1 - - [05/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Googlebot/2.1"\n'
        (root / "access.log").write_text(line)
        published(root, [root / "access.log"], "Quiet shop")

    return made_once(tmp_path_factory, worker_id, "quiet", make) / "out"


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def wide(browser: Browser) -> Iterator[Page]:
    """A page at one width, where the other would show the same."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def visit(page: Page, address: Path | str) -> list[str]:
    """Open a file or an address; gives what went wrong, requests to other places among it."""
    url = address.as_uri() if isinstance(address, Path) else address
    here = "file:" if url.startswith("file:") else url[: url.index("/", 8) + 1]
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda one: wrong.append(one.url) if not one.url.startswith((here, "data:", "blob:")) else None)
    page.goto(url)
    page.wait_for_load_state("load")
    return wrong


def drawn(page: Page) -> None:
    """Wait until the page's chart, if it has one, is drawn."""
    if page.locator("#chart").count():
        page.wait_for_selector("#chart[data-drawn] svg")


def fits(page: Page) -> bool:
    """Whether nothing must be scrolled sideways but tables in their own frames."""
    answer: Any = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return bool(answer)
