"""Published periods that are kept as they are, and those that are kept no longer (settings, ``[retention]``).

A period with a day whose hits were removed cannot be made again: it stays as it was published, and its manifest says
since when. The first day that is kept counts as such, too: a visit may have begun the day before. ``all`` is what is
left, from the first day on whose hits are kept.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from reporter.ledger import Found
from reporter.manifest import encode, manifests
from reporter.model import Period
from reporter.published import newest_publication
from reporter.swap import HIDDEN, write_file
from reporter.targets import registry
from shared import outbox
from shared.catalog.schema import analyses, datasets
from shared.dataset_settings import read_stored_settings
from shared.messages import AnalysisReady, first
from shared.retention import cutoffs, of_each
from shared.work import Tools


@dataclass(frozen=True)
class Kept:
    """From which days on hits and reports are kept; ``None``: all. ``forgotten`` names those of whom nothing is."""

    hits_from: date | None = None
    reports_from: date | None = None
    forgotten: str = ""

    def is_frozen(self, period: Period) -> bool:
        """Whether it cannot be made again."""
        return self.hits_from is not None and period.kind != "all" and period.first <= self.hits_from

    def is_old(self, period: Period) -> bool:
        """Whether it is to be removed."""
        return self.reports_from is not None and period.last < self.reports_from

    def makes(self, period: Period) -> bool:
        """Whether it is made from an analysis."""
        return not self.is_frozen(period) and not self.is_old(period)

    def freeze(self, published: Iterable[Found], kinds: Collection[str]) -> list[Period]:
        """The published periods that stay as they are; from now on their manifests say so."""
        found = []
        for one in published:
            if one.period.kind not in kinds or self.is_old(one.period) or not self.is_frozen(one.period):
                continue
            manifest = one.manifest() if not one.is_frozen else None
            if manifest is not None and self.hits_from is not None:
                write_file(one.path, encode(manifest | {"frozen": self.hits_from.isoformat()}))
            found.append(one.period)
        return found


ALL = Kept()


def announce_old(tools: Tools) -> None:
    """Have those data sets published again of which a period is too old: it goes then, and from the list of periods."""

    def look_after(dataset: str) -> None:
        if due(tools, dataset):
            announce(tools, dataset)

    of_each(tools, look_after)


def due(tools: Tools, dataset: str) -> list[str]:
    """The ids of a data set's periods that are to be removed, in the folder where it was last published."""
    return [path.parent.name for path in _old(tools, dataset)]


def _old(tools: Tools, dataset: str) -> list[Path]:
    """Their manifests."""
    with tools.catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().first()
        newest = newest_publication(connection, dataset)
    if row is None or newest is None:
        return []
    kept = Kept(None, cutoffs(read_stored_settings(row["settings"], name=dataset), tools.clock.now()).reports_from)
    return [path for path, _, period in manifests(Path(newest["target"]) / dataset) if kept.is_old(period)]


def announce(tools: Tools, dataset: str) -> None:
    """Have the newest analysis of a data set published again; where no hits are left to analyse, remove them here."""
    same = sa.and_(analyses.c.dataset == datasets.c.id, analyses.c.digest == datasets.c.analysis)
    query = sa.select(analyses.c.digest).join(datasets, same).where(datasets.c.id == dataset)
    with tools.catalog.write() as connection:
        digest = connection.execute(query).scalar()
        if digest is not None:
            message = first(AnalysisReady(dataset, digest), origin=f"retention {uuid.uuid4()}")
            outbox.put(connection, [message], tools.clock.now())
    old = _old(tools, dataset) if digest is None else []
    for path in old:
        aside = path.parent.with_name(f"{HIDDEN}{path.parent.name}-removed")
        path.parent.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    if old:
        with tools.catalog.write() as connection:
            settings = registry.settings_of(connection, dataset)
            facts = registry.due(dataset, settings, "retention") if settings else []
            registry.announce(connection, facts, tools.clock.now())
