"""Signing in with a real browser: one-time codes from the QR code to the second step, and through a provider's own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from console.web.place import Place
from console.web.server import WebOptions, console_serving
from shared import accounts, second_factor
from shared.settings import Settings
from tests import oidc_provider as provider_module
from tests.browser.axe import violations
from tests.browser.conftest import fits
from tests.browser.tabs import quiet_tab
from tests.oidc_provider import CLIENT, HOST, SECRET, free_port, oidc_provider
from tests.web_console import PASSWORD, STEP, place_in, still


@dataclass(frozen=True)
class Console:
    """One that runs, with a provider."""

    url: str
    place: Place


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    root, port = tmp_path_factory.mktemp("sign-in"), free_port()
    values = {
        "oidc_issuer": f"http://{HOST}:{port}", "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
        "oidc_label": "Sign in with Fruit", "oidc_new_accounts": True, "oidc_default": "viewer",
    }  # fmt: skip
    with place_in(root / "data") as made:
        place = replace(made, settings=Settings(data=root / "data", **values))
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        with console_serving(place, WebOptions(port=0)) as url:
            back = f"{url}sign-in/oidc/back"
            with oidc_provider(root / "provider", back, port=port):
                yield Console(url.rstrip("/"), place)


@pytest.fixture(scope="module")
def still_console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One whose clock stands still, without a provider: that one's clock goes on."""
    with place_in(tmp_path_factory.mktemp("codes")) as made:
        place = still(made)
        accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now())
        with console_serving(place, WebOptions(port=0)) as url:
            yield Console(url.rstrip("/"), place)


@pytest.fixture(params=[1280, 390])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of its own, which must not complain of the console's pages."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    # Not that a form had faults, nor that the provider's page has no icon.
    with quiet_tab(context, but="status of 4") as opened:
        yield opened
    context.close()


def enter(page: Page, name: str = "boss") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def good(page: Page) -> None:
    assert fits(page), page.url
    assert page.locator("h1").count() == 1, page.url
    assert violations(page) == [], page.url


def test_codes_from_the_first_to_the_last(page: Page, still_console: Console) -> None:
    second_factor.switch_off(still_console.place.catalog, "boss")
    page.goto(f"{still_console.url}/sign-in?next=/account/code")
    good(page)
    enter(page)
    page.wait_for_url("**/account/code")
    good(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up a device").click()
    page.get_by_role("img", name="QR code with the secret").wait_for()
    good(page)
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code", exact=True).fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    assert "not the code of this moment" in page.get_by_role("alert").inner_text()
    page.get_by_role("textbox", name="Code", exact=True).fill(pyotp.TOTP(secret).at(still_console.place.now() - STEP))
    page.get_by_role("button", name="Switch it on").click()
    assert page.locator("ul.codes li").count() == 10
    good(page)
    recovery = page.locator("ul.codes li").first.inner_text()
    page.goto(f"{still_console.url}/accounts")
    good(page)
    page.get_by_role("button", name="Sign out").first.click()
    enter(page)
    page.wait_for_url("**/sign-in/code")
    good(page)
    page.get_by_role("textbox", name="Code", exact=True).fill("123456")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_role("textbox", name="Code", exact=True).fill(pyotp.TOTP(secret).at(still_console.place.now()))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{still_console.url}/")
    page.goto(f"{still_console.url}/account/code")
    page.get_by_label("Password").nth(1).fill(PASSWORD)
    page.get_by_label("Code of the device").nth(1).fill(recovery)
    page.get_by_role("button", name="Switch codes off").click()
    assert "the password alone" in page.get_by_role("status").inner_text()


def test_through_the_page_of_the_provider(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/sign-in?next=/account")
    page.get_by_role("link", name="Sign in with Fruit").click()
    page.get_by_role("heading", name="The provider's own page").wait_for()
    assert page.url.startswith(f"{console.place.settings.oidc_issuer}/authorization")
    page.get_by_label("Nickname").fill("anna")
    page.get_by_label("Secret").fill(provider_module.PASSWORD)
    page.get_by_role("button", name="Let me in").click()
    page.wait_for_url(f"{console.url}/account")
    assert page.get_by_role("heading", name="anna@fruit.test").is_visible()
    good(page)
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in")
    page.goto(f"{console.url}/sign-in/oidc/back?code=a&state=b")
    assert "Begin again." in page.get_by_role("alert").inner_text()
    good(page)


def test_an_account_is_connected_through_it(page: Page, console: Console) -> None:
    """From a form on: the rules for browsers of our pages must let it go there."""
    second_factor.switch_off(console.place.catalog, "boss")
    page.goto(f"{console.url}/sign-in?next=/account")
    enter(page)
    page.wait_for_url(f"{console.url}/account")
    good(page)
    page.locator('form[action="/account/connect"] input[type="password"]').fill(PASSWORD)
    page.get_by_role("button", name="Connect").click()
    onward = page.get_by_role("link", name="Sign in with Fruit")
    onward.wait_for()
    good(page)
    onward.click()
    page.get_by_label("Nickname").fill("boss")
    page.get_by_label("Secret").fill(provider_module.PASSWORD)
    page.get_by_role("button", name="Let me in").click()
    page.wait_for_url(f"{console.url}/account")
    assert "Connected" in page.get_by_role("status").inner_text()
    good(page)
    page.get_by_role("button", name="Disconnect").click()
    assert "The password alone" in page.get_by_role("status").inner_text()
