"""E-mail as an operator sees it: the commands, and a reporter that is killed while it sends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from reporter.mail import deliveries
from reporter.mail.deliveries import Delivery, Planned
from reporter.mail.planning import id_key
from shared.catalog import open_catalog
from shared.dataset_settings import DatasetSettings
from shared.settings import load_settings
from tests import zygote
from tests.acceptance.command import clean, run
from tests.integration.settings_shop import Shop, copy_of
from tests.mail_server import MailServer
from tests.unit.test_mail_message import dsn

DEADLINE_S = 120.0
MAIL = {"id": "daily", "to": ["ann@fruit.test"], "period": "day", "attach": ["csv", "xlsx", "pdf"], "wait_hours": 0}


@pytest.fixture
def shop(processed: Path, tmp_path: Path) -> Shop:
    made = copy_of(processed, tmp_path)
    made.store(
        settings=DatasetSettings.model_validate({"dataset": {"name": "shop"}, "mails": [MAIL]}).model_dump(mode="json")
    )
    return made


def environment(shop: Shop, server: MailServer) -> dict[str, str]:
    return {**server.settings(smtp_timeout_s="60"), "PROPROCESSOR_DATA": str(shop.data), "PROPROCESSOR_LOG": "json"}


def plan(shop: Shop, server: MailServer) -> None:
    """As the reporter does it when the event is due."""
    settings = load_settings(environment(shop, server))
    catalog = open_catalog(settings.catalog_url)
    now = datetime.now(UTC)
    with catalog.write() as connection:
        planned = Planned("report", "shop", "daily", "2015-05-17", ("ann@fruit.test",), now, now - timedelta(seconds=1))
        deliveries.plan(connection, planned, id_key(settings), "fruit.test", now)
    catalog.close()


def row(shop: Shop, server: MailServer) -> Delivery:
    catalog = open_catalog(load_settings(environment(shop, server)).catalog_url)
    (found,) = deliveries.find(catalog)
    catalog.close()
    return found


class Reporter:
    """A process of its own."""

    def __init__(self, shop: Shop, server: MailServer) -> None:
        self.log = shop.root / "reporter.log"
        with self.log.open("ab") as log:
            self.process = zygote.start(["reporter"], {**clean(), **environment(shop, server)}, log, log)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0, self.log.read_text()

    def until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not ready():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()[-4000:]
            time.sleep(0.1)


@pytest.fixture
def killed(shop: Shop, server: MailServer) -> Iterator[Reporter]:
    """A reporter that goes on after one was killed between the last line of an e-mail and the server's answer."""
    plan(shop, server)
    server.hang = "END"
    first = Reporter(shop, server)
    first.until(server.reached.is_set)
    assert row(shop, server).state == "sending"
    first.kill()
    assert row(shop, server).state == "sending"
    server.hang = ""
    second = Reporter(shop, server)
    second.until(lambda: row(shop, server).state == "unknown")
    assert server.taken == []
    try:
        yield second
    finally:
        if second.process.poll() is None:
            second.kill()


def test_killed_while_it_sends_a_person_is_asked_and_it_goes_out_once(
    killed: Reporter, shop: Shop, server: MailServer
) -> None:
    listed = shop.run("mail", "list")
    identity = row(shop, server).id[:8]
    assert f"Nobody knows whether {identity} went out." in " ".join(listed.out.split())
    assert json.loads(run("status", "--json", data=shop.data).out)["mail"]["unknown"] == 1
    assert server.taken == [], "it is not guessed"
    shop.run("mail", "resolve", identity, "--again")
    killed.until(lambda: row(shop, server).state == "sent")
    killed.stop()
    assert server.to() == ["ann@fruit.test"]
    shop.run("mail", "resolve", identity, "--again", code=65)


def test_killed_while_it_sends_a_person_says_that_it_went_out(killed: Reporter, shop: Shop, server: MailServer) -> None:
    shop.run("mail", "resolve", row(shop, server).id, "--sent")
    # This one is planned after the other was resolved: once it is out, the other would have been, too.
    settings = load_settings(environment(shop, server))
    catalog = open_catalog(settings.catalog_url)
    now = datetime.now(UTC)
    with catalog.write() as connection:
        planned = Planned("report", "shop", "daily", "2015-05-16", ("ann@fruit.test",), now, now)
        deliveries.plan(connection, planned, id_key(settings), "fruit.test", now)
    killed.until(lambda: len(server.taken) > 0)
    killed.stop()
    states = {one.period: one.state for one in deliveries.find(catalog)}
    catalog.close()
    assert states == {"2015-05-17": "sent", "2015-05-16": "sent"}
    assert len(server.taken) == 1


def test_a_preview_is_a_whole_e_mail(shop: Shop, tmp_path: Path) -> None:
    ran = shop.run("mail", "preview", "shop", "daily", "--period", "2015-05-17", "-o", tmp_path / "a.eml")
    assert "“shop: 17 May 2015 (partial)”, to ann@fruit.test" in ran.out
    message = message_from_bytes((tmp_path / "a.eml").read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    text = message.get_body(("plain",)).get_content()
    assert "4 visits by 4 visitors so far." in text
    names = [one.get_filename() for one in message.iter_attachments()]
    assert names == [
        *(f"shop-2015-05-17-{one}.csv" for one in ("overview", "trend", "sources", "pages")), "shop-2015-05-17.xlsx", "shop-2015-05-17.pdf",
    ]  # fmt: skip
    charts = [one for one in message.walk() if one.get_content_type() == "image/png"]
    assert charts and all(one.get_content().startswith(b"\x89PNG") for one in charts)
    by_pipe = subprocess.run(
        [sys.executable, "-m", "console", "mail", "preview", "shop", "daily", "-o", "-"],
        env={**clean(), "PROPROCESSOR_DATA": str(shop.data)}, capture_output=True, check=True,
    )  # fmt: skip
    assert (
        "No visits in this day."
        in message_from_bytes(by_pipe.stdout, policy=default).get_body(("plain",)).get_content()
    )
    assert shop.run("mail", "preview", "shop", "weekly", code=65).err.startswith(
        "The data set shop has no event 'weekly'"
    )
    shop.run("mail", "preview", "nothing", "weekly", code=65)
    shop.run("mail", "preview", "shop", "daily", "--period", "2015-W20", code=65)


def test_a_test_goes_to_oneself_and_counts_as_nothing(shop: Shop, server: MailServer) -> None:
    words = ("mail", "test", "shop", "daily", "--period", "2015-05-17", "--to")
    assert "E-mail is not set up:" in shop.run(*words, "me@fruit.test", code=78).err
    shop.run(*words, "me@fruit.test", **server.settings())
    (message,) = server.messages()
    assert (message["To"], message["Subject"]) == ("me@fruit.test", "Test: shop: 17 May 2015 (partial)")
    assert json.loads(shop.run("mail", "list", "--json").out)["deliveries"] == []
    server.recipients["me@fruit.test"] = ["550 5.1.1 Who?", "451 4.3.0 Not now"]
    assert "refused it: 550 5.1.1 Who?" in shop.run(*words, "me@fruit.test", code=65, **server.settings()).err
    assert "Not now" in shop.run(*words, "me@fruit.test", code=69, **server.settings()).err
    shop.run(*words, "me@fruit.test\nBcc: eve@evil.test", code=2, **server.settings())
    away = MailServer(1).settings()
    assert "127.0.0.1:1 cannot be used" in shop.run(*words, "me@fruit.test", code=69, **away).err


def test_what_comes_back_ends_it_until_a_person_says_otherwise(shop: Shop, server: MailServer, tmp_path: Path) -> None:
    plan(shop, server)
    reporter = Reporter(shop, server)
    reporter.until(lambda: row(shop, server).state == "sent")
    reporter.stop()
    message_id = row(shop, server).message_id
    forged = tmp_path / "forged.eml"
    forged.write_bytes(dsn("Message-ID: <0000@fruit.test>\n\nHello"))
    assert "no e-mail that was sent from here" in shop.run("mail", "bounce", forged).out
    returned = tmp_path / "returned.eml"
    returned.write_bytes(dsn(f"Message-ID: {message_id}\n\nHello"))
    assert "ann@fruit.test gets no more e-mail: 550 5.1.1" in shop.run("mail", "bounce", returned).out
    listed = json.loads(shop.run("mail", "list", "--json").out)
    assert [one["state"] for one in listed["deliveries"]] == ["failed"]
    assert listed["deliveries"][0]["reason"].startswith("Bounced: 550 5.1.1")
    assert [(one["address"], one["why"]) for one in listed["suppressed"]] == [("ann@fruit.test", "bounced")]
    shop.run("mail", "allow", "Ann@fruit.test")
    shop.run("mail", "allow", "ann@fruit.test", code=65)
    assert json.loads(shop.run("mail", "list", "--json").out)["suppressed"] == []
    link = server.messages()[0]["List-Unsubscribe"].strip("<>")
    token = link.rpartition("%20")[2]
    assert "ann@fruit.test is unsubscribed from daily of shop." in shop.run("mail", "unsubscribe", token).out
    assert "was unsubscribed before" in shop.run("mail", "unsubscribe", f"https://console.test/unsubscribe/{token}").out
    shop.run("mail", "unsubscribe", token[:-4] + "AAAA", code=65)
    assert "unsubscribed" in shop.run("mail", "list").out
