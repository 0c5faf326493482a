"""Addresses that get no e-mail any more: those that bounced, and those that unsubscribed from an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reporter.mail.unsubscribe import Subscription
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import suppressed


def bounce(catalog: Catalog, address: str, reason: str, now: datetime) -> bool:
    """Nothing is sent to this address any more; says whether that is new."""
    return _suppress(catalog, address, "", "", "bounced", reason, now)


def unsubscribe(catalog: Catalog, subscription: Subscription, now: datetime) -> bool:
    """This event is not sent to this address any more; says whether that is new."""
    told = "Unsubscribed by the link in an e-mail."
    return _suppress(
        catalog, subscription.recipient, subscription.dataset, subscription.event, "unsubscribed", told, now
    )


def why_not(catalog: Catalog, dataset: str, event: str, address: str) -> str | None:
    """Why an address gets no e-mail of an event; ``None``: it does."""
    mine = suppressed.c.address == address.lower()
    everywhere = (suppressed.c.dataset == "") & (suppressed.c.event == "")
    this = (suppressed.c.dataset == dataset) & (suppressed.c.event == event)
    query = sa.select(suppressed).where(mine, everywhere | this).order_by(suppressed.c.dataset)
    with catalog.read() as connection:
        row = connection.execute(query.limit(1)).mappings().first()
    return f"{row['why'].capitalize()}: {row['reason']}" if row is not None else None


def allow(catalog: Catalog, address: str) -> int:
    """Let an address get e-mail again, whatever kept it from it; gives how many rows said so."""
    with catalog.write() as connection:
        return connection.execute(sa.delete(suppressed).where(suppressed.c.address == address.lower())).rowcount


def listed(catalog: Catalog) -> list[dict[str, Any]]:
    """All of them, the newest first."""
    query = sa.select(suppressed).order_by(suppressed.c.since.desc(), suppressed.c.address)
    with catalog.read() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _suppress(catalog: Catalog, address: str, dataset: str, event: str, why: str, reason: str, now: datetime) -> bool:
    with catalog.write() as connection:
        return insert_new(
            connection,
            suppressed,
            address=address.lower(),
            dataset=dataset,
            event=event,
            why=why,
            reason=reason,
            since=now,
        )
