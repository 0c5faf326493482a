"""What of e-mail, alerts and webhooks a person should know at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.schema import deliveries, incidents
from shared.texts import number_of

LATELY = timedelta(days=7)


def mail_counts(catalog: Catalog, now: datetime) -> dict[str, int]:
    """How many deliveries wait, are unknown, and have failed within a week; and how many incidents are open."""
    lately = deliveries.c.changed_at >= now - LATELY
    counted = (deliveries.c.state.in_(("waiting", "unknown"))) | ((deliveries.c.state == "failed") & lately)
    query = sa.select(deliveries.c.state, sa.func.count()).where(counted).group_by(deliveries.c.state)
    is_open = sa.select(sa.func.count()).select_from(incidents).where(incidents.c.state == "open")
    with catalog.read() as connection:
        found = {state: int(number) for state, number in connection.execute(query)}
        alerts = int(connection.execute(is_open).scalar_one())
    return {**{state: found.get(state, 0) for state in ("waiting", "unknown", "failed")}, "alerts": alerts}


def mail_sentence(counts: Mapping[str, int]) -> str:
    """The same in words; empty where nothing asks for a person."""
    parts = []
    if number := counts["unknown"]:
        parts.append(f"Of {number_of(number, 'e-mail')} nobody knows whether it went out: `proprocessor mail list`.")
    if number := counts["failed"]:
        parts.append(f"{number_of(number, 'delivery', 'deliveries')} failed within a week: `proprocessor mail list`.")
    if number := counts["alerts"]:
        parts.append(f"{number_of(number, 'open alert')}: `proprocessor alerts list`.")
    return " ".join(parts)
