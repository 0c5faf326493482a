"""No page keeps anybody out: axe finds nothing on any kind of page, at two widths, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import MONTH, REPORTS, drawn, visit

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to name every element that is as it should be takes most of the time
}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


PAGES = ("../../index", "../index", *REPORTS, "overlay")
AT_ONCE = 7
"""Pages of one test: several processes share them."""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize(
    "names", [PAGES[at : at + AT_ONCE] for at in range(0, len(PAGES), AT_ONCE)], ids=lambda names: names[0].strip("./")
)
def test_axe_finds_no_violation_on_any_page(
    browser: Browser, shop: Path, names: tuple[str, ...], width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    found = {}
    for name in names:
        visit(page, (shop / "fruit" / MONTH / f"{name}.html").resolve())
        drawn(page)
        if one := violations(page):
            found[name] = one
    page.close()
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_where_things_were_changed(browser: Browser, shop: Path, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    visit(page, shop / "fruit" / MONTH / "paths.html")
    drawn(page)
    page.get_by_text("Reports", exact=True).click()
    page.get_by_role("button", name="1 pages or more").click()
    page.get_by_label("Filter rows").fill("apple")
    page.get_by_text("that fit").wait_for()
    page.get_by_text("What the columns mean").click()
    page.get_by_role("button", name="Clicks").first.click()
    assert page.locator("#tip").is_visible()
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("report", ["index", "pages", "paths"])
def test_everything_is_reached_by_keyboard(wide: Page, shop: Path, report: str) -> None:
    visit(wide, shop / "fruit" / MONTH / f"{report}.html")
    drawn(wide)
    wanted = wide.evaluate(
        "Array.from(document.querySelectorAll('a[href], button:not(:disabled), input:not(#menu), select, summary, [tabindex]'))"
        ".filter(one => one.offsetParent !== null).length"
    )
    seen = set()
    for _ in range(wanted + 5):
        wide.keyboard.press("Tab")
        seen.add(wide.evaluate("Array.from(document.querySelectorAll('*')).indexOf(document.activeElement)"))
    assert len(seen) >= wanted, "each is a stop of the Tab key"
