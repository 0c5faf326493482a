"""A reporter as it runs: while a document is made, and stands still, it publishes, sends other e-mail, and tells of alerts."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from reporter.mail import deliveries
from reporter.mail.deliveries import Planned
from reporter.mail.planning import id_key
from shared import outbox
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import datasets, dead_letters, publications
from shared.dataset_settings import DatasetSettings
from shared.messages import AnalysisReady, first
from shared.settings import load_settings
from tests.acceptance.test_mail import Reporter, environment
from tests.integration.settings_shop import Shop, copy_of
from tests.integration.test_documents_stage import held, workers_of
from tests.integration.test_publish_workers import wait_until
from tests.mail_server import MailServer

DAY = "2015-05-17"
MAILS = [
    {"id": "printed", "to": ["ann@fruit.test"], "period": "day", "attach": ["pdf"], "wait_hours": 0},
    {"id": "plain", "to": ["bob@fruit.test"], "period": "day", "wait_hours": 0},
]


@pytest.fixture
def shop(processed: Path, tmp_path: Path) -> Shop:
    made = copy_of(processed, tmp_path)
    settings = {"dataset": {"name": "shop"}, "mails": MAILS, "alerts": {"to": ["boss@fruit.test"]}}
    made.store(settings=DatasetSettings.model_validate(settings).model_dump(mode="json"))
    return made


@pytest.fixture
def catalog(shop: Shop, server: MailServer) -> Iterator[Catalog]:
    made = open_catalog(load_settings(environment(shop, server)).catalog_url)
    yield made
    made.close()


@pytest.fixture
def reporters(shop: Shop, server: MailServer) -> Iterator[list[Reporter]]:
    """Those that a test starts; none is left."""
    made: list[Reporter] = []
    yield made
    for one in made:
        if one.process.poll() is None:
            one.kill()


def plan(catalog: Catalog, shop: Shop, server: MailServer, event: str, recipient: str) -> None:
    """As the reporter does it when the event is due."""
    now = datetime.now(UTC)
    with catalog.write() as connection:
        planned = Planned("report", "shop", event, DAY, (recipient,), now, now - timedelta(seconds=1))
        deliveries.plan(connection, planned, id_key(load_settings(environment(shop, server))), "fruit.test", now)


def publish(catalog: Catalog, **values: str) -> None:
    """Have the newest analysis published again, after a change of what is asked for."""
    with catalog.write() as connection:
        if values:
            connection.execute(sa.update(datasets).values(**values))
        digest = connection.execute(sa.select(datasets.c.analysis)).scalar_one()
        message = first(AnalysisReady("shop", digest), origin=str(uuid.uuid4()))
        outbox.put(connection, [message], datetime.now(UTC))


def published(catalog: Catalog) -> str:
    with catalog.read() as connection:
        newest = sa.select(publications.c.kinds).order_by(publications.c.published_at.desc()).limit(1)
        return str(connection.execute(newest).scalar_one())


def fail(catalog: Catalog) -> None:
    """Something dies, which is told of."""
    row = {"id": "one", "queue": "parser", "message": "one", "type": "file.fetched", "body": b"{}", "dataset": "shop"}
    row |= {"subject": "a.log", "reason": "gzip_truncated", "error": "gzip ends early", "exit_code": 65, "attempts": 1}
    with catalog.write() as connection:
        connection.execute(sa.insert(dead_letters).values(row | {"state": "waiting", "died_at": datetime.now(UTC)}))


def states(catalog: Catalog) -> dict[str, str]:
    return {one.event: one.state for one in deliveries.find(catalog, kind="report")}


def test_while_documents_of_a_period_are_made_everything_else_goes_on(
    shop: Shop, server: MailServer, catalog: Catalog, reporters: list[Reporter]
) -> None:
    publish(catalog, periods="all", documents="all")
    fail(catalog)
    reporters.append(reporter := Reporter(shop, server))
    with held(reporter.process.pid) as worker:
        publish(catalog, periods="month,all")
        reporter.until(lambda: published(catalog) == "month,all")
        plan(catalog, shop, server, "plain", "bob@fruit.test")
        reporter.until(lambda: {"bob@fruit.test", "boss@fruit.test"} <= set(server.to()))
        assert worker in workers_of(reporter.process.pid)
        assert not list(shop.published.glob("shop/*/reports.*"))
    reporter.until(lambda: (shop.published / "shop" / "all" / "reports.pdf").is_file())
    reporter.stop()
    assert (shop.published / "shop" / "2015-05" / "index.html").is_file()


def test_while_what_goes_with_one_e_mail_is_made_everything_else_goes_on(
    shop: Shop, server: MailServer, catalog: Catalog, reporters: list[Reporter]
) -> None:
    plan(catalog, shop, server, "printed", "ann@fruit.test")
    fail(catalog)
    reporters.append(reporter := Reporter(shop, server))
    with held(reporter.process.pid):
        plan(catalog, shop, server, "plain", "bob@fruit.test")
        publish(catalog, periods="month,all")
        reporter.until(lambda: published(catalog) == "month,all")
        reporter.until(lambda: {"bob@fruit.test", "boss@fruit.test"} <= set(server.to()))
        reporter.until(lambda: states(catalog) == {"printed": "waiting", "plain": "sent"})
    reporter.until(lambda: states(catalog)["printed"] == "sent")
    reporter.stop()
    assert server.to().count("ann@fruit.test") == 1


def test_killed_while_they_are_made_documents_and_e_mail_are_made_again(
    shop: Shop, server: MailServer, catalog: Catalog, reporters: list[Reporter]
) -> None:
    plan(catalog, shop, server, "printed", "ann@fruit.test")
    publish(catalog, periods="all", documents="all")
    reporters.append(reporter := Reporter(shop, server))
    two = wait_until(lambda: len(found := workers_of(reporter.process.pid)) == 2 and found)
    for one in two:
        os.kill(one, signal.SIGSTOP)
    reporter.process.send_signal(signal.SIGKILL)
    reporter.process.wait()
    for one in two:  # who stands still before it has said that it ends with its parent sees then that it is gone
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGCONT)
    wait_until(lambda: not workers_of(reporter.process.pid))
    assert states(catalog) == {"printed": "waiting"}, "nobody began to send: nobody is asked"
    assert server.taken == [] and not list(shop.published.glob("shop/*/reports.*"))
    reporters.append(second := Reporter(shop, server))
    second.until(lambda: states(catalog)["printed"] == "sent")
    second.until(lambda: (shop.published / "shop" / "all" / "reports.pdf").is_file())
    second.stop()
    assert server.to() == ["ann@fruit.test"]
    assert not list(shop.published.glob("shop/.proprocessor.*"))
