"""Single sign-on with a real provider that runs as a process of its own (idpyoidc): the way there and back, who is let
in, and everything that a provider, or somebody between, could do wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx2
import pytest

from console.web import audit, sessions
from console.web.oidc_provider import joined
from console.web.place import Place
from shared import accounts, identities
from shared.accounts import Account
from shared.settings import Settings
from tests.acceptance.command import run
from tests.integration.test_web_codes import code_of, switched_on
from tests.oidc_provider import CLIENT, OTHER, PASSWORD, SECRET, RunningProvider, free_port, oidc_provider
from tests.web_console import PASSWORD as HERE
from tests.web_console import Browser, place_in, with_account

BACK = "http://127.0.0.1/sign-in/oidc/back"
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture(scope="module")
def shared_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with oidc_provider(tmp_path_factory.mktemp("provider"), BACK) as running:
        yield running


@pytest.fixture
def provider(shared_provider: RunningProvider) -> Iterator[RunningProvider]:
    """As it should be."""
    yield shared_provider
    shared_provider.fault()


@pytest.fixture
def place(tmp_path: Path, catalog_url: str, provider: RunningProvider) -> Iterator[Place]:
    """With each kind of catalog."""
    with place_in(tmp_path, catalog_url) as made:
        yield with_provider(managed(made), provider)


@pytest.fixture
def local(tmp_path: Path, provider: RunningProvider) -> Iterator[Place]:
    with place_in(tmp_path) as made:
        yield with_provider(managed(made), provider)


def managed(place: Place) -> Place:
    """There is an administrator already."""
    accounts.add(place.catalog, "root", "administrator", HERE, place.now())
    return place


def others(place: Place) -> list[Account]:
    return [one for one in accounts.every(place.catalog) if one.name != "root"]


def with_provider(place: Place, provider: RunningProvider, **more: Any) -> Place:
    values = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, **more}
    return with_settings(place, **values)


def with_settings(place: Place, **values: Any) -> Place:
    kept = {name: getattr(place.settings, name) for name in place.settings.model_fields_set}
    return replace(place, settings=Settings(**{**kept, **values}))


def sent_to(browser: Browser, path: str = "/sign-in/oidc") -> str:
    """Where the console sends a browser to."""
    answer = browser.get(path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def at_provider(address: str, name: str) -> str:
    """Sign in on the provider's own page; gives where it sends the browser."""
    page = httpx2.get(address)
    assert page.status_code == 200, page.text
    place = urlsplit(address)
    form = {"token": unescape(TOKEN.search(page.text)[1]), "username": name, "password": PASSWORD}  # type: ignore[index]
    answer = httpx2.post(f"{place.scheme}://{place.netloc}/verify/user", data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def changed(address: str, **values: str) -> str:
    """An address with another value in its query."""
    parts = urlsplit(address)
    query = {key: found[0] for key, found in parse_qs(parts.query).items()} | values
    return urlunsplit(parts._replace(query=urlencode(query)))


def come_back(browser: Browser, address: str) -> httpx2.Response:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def signed_in(place: Place, name: str, browser: Browser | None = None) -> tuple[Browser, httpx2.Response]:
    """The whole way."""
    browser = browser or Browser(place)
    return browser, come_back(browser, at_provider(sent_to(browser), name))


def error_of(answer: httpx2.Response) -> str:
    found = re.search(r'<p class="error" role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert found, answer.text
    return unescape(found[1])


def reasons(place: Place) -> list[str]:
    return [one.detail.get("reason", one.what) for one in audit.entries(place.catalog)]


def test_the_way_there_and_back(place: Place) -> None:
    place = with_settings(place, oidc_new_accounts=True, oidc_default="viewer:shop", oidc_label="Fruit & Co")
    browser = Browser(place)
    page = browser.get("/sign-in?next=/account").text
    assert 'href="/sign-in/oidc?next=%2Faccount">Fruit &amp; Co</a>' in page
    address = sent_to(browser, "/sign-in/oidc?next=/account")
    asked = {key: found[0] for key, found in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == BACK
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["state"]) > 40 and len(asked["nonce"]) > 40 and asked["state"] != asked["nonce"]
    answer = come_back(browser, at_provider(address, "anna"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    (made,) = others(place)
    assert (made.name, made.role, made.datasets) == ("anna@fruit.test", "viewer", ("shop",))
    assert not made.has_password
    shown = browser.get("/account").text
    assert f"by {urlsplit(place.settings.oidc_issuer or '').netloc}" in shown
    assert "<h2>Password</h2>" not in shown
    (identity,) = identities.every(place.catalog)
    assert identity.subject not in ("anna", "anna@fruit.test")
    first, added = audit.entries(place.catalog)
    assert (first.what, first.who, first.detail["by"]) == ("sign_in", made.name, place.settings.oidc_issuer)
    assert (added.what, added.detail["role"]) == ("account.add", "viewer")
    assert browser.sign_in(made.name, "").status_code == 403, "no password opens it"
    again, answer = signed_in(place, "anna")
    assert answer.status_code == 303 and len(others(place)) == 1
    assert again.post("/sign-out", {}).headers["location"] == "/sign-in"
    assert again.get("/account").status_code == 303


def test_without_settings_there_is_no_single_sign_on(tmp_path: Path) -> None:
    with place_in(tmp_path) as place:
        accounts.add(place.catalog, "boss", "administrator", HERE, place.now())
        browser = Browser(place)
        assert "oidc" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/oidc").status_code == 404
        assert browser.get("/sign-in/oidc/back?code=a&state=b").status_code == 404


def test_somebody_manages_an_installation_first(tmp_path: Path, provider: RunningProvider) -> None:
    with place_in(tmp_path) as place:
        fresh = with_provider(place, provider, oidc_new_accounts=True, oidc_default="viewer")
        assert Browser(fresh).get("/sign-in/oidc").headers["location"] == "/first-run"


def test_an_answer_is_believed_once_and_only_in_the_browser_that_asked(local: Place) -> None:
    local = with_settings(local, oidc_new_accounts=True, oidc_default="viewer")
    mine, other = Browser(local), Browser(local)
    back = at_provider(sent_to(mine), "anna")
    assert "elsewhere" in error_of(come_back(other, back))
    sent_to(other)
    assert "not to your question" in error_of(come_back(other, back))
    assert "not to your question" in error_of(come_back(mine, changed(back, state="x" * 43)))
    assert "elsewhere" in error_of(come_back(mine, back)), "a wrong one ends it"
    assert others(local) == []
    back = at_provider(sent_to(mine), "anna")
    assert "not to your question" in error_of(come_back(mine, changed(back, iss="https://evil.test")))
    back = at_provider(sent_to(mine), "anna")
    kept = mine.client.cookies["proprocessor-oidc"]
    assert come_back(mine, back).status_code == 303
    mine.client.cookies.set("proprocessor-oidc", kept)
    assert "did not take back" in error_of(come_back(mine, back)), "the provider takes a code once"
    assert set(reasons(local)) >= {"oidc_state", "oidc_refused"}


def test_a_token_for_another_sign_in_is_refused(local: Place) -> None:
    browser = Browser(local)
    back = at_provider(changed(sent_to(browser), nonce="n" * 43), "anna")
    answer = come_back(browser, back)
    assert answer.status_code == 403
    assert error_of(answer) == "What the provider says of you is not believed: it is of another sign-in. Begin again."
    assert reasons(local) == ["oidc_token"]


def test_a_code_is_of_no_use_without_the_verifier(local: Place) -> None:
    """Somebody who saw the code go by, with a sign-in of their own."""
    browser = Browser(local)
    other = Browser(local)
    challenge = parse_qs(urlsplit(sent_to(other)).query)["code_challenge"][0]
    back = at_provider(changed(sent_to(browser), code_challenge=challenge), "anna")
    assert "did not take back" in error_of(come_back(browser, back))


def test_a_token_for_another_client_is_refused(local: Place, provider: RunningProvider) -> None:
    provider.fault(audience=True)
    browser, answer = signed_in(local, "anna")
    assert "for another client" in error_of(answer)
    provider.fault()
    back = at_provider(changed(sent_to(browser), client_id=OTHER), "anna")
    assert "did not take back" in error_of(come_back(browser, back)), "nor is a code"


def test_a_token_that_is_over_is_refused_and_clocks_are_named(local: Place, provider: RunningProvider) -> None:
    provider.fault(lifetime=-120)
    _, answer = signed_in(local, "anna")
    assert answer.status_code == 403
    assert "is over already. The clock of this machine or of the provider is wrong" in error_of(answer)


@dataclass(frozen=True)
class Wrong(Place):
    """An installation whose clock is wrong."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_wrong_is_named(local: Place, minutes: int) -> None:
    wrong = Wrong(local.settings, local.catalog, timedelta(minutes=minutes))
    _, answer = signed_in(wrong, "anna")
    assert "The clock of this machine or of the provider is wrong" in error_of(answer)


def test_keys_that_were_changed_are_asked_for_anew(local: Place, provider: RunningProvider) -> None:
    local = with_settings(local, oidc_new_accounts=True, oidc_default="viewer")
    browser, answer = signed_in(local, "anna")
    assert answer.status_code == 303
    browser.post("/sign-out", {})
    provider.fault(rotate=True)
    assert signed_in(local, "anna", browser)[1].status_code == 303


def test_a_signature_of_somebody_else_is_refused(local: Place, provider: RunningProvider, tmp_path: Path) -> None:
    """Keys that are not the provider's: those of another one."""
    with oidc_provider(tmp_path / "other", BACK) as other:
        browser = Browser(local)
        address = sent_to(browser)
        known = browser.client.app.state.provider  # type: ignore[attr-defined]
        known._known[1]["jwks_uri"] = f"{other.issuer}/jwks.json"
        assert "a key that it does not show" in error_of(come_back(browser, at_provider(address, "anna")))


def test_a_provider_that_is_away_is_said_and_passwords_still_work(local: Place, tmp_path: Path) -> None:
    with oidc_provider(tmp_path / "away", BACK) as running:
        away = with_provider(local, running)
        accounts.add(away.catalog, "anna", "viewer", HERE, away.now())
        browser = Browser(away)
        address = sent_to(browser)
        back = at_provider(address, "anna")
        running.stop()
        answer = come_back(browser, back)
        assert answer.status_code == 503
        assert "nothing answers there. Try again later." in error_of(answer)
        fresh = Browser(away)
        answer = fresh.get("/sign-in/oidc?next=/account")
        assert answer.status_code == 503 and "nothing answers there" in error_of(answer)
        assert 'value="/account"' in answer.text
        assert fresh.sign_in("anna").status_code == 303


@pytest.mark.parametrize(
    "values, words",
    [
        ({"oidc_client_secret": "wrong"}, "does not know this console"),
        ({"oidc_client_id": "unknown"}, ""),
    ],
)
def test_settings_that_the_provider_does_not_know(local: Place, values: dict[str, str], words: str) -> None:
    if words:
        _, answer = signed_in(with_settings(local, **values), "anna")
        assert words in error_of(answer) and "oidc_client_secret" in error_of(answer)
    else:
        refused = httpx2.get(sent_to(Browser(with_settings(local, **values))))
        assert refused.status_code in (400, 401), "the provider says so itself"


def test_another_issuer_than_the_provider_says_is_refused(local: Place, provider: RunningProvider) -> None:
    other = with_settings(local, oidc_issuer=provider.issuer.replace("127.0.0.1", "localhost"))
    answer = Browser(other).get("/sign-in/oidc")
    assert answer.status_code == 503
    assert f"Write oidc_issuer = '{provider.issuer}'" in error_of(answer)


def test_who_says_no_at_the_provider_is_told_so(local: Place) -> None:
    browser = Browser(local)
    state = parse_qs(urlsplit(sent_to(browser)).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/back?error=access_denied&state={state}")
    assert error_of(answer).startswith("You did not sign in there.")
    state = parse_qs(urlsplit(sent_to(browser)).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/back?error=<script>&state={state}")
    assert "<script>)" not in answer.text and "(<script>)" in error_of(answer)


def test_who_has_no_account_is_told_so(local: Place) -> None:
    _, answer = signed_in(local, "anna")
    assert answer.status_code == 403
    assert error_of(answer) == "anna@fruit.test has no account here. Ask an administrator for one."
    _, answer = signed_in(local, "nobody")
    assert "names no e-mail address of yours that it has verified" in error_of(answer)
    limited = with_settings(local, oidc_new_accounts=True, oidc_default="viewer", oidc_domains="fruit.test, @b.test")
    _, answer = signed_in(limited, "guest")
    assert "Only verified e-mail addresses of fruit.test, b.test" in error_of(answer)
    assert others(local) == []
    assert reasons(local) == ["oidc_domain", "oidc_no_email", "oidc_no_account"]


def test_an_account_of_the_same_name_is_joined_once(place: Place) -> None:
    """By the verified address; another identity with the same one does not get it."""
    accounts.add(place.catalog, "anna@fruit.test", "editor", HERE, place.now(), datasets=["shop"])
    browser, answer = signed_in(place, "anna")
    assert answer.status_code == 303
    assert audit.entries(place.catalog)[1].what == "account.connect"
    assert accounts.find(place.catalog, "anna@fruit.test").role == "editor"
    _, answer = signed_in(place, "twin")
    assert "belongs to another identity" in error_of(answer)
    assert Browser(place).sign_in("anna@fruit.test").status_code == 303, "the password stays"
    assert browser.get("/account").status_code == 200


def test_an_administrator_is_taken_over_by_no_address(local: Place) -> None:
    boss = with_account(local, "boss@fruit.test", "administrator")
    _, answer = signed_in(local, "boss")
    assert "is an administrator, and is not connected by an e-mail address" in error_of(answer)
    _, answer = signed_in(local, "eve")
    assert "that it has verified" in error_of(answer)
    assert identities.every(local.catalog) == []
    assert "Enter the password first" in follow(boss, boss.get("/account/connect"))
    assert "That is not the password" in follow(boss, boss.post("/account/connect", {"password": "wrong one"}))
    shown = boss.post("/account/connect", {"password": HERE})
    assert 'href="/account/connect"' in shown.text
    back = at_provider(sent_to(boss, "/account/connect"), "boss")
    assert "Connected" in follow(boss, come_back(boss, back))
    _, answer = signed_in(local, "boss")
    assert answer.headers["location"] == "/"
    assert {"account.connect"} <= {one.what for one in audit.entries(local.catalog)}
    assert "may sign in as you" in boss.get("/account").text
    assert "The password alone" in follow(boss, boss.post("/account/disconnect", {}))
    assert "is an administrator" in error_of(signed_in(local, "boss")[1])


def follow(browser: Browser, answer: httpx2.Response) -> str:
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"]).text


def test_an_identity_has_one_account(local: Place) -> None:
    anna, bob = with_account(local, "anna", "viewer"), with_account(local, "bob", "viewer")
    for browser, said in ((anna, "Connected"), (bob, "signs in to anna already")):
        browser.post("/account/connect", {"password": HERE})
        back = at_provider(sent_to(browser, "/account/connect"), "anna")
        assert said in follow(browser, come_back(browser, back))
    assert [one.account for one in identities.every(local.catalog)] == ["anna"]


def test_a_connection_ends_in_the_account_that_began_it(local: Place) -> None:
    anna = with_account(local, "anna", "viewer")
    accounts.add(local.catalog, "bob", "viewer", HERE, local.now())
    anna.post("/account/connect", {"password": HERE})
    back = at_provider(sent_to(anna, "/account/connect"), "anna")
    anna.post("/sign-out", {})
    anna.sign_in("bob")
    assert "somebody else by now" in error_of(come_back(anna, back))
    assert identities.every(local.catalog) == []


def test_the_claim_gives_role_and_data_sets_at_each_sign_in(place: Place) -> None:
    rules = {"oidc_new_accounts": True, "oidc_claim": "groups", "oidc_scopes": "openid email groups"}
    first = with_settings(place, **rules, oidc_roles="bosses=administrator; sales=editor:shop+blog")
    for name, role, datasets in (("anna", "editor", ("blog", "shop")), ("boss", "administrator", ())):
        _, answer = signed_in(first, name)
        assert answer.status_code == 303, answer.text
        made = accounts.find(place.catalog, f"{name}@fruit.test")
        assert (made.role, made.datasets) == (role, datasets)
    _, answer = signed_in(first, "guest")
    assert "does not say what you may do here" in error_of(answer)
    later = with_settings(place, **rules, oidc_roles="staff=viewer:blog; bosses=viewer")
    browser, _ = signed_in(later, "anna")
    assert accounts.find(place.catalog, "anna@fruit.test").datasets == ("blog",)
    assert browser.get("/api/v1/me").json()["role"] == "viewer"
    accounts.disable(place.catalog, "root", place.now())
    signed_in(later, "boss")
    assert accounts.find(place.catalog, "boss@fruit.test").role == "administrator", "the last one stays"
    none = with_settings(place, **rules, oidc_roles="others=viewer")
    assert "does not say what you may do" in error_of(signed_in(none, "anna")[1])


def test_a_disabled_account_stays_out(local: Place) -> None:
    open_to_all = with_settings(local, oidc_new_accounts=True, oidc_default="viewer")
    signed_in(open_to_all, "anna")
    accounts.disable(local.catalog, "anna@fruit.test", local.now())
    assert "is disabled" in error_of(signed_in(open_to_all, "anna")[1])
    accounts.remove(local.catalog, "anna@fruit.test")
    assert identities.every(local.catalog) == []


def test_codes_of_an_account_are_asked_for_besides(local: Place) -> None:
    anna = with_account(local, "anna@fruit.test", "viewer")
    secret, _ = switched_on(local, anna)
    browser, answer = signed_in(local, "anna")
    assert answer.headers["location"] == "/sign-in/code"
    assert browser.client.post("/sign-in/code", data={"code": code_of(local, secret)}).headers["location"] == "/"
    kept = sessions.of_account(local.catalog, "anna@fruit.test", local.now())
    assert {one.origin for one in kept} == {None, local.settings.oidc_issuer}


def test_an_administrator_sees_and_ends_the_connection(local: Place, tmp_path: Path) -> None:
    boss = with_account(local, "boss", "administrator")
    open_to_all = with_settings(local, oidc_new_accounts=True, oidc_default="viewer")
    signed_in(open_to_all, "anna")
    assert "without a password" in boss.get("/accounts").text
    headers = {"X-Form-Token": boss.get("/api/v1/me").json()["form_token"]}
    told = boss.get("/api/v1/accounts/anna@fruit.test").json()
    assert (told["connected"], told["has_password"]) == (True, False)
    listed = json.loads(run("users", "list", "--json", data=tmp_path).out)
    assert [one["connected"] for one in listed] == [True, False, False]
    told = boss.client.patch("/api/v1/accounts/anna@fruit.test", json={"connected": False}, headers=headers).json()
    assert told["connected"] is False
    signed_in(open_to_all, "anna")
    assert "1 identity is disconnected" in run("users", "disconnect", "anna@fruit.test", data=tmp_path).out
    signed_in(open_to_all, "anna")
    assert boss.post("/accounts/anna@fruit.test", {"do": "disconnect"}).status_code == 303
    assert identities.every(local.catalog) == []


def test_passwords_can_be_left_to_administrators_at_the_machine(local: Place) -> None:
    only = with_settings(local, oidc_only=True)
    accounts.add(only.catalog, "boss", "administrator", HERE, only.now())
    accounts.add(only.catalog, "anna", "viewer", HERE, only.now())
    there = Browser(only, address="203.0.113.9")
    assert 'type="password"' not in there.get("/sign-in").text
    for browser, name, status in ((there, "boss", 403), (Browser(only), "anna", 403), (Browser(only), "boss", 303)):
        assert browser.sign_in(name).status_code == status, name
    assert "use single sign-on" in error_of(there.sign_in("boss"))


def test_the_redirect_is_where_the_settings_say_that_the_console_is(local: Place) -> None:
    placed = with_settings(local, console_url="https://stats.fruit.test/console/")
    asked = parse_qs(urlsplit(sent_to(Browser(placed))).query)
    assert asked["redirect_uri"] == ["https://stats.fruit.test/console/sign-in/oidc/back"]
    below = Browser(local, root_path="/stats")
    asked = parse_qs(urlsplit(sent_to(below, "/stats/sign-in/oidc")).query)
    assert asked["redirect_uri"] == ["http://127.0.0.1/stats/sign-in/oidc/back"]


def test_a_provider_that_was_away_a_moment_ago_is_not_asked_by_each_who_comes(local: Place) -> None:
    away = with_settings(local, oidc_issuer=f"http://127.0.0.1:{free_port()}")
    browser = Browser(away)
    assert "nothing answers there" in error_of(browser.get("/sign-in/oidc"))
    at, error = browser.client.app.state.provider._failure  # type: ignore[attr-defined]
    assert "nothing answers there" in error_of(browser.get("/sign-in/oidc"))
    assert browser.client.app.state.provider._failure[1] is error  # type: ignore[attr-defined]
    browser.client.app.state.provider._failure = (at - timedelta(minutes=1), error)  # type: ignore[attr-defined]
    browser.get("/sign-in/oidc")
    assert browser.client.app.state.provider._failure[1] is not error  # type: ignore[attr-defined]


def test_an_address_is_verified_where_the_same_answer_says_so() -> None:
    token, userinfo = (
        {"sub": "1", "email": "boss@fruit.test"},
        {"sub": "1", "email": "a@b.test", "email_verified": True},
    )
    assert joined(token, userinfo)["email"] == "a@b.test"
    assert joined({**token, "email_verified": False}, userinfo)["email_verified"] is False
    assert joined(token, {"sub": "1", "groups": ["a"]}) == {**token, "groups": ["a"]}
