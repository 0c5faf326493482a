"""The console as a browser asks it: the way in, who may see what, what only our own pages may do."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa

from console import datasets as registry
from console.web import audit, sessions, shares, tokens
from console.web.app import MAX_BODY
from console.web.entrance import first_run_code
from console.web.metrics import figures
from console.web.place import Place
from console.web.server import WebOptions, console_serving
from reporter.mail.unsubscribe import Subscription, make_token, token_key
from shared import accounts, passwords
from shared.attempts import ADDRESS_FAILURES, FREE_FAILURES
from shared.catalog.schema import attempts, dead_letters, suppressed
from shared.catalog.schema import sessions as sessions_table
from shared.errors import LostRace, Rejected
from tests.integration.settings_shop import Shop
from tests.web_console import PASSWORD, Browser, place_in, with_account

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    """With each kind of catalog."""
    with place_in(tmp_path, catalog_url) as made:
        yield made


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path) as made:
        yield made


@pytest.fixture
def read(shop: Shop) -> Iterator[Place]:
    """An installation that has published reports."""
    with place_in(shop.data) as made:
        yield made


def whats(place: Place) -> list[str]:
    return [one.what for one in audit.entries(place.catalog)]


def test_the_first_who_comes_makes_the_administrator_and_nobody_after(place: Place) -> None:
    browser = Browser(place)
    assert browser.get("/").headers["location"] == "/sign-in?next=%2F"
    assert browser.get("/sign-in").headers["location"] == "/first-run"
    form = {"name": "Boss", "password": PASSWORD, "again": "another one"}
    refused = browser.client.post("/first-run", data=form)
    assert refused.status_code == 422
    assert "The two passwords differ." in refused.text
    assert browser.client.post("/first-run", data={**form, "again": PASSWORD}).headers["location"] == "/"
    assert "You are the administrator" in browser.get("/").text
    assert "You are the administrator" not in browser.get("/").text, "told once"
    assert [(one.name, one.role) for one in accounts.every(place.catalog)] == [("boss", "administrator")]
    other = Browser(place)
    assert other.get("/first-run").headers["location"] == "/sign-in"
    assert other.client.post("/first-run", data={**form, "name": "evil", "again": PASSWORD}).status_code == 303
    assert len(accounts.every(place.catalog)) == 1
    assert whats(place) == ["account.first"]


def test_from_another_machine_the_first_needs_the_code(local: Place) -> None:
    browser = Browser(local, address="203.0.113.9")
    assert 'name="code"' in browser.get("/first-run").text
    form = {"name": "boss", "password": PASSWORD, "again": PASSWORD}
    assert browser.client.post("/first-run", data={**form, "code": "abc"}).status_code == 422
    assert accounts.every(local.catalog) == []
    assert browser.client.post("/first-run", data={**form, "code": first_run_code(local)}).status_code == 303


def test_signing_in_and_out(place: Place) -> None:
    browser = with_account(place, "boss", "administrator")
    cookie = next(one for one in browser.client.cookies.jar if one.name == "proprocessor")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    with place.catalog.read() as connection:
        (kept,) = connection.execute(sa.select(sessions_table.c.digest)).scalars()
    assert cookie.value not in kept, "the catalog does not hold what the browser does"
    assert browser.post("/sign-out", {}).headers["location"] == "/sign-in"
    assert browser.get("/").status_code == 303
    again = Browser(place)
    again.client.cookies.set("proprocessor", str(cookie.value))
    assert again.get("/").status_code == 303, "over in the catalog, too"
    assert browser.sign_in("boss", "wrong password").status_code == 403
    assert browser.sign_in("nobody", "wrong password").status_code == 403
    assert whats(place) == ["sign_in.refused", "sign_in.refused", "sign_out", "sign_in"]


def test_who_fails_too_often_waits(local: Place) -> None:
    browser = with_account(local, "boss", "administrator")
    assert browser.sign_in("boss", "wrong").status_code == 403
    with local.catalog.write() as connection:
        connection.execute(sa.update(attempts).values(failures=FREE_FAILURES + 5))
    refused = browser.sign_in("boss", PASSWORD)
    assert refused.status_code == 429
    assert "Try again in" in refused.text


def test_an_address_that_fails_too_often_waits(local: Place) -> None:
    accounts.add(local.catalog, "anna", "viewer", PASSWORD, local.now())
    there, elsewhere = Browser(local, address="203.0.113.9"), Browser(local, address="203.0.113.10")
    assert there.sign_in("somebody", "wrong").status_code == 403
    with local.catalog.write() as connection:
        same = attempts.c.kind == "address"
        connection.execute(sa.update(attempts).where(same).values(failures=ADDRESS_FAILURES))
    refused = there.sign_in("anna")
    assert refused.status_code == 429
    assert "Too many attempts from your address. Try again in" in refused.text
    assert elsewhere.sign_in("anna").status_code == 303


def test_behind_a_proxy_that_is_believed_everybody_has_an_address_of_their_own(local: Place) -> None:
    accounts.add(local.catalog, "anna", "viewer", PASSWORD, local.now())
    for proxies, seen in (("127.0.0.1", "203.0.113.9"), ("192.0.2.99", "127.0.0.1")):
        with console_serving(local, WebOptions(port=0, proxies=proxies)) as url:
            headers = {"X-Forwarded-For": "203.0.113.9"}
            httpx2.post(f"{url}sign-in", data={"name": "anna", "password": "wrong"}, headers=headers)
        with local.catalog.write() as connection:
            kept = connection.execute(sa.select(attempts.c.name).where(attempts.c.kind == "address")).scalars().all()
            connection.execute(sa.delete(attempts))
        assert kept == [seen]


@pytest.mark.parametrize("next", ["//evil.test/", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "/a\n"])
def test_signing_in_leads_nowhere_else(local: Place, next: str) -> None:
    accounts.add(local.catalog, "boss", "administrator", PASSWORD, local.now())
    browser = Browser(local)
    answer = browser.client.post("/sign-in", data={"name": "boss", "password": PASSWORD, "next": next})
    assert answer.headers["location"] == "/"


def test_a_session_ends_by_time_and_with_its_account(local: Place) -> None:
    accounts.add(local.catalog, "anna", "viewer", PASSWORD, local.now())
    now = local.now()
    kept = sessions.begin(local.catalog, "anna", now, address="", agent="")
    assert sessions.find(local.catalog, kept, now + sessions.IDLE - timedelta(seconds=1)) is not None
    assert sessions.find(local.catalog, kept, now + sessions.IDLE) is not None, "it was used meanwhile"
    late = now
    while late < now + sessions.LONGEST:
        late += timedelta(days=10)
        sessions.find(local.catalog, kept, late)
    assert sessions.find(local.catalog, kept, now + sessions.LONGEST) is None, "however often it was used"
    kept = sessions.begin(local.catalog, "anna", now, address="", agent="")
    accounts.disable(local.catalog, "anna", now)
    assert sessions.find(local.catalog, kept, now) is None


FORMS = [
    ("/sign-out", {}),
    ("/accounts", {"name": "evil", "role": "administrator", "password": PASSWORD}),
    ("/accounts/boss", {"do": "password", "password": "another word"}),
    ("/account/password", {"old": PASSWORD, "password": "another word", "again": "another word"}),
    ("/account/tokens", {"name": "x", "scope": "read"}),
    ("/operations/failures", {"do": "discard", "ids": "x"}),
]


@pytest.mark.parametrize(("path", "form"), FORMS, ids=[path for path, _ in FORMS])
def test_another_site_cannot_make_a_browser_do_anything(local: Place, path: str, form: dict[str, str]) -> None:
    browser = with_account(local, "boss", "administrator")
    for headers in ({}, {"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.client.post(path, data=form, headers=headers).status_code == 403
        wrong = {**form, "form_token": "0" * 64}
        assert browser.client.post(path, data=wrong, headers=headers).status_code == 403
    assert browser.post(path, form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert [one.name for one in accounts.every(local.catalog)] == ["boss"]
    assert browser.get("/").status_code == 200
    assert whats(local) == ["sign_in"]


def test_pages_say_what_browsers_may_do_with_them(local: Place) -> None:
    browser = with_account(local, "boss", "administrator")
    for path in ("/", "/nowhere", "/static/console.js", "/healthz"):
        headers = browser.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
    assert browser.get("/").headers["cache-control"] == "no-store"
    assert (
        "immutable"
        in browser.get(re.findall(r'href="(/static/[^"]*)"', browser.get("/").text)[0]).headers["cache-control"]
    )


def test_a_request_that_is_too_long_is_refused(local: Place) -> None:
    browser = with_account(local, "boss", "administrator")
    assert (
        browser.client.post("/accounts", content=b"x", headers={"Content-Length": str(MAX_BODY + 1)}).status_code == 413
    )


def test_viewers_and_editors_do_not_manage(local: Place) -> None:
    for role in ("viewer", "editor"):
        browser = with_account(local, role, role)  # type: ignore[arg-type]
        for path in (
            "/operations",
            "/operations/failures",
            "/operations/failures/x",
            "/accounts",
            "/audit",
            "/metrics",
        ):
            assert browser.get(path).status_code == 403, path
        for path, form in FORMS[1:3] + FORMS[5:]:
            assert browser.post(path, form).status_code == 403, path
    assert [one.name for one in accounts.every(local.catalog)] == ["editor", "viewer"]


def test_accounts_are_managed(place: Place) -> None:
    browser = with_account(place, "boss", "administrator")
    anna = Browser(place)
    assert browser.post("/accounts", {"name": "Anna", "role": "editor", "password": PASSWORD}).status_code == 303
    assert "anna may sign in now." in browser.get("/accounts").text
    assert browser.post("/accounts", {"name": "anna", "role": "viewer", "password": PASSWORD}).status_code == 422
    assert anna.sign_in("anna").status_code == 303
    assert browser.post("/accounts/anna", {"do": "change", "role": "viewer"}).status_code == 303
    assert accounts.find(place.catalog, "anna").role == "viewer"
    assert browser.post("/accounts/anna", {"do": "change", "role": "viewer", "dataset": "none"}).status_code == 404
    assert browser.post("/accounts/anna", {"do": "password", "password": "another word"}).status_code == 303
    assert anna.get("/account").status_code == 303, "signed out"
    assert anna.sign_in("anna", "another word").status_code == 303
    assert browser.post("/accounts/anna", {"do": "disable"}).status_code == 303
    assert anna.get("/account").status_code == 303
    assert browser.post("/accounts/anna", {"do": "enable"}).status_code == 303
    assert browser.post("/accounts/anna", {"do": "remove"}).status_code == 303
    for form in ({"do": "remove"}, {"do": "disable"}, {"do": "change", "role": "viewer"}):
        refused = browser.post("/accounts/boss", form)
        assert refused.status_code == 422
        assert "last administrator" in refused.text
    assert whats(place)[:6] == [
        "account.remove", "account.enable", "account.disable", "sign_in", "account.password", "account.change",
    ]  # fmt: skip
    assert PASSWORD not in browser.get("/audit").text


def test_ones_own_account(place: Place) -> None:
    here, there = with_account(place, "anna", "viewer"), Browser(place)
    there.sign_in("anna")
    assert (
        "The present password is another."
        in here.post("/account/password", {"old": "x", "password": "another word", "again": "another word"}).text
    )
    form = {"old": PASSWORD, "password": "another word", "again": "another word"}
    assert here.post("/account/password", form).status_code == 303
    assert "1 other browsers must sign in again" in here.get("/account").text
    assert there.get("/account").status_code == 303
    there.sign_in("anna", "another word")
    other = sessions.of_account(place.catalog, "anna", place.now())[0]
    assert here.post("/account/sessions", {"id": other.id}).status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_tokens_are_shown_once_and_go_as_far_as_their_scopes(place: Place) -> None:
    browser = with_account(place, "boss", "administrator")
    page = browser.post("/account/tokens", {"name": "script", "scope": ["read", "metrics"], "days": "3"}).text
    (text,) = re.findall(r"pp_[\w-]+", page)
    assert text not in browser.get("/account").text
    program = Browser(place, address="203.0.113.9")
    bearer = {"Authorization": f"Bearer {text}"}
    assert program.get("/metrics").status_code == 303
    assert program.get("/metrics", headers=bearer).status_code == 200
    for path in ("/", "/accounts", "/account", "/operations"):
        assert program.get(path, headers=bearer).status_code == 303, "pages are for people"
    assert program.client.post("/account/tokens", data={"scope": "operate"}, headers=bearer).status_code == 303
    assert program.client.post("/accounts/boss", data={"do": "password"}, headers=bearer).status_code == 303
    assert [one.name for one in tokens.of_account(place.catalog, "boss")] == ["script"]
    (kept,) = tokens.of_account(place.catalog, "boss")
    assert kept.used_at is not None
    assert tokens.find(place.catalog, text, place.now() + timedelta(days=3, seconds=1)) is None
    assert browser.post("/account/tokens/remove", {"id": kept.id}).status_code == 303
    assert program.get("/metrics", headers=bearer).status_code == 303
    assert browser.post("/account/tokens", {"name": "x", "scope": "everything"}).status_code == 422
    assert browser.post("/account/tokens", {"name": "x", "scope": "read", "days": "0"}).status_code == 422


def test_reports_are_read_by_those_who_may(read: Place) -> None:
    dataset = "shop"
    anna = with_account(read, "anna", "viewer", dataset)
    stranger = with_account(read, "stranger", "viewer")
    home = anna.get("/").text
    assert f"/reports/{dataset}/index.html" in home
    page = anna.get(f"/reports/{dataset}/index.html")
    assert page.status_code == 200
    assert '<nav class="console-bar"' in page.text
    assert page.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": page.headers["etag"]}
    assert anna.get(f"/reports/{dataset}/index.html", headers=known).status_code == 304
    style = re.findall(r'href="\.\./(assets/style[^"]*)"', page.text)[0]
    packed = anna.get(f"/reports/{style}", headers={"Accept-Encoding": "br"})
    assert packed.headers["content-encoding"] == "br"
    assert "immutable" in packed.headers["cache-control"]
    csv = anna.get(f"/reports/{dataset}/all/pages.csv")
    assert csv.status_code == 200
    assert csv.headers["content-type"].startswith("text/csv")
    for path in (f"/reports/{dataset}/index.html", f"/datasets/{dataset}", "/reports/none/index.html"):
        assert stranger.get(path).status_code == 404
        assert Browser(read).get(path).status_code == 303
    for path in ("../catalog.db", "%2e%2e/%2e%2e/catalog.db", ".hidden", "all", "all//pages.csv", "%00"):
        assert anna.get(f"/reports/{dataset}/{path}").status_code in (404, 303), path
    assert "There is no data set" not in anna.get(f"/datasets/{dataset}").text
    assert anna.post(f"/datasets/{dataset}/fetch", {}).status_code == 403, "a viewer"


def test_an_editor_fetches_now(shop: Shop, read: Place) -> None:
    dataset = shop.row()["id"]
    editor = with_account(read, "eve", "editor", dataset)
    before = len(shop.messages())
    assert editor.post(f"/datasets/{dataset}/fetch", {}).headers["location"] == f"/datasets/{dataset}"
    assert shop.messages()[before:] == ["dataset.due"]
    assert "It is due." in editor.get(f"/datasets/{dataset}").text


def test_a_file_is_followed_from_fetch_to_report(shop: Shop, read: Place) -> None:
    anna = with_account(read, "anna", "viewer", "shop")
    (link,) = re.findall(r'href="(/datasets/shop/files/\d+)"', anna.get("/datasets/shop").text)
    page = anna.get(link).text
    told = json.loads(shop.run("datasets", "trace", "shop", "access.log", "--json").out)
    (trace,) = told["traces"]
    assert trace in page
    assert "5 lines, 5 hits, 0 rejects" in page
    assert page.count("not yet") == 0
    assert {one["type"]: list(one["done"]) for one in told["messages"]} == {
        "file.fetched": ["parser"],
        "hits.parsed": ["analyzer"],
    }
    shown = shop.run("datasets", "trace", "shop", "access.log")
    assert f"Trace      {trace}" in shown.out
    assert "Published  not yet" not in shown.out
    assert anna.get("/datasets/shop/files/99999").status_code == 404
    shop.run("datasets", "trace", "shop", "nothing.log", code=65)


def test_a_share_link_opens_the_reports_of_one_data_set_and_nothing_else(read: Place) -> None:
    eve = with_account(read, "eve", "editor", "shop")
    page = eve.post("/datasets/shop/shares", {"name": "The board", "days": "7"}).text
    (text,) = re.findall(r"/share/([\w-]+)<", page)
    assert text not in eve.get("/datasets/shop/shares").text
    guest = Browser(read, address="203.0.113.9")
    assert guest.get("/reports/shop/index.html").status_code == 303, "to sign in"
    followed = guest.get(f"/share/{text}")
    assert followed.headers["location"] == "/reports/shop/index.html"
    kept = re.findall(r"proprocessor-share=([^;]+)", followed.headers["set-cookie"])[0]
    assert "Path=/reports/shop" in followed.headers["set-cookie"], "beside links to other data sets"
    cookies = {"Cookie": f"proprocessor-share={kept}"}
    shown = guest.get("/reports/shop/all/pages.html", headers=cookies)
    assert shown.status_code == 200
    assert "Shared with The board until" in shown.text
    assert "Other days" not in shown.text
    assert guest.get("/reports/shop/all/pages.csv", headers=cookies).status_code == 200
    for path in ("/", "/datasets/shop", "/datasets/shop/settings", "/live/shop/pages", "/account", "/metrics"):
        assert guest.get(path, headers=cookies).status_code == 303, path
    for path in ("/reports/other/index.html", "/reports/shop/2015-05-16..2015-05-18/pages.html"):
        assert guest.get(path, headers=cookies).status_code in (303, 404), path
    assert guest.get("/reports/shop/all/pages.html?label=channel%3Dsearch", headers=cookies).text == shown.text
    (link,) = shares.of_dataset(read.catalog, "shop", read.now())
    assert (link.name, link.made_by) == ("The board", "eve")
    assert shares.find(read.catalog, text, read.now() + timedelta(days=7, seconds=1)) is None
    assert eve.post("/datasets/shop/shares/remove", {"id": link.id}).status_code == 303
    assert guest.get("/reports/shop/all/pages.html", headers=cookies).status_code == 303
    assert guest.get(f"/share/{text}").status_code == 404
    for days in ("0", "367", "x"):
        assert eve.post("/datasets/shop/shares", {"name": "x", "days": days}).status_code == 422
    viewer = with_account(read, "vic", "viewer", "shop")
    assert viewer.post("/datasets/shop/shares", {"name": "x", "days": "1"}).status_code == 403
    assert {"share.add", "share.follow", "share.remove"} <= set(whats(read))


def test_dead_letters_are_replayed_and_discarded(place: Place) -> None:
    browser = with_account(place, "boss", "administrator")
    for number, reason in enumerate(("gzip_truncated", "gzip_truncated", "no_files")):
        letter(place, f"{number}" * 32, reason)
    listed = browser.get("/operations/failures").text
    assert "<code>gzip_truncated</code>: 2" in listed
    assert "&lt;img" in listed
    assert "<img" not in listed
    assert "shop/dataset-due" not in browser.get(f"/operations/failures/{'0' * 32}").text
    assert browser.post("/operations/failures", {"do": "discard", "ids": ["0" * 32]}).status_code == 303
    assert browser.post("/operations/failures", {"do": "replay", "reason": "no_files"}).status_code == 303
    assert browser.post("/operations/failures", {"do": "burn", "reason": "gzip_truncated"}).status_code == 422
    assert browser.post("/operations/failures", {"do": "replay", "ids": ["0" * 32]}).status_code == 422, "settled"
    with place.catalog.read() as connection:
        states = dict(connection.execute(sa.select(dead_letters.c.id, dead_letters.c.state)).all())
    assert [states[f"{number}" * 32] for number in range(3)] == ["discarded", "waiting", "replayed"]
    assert whats(place)[:2] == ["failures.replay", "failures.discard"]
    assert browser.get("/operations/failures?settled=true").text.count('name="ids"') == 1


def letter(place: Place, id: str, reason: str) -> None:
    from shared.messages import DatasetDue, encode, first

    message = first(DatasetDue("shop", f"now {id}"), origin="test")
    values = {
        "id": id, "queue": "fetcher", "message": message.id, "type": "dataset.due", "body": encode(message),
        "dataset": "shop", "subject": "<img src=x>", "reason": reason, "error": f"{reason}.", "exit_code": 65,
        "attempts": 1, "state": "waiting", "died_at": place.now(),
    }  # fmt: skip
    with place.catalog.write() as connection:
        connection.execute(sa.insert(dead_letters).values(**values))


def test_operations_show_queues_and_answer_htmx_with_their_part(read: Place) -> None:
    browser = with_account(read, "boss", "administrator")
    whole = browser.get("/operations")
    assert "No process is running." in whole.text
    part = browser.get("/operations", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Done a minute" in part.text


def test_alive_and_ready(local: Place) -> None:
    browser = Browser(local)
    assert browser.get("/healthz").text == "ok\n"
    assert browser.get("/readyz").text == "ready\n"
    broken = local.settings.model_copy(update={"queue": type(local.settings.queue)("amqp://guest:guest@127.0.0.1:1/")})
    answer = Browser(Place(broken, local.catalog)).get("/readyz")
    assert answer.status_code == 503
    assert "127.0.0.1" in answer.text


def test_figures_are_those_that_are_documented(read: Place) -> None:
    letter(read, "a" * 32, "no_files")
    text = figures(read).decode()
    told = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    documented = set(
        re.findall(r"^\| `(proprocessor_\w+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    )
    assert told == documented
    assert 'proprocessor_dead_letters{queue="fetcher",reason="no_files"} 1.0' in text
    for name in ("grafana.json", "prometheus-rules.yml"):
        used = set(re.findall(r"proprocessor_[a-z_]+", (ROOT / "docs" / name).read_text()))
        assert used - told == set()


def test_a_link_to_unsubscribe_needs_no_account_and_a_second_step(place: Place) -> None:
    token = make_token(token_key(place.settings), Subscription("shop", "weekly", "anna@fruit.test"))
    browser = Browser(place)
    asked = browser.get(f"/unsubscribe/{token}")
    assert "anna@fruit.test gets" in asked.text
    rows = sa.select(suppressed.c.address, suppressed.c.event)
    with place.catalog.read() as connection:
        assert connection.execute(rows).all() == [], "programs that look at mail open links"
    # As a mail program does (RFC 8058).
    done = browser.client.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    with place.catalog.read() as connection:
        assert connection.execute(rows).all() == [("anna@fruit.test", "weekly")]
    assert browser.get(f"/unsubscribe/{token}x").status_code == 422


def test_everything_holds_below_a_prefix(local: Place) -> None:
    accounts.add(local.catalog, "boss", "administrator", PASSWORD, local.now())
    browser = Browser(local, root_path="/stats")
    assert browser.get("/").headers["location"] == "/stats/sign-in?next=%2F"
    answer = browser.sign_in("boss")
    assert answer.headers["location"] == "/stats/"
    assert "Path=/stats" in answer.headers["set-cookie"]
    browser.client.cookies.set(
        "proprocessor",
        answer.cookies.get("proprocessor") or re.findall(r"proprocessor=([^;]+)", answer.headers["set-cookie"])[0],
    )
    page = browser.get("/").text
    links = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
    assert links
    assert [link for link in links if not link.startswith("/stats/")] == []


def test_from_a_proxy_or_by_another_name_the_first_needs_the_code(local: Place) -> None:
    """A proxy on this machine, or another site that has led its name here, is no person who sits at it."""
    browser = Browser(local)
    assert 'name="code"' not in browser.get("/first-run").text
    for headers in ({"X-Forwarded-For": "203.0.113.9"}, {"Host": "evil.test:8080"}):
        assert 'name="code"' in browser.get("/first-run", headers=headers).text
        form = {"name": "evil", "password": PASSWORD, "again": PASSWORD}
        origin = {"Origin": f"http://{headers.get('Host', '127.0.0.1')}"}
        assert browser.client.post("/first-run", data=form, headers={**headers, **origin}).status_code == 422
        assert browser.get("/metrics", headers=headers).status_code == 303
    assert accounts.every(local.catalog) == []


def test_what_an_account_left_behind_helps_nobody_of_its_name(place: Place) -> None:
    old = with_account(place, "anna", "viewer")
    _, text = tokens.add(place.catalog, "anna", name="x", scopes=["read"], now=place.now())
    accounts.remove(place.catalog, "anna")
    accounts.add(place.catalog, "anna", "administrator", "another word", place.now())
    assert old.get("/account").status_code == 303
    assert tokens.find(place.catalog, text, place.now()) is None
    new = Browser(place)
    assert new.sign_in("anna", "another word").status_code == 303
    accounts.set_password(place.catalog, "anna", "a third word")
    assert new.get("/account").status_code == 303


def test_two_cannot_be_the_first(place: Place) -> None:
    accounts.add(place.catalog, "boss", "administrator", PASSWORD, place.now(), only_first=True)
    with pytest.raises(LostRace):
        accounts.add(place.catalog, "evil", "administrator", PASSWORD, place.now(), only_first=True)
    accounts.add(place.catalog, "anna", "viewer", PASSWORD, place.now())
    for attempt in (accounts.remove, lambda c, n: accounts.disable(c, n, place.now())):
        with pytest.raises(Rejected, match="last administrator"):
            attempt(place.catalog, "boss")


def test_a_page_that_renews_itself_keeps_nobody_signed_in(local: Place) -> None:
    accounts.add(local.catalog, "anna", "viewer", PASSWORD, local.now())
    now = local.now()
    kept = sessions.begin(local.catalog, "anna", now, address="", agent="")
    later = now + timedelta(days=13)
    assert sessions.find(local.catalog, kept, later, is_used=False) is not None
    assert sessions.find(local.catalog, kept, now + sessions.IDLE) is None


def test_hashes_are_made_a_few_at_a_time(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add(local.catalog, "boss", "administrator", PASSWORD, local.now())
    monkeypatch.setattr(passwords, "_turn", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "HASH_WAIT_S", 0.01)
    with passwords._turn:
        assert Browser(local).sign_in("boss").status_code == 503
    assert Browser(local).sign_in("boss").status_code == 303


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sign-in?next=//[", 303), ("/reports/assets/" + 300 * "a", 404), ("/datasets/shop/files/" + 20 * "9", 422),
        ("/audit?before=" + 20 * "9", 422), ("/reports/shop/0001-01-01/pages.html", 200),
        ("/reports/shop/9999-12-31/pages.html", 200), ("/datasets/shop?start=" + 30 * "9", 422),
    ],
)  # fmt: skip
def test_odd_addresses_are_answered(read: Place, path: str, status: int) -> None:
    boss = with_account(read, "boss", "administrator")
    assert boss.get(path).status_code == status


@pytest.mark.parametrize("days", ["²", "5" * 5000, "-1", "1e3"])
def test_odd_numbers_are_refused(read: Place, days: str) -> None:
    boss = with_account(read, "boss", "administrator")
    assert boss.post("/datasets/shop/shares", {"name": "x", "days": days}).status_code == 422
    assert boss.post("/datasets/shop/settings/undo", {"number": days}).status_code == 422


def test_a_strange_origin_is_another_site(local: Place) -> None:
    accounts.add(local.catalog, "boss", "administrator", PASSWORD, local.now())
    for origin in ("http://[", "null", "http://127.0.0.1.evil.test"):
        form = {"name": "boss", "password": PASSWORD}
        assert Browser(local).client.post("/sign-in", data=form, headers={"Origin": origin}).status_code == 403


def test_an_error_of_ours_is_told_carefully(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = with_account(local, "boss", "administrator")
    monkeypatch.setattr("console.web.home.cards", lambda *_: 1 / 0)
    answer = boss.get("/")
    assert answer.status_code == 500
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "ZeroDivisionError" not in answer.text


def test_a_data_set_is_not_called_like_a_stage(shop: Shop, read: Place) -> None:
    assert registry.id_for("x", "Reporter") == "reporter-data"
    assert registry.id_for("x", "Assets") == "assets-data"
    with_account(read, "anna", "viewer", "shop")
    shop.run("datasets", "remove", "shop", "--yes")
    assert accounts.find(read.catalog, "anna").datasets == ()
