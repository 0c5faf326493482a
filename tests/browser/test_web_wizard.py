"""From an empty installation to the first report, in a real browser against a real server and collector."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from console.demo.dataset import make_dataset
from console.web.server import WebOptions, console_serving
from tests.browser.axe import violations
from tests.browser.conftest import drawn, fits, visit
from tests.jdc import ftp_server
from tests.web_console import PASSWORD, place_in

SECRET = "a pass phrase"
IMPORTED_MS = 120_000


@dataclass(frozen=True)
class Site:
    """A console without anything in it, and a collector."""

    console: str
    location: str


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "jdc").mkdir()
    make_dataset(tmp_path / "jdc", last_day=date(2026, 3, 10), days=4, visits_per_day=15)
    with (
        ftp_server(tmp_path / "jdc", "pro", SECRET) as ftp,
        place_in(tmp_path / "data") as place,
        console_serving(place, WebOptions(port=0)) as url,
    ):
        yield Site(url, f"{ftp}fruit/ClickTracks_Config.xml")


def reach(page: Page, wanted: Locator) -> Locator:
    """Go there with the Tab key alone."""
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {wanted}")


def enter(page: Page, field: Locator, text: str) -> None:
    """Write into a field in place of what stands there."""
    reach(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def is_well(page: Page) -> None:
    """Nothing overflows, and nobody is kept out."""
    assert fits(page)
    assert violations(page) == []


def make_administrator(page: Page) -> None:
    enter(page, page.get_by_label("Name"), "boss")
    enter(page, page.get_by_label("Password"), PASSWORD)
    enter(page, page.get_by_label("The same again"), PASSWORD)
    page.keyboard.press("Enter")


def test_the_whole_path_by_keyboard(page: Page, site: Site) -> None:
    wrong = visit(page, site.console)
    is_well(page)
    make_administrator(page)
    reach(page, page.get_by_role("link", name="Add a data set"))
    is_well(page)
    page.keyboard.press("Enter")

    expect(page.get_by_label("Location")).to_be_focused()
    is_well(page)
    page.keyboard.type(site.location)
    enter(page, page.get_by_label("User"), "pro")
    enter(page, page.get_by_label("Password"), "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#fault-password")).to_contain_text("refused the user or password")
    expect(page.get_by_label("Password")).to_be_focused()
    is_well(page)
    enter(page, page.get_by_label("Password"), SECRET)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The source answers")).to_be_focused()
    expect(page.get_by_role("region", name="Lines read").locator("tbody tr")).to_have_count(5)
    expect(page.get_by_label("Password")).to_have_value("")
    assert SECRET not in page.content()
    is_well(page)
    reach(page, page.get_by_role("button", name="Continue"))
    page.keyboard.press("Enter")

    expect(page.get_by_label("Name", exact=True)).to_have_value("www.fruit.test")
    is_well(page)
    enter(page, page.get_by_label("Name", exact=True), "Fruit shop")
    enter(page, page.get_by_label("Time zone"), "Mars/Base")
    reach(page, page.get_by_label("Every day"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Every week")).to_be_checked()
    expect(page.locator("#runs")).to_contain_text("Mars/Base is no time zone.")
    reach(page, page.get_by_label("Who reaches the goal"))
    page.keyboard.press("Space")
    reach(page, page.get_by_role("button", name="Store and import"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("2 answers must be mended")
    expect(page.get_by_role("alert")).to_be_focused()
    is_well(page)
    enter(page, page.get_by_label("Time zone"), "Asia/Tokyo")
    expect(page.locator("#runs li")).to_have_text([re.compile(r"Monday \d{4}-\d\d-\d\d 03:15 JST")] * 3)
    enter(page, page.get_by_label("Page of the goal"), "/thanks*")
    is_well(page)
    page.keyboard.press("Enter")

    expect(page.get_by_text("they are not running.").first).to_be_visible()
    is_well(page)
    reach(page, page.get_by_role("button", name="Import now in this console"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("This console does the work").first).to_be_visible()
    is_well(page)
    page.wait_for_url("**/reports/fruit-shop/all/index.html", timeout=IMPORTED_MS)
    expect(page.locator(".chip", has_text="Reached the goal")).to_be_visible()
    drawn(page)
    is_well(page)
    # What is refused in the second step is answered 422, which Chromium tells in its console.
    assert [one for one in wrong if "422" not in one] == []


def test_the_path_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.console)
    page.get_by_label("Name").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Add a data set").click()
    page.get_by_label("Location").fill(site.location)
    page.get_by_label("User").fill("pro")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Test").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Store and import").click()
    page.get_by_role("button", name="Import now in this console").click()
    page.wait_for_url("**/reports/www-fruit-test/all/index.html", timeout=IMPORTED_MS)
    context.close()


def test_who_is_signed_out_meanwhile_is_led_to_the_way_in(wide: Page, site: Site) -> None:
    visit(wide, site.console)
    make_administrator(wide)
    wide.get_by_role("link", name="Add a data set").click()
    wide.get_by_label("Location").fill(site.location)
    wide.context.clear_cookies()
    wide.get_by_role("button", name="Test").click()
    wide.wait_for_url("**/sign-in?next=%2Fsetup")
    expect(wide.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_time_zone_of_the_browser_is_suggested(browser: Browser, site: Site) -> None:
    context = browser.new_context(timezone_id="America/Sao_Paulo")
    page = context.new_page()
    page.goto(site.console)
    make_administrator(page)
    page.get_by_role("link", name="Add a data set").click()
    page.get_by_label("Location").fill(site.location)
    page.get_by_label("User").fill("pro")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Test").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Time zone")).to_have_value("America/Sao_Paulo")
    expect(page.locator("#runs li").first).to_contain_text("03:15 -03")
    page.get_by_role("button", name="Change the source").click()
    expect(page.get_by_label("Location")).to_have_value(site.location)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("www.fruit.test")
    context.close()
