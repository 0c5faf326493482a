"""Where a long time is cut into steps that each fit into memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from analyzer.inputs import Source
from analyzer.periods import LONGEST_CALENDAR_DAYS
from analyzer.window import begin_of, day_of, naive


def step_ends(
    sources: Iterable[Source], zone: ZoneInfo, step_hits: int, *, since: datetime | None = None
) -> list[datetime]:
    """Beginnings of days (UTC, naive), none before the last of which a step of about so many hits could end.

    The hits of a file are taken to be spread evenly; what is before ``since`` is not read. The last step has no end.
    """
    days = _hits_of_days(sources, zone, since)
    ends: list[datetime] = []
    number = 0.0
    for at, day in enumerate(sorted(days)):
        if number and number + days[day] > step_hits and at + 1 < len(days):
            ends.append(begin_of(day, zone))
            number = 0.0
        number += days[day]
    return ends


def _hits_of_days(sources: Iterable[Source], zone: ZoneInfo, since: datetime | None) -> dict[date, float]:
    found: dict[date, float] = defaultdict(float)
    for one in sources:
        if one.first_ts is None or one.last_ts is None:
            continue
        first, last = (day_of(naive(moment), zone) for moment in (one.first_ts, one.last_ts))
        length = (last - first).days + 1
        if length > LONGEST_CALENDAR_DAYS:  # some clock got a time wrong
            found[first] += one.hits
            continue
        earliest = max(first, day_of(since, zone)) if since else first
        for ordinal in range(earliest.toordinal(), last.toordinal() + 1):
            found[date.fromordinal(ordinal)] += one.hits / length
    return found
