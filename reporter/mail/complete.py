"""Whether the data of a period is complete, and what it lacks otherwise. Alerts ask the same.

A period is complete when

- every server of the data set has delivered to its end, as pages tell it (:mod:`reporter.deliveries`): a file's last
  hit, or the end that a collector's file name tells, lies at most half an hour before it. Servers are those that a
  file came from, in the week before the period or later, and those that the site's configuration names beside them;
- a fetch that began after its end is done, none is under way or overdue by the timetable, and what it
  brought is parsed, analysed and published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from reporter.deliveries import AT_END, GONE
from reporter.published import newest_publication
from shared import outbox
from shared.catalog.schema import contents, datasets, files, rounds
from shared.catalog.schema import outbox as messages
from shared.messages import AnalysisReady, FetchFinished, FileFailed, FileFetched, HitsParsed, PartDue
from shared.nlf import file_times
from shared.site import Site

ONLY = "the only one"
"""A server without a name: there is no other."""
TAKERS = {
    "parser": (FileFetched.TYPE, PartDue.TYPE),
    "analyzer": (HitsParsed.TYPE, FileFailed.TYPE, FetchFinished.TYPE),
    "reporter": (AnalysisReady.TYPE,),
}
"""Messages that come between a fetch and what is published of it, and by whom each is taken."""


@dataclass(frozen=True)
class Progress:
    """How far a data set is. ``delivered``: to which moment each server has; ``None``: not at all yet."""

    delivered: Mapping[str, datetime | None]
    fetched_at: datetime | None
    """When the newest fetch that went well began."""
    next_fetch: datetime | None
    busy: str
    """What is under way, in words; empty: nothing is."""
    is_published: bool

    def waited_for(self, start: datetime) -> list[str]:
        """The servers of a period: without those that had gone before it began, unless all had."""
        here = [name for name, last in self.delivered.items() if last is None or last >= start - GONE]
        return sorted(here or self.delivered)

    def late(self, start: datetime, end: datetime) -> list[str]:
        """Those that have not delivered to its end; web servers have something to tell only now and then."""
        reached = {name: self.delivered[name] for name in self.waited_for(start)}
        return [name for name, last in reached.items() if last is None or last < end - AT_END]

    def lacks(self, start: datetime, end: datetime, now: datetime, zone: ZoneInfo) -> list[str]:
        """What a period that is over at ``end`` lacks, each in a sentence; empty: it is complete."""
        found = []
        if (late := self.late(start, end)) or not self.delivered:
            number = len(self.waited_for(start))
            found.append(
                f"{number - len(late)} of {number} servers have delivered to the end{self._names(late, zone)}."
            )
        if self.fetched_at is None or self.fetched_at < end:
            found.append("Nothing was fetched since it ended.")
        elif self.next_fetch is not None and self.next_fetch <= now:
            found.append("A fetch is overdue.")
        elif self.busy:
            found.append(f"{self.busy[0].upper()}{self.busy[1:]}.")
        elif not self.is_published:
            found.append("What was fetched is not published yet.")
        return found

    def _names(self, late: Sequence[str], zone: ZoneInfo) -> str:
        told = [self.told(name, zone) for name in late[:5]]
        return f"; missing: {', '.join(told)}{' and others' if len(late) > 5 else ''}" if told else ""

    def told(self, server: str, zone: ZoneInfo) -> str:
        """A server, and to when it has delivered."""
        name, last = server or ONLY, self.delivered[server]
        if last is None:
            return f"{name} (nothing yet)"
        local = last.astimezone(zone)
        return f"{name} (to {local.day} {local:%B %Y, %H:%M})"


def read_progress(connection: sa.Connection, dataset: str) -> Progress:
    """How far a data set is, from the catalog."""
    row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().one()
    done = sa.select(sa.func.max(rounds.c.started_at)).where(rounds.c.dataset == dataset, rounds.c.state == "done")
    newest = newest_publication(connection, dataset)
    return Progress(
        delivered=_delivered(connection, dataset, row["site"]),
        fetched_at=connection.execute(done).scalar(),
        next_fetch=row["next_due"],
        busy=_busy(connection, dataset),
        is_published=newest is not None and newest["analysis"] == row["analysis"],
    )


def servers_of(site: Mapping[str, Any] | None, seen: Iterable[str]) -> set[str]:
    """Those that delivered, and those that the configuration names in a folder that is used as it says."""
    found = set(seen)
    for one in Site.from_json(dict(site or {})).subdomains:
        if any(name.startswith(f"{one.name}/") for name in found):
            found |= {f"{one.name}/{server}" for server in one.servers}
    return found


def _delivered(connection: sa.Connection, dataset: str, site: Mapping[str, Any] | None) -> dict[str, datetime | None]:
    joined = files.outerjoin(contents, files.c.content == contents.c.id)
    mine = files.c.dataset == dataset
    by_hits = sa.select(files.c.server, sa.func.max(contents.c.last_ts)).select_from(joined).where(mine)
    rows = connection.execute(by_hits.group_by(files.c.server))
    found: dict[str, datetime | None] = {server: last for server, last in rows}  # noqa: C416 - rows, no pairs
    # The greatest path is the newest name that a collector gives, since its names begin with times.
    named = sa.select(files.c.server, sa.func.max(files.c.path)).where(mine, files.c.path.like("%_to_%.nlf%"))
    for server, path in connection.execute(named.where(files.c.state == "parsed").group_by(files.c.server)):
        times = file_times(path.rpartition("/")[2])
        if times is not None:
            last = found.get(server)
            found[server] = max(times[1], last) if last is not None else times[1]
    return {server: found.get(server) for server in sorted(servers_of(site, found))}


def _busy(connection: sa.Connection, dataset: str) -> str:
    fetching = sa.select(rounds.c.id).where(rounds.c.dataset == dataset, rounds.c.state == "open").limit(1)
    if connection.execute(fetching).first() is not None:
        return "a fetch is under way"
    waiting = sa.select(sa.func.count()).where(files.c.dataset == dataset, files.c.state == "fetched")
    if number := connection.execute(waiting).scalar_one():
        return f"{number} fetched files are not parsed yet"
    for queue, types in TAKERS.items():
        for body in connection.execute(sa.select(messages.c.body).where(outbox.is_waiting(queue, types))).scalars():
            if json.loads(body)["body"].get("dataset") == dataset:
                return "what was fetched is being analysed"
    return ""
