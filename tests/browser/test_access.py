"""No page keeps anybody out, also where something was changed. Each page as it is: :mod:`test_pages`."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import MONTH, drawn, visit


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
