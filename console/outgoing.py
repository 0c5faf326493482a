"""Messages that a command wrote, on their way to the running processes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import sqlalchemy as sa

from shared import outbox
from shared.catalog import Catalog
from shared.messages import FetchFinished, first
from shared.settings import Settings
from shared.transport import open_transport


def announce_analysis(connection: sa.Connection, dataset: str, why: str, now: datetime) -> None:
    """Let an analyzer look at a data set again, as after a fetch that found nothing new."""
    fact = FetchFinished(dataset, f"{why} {uuid.uuid4()}", fetched=0, waiting=0, error="")
    outbox.put(connection, [first(fact, origin=why)], now)


def send(settings: Settings, catalog: Catalog) -> None:
    """Publish what lies in the outbox; what no process listens to yet stays there until one does."""
    transport = open_transport(settings.queue_url, lease_s=settings.lease_s)
    try:
        outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True)
    finally:
        transport.close()
