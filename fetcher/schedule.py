"""When data sets are due: by cron expression, and soon again while a file is still growing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from shared import outbox
from shared.catalog.schema import datasets
from shared.cron import next_run
from shared.messages import DatasetDue, Message, first
from shared.work import Tools


def announce(tools: Tools) -> int:
    """Make every data set due whose time has come; gives how many. Several fetchers may call this at once."""
    now = tools.clock.now()
    query = sa.select(datasets.c.id, datasets.c.schedule, datasets.c.next_due, datasets.c.settings)
    timed = sa.or_(datasets.c.schedule.is_not(None), datasets.c.next_due.is_not(None))
    with tools.catalog.read() as connection:
        rows = connection.execute(query.where(timed)).all()
    announced = 0
    for row in rows:
        if row.next_due is None:
            _set_next(tools, row.id, None, _next(row.schedule, row.settings, now), None)
        elif row.next_due <= now:
            slot = row.next_due.isoformat()
            due = first(DatasetDue(row.id, slot), origin="schedule")
            announced += _set_next(tools, row.id, row.next_due, _next(row.schedule, row.settings, now), due)
    if announced:
        outbox.sweep(tools.catalog, tools.transport, now, at_once=True)
    return announced


def _next(schedule: str | None, settings: dict[str, dict[str, str]], now: datetime) -> datetime | None:
    zone = settings.get("dataset", {}).get("timezone", "UTC")
    return next_run(schedule, now, zone) if schedule else None


def _set_next(
    tools: Tools, dataset: str, planned: datetime | None, following: datetime | None, due: Message | None
) -> bool:
    """Move the plan on, and send the message, only if nobody else has: the row is the referee."""
    same = datasets.c.next_due.is_(None) if planned is None else datasets.c.next_due == planned
    change = sa.update(datasets).where(datasets.c.id == dataset, same).values(next_due=following)
    with tools.catalog.write() as connection:
        won = connection.execute(change).rowcount == 1
        if won and due is not None:
            outbox.put(connection, [due], tools.clock.now())
    return won and due is not None
