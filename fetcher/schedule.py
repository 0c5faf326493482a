"""When data sets are due: by cron expression, and soon again while a file is still growing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from shared import outbox
from shared.catalog.schema import datasets
from shared.cron import next_run
from shared.errors import Misconfigured
from shared.messages import DatasetDue, Message, first
from shared.pauses import paused_datasets
from shared.work import Tools


def announce(tools: Tools) -> int:
    """Make every data set due whose time has come; gives how many. Several fetchers may call this at once."""
    now = tools.clock.now()
    query = sa.select(datasets.c.id, datasets.c.schedule, datasets.c.next_due, datasets.c.settings)
    timed = sa.or_(datasets.c.schedule.is_not(None), datasets.c.next_due.is_not(None))
    with tools.catalog.read() as connection:
        rows = connection.execute(query.where(timed)).all()
        paused = paused_datasets(connection)
    announced = 0
    for row in rows:
        if row.id in paused:
            continue  # its turn comes when it goes on
        if row.next_due is not None and row.next_due > now:
            continue
        try:
            following = _next(row.schedule, row.settings, now)
        except Misconfigured as error:
            tools.log.error("schedule.failed", dataset=row.id, error=str(error))
            continue
        if row.next_due is None:
            _set_next(tools, row.id, None, following, None)
        else:
            due = first(DatasetDue(row.id, row.next_due.isoformat()), origin="schedule")
            announced += _set_next(tools, row.id, row.next_due, following, due)
    if announced:
        outbox.sweep(tools.catalog, tools.transport, now, at_once=True)
    return announced


def _next(schedule: str | None, settings: object, now: datetime) -> datetime | None:
    """:class:`Misconfigured` where a schedule or a time zone is stored that is none."""
    table = settings.get("dataset") if isinstance(settings, dict) else None
    zone = str(table.get("timezone", "UTC")) if isinstance(table, dict) else "UTC"
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
