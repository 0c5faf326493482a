"""Alerts through a real mail server and a real web server: once when it begins, once when it is over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reporter.alerts.incidents import find
from reporter.alerts.watch import Watcher
from reporter.alerts.webhook import Post, post, signature
from reporter.mail import deliveries, inbound
from reporter.mail.deliveries import DELAYS_S, Sender
from reporter.mail.smtp import Later, Refused, Sent
from shared.catalog.schema import contents, dead_letters, files
from tests.analysis_folder import days_from, write_analysis
from tests.integration.mail_shop import DUE, MailShop, mail_shop
from tests.jdc_faults import self_signed
from tests.mail_server import MailServer, mail_server
from tests.servers import free_port
from tests.unit.test_mail_message import dsn
from tests.web_hook import WebHook, web_hook

SECRET = "between us"
OFF = {"change_limit": 0, "reject_share": 1, "dead_letters": False}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebHook]:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with web_hook() as made:
        yield made


class Watched:
    """A data set that is watched, and a watcher."""

    def __init__(self, shop: MailShop, hook: WebHook) -> None:
        self.shop, self.hook, self.watcher = shop, hook, Watcher()

    def alerts(self, **given: Any) -> None:
        told = {"to": ["ann@fruit.test"], "webhook": self.hook.url, "webhook_secret_env": "HOOK_SECRET"}
        self.shop.mails(alerts={**told, **OFF, **given})

    def look(self, **later: float) -> None:
        self.shop.clock.passes(**(later or {"seconds": 61}))
        self.watcher.tick(self.shop.tools)

    def states(self) -> list[tuple[str, str, str]]:
        return [(one.dataset, one.condition, one.state) for one in find(self.shop.tools.catalog)]


@pytest.fixture
def watched(tmp_path: Path, server: MailServer, hook: WebHook) -> Iterator[Watched]:
    settings = server.settings(webhooks_private="true", smtp_timeout_s="2")
    with mail_shop(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", settings) as shop:
        yield Watched(shop, hook)


@pytest.fixture
def any_watched(tmp_path: Path, catalog_url: str, server: MailServer, hook: WebHook) -> Iterator[Watched]:
    with mail_shop(tmp_path, catalog_url, server.settings(webhooks_private="true")) as shop:
        yield Watched(shop, hook)


def kill_letter(shop: MailShop, name: str, dataset: str | None = "shop") -> None:
    row = {
        "id": name,
        "queue": "parser",
        "message": name,
        "type": "file.fetched",
        "body": b"{}",
        "dataset": dataset,
        "subject": "a.log",
    }
    row |= {
        "reason": "gzip_truncated",
        "error": "gzip ends early\nmore",
        "exit_code": 65,
        "attempts": 1,
        "state": "waiting",
    }
    shop.write(sa.insert(dead_letters).values(row | {"died_at": shop.clock.at}))


def test_once_when_it_begins_and_once_when_it_is_over(any_watched: Watched, server: MailServer) -> None:
    shop, hook = any_watched.shop, any_watched.hook
    any_watched.alerts(dead_letters=True)
    any_watched.look()
    assert (any_watched.states(), server.taken, hook.calls) == ([], [], [])
    kill_letter(shop, "one")
    for number in range(4):
        any_watched.look()
        kill_letter(shop, f"more {number}")
    assert any_watched.states() == [("shop", "dead_letters", "open")]
    (message,) = server.messages()
    assert message["Subject"] == "Alert: Fruit shop: Dead letters"
    text = message.get_body(("plain",)).get_content()
    assert "://" not in text, "there is no console"
    assert text.startswith(
        "1 dead letter waits for a person (`proprocessor failures list`). It says: a.log: gzip ends early (gzip_truncated)"
    )
    assert [one["state"] for one in hook.told()] == ["opened"]
    shop.write(sa.update(dead_letters).values(state="discarded"))
    for _ in range(3):
        any_watched.look()
    assert any_watched.states() == [("shop", "dead_letters", "recovered")]
    assert [one["Subject"] for one in server.messages()][1:] == ["Recovered: Fruit shop: Dead letters"]
    opened, recovered = hook.told()
    assert recovered["state"] == "recovered" and recovered["incident"] == opened["incident"]
    assert recovered["text"] == "No dead letter waits any more."
    kill_letter(shop, "again")
    any_watched.look()
    assert [one["state"] for one in hook.told()] == ["opened", "recovered", "opened"]
    assert len({one["incident"] for one in hook.told()}) == 2


def test_a_webhook_is_signed_as_documented(watched: Watched) -> None:
    watched.alerts(dead_letters=True)
    kill_letter(watched.shop, "one")
    watched.look()
    ((path, headers, body),) = watched.hook.calls
    assert path == "/hook?a=b"
    assert headers["Proprocessor-Signature"] == signature(SECRET.encode(), int(headers["Proprocessor-Timestamp"]), body)
    assert int(headers["Proprocessor-Timestamp"]) == int(watched.shop.clock.at.timestamp())
    (told,) = watched.hook.told()
    assert (
        told.items()
        >= {
            "schema": "proprocessor/alert/1",
            "dataset": "shop",
            "name": "Fruit shop",
            "condition": "dead_letters",
        }.items()
    )
    assert headers["Proprocessor-Delivery"] == told["delivery"] == watched.shop.rows(kind="webhook")[0].id


def test_a_webhook_is_tried_again_under_the_same_name(watched: Watched) -> None:
    watched.alerts(dead_letters=True, to=[])
    watched.hook.answers = [500, 429]
    kill_letter(watched.shop, "one")
    watched.look()
    for wait_s in DELAYS_S[:2]:
        watched.look(seconds=wait_s + 1)
    assert len(watched.hook.calls) == 3
    assert len({one["delivery"] for one in watched.hook.told()}) == 1
    (row,) = watched.shop.rows(kind="webhook")
    assert (row.state, row.attempts) == ("sent", 3)


@pytest.mark.parametrize("answer", [301, 302, 307, 308, 404, 410])
def test_what_is_refused_for_good_has_failed_and_no_redirect_is_followed(watched: Watched, answer: int) -> None:
    with web_hook() as other:
        watched.alerts(dead_letters=True, to=[])
        watched.hook.answers, watched.hook.location = [answer], other.url
        kill_letter(watched.shop, "one")
        watched.look()
        watched.look(hours=1)
        assert other.calls == []
    (row,) = watched.shop.rows(kind="webhook")
    assert row.state == "failed" and str(answer) in str(row.reason)


def test_a_process_that_was_killed_while_it_called_calls_again(watched: Watched) -> None:
    watched.alerts(dead_letters=True, to=[])
    kill_letter(watched.shop, "one")
    watched.hook.answers = [500]
    watched.look()
    gone = {"state": "sending", "claimed_by": "elsewhere:1:x", "claimed_at": watched.shop.clock.at - timedelta(hours=1)}
    watched.shop.write(sa.update(deliveries.deliveries).values(gone))
    watched.shop.mailer.tick(watched.shop.tools)
    watched.look()
    assert [one.state for one in watched.shop.rows(kind="webhook")] == ["sent"]


def test_private_addresses_are_refused_unless_allowed(watched: Watched, server: MailServer) -> None:
    watched.shop.with_settings(**server.settings())
    watched.alerts(dead_letters=True, to=[])
    kill_letter(watched.shop, "one")
    watched.look()
    assert watched.hook.calls == []
    (row,) = watched.shop.rows(kind="webhook")
    assert row.state == "failed" and "not public" in str(row.reason)


def call(url: str, **given: Any) -> Sent | Later | Refused:
    return post(Post(url, b"s", b"{}", "d", 1), **{"private": True, **given})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1"])
def test_whatever_it_is_called_this_machine_is_private(hook: WebHook, host: str) -> None:
    port = hook.url.rpartition(":")[2].partition("/")[0]
    outcome = call(f"http://{host}:{port}/", private=False)
    assert isinstance(outcome, Refused | Later)
    assert hook.calls == []


def test_certificates_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with self_signed() as pair, web_hook(tls=pair) as hook:
        outcome = call(hook.url)
        assert isinstance(outcome, Later) and "is not trusted" in outcome.said
        assert hook.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
        assert isinstance(call(hook.url), Sent)
        assert len(hook.calls) == 1


def test_a_server_that_says_nothing_or_is_not_there_is_left_until_later(hook: WebHook) -> None:
    hook.hang = True
    assert isinstance(call(hook.url, timeout_s=0.3), Later)
    assert isinstance(call(f"http://127.0.0.1:{free_port()}/"), Later)
    outcome = call("http://nowhere.invalid/")
    assert isinstance(outcome, Later) and "is not found" in outcome.said


def test_without_a_secret_nothing_is_called(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    watched.alerts(dead_letters=True, to=[])
    kill_letter(watched.shop, "one")
    watched.look()
    assert watched.hook.calls == []
    (row,) = watched.shop.rows(kind="webhook")
    assert (row.state, row.reason) == ("failed", "It cannot be signed: the variable HOOK_SECRET is not set.")


def test_missing_data_is_told_by_the_time_it_is_expected(watched: Watched, server: MailServer) -> None:
    shop = watched.shop
    shop.delivered("web1", datetime(2026, 3, 3, tzinfo=UTC))
    shop.delivered("web2", datetime(2026, 3, 1, 22, tzinfo=UTC))
    watched.alerts(data_by="08:00")
    watched.look()
    assert watched.states() == [], "of the day before yesterday all is there"
    shop.clock.at = DUE + timedelta(minutes=59)
    watched.look()
    assert watched.states() == [("shop", "no_data", "open")]
    (message,) = server.messages()
    assert message["Subject"] == "Alert: Fruit shop: No data by the expected time"
    told = " ".join(message.get_content().split())
    assert "Sunday, 1 March 2026 should have been delivered by 08:00 of the day after." in told
    assert "1 of 2 servers has not: web2 (to 1 March 2026, 23:00)." in told
    shop.delivered("web2", datetime(2026, 3, 2, 1, tzinfo=UTC))
    watched.look()
    assert watched.states() == [("shop", "no_data", "recovered")]
    assert server.messages()[1]["Subject"] == "Recovered: Fruit shop: No data by the expected time"


def analysed(watched: Watched, visits: dict[int, int], name: str) -> None:
    """Ten weeks, of the last day's weekday so many visits; days are counted back from it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    shop = watched.shop
    last = date(2026, 3, 1)
    folder = write_analysis(
        shop.tools.data / "analyses" / name, days_from(last - timedelta(days=69), 70), timezone="Europe/Berlin"
    )
    table = pq.read_table(folder / "overview.parquet").to_pydict()
    for at, (period, label) in enumerate(zip(table["period"], table["label"], strict=True)):
        for weeks, number in visits.items():
            if label == "all" and period == (last - timedelta(weeks=weeks)).isoformat():
                table["visits"][at] = number
    schema = pq.read_schema(folder / "overview.parquet")
    pq.write_table(pa.table(table, schema), folder / "overview.parquet")
    shop.analyse(days=1, name=f"{name}-unused")
    shop.write(sa.text(f"UPDATE analyses SET folder = 'analyses/{name}' WHERE digest = '{name}-unused'"))


def test_a_sudden_fall_is_told_once_the_day_is_complete(watched: Watched, server: MailServer) -> None:
    usual = {weeks: 400 + 5 * weeks for weeks in range(1, 9)}
    analysed(watched, {0: 100, **usual}, "fell")
    watched.alerts(change_limit=5)
    watched.look()
    assert watched.states() == [], "the day may still grow"
    watched.shop.complete()
    watched.look()
    assert watched.states() == [("shop", "change", "open")]
    told = " ".join(server.messages()[0].get_content().split())
    assert (
        "Visits fell: 100 visits on Sunday, 1 March 2026; on the last 8 Sundays the median was 422 (405 to 440)."
        in told
    )
    analysed(watched, {0: 410, **usual}, "mended")
    watched.look()
    assert watched.states() == [("shop", "change", "recovered")]


def test_too_many_rejects_are_told_also_of_a_file_that_is_held(watched: Watched, server: MailServer) -> None:
    shop = watched.shop
    watched.alerts(reject_share=0.1)
    shop.delivered("", DUE)
    shop.write(
        sa.update(contents).values(lines=1000, directives=0, rejects=200),
        sa.update(files).values(held=files.c.content, content=None),
    )
    watched.look()
    assert watched.states() == [("shop", "rejects", "open")]
    assert "200 of 1,000 lines" in server.messages()[0].get_content()
    watched.look(hours=25)
    assert watched.states() == [("shop", "rejects", "open")], "no file since: nobody can say"
    shop.delivered("", DUE + timedelta(hours=20), "new.log")
    shop.write(sa.update(contents).where(contents.c.rejects == 1).values(lines=1000, directives=0))
    watched.look()
    assert watched.states() == [("shop", "rejects", "recovered")]


def test_the_installation_tells_of_its_disk_and_of_letters_of_no_data_set(watched: Watched, server: MailServer) -> None:
    given = server.settings(
        alert_to="ops@fruit.test", alert_webhook=watched.hook.url, alert_webhook_secret="x", webhooks_private="true"
    )
    given |= {"PROPROCESSOR_CONSOLE_URL": "https://console.fruit.test/stats/"}
    watched.shop.with_settings(**given, PROPROCESSOR_ALERT_DISK_FREE="0.999999")
    kill_letter(watched.shop, "one", dataset=None)
    kill_letter(watched.shop, "two", dataset="shop")
    watched.look()
    assert watched.states() == [("", "dead_letters", "open"), ("", "disk", "open")] or watched.states() == [
        ("", "disk", "open"), ("", "dead_letters", "open"),
    ]  # fmt: skip
    assert sorted(one["Subject"] for one in server.messages()) == [
        "Alert: proprocessor: Dead letters", "Alert: proprocessor: Little disk space",
    ]  # fmt: skip
    assert {one["dataset"] for one in watched.hook.told()} == {None}
    letters = next(one for one in server.messages() if "Dead" in one["Subject"]).get_content()
    assert letters.startswith("1 dead letter waits")
    assert letters.splitlines()[-1] == "https://console.fruit.test/stats/operations/alerts"
    watched.shop.with_settings(**given, PROPROCESSOR_ALERT_DISK_FREE="0.0000001")
    watched.look()
    assert ("", "disk", "recovered") in watched.states()


def test_of_several_reporters_one_tells(any_watched: Watched, server: MailServer) -> None:
    any_watched.alerts(dead_letters=True)
    kill_letter(any_watched.shop, "one")
    any_watched.shop.clock.passes(seconds=61)
    watchers = [Watcher() for _ in range(3)]
    for number, one in enumerate(watchers):
        one.sender = Sender(f"other:{number}:x")
    threads = [threading.Thread(target=one.tick, args=(any_watched.shop.tools,)) for one in watchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    any_watched.look()
    assert (len(server.taken), len(any_watched.hook.calls)) == (1, 1)


def test_who_is_no_longer_named_or_bounced_is_not_told(watched: Watched, server: MailServer) -> None:
    watched.alerts(dead_letters=True, to=["ann@fruit.test", "bob@fruit.test"])
    server.recipients = {"ann@fruit.test": "451 later", "bob@fruit.test": "550 5.1.1 unknown"}
    kill_letter(watched.shop, "one")
    watched.look()
    watched.alerts(dead_letters=True, to=["bob@fruit.test"], webhook=None, webhook_secret_env=None)
    watched.shop.write(sa.update(dead_letters).values(state="discarded"))
    watched.look(hours=1)
    assert server.taken == []
    found = {(one.recipient, one.period.partition("/")[2]): one.state for one in watched.shop.rows(kind="alert")}
    assert found == {
        ("ann@fruit.test", "opened"): "skipped",
        ("bob@fruit.test", "opened"): "failed",
        ("bob@fruit.test", "recovered"): "skipped",
    }


def test_bounces_in_a_maildir_take_effect_and_nothing_is_deleted(
    watched: Watched, server: MailServer, tmp_path: Path
) -> None:
    shop = watched.shop
    shop.complete()
    shop.tick()
    shop.clock.at = DUE
    shop.tick()
    first = shop.rows()[0]
    for kind in ("maildir", "folder"):
        folder = tmp_path / kind
        place = folder / "new" if kind == "maildir" else folder
        place.mkdir(parents=True)
        (place / "1.eml").write_bytes(dsn(f"Message-ID: {first.message_id}\n\nHello"))
        (place / "2.eml").write_bytes(b"\xff\x00 no e-mail at all")
        shop.with_settings(**server.settings(mail_bounces=str(folder)))
        assert inbound.poll(shop.tools) == 2
        assert inbound.poll(shop.tools) == 0
        kept = folder / ("cur" if kind == "maildir" else "read")
        assert len(list(kept.iterdir())) == 2 and not list(place.glob("*.eml"))
    assert shop.rows(id=first.id)[0].state == "failed"
