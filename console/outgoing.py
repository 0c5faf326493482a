"""Messages that a command wrote, on their way to the running processes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa

from shared import outbox
from shared.catalog import Catalog
from shared.catalog.schema import datasets
from shared.messages import AnalysisReady, DatasetDue, FetchFinished, first
from shared.settings import Settings
from shared.transport import open_transport


def make_due(settings: Settings, catalog: Catalog, dataset: str, now: datetime) -> None:
    """Have a data set fetched now, by a fetcher that runs or the next one that does."""
    message = first(DatasetDue(dataset, f"now {uuid.uuid4()}"), origin="console")
    with catalog.write() as connection:
        outbox.put(connection, [message], now)
    send(settings, catalog)


def announce_analysis(connection: sa.Connection, dataset: str, why: str, now: datetime) -> None:
    """Let an analyzer look at a data set again, as after a fetch that found nothing new."""
    fact = FetchFinished(dataset, f"{why} {uuid.uuid4()}", fetched=0, waiting=0, error="")
    outbox.put(connection, [first(fact, origin=why)], now)


def announce_publishing(catalog: Catalog, dataset: str, why: str, now: datetime) -> None:
    """Let a reporter publish the newest analysis of a data set again, if there is one: it is to look otherwise."""
    with catalog.write() as connection:
        digest = connection.execute(sa.select(datasets.c.analysis).where(datasets.c.id == dataset)).scalar()
        if digest is not None:
            fact = AnalysisReady(dataset, digest)
            outbox.put(connection, [first(fact, origin=f"{why} {uuid.uuid4()}")], now)


def announce_targets(connection: sa.Connection, dataset: str, why: str, now: datetime) -> None:
    """Have those targets of a data set brought in step that are not."""
    from reporter.targets.registry import announce, behind

    announce(connection, behind(connection, dataset, why), now)


def send(settings: Settings, catalog: Catalog) -> None:
    """Publish what lies in the outbox; what no process listens to yet stays there until one does."""
    transport = open_transport(settings.queue_url, lease_s=settings.lease_s)
    try:
        outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True)
    finally:
        transport.close()
