"""Messages that a command wrote, on their way to the running processes."""

from __future__ import annotations

from datetime import UTC, datetime

from shared import outbox
from shared.catalog import Catalog
from shared.settings import Settings
from shared.transport import open_transport


def send(settings: Settings, catalog: Catalog) -> None:
    """Publish what lies in the outbox; what no process listens to yet stays there until one does."""
    transport = open_transport(settings.queue_url, lease_s=settings.lease_s)
    try:
        outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True)
    finally:
        transport.close()
