"""What conditions are judged by, from the catalog, the published analysis and the disks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from reporter.alerts.conditions import WEEKS
from reporter.mail.complete import Progress
from reporter.mail.timetable import start_of_day
from reporter.model import Analysis
from reporter.published import newest_analysis
from shared import failures
from shared.catalog import Catalog
from shared.catalog.schema import contents, files
from shared.settings import Settings
from shared.store import nearest

LATELY = timedelta(days=1)
MOST = 300
"""So many signs of what went wrong are told; the dead letter has all."""


@dataclass(frozen=True)
class Visits:
    """Visits of a day, and of the same weekday in the weeks before, as far as data goes back."""

    day: date
    visits: int
    before: tuple[int, ...]


def expected_day(now: datetime, by: str, zone: ZoneInfo) -> date:
    """The day that should be there at a moment, if each is expected by a time of the next."""
    local = now.astimezone(zone)
    hour, minute = map(int, by.split(":"))
    passed = (local.hour, local.minute) >= (hour, minute)
    return local.date() - timedelta(days=1 if passed else 2)


def late_servers(progress: Progress, day: date, zone: ZoneInfo) -> tuple[list[str], int]:
    """Those that have not delivered a day, each with how far it has, and how many are waited for."""
    start, end = (start_of_day(one, zone.key) for one in (day, day + timedelta(days=1)))
    return [progress.told(name, zone) for name in progress.late(start, end)], len(progress.waited_for(start))


def visits_of(analysis: Analysis, day: date) -> Visits | None:
    """``None`` where the analysis does not reach so far."""
    whole = analysis.whole
    if not whole.first <= day <= whole.last:
        return None
    days = [day - timedelta(weeks=number) for number in range(WEEKS + 1)]
    known = {one.first: one for one in analysis.periods() if one.kind == "day" and one.first in days}
    reports = analysis.reports([*known.values()], only={"overview"})
    found = {first: _visits(reports[period.id]["overview"].totals) for first, period in known.items()}
    return Visits(day, found.get(day, 0), tuple(found.get(one, 0) for one in days[1:] if one >= whole.first))


def published_analysis(catalog: Catalog, dataset: str, data: Path) -> Analysis | None:
    """The newest one that is published."""
    with catalog.read() as connection:
        newest = newest_analysis(connection, dataset)
    return Analysis(data / newest["folder"]) if newest is not None else None


def lines_lately(catalog: Catalog, dataset: str, now: datetime) -> tuple[int, int]:
    """Lines without directives, and rejects, of the files fetched within a day, those that are held among them."""
    counted = sa.func.coalesce(files.c.content, files.c.held)
    joined = sa.select(contents.c.lines - contents.c.directives, contents.c.rejects).join(
        files, counted == contents.c.id
    )
    recent = joined.where(files.c.dataset == dataset, files.c.fetched_at >= now - LATELY)
    with catalog.read() as connection:
        rows = connection.execute(recent).all()
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def waiting_letters(catalog: Catalog, dataset: str) -> tuple[int, str]:
    """How many dead letters wait, and what the newest says; the empty data set has those that are of none."""
    found = [one for one in failures.letters(catalog, dataset=dataset or None) if (one.dataset or "") == dataset]
    if not found:
        return 0, ""
    newest = found[-1]
    said = newest.error.partition("\n")[0]
    about = f"{newest.subject}: " if newest.subject and not said.startswith(f"{newest.subject}: ") else ""
    return len(found), f"{about}{said if len(said) <= MOST else f'{said[: MOST - 1]}…'} ({newest.reason})"


def disks(settings: Settings) -> Iterator[tuple[str, int, int]]:
    """Each disk once: what lies on it, its free and all of its bytes."""
    seen = set()
    for name, folder in (("the data folder", settings.data), ("the published folder", settings.publish_root)):
        there = nearest(folder)
        if there is None or (device := there.stat().st_dev) in seen:
            continue
        seen.add(device)
        usage = shutil.disk_usage(there)
        yield f"{name} ({folder})", usage.free, usage.total


def _visits(totals: object) -> int:
    found = totals.get("all", {}).get("visits") if hasattr(totals, "get") else None
    return int(found or 0)
