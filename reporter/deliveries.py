"""What a period lacks: where its data begins, and how far each server's logs reach."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reporter.model import Analysis, Period
from reporter.words import KINDS

NEAR, AT_END = timedelta(hours=3), timedelta(minutes=30)
"""Servers have something to tell only now and then: within this they are as far as the farthest, and at the end, or at
the beginning.
"""
GONE = timedelta(days=7)
"""A server that had delivered nothing for so long when a period began is not waited for."""


class Deliveries:
    """The servers of an analysis, the last time in the logs of each, and the first of all."""

    def __init__(self, analysis: Analysis) -> None:
        self._zone = ZoneInfo(analysis.data["timezone"])
        self._whole = analysis.whole
        self._until: dict[str, datetime] = {}
        for source in analysis.data["sources"]:
            if (until := self._read(source, "until")) is not None:
                server = source["server"]
                self._until[server] = max(until, self._until.get(server, until))
        firsts = [since for source in analysis.data["sources"] if (since := self._read(source, "since")) is not None]
        self._since = self._beginning(min(firsts, default=None))

    def told(self, period: Period) -> tuple[str, bool]:
        """What it lacks, as :meth:`lacking` says it; and whether its numbers may still grow, since days of it are to
        come, or logs: then it cannot be compared."""
        end = self._end(period)
        return " ".join(filter(None, (self.beginning(period), end))), period.last > self._whole.last or bool(end)

    def lacking(self, period: Period) -> str:
        """Sentences, or nothing where all servers have delivered the whole period; times in the data set's zone."""
        return self.told(period)[0]

    def beginning(self, period: Period) -> str:
        """``Data begins on 14 March 2026.``, of a period that begins before; of all days, they are what there is."""
        start = datetime.combine(period.first, time(), self._zone)
        if period.kind == "all" or self._since <= start + AT_END:
            return ""
        day = self._since.date()
        clock = f"{self._since:%H:%M}" if self._since > datetime.combine(day, time(), self._zone) + AT_END else ""
        if clock and period.first == period.last == day:
            return f"Data begins at {clock}."
        return f"Data begins on {day.day} {day:%B %Y}{f', {clock}' if clock else ''}."

    def _beginning(self, first: datetime | None) -> datetime:
        """The first time of all. Of its day, some hits may be no more, or lines may have no time: then the day's."""
        day = self._whole.first
        return first if first is not None and first.date() == day else datetime.combine(day, time(), self._zone)

    def _end(self, period: Period) -> str:
        if period.first > self._whole.last:
            return f"Data ends on {self._whole.last.day} {self._whole.last:%B %Y}."
        start = datetime.combine(period.first, time(), self._zone)
        end = datetime.combine(period.last + timedelta(days=1), time(), self._zone)
        servers = {name: until for name, until in self._until.items() if until >= start - GONE}
        late = {name: until for name, until in servers.items() if until < end - AT_END}
        if not late:
            return ""
        farthest = min(max(servers.values()), end)
        behind = {name: until for name, until in late.items() if until < farthest - NEAR}
        there = len(servers) - len(behind)
        reached = "the whole period" if farthest == end else f"to {_shown(farthest, period)}"
        if len(servers) == 1:
            text = f"The logs reach {reached}"
        else:
            have = "has" if there == 1 else "have"
            text = f"{there} of {len(servers)} servers {have} delivered {reached}"
        told = [f"{name or 'one'} {_to(until, period)}" for name, until in sorted(behind.items())]
        text += "".join(f"; {one}" for one in told)
        if farthest.date() < period.last:
            text += f"; the {KINDS[period.kind]} ends on {period.last.day} {period.last:%B}"
        return f"Not complete: {text[0].lower()}{text[1:]}."

    def _read(self, source: dict[str, Any], which: str) -> datetime | None:
        text = source.get(which)  # analyses of older versions do not tell
        if not text:
            return None
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(self._zone)


def _to(until: datetime, period: Period) -> str:
    return f"to {_shown(until, period)}" if until.date() >= period.first else f"nothing since {until.day} {until:%B}"


def _shown(moment: datetime, period: Period) -> str:
    clock = f"{moment:%H:%M}"
    return clock if moment.date() == period.last else f"{moment.day} {moment:%B}, {clock}"
