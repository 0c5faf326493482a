"""Scheduled e-mail through a real server: once, when the data is complete, whatever the server does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from reporter.mail import deliveries, suppression
from reporter.mail.deliveries import DELAYS_S, Sender
from reporter.mail.html_subset import faults
from shared.catalog.schema import datasets, mail_plans
from tests.integration.mail_shop import DUE, WEEKLY, MailShop, mail_shop
from tests.jdc_faults import self_signed
from tests.mail_server import MailServer, mail_server
from tests.servers import free_port

BOTH = ["ann@fruit.test", "bob@fruit.test"]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path, server: MailServer) -> Iterator[MailShop]:
    settings = server.settings(smtp_timeout_s="2", site_url="https://reports.fruit.test/")
    with mail_shop(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", settings) as made:
        made.tick()
        yield made


@pytest.fixture
def any_shop(tmp_path: Path, catalog_url: str, server: MailServer) -> Iterator[MailShop]:
    with mail_shop(tmp_path, catalog_url, server.settings()) as made:
        made.tick()
        yield made


def due(shop: MailShop) -> None:
    """The event's time comes, and all of its data is there."""
    shop.complete()
    shop.clock.at = DUE
    shop.tick()


def test_it_is_sent_once_to_each_when_it_is_due_and_the_week_complete(any_shop: MailShop, server: MailServer) -> None:
    any_shop.complete(DUE - timedelta(minutes=5))
    any_shop.tick(minutes=20)
    assert server.taken == []
    any_shop.clock.at = DUE
    any_shop.tick()
    assert server.to() == BOTH
    for _ in range(3):
        any_shop.tick(hours=9)
    assert len(server.taken) == 2
    assert any_shop.states() == dict.fromkeys(BOTH, "sent")
    assert {(one.period, one.partial, one.attempts) for one in any_shop.rows()} == {("2026-W09", False, 1)}
    any_shop.clock.at = DUE + timedelta(days=7)
    any_shop.complete(DUE + timedelta(days=7))
    any_shop.tick()
    assert len(server.taken) == 4
    assert {one.period for one in any_shop.rows()} == {"2026-W09", "2026-W10"}


def test_the_message_says_what_it_is_and_how_to_end_it(shop: MailShop, server: MailServer) -> None:
    due(shop)
    (first, second) = server.messages()
    assert first["Subject"] == "Fruit shop: Week 9, 2026"
    assert (first["From"], first["To"]) == ("Reports <reports@fruit.test>", "ann@fruit.test")
    assert first["List-Unsubscribe"].startswith("<mailto:reports@fruit.test?subject=unsubscribe%20")
    assert first["List-Unsubscribe-Post"] is None
    assert first["Message-ID"] != second["Message-ID"]
    assert {one.message_id for one in shop.rows()} == {first["Message-ID"], second["Message-ID"]}
    html, text = (first.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert "ann@fruit.test" in text and "bob@fruit.test" not in first.as_string()
    assert faults(html) == []
    assert "https://reports.fruit.test/shop/2026-W09/trend.html" in text
    assert any(one.startswith("ENVID=") for one in server.options)


def test_a_console_takes_one_click(shop: MailShop, server: MailServer) -> None:
    shop.with_settings(**server.settings(console_url="https://console.fruit.test/x/"))
    due(shop)
    first = server.messages()[0]
    assert first["List-Unsubscribe"].startswith("<https://console.fruit.test/x/unsubscribe/")
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_missing_is_waited_for_and_said(shop: MailShop, server: MailServer) -> None:
    shop.delivered("web1", DUE)
    shop.delivered("web2", DUE - timedelta(hours=20))
    shop.fetched(DUE)
    shop.clock.at = DUE
    shop.tick()
    shop.tick(hours=3)
    assert server.taken == []
    reason = shop.rows()[0].reason
    assert reason == "Waits for data. 1 of 2 servers have delivered to the end; missing: web2 (to 1 March 2026, 11:00)."
    shop.delivered("web2", DUE)
    shop.tick()
    assert server.to() == BOTH
    assert not any(one.partial for one in shop.rows())


def test_after_the_wait_it_is_sent_and_says_that_it_is_partial(shop: MailShop, server: MailServer) -> None:
    shop.delivered("web1", DUE)
    shop.delivered("web2", None)
    shop.fetched(DUE)
    shop.clock.at = DUE
    shop.tick(hours=11, minutes=59)
    assert server.taken == []
    shop.tick(minutes=2)
    assert server.to() == BOTH
    assert all(one.partial for one in shop.rows())
    first = server.messages()[0]
    assert first["Subject"] == "Fruit shop: Week 9, 2026 (partial)"
    for kind in ("html", "plain"):
        body = " ".join(first.get_body((kind,)).get_content().split())
        assert "This report is partial:" in body
        assert "1 of 2 servers have delivered to the end; missing: web2 (nothing yet)." in body
    assert "visitors so far." in first.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "lack",
    ["no fetch", "an old fetch", "a failed fetch", "a fetch under way", "an overdue fetch", "unparsed", "unpublished"],
)
def test_a_period_is_not_complete_before_its_last_fetch_is_published(
    shop: MailShop, server: MailServer, lack: str
) -> None:
    shop.delivered("", DUE)
    end = DUE - timedelta(hours=7)
    match lack:
        case "an old fetch":
            shop.fetched(end - timedelta(minutes=1))
        case "a failed fetch":
            shop.fetched(DUE, "failed")
        case "a fetch under way":
            shop.fetched(DUE - timedelta(hours=1))
            shop.fetched(DUE, "open")
        case "an overdue fetch":
            shop.fetched(DUE - timedelta(hours=1))
            shop.write(sa.update(datasets).values(next_due=DUE))
        case "unparsed":
            shop.fetched(DUE)
            shop.delivered("", DUE, "new.log", state="fetched")
        case "unpublished":
            shop.fetched(DUE)
            shop.write(sa.update(datasets).values(analysis="two"))
    shop.clock.at = DUE
    shop.tick()
    assert server.taken == []
    assert all((one.reason or "").startswith("Waits for data.") for one in shop.rows())


def test_a_quiet_server_has_delivered_to_the_end_that_its_file_tells(shop: MailShop, server: MailServer) -> None:
    name = "normal/www/web1/G2026-03-01_00-00-00_to_2026-03-02_00-00-00.nlf"
    shop.delivered("www/web1", DUE - timedelta(hours=20), name)
    shop.fetched(DUE)
    shop.clock.at = DUE
    shop.tick()
    assert server.to() == BOTH


def test_a_server_that_the_configuration_names_is_waited_for(shop: MailShop, server: MailServer) -> None:
    shop.write(
        sa.update(datasets).values(
            site={"subdomains": [{"key": "SUBDOMAIN1", "name": "www", "servers": ["web1", "web2"]}]}
        )
    )
    shop.delivered("www/web1", DUE)
    shop.fetched(DUE)
    shop.clock.at = DUE
    shop.tick()
    assert "missing: www/web2 (nothing yet)" in str(shop.rows()[0].reason)


def test_a_refusal_for_now_is_tried_again_later_and_later(shop: MailShop, server: MailServer) -> None:
    server.recipients["ann@fruit.test"] = ["451 4.7.1 Greylisted"] * 3
    due(shop)
    assert shop.states() == {"ann@fruit.test": "waiting", "bob@fruit.test": "sent"}
    assert shop.rows(recipient="ann@fruit.test")[0].reason == "Not now: 451 4.7.1 Greylisted"
    for wait_s in DELAYS_S[:3]:
        shop.tick(seconds=wait_s - 15)
        assert "ann@fruit.test" not in server.to()
        shop.tick(seconds=31)
    assert server.to() == ["bob@fruit.test", "ann@fruit.test"]
    assert shop.rows(recipient="ann@fruit.test")[0].attempts == 4


def test_a_refusal_for_now_that_does_not_end_fails(shop: MailShop, server: MailServer) -> None:
    server.contents["ann@fruit.test"] = "452 4.2.2 Full"
    due(shop)
    for wait_s in DELAYS_S:
        shop.tick(seconds=wait_s + 15)
    (row,) = shop.rows(recipient="ann@fruit.test")
    assert (row.state, row.attempts) == ("failed", len(DELAYS_S) + 1)
    assert row.reason == "Given up after 9 attempts. Not now: 452 4.2.2 Full"


@pytest.mark.parametrize("when", ["recipients", "contents"])
def test_a_refusal_for_good_is_of_that_recipient_alone(shop: MailShop, server: MailServer, when: str) -> None:
    getattr(server, when)["ann@fruit.test"] = "554 5.7.1 We do not like you"
    due(shop)
    shop.tick(hours=30)
    assert shop.states() == {"ann@fruit.test": "failed", "bob@fruit.test": "sent"}
    assert shop.rows(recipient="ann@fruit.test")[0].reason == "Refused: 554 5.7.1 We do not like you"
    assert suppression.listed(shop.tools.catalog) == []


def test_an_address_that_does_not_exist_gets_no_more(shop: MailShop, server: MailServer) -> None:
    server.recipients["ann@fruit.test"] = "550 5.1.1 User unknown"
    due(shop)
    assert [(one["address"], one["why"]) for one in suppression.listed(shop.tools.catalog)] == [
        ("ann@fruit.test", "bounced")
    ]
    shop.complete(DUE + timedelta(days=7))
    shop.clock.at = DUE + timedelta(days=7)
    shop.tick()
    assert server.to() == ["bob@fruit.test"] * 2
    (row,) = shop.rows(recipient="ann@fruit.test", period="2026-W10")
    assert (row.state, row.reason) == ("skipped", "Bounced: 550 5.1.1 User unknown")
    assert suppression.allow(shop.tools.catalog, "Ann@Fruit.test") == 1
    assert suppression.why_not(shop.tools.catalog, "shop", "weekly", "ann@fruit.test") is None


@pytest.mark.parametrize("moment", ["MAIL", "RCPT"])
@pytest.mark.parametrize("trouble", ["hang", "drop"])
def test_before_the_last_line_nothing_was_sent(shop: MailShop, server: MailServer, trouble: str, moment: str) -> None:
    setattr(server, trouble, moment)
    due(shop)
    assert shop.states() == dict.fromkeys(BOTH, "waiting")
    assert server.connections == 1, "the other one is not tried at a server in trouble"
    setattr(server, trouble, "")
    shop.tick(seconds=DELAYS_S[0] + 1)
    assert sorted(server.to()) == BOTH


@pytest.mark.parametrize("trouble", ["hang", "drop"])
def test_without_an_answer_to_the_last_line_nobody_knows_and_a_person_says(
    shop: MailShop, server: MailServer, trouble: str
) -> None:
    setattr(server, trouble, "END")
    due(shop)
    assert shop.states() == {"ann@fruit.test": "unknown", "bob@fruit.test": "waiting"}
    setattr(server, trouble, "")
    shop.tick(hours=30)
    assert server.to() == ["bob@fruit.test"], "never guessed"
    (row,) = shop.rows(state="unknown")
    deliveries.resolve(shop.tools.catalog, row, sent=False, now=shop.clock.at)
    shop.tick()
    assert server.to() == ["bob@fruit.test", "ann@fruit.test"]
    assert shop.states() == dict.fromkeys(BOTH, "sent")


def test_what_a_person_calls_sent_is_not_sent(shop: MailShop, server: MailServer) -> None:
    server.drop = "END"
    due(shop)
    (row,) = shop.rows(state="unknown")
    deliveries.resolve(shop.tools.catalog, row, sent=True, now=shop.clock.at)
    server.drop = ""
    shop.tick(hours=30)
    assert server.to() == ["bob@fruit.test"]
    assert shop.states() == dict.fromkeys(BOTH, "sent")


def test_without_a_server_everything_waits(tmp_path: Path) -> None:
    port = free_port()
    with mail_shop(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", MailServer(port).settings()) as shop:
        shop.tick()
        due(shop)
        assert shop.states() == dict.fromkeys(BOTH, "waiting")
        assert f"127.0.0.1:{port} cannot be used" in str(shop.rows()[0].reason)
        with mail_server(port=port) as server:
            shop.tick(seconds=DELAYS_S[0] + 1)
            assert server.to() == BOTH


def test_of_several_reporters_one_sends(any_shop: MailShop, server: MailServer) -> None:
    any_shop.mails(WEEKLY | {"to": [f"a{number}@fruit.test" for number in range(12)]})
    any_shop.complete()
    any_shop.clock.at = DUE
    reporters = [any_shop.reporter(f"other:{number}:x") for number in range(3)]
    threads = [threading.Thread(target=one.tick, args=(any_shop.tools,)) for one in reporters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    any_shop.tick()
    assert sorted(server.to()) == sorted(f"a{number}@fruit.test" for number in range(12))
    assert {one.attempts for one in any_shop.rows()} == {1}


def test_what_a_process_that_is_gone_was_about_to_send_becomes_unknown(shop: MailShop, server: MailServer) -> None:
    shop.complete()
    shop.clock.at = DUE - timedelta(seconds=1)
    shop.tick(seconds=1.0)
    server.taken.clear()
    shop.write(
        sa.update(deliveries.deliveries).values(state="sending", claimed_by="elsewhere:1:x", claimed_at=shop.clock.at)
    )
    shop.tick(minutes=14)
    assert set(shop.states().values()) == {"sending"}
    shop.tick(minutes=2)
    assert set(shop.states().values()) == {"unknown"}
    shop.tick(hours=30)
    assert server.taken == []


def test_who_comes_back_from_the_dead_says_how_it_went(shop: MailShop) -> None:
    sender = Sender("elsewhere:1:x")
    shop.clock.at = DUE
    shop.tick()
    first = shop.rows()[0]
    shop.clock.passes(minutes=1)
    assert deliveries.claim(shop.tools.catalog, first, sender, shop.clock.at, partial=False)
    assert not deliveries.claim(shop.tools.catalog, first, Sender("other"), shop.clock.at, partial=False)
    shop.tick(hours=1)
    assert shop.rows(id=first.id)[0].state == "unknown"
    deliveries.settle(shop.tools.catalog, first, Sender("other"), "failed", "", shop.clock.at)
    assert shop.rows(id=first.id)[0].state == "unknown"
    deliveries.settle(shop.tools.catalog, first, sender, "sent", "", shop.clock.at)
    assert shop.rows(id=first.id)[0].state == "sent"


def test_a_new_event_begins_with_its_next_time_and_a_changed_one_too(shop: MailShop, server: MailServer) -> None:
    shop.complete()
    shop.clock.at = DUE + timedelta(hours=1)
    shop.mails(WEEKLY | {"id": "new"}, WEEKLY | {"time": "06:30"})
    shop.tick()
    assert shop.rows() == []
    with shop.tools.catalog.read() as connection:
        plans = {row.event: row.next_due for row in connection.execute(sa.select(mail_plans))}
    assert plans == {"new": DUE + timedelta(days=7), "weekly": DUE + timedelta(days=6, hours=23, minutes=30)}
    shop.mails()
    shop.tick()
    with shop.tools.catalog.read() as connection:
        assert connection.execute(sa.select(mail_plans)).all() == []


def test_what_was_missed_is_made_up_for_at_most_seven_times(shop: MailShop, server: MailServer) -> None:
    shop.mails(WEEKLY | {"period": "day", "to": ["ann@fruit.test"], "wait_hours": 0})
    shop.tick()
    shop.complete(DUE + timedelta(days=20))
    shop.clock.at = DUE + timedelta(days=20)
    shop.tick()
    assert [one.period for one in shop.rows()] == [f"2026-03-{day}" for day in range(15, 22)]


def test_who_is_no_longer_named_gets_nothing(shop: MailShop, server: MailServer) -> None:
    shop.clock.at = DUE
    shop.tick()
    shop.mails(WEEKLY | {"to": ["bob@fruit.test"]})
    shop.complete()
    shop.tick()
    assert server.to() == ["bob@fruit.test"]
    assert shop.rows(recipient="ann@fruit.test")[0].state == "skipped"


def test_an_event_that_is_gone_or_tells_of_something_else_is_skipped(shop: MailShop, server: MailServer) -> None:
    shop.clock.at = DUE
    shop.tick()
    shop.mails(WEEKLY | {"period": "month"})
    shop.complete()
    shop.tick()
    assert {(one.state, one.reason) for one in shop.rows()} == {
        ("skipped", "The event now tells of another kind of period.")
    }


def test_nothing_published_fails_in_the_end(shop: MailShop, server: MailServer) -> None:
    shop.write(sa.update(datasets).values(analysis=None), sa.text("DELETE FROM publications"))
    shop.clock.at = DUE
    shop.tick()
    assert set(shop.states().values()) == {"waiting"}
    shop.tick(hours=13)
    assert set(shop.states().values()) == {"failed"}
    assert "Nothing is published yet." in str(shop.rows()[0].reason)


def test_a_week_without_a_line_is_told_of(shop: MailShop, server: MailServer) -> None:
    shop.analyse(days=7, name="short")
    due(shop)
    text = server.messages()[0].get_body(("plain",)).get_content()
    assert "No visits in this week." in text


def test_settings_that_nobody_can_read_stop_at_their_data_set(shop: MailShop, server: MailServer) -> None:
    with shop.tools.catalog.write() as connection:
        row = dict(connection.execute(sa.select(datasets)).mappings().one())
        broken = {"id": "a-broken-one", "location": "elsewhere", "settings": {"mails": [{"id": "x", "to": "nobody"}]}}
        connection.execute(sa.insert(datasets).values(row | broken))
    due(shop)
    assert server.to() == BOTH


def test_an_analysis_that_cannot_be_read_is_tried_again_and_stops_nobody_else(
    shop: MailShop, server: MailServer
) -> None:
    shop.mails(WEEKLY, WEEKLY | {"id": "daily", "period": "day", "to": ["eve@fruit.test"]})
    shop.tick()
    table = shop.tools.data / "analyses" / "one" / "sources.parquet"
    kept = table.read_bytes()
    table.write_bytes(b"not Parquet")
    shop.mails(WEEKLY, WEEKLY | {"id": "daily", "period": "day", "to": ["eve@fruit.test"], "reports": ["overview"]})
    due(shop)
    assert server.to() == ["eve@fruit.test"]
    assert "It could not be made" in str(shop.rows(event="weekly")[0].reason)
    table.write_bytes(kept)
    shop.tick(seconds=DELAYS_S[0] + 1)
    assert sorted(server.to()) == [*BOTH, "eve@fruit.test"]


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_tls_and_sign_in(tmp_path: Path, way: str) -> None:
    with self_signed() as pair, mail_server(**{way: pair}, user="pro", password="s3cret") as server:
        given = server.settings(smtp_tls=way, smtp_ca_file=pair[0], smtp_user="pro", smtp_password="s3cret")
        with mail_shop(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", given) as shop:
            shop.tick()
            due(shop)
            assert server.to() == BOTH
            assert server.signed_in == 1
            assert all(server.secure)


@pytest.mark.parametrize(
    ("offered", "given", "said"),
    [
        ("starttls", {}, "certificate is not trusted"),
        ("tls", {}, "certificate is not trusted"),
        ("none", {}, "STARTTLS extension not supported"),
        ("starttls", {"smtp_password": "wrong"}, "User and password were refused (535"),
    ],
)
def test_nothing_goes_to_a_server_that_is_not_the_one(
    tmp_path: Path, offered: str, given: dict[str, str], said: str
) -> None:
    with self_signed() as pair:
        ways = {offered: pair} if offered != "none" else {}
        with mail_server(**ways, user="pro" if given else None, password="s3cret") as server:
            tls = "tls" if offered == "tls" else "starttls"
            more = {"smtp_user": "pro", "smtp_ca_file": pair[0], **given} if given else {}
            settings = server.settings(smtp_tls=tls, **more)
            with mail_shop(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", settings) as shop:
                shop.tick()
                due(shop)
                assert server.taken == []
                assert said in str(shop.rows()[0].reason)
                assert "wrong" not in str(shop.rows()[0].reason)
                assert set(shop.states().values()) == {"waiting"}
