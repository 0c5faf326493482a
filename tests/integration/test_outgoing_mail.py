"""E-mail as administrators and editors look after it, by the API and in the browser: the same as `proprocessor mail`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa

from console.mail import newest_mail
from console.web import audit
from console.web.place import Place
from reporter.mail import suppression
from shared.catalog.schema import deliveries
from tests.conftest import CATALOGS, url_of
from tests.integration.mail_shop import DUE, MailShop, mail_shop
from tests.integration.test_api import Program, is_problem
from tests.mail_server import MailServer, mail_server
from tests.web_console import Browser, with_account

NOW = datetime(2026, 3, 3, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


each_catalog = pytest.mark.parametrize("catalog_url", CATALOGS, indirect=True)


@pytest.fixture
def catalog_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A file, but where a test asks for each kind."""
    return url_of(getattr(request, "param", "sqlite"), request, tmp_path)


@pytest.fixture
def shop(tmp_path: Path, catalog_url: str, server: MailServer) -> Iterator[MailShop]:
    """Two e-mails were sent."""
    with mail_shop(tmp_path, catalog_url, server.settings()) as made:
        made.complete(DUE - timedelta(minutes=5))
        made.tick()
        made.complete()
        made.clock.at = DUE
        made.tick()
        yield made


@pytest.fixture
def place(shop: MailShop) -> Place:
    return Place(shop.tools.settings, shop.tools.catalog)


@pytest.fixture
def boss(place: Place) -> Program:
    return Program(place, "administrator", "read", "operate", name="boss")


def unknown_of(shop: MailShop) -> str:
    """The id of one of which nobody knows."""
    row = shop.rows(recipient="ann@fruit.test")[0]
    shop.write(
        sa.update(deliveries).where(deliveries.c.id == row.id).values(state="unknown", reason="<i>It broke.</i>")
    )
    return row.id


@each_catalog
def test_what_became_of_e_mail_is_listed_the_newest_first(shop: MailShop, boss: Program) -> None:
    unknown_of(shop)
    found = boss.get("/mail/deliveries").json()
    assert found["total"] == 2
    assert {one["recipient"] for one in found["items"]} == {"ann@fruit.test", "bob@fruit.test"}
    assert [one["recipient"] for one in boss.get("/mail/deliveries?state=unknown").json()["items"]] == [
        "ann@fruit.test"
    ]
    assert boss.get("/mail/deliveries?state=waiting").json()["items"] == []
    assert boss.get("/mail/deliveries?dataset=other").json()["total"] == 0
    part = boss.get("/mail/deliveries?dataset=shop&limit=1&offset=1").json()
    assert (part["total"], len(part["items"])) == (2, 1)
    assert part["items"][0]["id"] == found["items"][1]["id"]
    for query in ("state=odd", "dataset=%00", "limit=0"):
        assert is_problem(boss.get(f"/mail/deliveries?{query}"), 422, "not_well_formed")


@each_catalog
def test_later_ones_come_first(shop: MailShop) -> None:
    shop.clock.at = DUE + timedelta(days=7)
    shop.complete(shop.clock.at)
    shop.tick()
    _, found = newest_mail(shop.tools.catalog, offset=0, limit=10)
    assert len(found) == 4
    assert [one.due_at for one in found] == sorted((one.due_at for one in found), reverse=True)


@each_catalog
def test_one_is_resolved_as_sent_or_sent_again(shop: MailShop, boss: Program, place: Place) -> None:
    id = unknown_of(shop)
    path = f"/mail/deliveries/{id[:8]}/resolve"
    assert is_problem(boss("POST", path, json={"outcome": "lost"}), 422, "not_well_formed")
    assert boss("POST", path, json={"outcome": "again"}).status_code == 200
    assert shop.states()["ann@fruit.test"] == "waiting"
    assert is_problem(boss("POST", path, json={"outcome": "sent"}), 409, "nothing_to_resolve")
    unknown_of(shop)
    assert boss("POST", path, json={"outcome": "sent"}).json() == {"outcome": "sent"}
    assert shop.states()["ann@fruit.test"] == "sent"
    for odd in ("0", "%00", "%25", "zzz"):
        answer = boss("POST", f"/mail/deliveries/{odd}zz/resolve", json={"outcome": "sent"})
        assert is_problem(answer, 404, "unknown_delivery")
    noted = [one.detail["outcome"] for one in audit.entries(place.catalog) if one.what == "mail.resolve"]
    assert noted == ["sent", "again"]


def test_an_address_is_allowed_again(shop: MailShop, boss: Program, place: Place) -> None:
    suppression.bounce(place.catalog, "ann@fruit.test", "5.1.1 unknown", NOW)
    (listed,) = boss.get("/mail/suppressed").json()["items"]
    assert (listed["address"], listed["why"], listed["reason"]) == ("ann@fruit.test", "bounced", "5.1.1 unknown")
    assert boss("POST", "/mail/allow", json={"address": "ann@fruit.test"}).status_code == 200
    assert boss.get("/mail/suppressed").json()["total"] == 0
    assert is_problem(boss("POST", "/mail/allow", json={"address": "ann@fruit.test"}), 409, "not_suppressed")
    for odd in ("ann", "ann@fruit.test\nBcc: x@y.test", "\x00@x.test", ""):
        assert is_problem(boss("POST", "/mail/allow", json={"address": odd}), 422, "bad_header")
    assert next(one.what for one in audit.entries(place.catalog)) == "mail.allow"


def test_an_event_is_previewed_and_nothing_sent(place: Place, server: MailServer) -> None:
    sent = len(server.taken)
    editor = Program(place, "editor", "read")
    answer = editor.get("/datasets/shop/mails/weekly/preview?period=2026-W09")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "message/rfc822")
    message = message_from_bytes(answer.content, policy=default)
    assert message["To"] == "ann@fruit.test"
    assert "Fruit shop" in str(message["Subject"])
    assert 'filename="shop-weekly-2026-W09.eml"' in answer.headers["content-disposition"]
    assert is_problem(editor.get("/datasets/shop/mails/weekly/preview?period=yesterday"), 422, "not_a_period")
    assert is_problem(editor.get("/datasets/shop/mails/other/preview"), 404, "unknown_event")
    assert is_problem(editor.get("/datasets/other/mails/weekly/preview"), 404, "unknown_dataset")
    assert len(server.taken) == sent


def test_a_test_goes_to_oneself_and_counts_as_nothing(shop: MailShop, place: Place, server: MailServer) -> None:
    sent, states = len(server.taken), shop.states()
    editor = Program(place, "editor", "operate", name="eve")
    path = "/datasets/shop/mails/weekly/test"
    told = editor("POST", path, json={"to": "eve@fruit.test", "period": "2026-W09"})
    assert told.json()["outcome"] == "sent", told.text
    assert server.to()[sent:] == ["eve@fruit.test"]
    assert str(server.messages()[-1]["Subject"]).startswith("Test: ")
    assert shop.states() == states
    server.recipients["eve@fruit.test"] = "550 5.7.1 no"
    refused = editor("POST", path, json={"to": "eve@fruit.test"}).json()
    assert refused["outcome"] == "refused" and "no" in refused["said"]
    for odd in ("eve", "eve@fruit.test\r\nBcc: x@y.test"):
        assert is_problem(editor("POST", path, json={"to": odd}), 422, "bad_header")
    (one, other) = [one for one in audit.entries(place.catalog) if one.what == "mail.test"]
    assert (one.who, one.about, other.detail["to"]) == ("eve", "shop", "eve@fruit.test")


def test_who_may_not_is_refused(place: Place) -> None:
    editor = Program(place, "editor", "read", "write", "operate")
    reads, viewer = Program(place, "administrator", "read"), Program(place, "viewer", "read", "operate")
    for one in (editor, reads, viewer):
        for path in ("/mail/deliveries", "/mail/suppressed"):
            assert is_problem(one.get(path), 403, "not_administrator")
        assert is_problem(one("POST", "/mail/allow", json={"address": "a@b.test"}), 403, "not_administrator")
        answer = one("POST", "/mail/deliveries/ab/resolve", json={"outcome": "sent"})
        assert is_problem(answer, 403, "not_administrator")
    assert is_problem(viewer.get("/datasets/shop/mails/weekly/preview"), 403, "not_editor")
    assert is_problem(viewer("POST", "/datasets/shop/mails/weekly/test", json={"to": "a@b.test"}), 403, "not_editor")
    assert is_problem(reads("POST", "/datasets/shop/mails/weekly/test", json={"to": "a@b.test"}), 403, "scope_missing")


# In the browser


@pytest.fixture
def browser(place: Place) -> Browser:
    return with_account(place, "root", "administrator")


def test_the_page_says_what_nobody_knows_and_takes_an_answer(shop: MailShop, browser: Browser, place: Place) -> None:
    id = unknown_of(shop)
    page = browser.get("/operations/mail").text
    assert "Of 1 e-mail nobody knows whether it went out" in page
    assert "Ask the recipient" in page
    assert "&lt;i&gt;It broke." in page and "<i>It broke" not in page
    assert browser.post("/operations/mail/resolve", {"delivery": id, "do": "sent"}).status_code == 303
    assert shop.states()["ann@fruit.test"] == "sent"
    page = browser.get("/operations/mail").text
    assert "counts as sent" in page and "nobody knows" not in page
    assert browser.post("/operations/mail/resolve", {"delivery": id, "do": "again"}).status_code == 409
    assert browser.post("/operations/mail/resolve", {"delivery": "\x00", "do": "again"}).status_code == 404
    assert browser.post("/operations/mail/resolve", {"delivery": id, "do": "burn"}).status_code == 422
    assert "no such e-mail" in browser.get("/operations/mail?state=failed").text
    assert browser.get("/operations/mail?state=odd&dataset=%00&part=%00").status_code == 200


def test_who_gets_none_is_shown_and_allowed_again(browser: Browser, place: Place) -> None:
    suppression.bounce(place.catalog, "ann@fruit.test", "<b>5.1.1</b>", NOW)
    page = browser.get("/operations/mail").text
    assert "&lt;b&gt;5.1.1" in page and "all e-mail" in page
    assert browser.post("/operations/mail/allow", {"address": "ann@fruit.test"}).status_code == 303
    assert "gets e-mail again" in browser.get("/operations/mail").text
    assert browser.post("/operations/mail/allow", {"address": "ann@fruit.test"}).status_code == 409
    assert browser.post("/operations/mail/allow", {"address": "x\ny"}).status_code == 422
    assert suppression.listed(place.catalog) == []


def test_the_page_is_for_administrators_and_for_nobody_elses_forms(shop: MailShop, place: Place) -> None:
    id = unknown_of(shop)
    editor = with_account(place, "eve", "editor", "shop")
    assert editor.get("/operations/mail").status_code == 403
    assert editor.post("/operations/mail/resolve", {"delivery": id, "do": "sent"}).status_code == 403
    assert editor.post("/operations/mail/allow", {"address": "ann@fruit.test"}).status_code == 403
    root = with_account(place, "root", "administrator")
    form = {"delivery": id, "do": "sent"}
    assert root.client.post("/operations/mail/resolve", data=form).status_code == 403
    assert shop.states()["ann@fruit.test"] == "unknown"
