"""Alerts as an operator sees them: a reporter that tells of a dead letter, the list, and a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.catalog import open_catalog
from shared.catalog.schema import dead_letters
from shared.dataset_settings import DatasetSettings
from shared.settings import load_settings
from tests.acceptance.test_mail import Reporter, environment
from tests.integration.settings_shop import Shop, copy_of, process
from tests.mail_server import MailServer
from tests.web_hook import WebHook, web_hook


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with web_hook() as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path, hook: WebHook) -> Shop:
    (tmp_path / "processed").mkdir()
    made = copy_of(process(tmp_path / "processed"), tmp_path)
    alerts = {"to": ["ann@fruit.test"], "webhook": hook.url, "webhook_secret_env": "HOOK_SECRET"}
    settings = DatasetSettings.model_validate({"dataset": {"name": "shop"}, "alerts": alerts})
    made.store(settings=settings.model_dump(mode="json"))
    return made


def test_a_running_reporter_tells_of_a_dead_letter(
    shop: Shop, server: MailServer, hook: WebHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "between us")
    catalog = open_catalog(load_settings(environment(shop, server)).catalog_url)
    row = {
        "id": "one",
        "queue": "parser",
        "message": "one",
        "type": "file.fetched",
        "body": b"{}",
        "dataset": "shop",
        "subject": "a.log",
    }
    row |= {"reason": "gzip_truncated", "error": "gzip ends early", "exit_code": 65, "attempts": 1, "state": "waiting"}
    with catalog.write() as connection:
        connection.execute(sa.insert(dead_letters).values(row | {"died_at": datetime.now(UTC)}))
    catalog.close()
    reporter = Reporter(shop, server)
    reporter.until(lambda: len(server.taken) == 1)
    reporter.stop()
    assert hook.calls == [], "private addresses are refused unless allowed"
    (found,) = json.loads(shop.run("alerts", "list", "--json").out)
    assert (found["dataset"], found["condition"], found["state"]) == ("shop", "dead_letters", "open")
    assert {one["kind"]: one["state"] for one in found["notices"]} == {"alert": "sent", "webhook": "failed"}
    shown = " ".join(shop.run("alerts", "list", "--open", "--dataset", "shop").out.split())
    assert "1 of 2" in shown and "leads to an address that is not public" in shown
    assert json.loads(shop.run("status", "--json").out)["mail"]["alerts"] == 1
    assert "1 open alert: `proprocessor alerts list`." in shop.run("status").out


def test_a_test_says_who_is_reached(shop: Shop, server: MailServer, hook: WebHook) -> None:
    given = {**server.settings(webhooks_private="true"), "HOOK_SECRET": "between us"}
    ran = shop.run("alerts", "test", "shop", "--json", **given)
    assert [(one["way"], one["reached"]) for one in json.loads(ran.out)] == [("e-mail", True), ("webhook", True)]
    assert server.messages()[0]["Subject"] == "Test of alerts: shop: test"
    assert hook.told()[0]["state"] == "test"
    assert json.loads(shop.run("alerts", "list", "--json").out) == []
    hook.answers = [404]
    assert "404" in shop.run("alerts", "test", "shop", code=1, **given).out
    assert "cannot be signed" in shop.run("alerts", "test", "shop", code=1, **server.settings()).out
    assert "Nobody is told." in shop.run("alerts", "test", code=65).err
    shop.run("alerts", "test", "nothing", code=65)
    ops = {"PROPROCESSOR_ALERT_TO": "ops@fruit.test", **server.settings()}
    assert "ops@fruit.test" in shop.run("alerts", "test", **ops).out
