"""Incidents in the catalog: opened once, recovered once, each told of once to everybody who is to know.

What is told goes with the row in one transaction, as deliveries (:mod:`reporter.mail.deliveries`) whose event is
``alert/<condition>`` and whose period is ``<incident>/opened`` or ``<incident>/recovered``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from reporter.alerts.conditions import Right, Wrong
from reporter.mail.deliveries import NAMESPACE, Kind, Planned, plan
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import deliveries, incidents

OPENED, RECOVERED = "opened", "recovered"


@dataclass(frozen=True)
class Incident:
    """One row; ``dataset`` is empty for what concerns the installation."""

    id: str
    dataset: str
    condition: str
    state: str
    text: str
    opened_at: datetime
    recovered_text: str | None
    recovered_at: datetime | None


@dataclass(frozen=True)
class Audience:
    """Who is told: addresses, and webhooks by the names of :func:`reporter.alerts.webhook.name_of`."""

    addresses: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.webhooks)


@dataclass(frozen=True)
class Notices:
    """How notices are planned: to whom, and with what their ids are made."""

    audience: Audience
    key: bytes
    domain: str


def judge(
    catalog: Catalog, dataset: str, condition: str, verdict: Wrong | Right, notices: Notices, now: datetime
) -> str | None:
    """Open an incident where something is wrong and none is open, recover the open one where nothing is any more.

    Gives ``opened`` or ``recovered``; ``None``: nothing is new. Of several processes at once one does it.
    """
    found = open_incident(catalog, dataset, condition)
    match verdict:
        case Wrong(text) if found is None:
            return _open(catalog, dataset, condition, text, notices, now)
        case Right(text) if found is not None:
            return _recover(catalog, found, text, notices, now)
    return None


def open_incident(catalog: Catalog, dataset: str, condition: str) -> Incident | None:
    """The one that is open."""
    return next(find(catalog, dataset=dataset, condition=condition, state="open"), None)


def find(catalog: Catalog, **where: Any) -> Iterator[Incident]:
    """Incidents with these values, the oldest first."""
    query = sa.select(incidents).order_by(incidents.c.opened_at, incidents.c.id)
    query = query.where(*(incidents.c[name] == value for name, value in where.items()))
    with catalog.read() as connection:
        rows = connection.execute(query).mappings().all()
    yield from (Incident(**row) for row in rows)


def _open(catalog: Catalog, dataset: str, condition: str, text: str, notices: Notices, now: datetime) -> str | None:
    identity = str(uuid.uuid5(NAMESPACE, f"{dataset}\n{condition}\n{now.isoformat()}"))
    with catalog.write() as connection:
        values = {"dataset": dataset, "condition": condition, "state": "open", "text": text, "opened_at": now}
        if not insert_new(connection, incidents, id=identity, **values):
            return None
        _plan(connection, dataset, condition, f"{identity}/{OPENED}", notices, now)
    return OPENED


def _recover(catalog: Catalog, incident: Incident, text: str, notices: Notices, now: datetime) -> str | None:
    mine = (incidents.c.id == incident.id) & (incidents.c.state == "open")
    values = {"state": RECOVERED, "recovered_text": text, "recovered_at": now}
    with catalog.write() as connection:
        if connection.execute(sa.update(incidents).where(mine).values(values)).rowcount != 1:
            return None
        told = sa.select(deliveries.c.recipient).where(deliveries.c.period == f"{incident.id}/{OPENED}")
        knew = set(connection.execute(told).scalars())
        whoever = Audience(
            tuple(one for one in notices.audience.addresses if one in knew),
            tuple(one for one in notices.audience.webhooks if one in knew),
        )
        told_to = Notices(whoever, notices.key, notices.domain)
        _plan(connection, incident.dataset, incident.condition, f"{incident.id}/{RECOVERED}", told_to, now)
    return RECOVERED


def _plan(
    connection: sa.Connection, dataset: str, condition: str, period: str, notices: Notices, now: datetime
) -> None:
    event = f"alert/{condition}"
    told_by: dict[Kind, tuple[str, ...]] = {"alert": notices.audience.addresses, "webhook": notices.audience.webhooks}
    for kind, told in told_by.items():
        if told:
            plan(connection, Planned(kind, dataset, event, period, told, now), notices.key, notices.domain, now)
