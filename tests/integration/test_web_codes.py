"""One-time codes: switched on at one's own account, asked for on a second step, taken once, taken away by an administrator."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from console.web import audit
from console.web.place import Place
from shared import accounts, second_factor
from shared.attempts import FREE_FAILURES, Refused
from shared.catalog.schema import accounts as accounts_table
from shared.catalog.schema import attempts, recovery_codes
from shared.errors import Misconfigured, Rejected
from shared.second_factor import Passed
from shared.secrets import SecretBox, open_box
from tests.acceptance.command import run
from tests.web_console import PASSWORD, STEP, Browser, place_in, still, with_account

SECRET = re.compile(r'Secret: <code class="secret">([A-Z2-7 ]+)</code>')
SEALED = re.compile(r'name="secret" value="([^"]+)"')
RECOVERY = re.compile(r'<code class="secret">([a-z2-7-]{19})</code>')
SVG = re.compile(r"(<svg.*?</svg>)", re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    with place_in(tmp_path, catalog_url) as made:
        yield still(made)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path) as made:
        yield still(made)


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text
    return match[1]


def code_of(place: Place, secret: str, steps: int = 0) -> str:
    """The code of so many steps from now; the next one is taken, too."""
    return pyotp.TOTP(secret).at(place.now() + steps * STEP)


def switched_on(place: Place, browser: Browser) -> tuple[str, list[str]]:
    """Codes switched on as a person does it; gives the secret and the recovery codes. The code of this step is used up."""
    shown = browser.post("/account/code/begin", {"password": PASSWORD}, page="/account/code")
    assert shown.status_code == 200, shown.text
    secret = found(SECRET, shown.text).replace(" ", "")
    drawing = found(SVG, shown.text).replace("http://www.w3.org/2000/svg", "")
    assert "http" not in drawing, "no other host is asked"
    form = {"secret": html.unescape(found(SEALED, shown.text)), "code": code_of(place, secret, -1)}
    done = browser.post("/account/code/on", form, page="/account/code")
    assert done.status_code == 200, done.text
    return secret, RECOVERY.findall(done.text)


def whats(place: Place) -> list[str]:
    return [one.what for one in audit.entries(place.catalog)]


def test_codes_are_switched_on_and_asked_for(place: Place) -> None:
    browser = with_account(place, "anna", "viewer")
    other = Browser(place)
    assert other.sign_in("anna").headers["location"] == "/"
    secret, recovery = switched_on(place, browser)
    assert len(set(recovery)) == 10
    assert "On since" in browser.get("/account/code").text
    assert not RECOVERY.search(browser.get("/account/code").text), "shown once"
    assert other.get("/").status_code == 303, "who was signed in without a code is so no more"
    first = Browser(place)
    assert first.sign_in("anna").headers["location"] == "/sign-in/code"
    assert first.get("/").headers["location"].startswith("/sign-in"), "half signed in is not signed in"
    assert first.get("/api/v1/me").status_code == 401
    assert first.client.post("/sign-in/code", data={"code": "000000"}).status_code == 403
    assert first.get("/account").status_code == 303
    assert first.client.post("/sign-in/code", data={"code": code_of(place, secret)}).headers["location"] == "/"
    assert first.get("/account").status_code == 200
    assert whats(place)[:3] == ["sign_in", "sign_in.code_refused", "account.totp_on"]
    assert not {"sign_in.refused"} & set(whats(place))


def test_the_way_goes_on_where_somebody_wanted_to(local: Place) -> None:
    secret, _ = switched_on(local, with_account(local, "anna", "viewer"))
    browser = Browser(local)
    browser.client.post("/sign-in", data={"name": "anna", "password": PASSWORD, "next": "/account"})
    answer = browser.client.post("/sign-in/code", data={"code": code_of(local, secret)})
    assert answer.headers["location"] == "/account"
    cookies = {one.name for one in browser.client.cookies.jar}
    assert "proprocessor-step" not in cookies


def test_a_code_is_taken_once(place: Place) -> None:
    secret, _ = switched_on(place, with_account(place, "anna", "viewer"))
    code = code_of(place, secret)
    box = open_box(place.settings)
    assert second_factor.check(place.catalog, box, "anna", code, place.now()) == Passed(False, 10)
    assert second_factor.check(place.catalog, box, "anna", code, place.now()) == Refused()
    assert second_factor.check(place.catalog, box, "anna", code_of(place, secret, -1), place.now()) == Refused()
    later = code_of(place, secret, 1)
    assert second_factor.check(place.catalog, box, "anna", f" {later[:3]} {later[3:]} ", place.now()) == Passed(
        False, 10
    )
    assert second_factor.check(place.catalog, box, "anna", code_of(place, secret, 5), place.now()) == Refused()


def test_a_recovery_code_stands_in_once(place: Place) -> None:
    _, recovery = switched_on(place, with_account(place, "anna", "viewer"))
    browser = Browser(place)
    browser.sign_in("anna")
    assert browser.client.post("/sign-in/code", data={"code": recovery[3].upper()}).headers["location"] == "/"
    assert "9 are left" in browser.get("/").text
    again = Browser(place)
    again.sign_in("anna")
    assert again.client.post("/sign-in/code", data={"code": recovery[3]}).status_code == 403
    plain = recovery[4].replace("-", " ")
    assert again.client.post("/sign-in/code", data={"code": plain}).status_code == 303


def test_what_is_kept_gives_nothing_away(place: Place) -> None:
    secret, recovery = switched_on(place, with_account(place, "anna", "viewer"))
    accounts.add(place.catalog, "bob", "viewer", PASSWORD, place.now())
    with place.catalog.read() as connection:
        (row,) = connection.execute(sa.select(accounts_table).where(accounts_table.c.name == "anna")).mappings()
        digests = connection.execute(sa.select(recovery_codes.c.digest)).scalars().all()
    assert secret not in repr(row) and len(digests) == 10
    assert not any(one.replace("-", "") in repr(digests) for one in recovery)
    with place.catalog.write() as connection:
        same = accounts_table.c.name == "bob"
        connection.execute(sa.update(accounts_table).where(same).values(totp=row["totp"]))
    with pytest.raises(Rejected):
        second_factor.check(place.catalog, open_box(place.settings), "bob", code_of(place, secret), place.now())
    with pytest.raises(Misconfigured):
        second_factor.check(place.catalog, SecretBox("another key"), "anna", code_of(place, secret), place.now())


def test_who_guesses_codes_waits(local: Place) -> None:
    secret, recovery = switched_on(local, with_account(local, "anna", "viewer"))
    browser = Browser(local)
    browser.sign_in("anna")
    for number in range(FREE_FAILURES):
        wrong = "000000" if number % 2 else "aaaa-bbbb-cccc-dddd"
        assert browser.client.post("/sign-in/code", data={"code": wrong}).status_code == 403
    for code in (code_of(local, secret), recovery[0]):
        refused = browser.client.post("/sign-in/code", data={"code": code})
        assert refused.status_code == 429, "the right one is not looked at either"
        assert "Too many attempts. Try again in" in refused.text
    with local.catalog.write() as connection:
        connection.execute(sa.delete(attempts))
    assert browser.client.post("/sign-in/code", data={"code": code_of(local, secret)}).status_code == 303


@pytest.mark.parametrize("meanwhile", ["password", "off", "disable"])
def test_the_second_step_is_void_once_the_account_is_changed(local: Place, meanwhile: str) -> None:
    secret, _ = switched_on(local, with_account(local, "anna", "viewer"))
    browser = Browser(local)
    browser.sign_in("anna")
    match meanwhile:
        case "password":
            accounts.set_password(local.catalog, "anna", "another phrase")
        case "off":
            second_factor.switch_off(local.catalog, "anna")
        case "disable":
            accounts.disable(local.catalog, "anna", local.now())
    answer = browser.client.post("/sign-in/code", data={"code": code_of(local, secret)})
    assert answer.headers["location"] == "/sign-in"
    assert browser.get("/account").status_code == 303


def test_a_made_up_step_is_none(local: Place) -> None:
    accounts.add(local.catalog, "anna", "viewer", PASSWORD, local.now())
    browser = Browser(local)
    browser.client.cookies.set("proprocessor-step", open_box(local.settings).seal('{"account": "anna"}'))
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in"
    assert browser.client.post("/sign-in/code", data={"code": "1"}).headers["location"] == "/sign-in"


def test_switching_on_needs_the_password_and_a_code(local: Place) -> None:
    browser = with_account(local, "anna", "viewer")
    assert browser.post("/account/code/begin", {"password": "wrong one"}, page="/account/code").status_code == 422
    shown = browser.post("/account/code/begin", {"password": PASSWORD}, page="/account/code")
    sealed = html.unescape(found(SEALED, shown.text))
    refused = browser.post("/account/code/on", {"secret": sealed, "code": "000000"}, page="/account/code")
    assert refused.status_code == 422 and "not the code" in refused.text and SEALED.search(refused.text)
    assert not accounts.find(local.catalog, "anna").has_totp
    eve = with_account(local, "eve", "viewer")
    secret = found(SECRET, shown.text).replace(" ", "")
    stolen = eve.post("/account/code/on", {"secret": sealed, "code": code_of(local, secret)}, page="/account/code")
    assert stolen.status_code == 303 and not accounts.find(local.catalog, "eve").has_totp


def test_switching_off_needs_both(local: Place) -> None:
    browser = with_account(local, "anna", "viewer")
    secret, recovery = switched_on(local, browser)
    for form in (
        {"password": PASSWORD, "code": "000000"}, {"password": "wrong one", "code": code_of(local, secret)}, {},
    ):  # fmt: skip
        for path in ("off", "recovery"):
            assert browser.post(f"/account/code/{path}", form, page="/account/code").status_code == 422
    made = browser.post("/account/code/recovery", {"password": PASSWORD, "code": recovery[0]}, page="/account/code")
    assert not set(RECOVERY.findall(made.text)) & set(recovery) and len(RECOVERY.findall(made.text)) == 10
    form = {"password": PASSWORD, "code": code_of(local, secret)}
    assert browser.post("/account/code/off", form, page="/account/code").status_code == 303
    assert Browser(local).sign_in("anna").headers["location"] == "/"
    assert {"account.totp_off", "account.recovery_codes", "account.totp_on"} <= set(whats(local))


def test_an_administrator_takes_it_from_who_lost_the_device(local: Place) -> None:
    boss = with_account(local, "boss", "administrator")
    switched_on(local, with_account(local, "anna", "viewer"))
    assert "with one-time codes" in boss.get("/accounts").text
    assert boss.post("/accounts/anna", {"do": "totp_off"}).status_code == 303
    assert not accounts.find(local.catalog, "anna").has_totp
    assert whats(local)[0] == "account.totp_off"
    switched_on(local, boss)
    assert "own codes" in boss.post("/accounts/boss", {"do": "totp_off"}).text
    assert accounts.find(local.catalog, "boss").has_totp


def test_the_api_tells_it_and_takes_it_away(local: Place) -> None:
    boss = with_account(local, "boss", "administrator")
    switched_on(local, with_account(local, "anna", "viewer"))
    headers = {"X-Form-Token": boss.get("/api/v1/me").json()["form_token"]}
    assert boss.get("/api/v1/accounts/anna").json()["has_totp"] is True
    assert boss.client.patch("/api/v1/accounts/anna", json={"totp": True}, headers=headers).status_code == 422
    told = boss.client.patch("/api/v1/accounts/anna", json={"totp": False}, headers=headers)
    assert told.json()["has_totp"] is False and told.json()["has_password"] is True


def test_the_command_tells_it_and_takes_it_away(local: Place, tmp_path: Path) -> None:
    switched_on(local, with_account(local, "anna", "viewer"))
    listed = run("users", "list", "--json", data=tmp_path)
    assert [one["has_totp"] for one in json.loads(listed.said)] == [True]
    assert json.loads(run("users", "totp-off", "anna", "--json", data=tmp_path).said)["was_on"] is True
    assert "already" in run("users", "totp-off", "anna", data=tmp_path).said
    assert not accounts.find(local.catalog, "anna").has_totp
    assert audit.entries(local.catalog)[0].who == "command line"


@pytest.mark.parametrize("required", ["administrators", "everybody"])
def test_where_codes_are_required_nothing_else_is_done_before(local: Place, required: str) -> None:
    strict = replace(local, settings=local.settings.model_copy(update={"totp_required": required}))
    boss, anna = with_account(strict, "boss", "administrator"), with_account(strict, "anna", "viewer")
    assert (anna.get("/").status_code == 200) == (required == "administrators")
    for path in ("/", "/accounts", "/account", "/reports/shop/"):
        assert boss.get(path).headers["location"] == "/account/code", path
    refused = boss.get("/api/v1/accounts")
    assert (refused.status_code, refused.json()["reason"]) == (403, "code_needed")
    switched_on(strict, boss)
    assert boss.get("/accounts").status_code == 200
