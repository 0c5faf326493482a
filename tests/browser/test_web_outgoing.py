"""What goes out and what is well, in a real browser: e-mail, alerts, targets, the check, explanations; axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from console.demo.dataset import make_dataset
from console.web.place import Place
from console.web.server import WebOptions, console_serving
from reporter.alerts.conditions import Right, Wrong
from reporter.alerts.incidents import Audience, Notices, judge
from reporter.mail import deliveries, suppression
from reporter.mail.deliveries import Planned, plan
from shared import accounts
from shared.catalog.schema import deliveries as table
from tests.acceptance.command import run
from tests.browser.axe import violations
from tests.browser.conftest import fits
from tests.browser.tabs import quiet_tab, sign_in
from tests.web_console import PASSWORD, place_in

WIDTHS = (1280, 390)
DUE = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)
LONG = "a.very.long.address.of.somebody.whom.nobody.knows@reports.of.a.very.long.domain.fruit.test"
TOLD = Notices(Audience(("ann@fruit.test",)), b"key", "fruit.test")
PAGES = ("/operations", "/operations/mail", "/operations/mail?state=failed", "/operations/alerts", "/operations/check",
         "/explain", "/datasets/fruit/settings/targets", "/datasets/fruit/settings/targets/one?name=web")  # fmt: skip


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves an installation with e-mail, incidents and two targets, one of which is not there."""
    root = tmp_path_factory.mktemp("outgoing")
    make_dataset(root, last_day=date(2026, 3, 12), days=4, visits_per_day=10)
    settings = root / "fruit.toml"
    web = f'[[targets]]\nname = "web"\nlocation = "{root / "mirror"}"\n'
    gone = '[[targets]]\nname = "gone"\nlocation = "ftp://127.0.0.1:1/x"\nuser = "joe"\n'
    settings.write_text(f'[dataset]\nname = "fruit"\n{web}')
    words = ("process", root / "fruit", "--publish", root / "out", "--periods", "all")
    assert run(*words, "--settings", settings, data=root / "data").code == 0
    with place_in(root / "data") as place:
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        settings.write_text(f'[dataset]\nname = "fruit"\n{web}{gone}')
        assert run("settings", "import", "fruit", settings, data=root / "data").code == 0
        fill(place)
        with console_serving(place, WebOptions(port=0)) as url:
            yield url.rstrip("/")


def fill(place: Place) -> None:
    """One e-mail in each state, two incidents, and an address that gets none."""
    states = ("waiting", "sent", "failed", "unknown", "skipped")
    to = (*(f"{one}@fruit.test" for one in states[:-1]), LONG)
    with place.catalog.write() as connection:
        plan(connection, Planned("report", "fruit", "weekly", "2026-W10", to, DUE), b"key", "fruit.test", DUE)
        for state, one in zip(states, to, strict=True):
            said = "The connection broke after the last line; nobody knows whether it was accepted."
            connection.execute(sa.update(table).where(table.c.recipient == one).values(state=state, reason=said))
    judge(place.catalog, "fruit", "no_data", Wrong("Nothing came from the server www on 8 March."), TOLD, DUE)
    judge(place.catalog, "fruit", "no_data", Right("All servers have delivered."), TOLD, DUE)
    judge(place.catalog, "", "disk", Wrong("3.1 GiB of 252 GiB are free at the data folder."), TOLD, DUE)
    mail = deliveries.find(place.catalog, kind="alert", event="alert/disk")[0]
    deliveries.end(place.catalog, mail, "failed", "The server refused it: 550 5.7.1 no", DUE)
    suppression.bounce(place.catalog, LONG, "550 5.1.1 unknown user", DUE)


@pytest.fixture(scope="module")
def context(browser: Browser, console: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(opened, console)
    yield opened
    opened.close()


@pytest.fixture(params=WIDTHS)
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab, which must not complain."""
    with quiet_tab(context, width=request.param) as opened:
        yield opened


def is_well(page: Page, about: str) -> None:
    assert fits(page), about
    assert page.locator("h1").count() == 1, about
    assert violations(page) == [], about


@pytest.mark.timeout(600)
def test_every_page_fits_and_keeps_nobody_out(page: Page, console: str) -> None:
    for path in PAGES:
        page.goto(console + path)
        is_well(page, path)


def test_the_pages_lead_from_operations(page: Page, console: str) -> None:
    for name in ("E-mail", "Alerts", "Check this installation", "What is this taken for?"):
        page.goto(console + "/operations")
        page.get_by_label("More of operations").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(name)


def test_values_are_explained(page: Page, console: str) -> None:
    page.goto(console + "/explain")
    page.get_by_label("These are").select_option("agent")
    page.get_by_label("Values, one a line").fill("curl/8.5.0\nMozilla/5.0 (compatible; Googlebot/2.1)")
    page.get_by_label("As read by").select_option("fruit")
    page.get_by_role("button", name="Explain").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    is_well(page, "answers")


@pytest.mark.timeout(300)
def test_the_installation_is_checked(page: Page, console: str) -> None:
    page.goto(console + "/operations/check")
    page.get_by_role("button", name="Check now").press("Enter")
    expect(page.get_by_role("button", name="Check again")).to_be_visible(timeout=60_000)
    assert page.locator("tbody tr").count() > 8
    is_well(page, "findings")


def test_nobody_knows_and_a_person_says(context: BrowserContext, console: str) -> None:
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(console + "/operations/mail")
    page.get_by_label("E-mails of which nobody knows").get_by_role("button", name="Send again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("unknown@fruit.test is sent again")
    page.get_by_role("button", name=f"Allow {LONG} again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("gets e-mail again")
    expect(page.get_by_text("Nobody: no e-mail came back")).to_be_visible()
    page.goto(console + "/datasets/fruit/settings/targets")
    page.get_by_role("button", name="Bring web in step now").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("brings web in step now")
    page.close()
