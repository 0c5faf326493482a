"""How long what is stored is kept (settings, ``[retention]``): from when on, for a data set, at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from shared import outbox
from shared.catalog.schema import datasets
from shared.clock import Every
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured
from shared.work import Tools

EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Cutoffs:
    """What lies before is not kept; ``None`` keeps all. Days are those of the data set's zone."""

    raw_from: datetime | None
    """When a raw file was fetched."""
    hits_from: date | None
    """The first day whose hits are kept."""
    reports_from: date | None
    """A published period whose last day lies before is removed."""

    @property
    def anything(self) -> bool:
        """Whether anything is ever removed."""
        return any((self.raw_from, self.hits_from, self.reports_from))


def cutoffs(settings: DatasetSettings, now: datetime) -> Cutoffs:
    """What the settings say at a moment."""
    kept = settings.retention
    today = now.astimezone(ZoneInfo(settings.dataset.timezone)).date()
    return Cutoffs(
        raw_from=now - timedelta(days=kept.raw_days) if kept.raw_days is not None else None,
        hits_from=today - timedelta(days=kept.hits_days) if kept.hits_days is not None else None,
        reports_from=today - timedelta(days=kept.reports_days) if kept.reports_days is not None else None,
    )


def of_each(tools: Tools, look_after: Callable[[str], None]) -> None:
    """Look after every data set, by its id; one whose settings nobody can read is told of, and stops at itself."""
    with tools.catalog.read() as connection:
        names = connection.execute(sa.select(datasets.c.id).order_by(datasets.c.id)).scalars().all()
    for name in names:
        try:
            look_after(name)
        except Misconfigured as error:
            tools.log.error("retention.failed", dataset=name, error=str(error))
    outbox.sweep(tools.catalog, tools.transport, tools.clock.now(), at_once=True)


class Daily(Every):
    """Once a day."""

    def __init__(self) -> None:
        super().__init__(EVERY)
