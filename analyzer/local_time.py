"""Times in a data set's zone, as SQL that costs next to nothing: a few comparisons, not a calendar for each hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analyzer.engine import Engine, quote
from analyzer.inputs import Source
from analyzer.window import naive

STEP = timedelta(hours=12)
"""No clock is set twice in so short a time."""
LONGEST = timedelta(days=40 * 366)
"""A longer time is none that was logged: some clock got it wrong."""
SECOND = timedelta(seconds=1)


def define_local_time(engine: Engine, zone: ZoneInfo, sources: Iterable[Source]) -> None:
    """Make the macro ``local_time``: a time (UTC, naive) in the zone, naive. It is quick for times of the sources."""
    engine.run(f"CREATE MACRO local_time(ts) AS {local_time('ts', zone, _span(sources))}")


def local_time(ts: str, zone: ZoneInfo, span: tuple[datetime, datetime] | None) -> str:
    """SQL of a time in a zone: by its offsets where it is within the span (both ends included), else by its rules."""
    rules = f"timezone({quote(zone.key)}, timezone('UTC', {ts}))"
    if span is None or span[1] - span[0] > LONGEST:
        return rules
    (begin, end), cases = span, ""
    for until, offset in offsets(zone, begin, end):
        # By whole microseconds: an interval is added month by month, day by day.
        moved = f"make_timestamp(epoch_us({ts}) + {offset // timedelta(microseconds=1)})" if offset else ts
        cases += f" WHEN {ts} < TIMESTAMP '{until}' THEN {moved}"
    return f"CASE WHEN {ts} < TIMESTAMP '{begin}' THEN {rules}{cases} ELSE {rules} END"


def offsets(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The offsets from UTC of all times from ``begin`` to ``end``, each with the time until which it holds.

    The last holds until after the end. All times are naive, in UTC, and of whole seconds, as clocks are set.
    """
    now, offset = begin, _offset(zone, begin)
    while now <= end:
        later = min(now + STEP, end + SECOND)
        if (then := _offset(zone, later)) != offset:
            before = now
            while later - before > SECOND:
                middle = before + (later - before) // (2 * SECOND) * SECOND
                before, later = (middle, later) if _offset(zone, middle) == offset else (before, middle)
            yield later, offset
            offset = then
        now = later
    yield end + SECOND, offset


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    found = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert found is not None, "every zone has one"
    return found


def _span(sources: Iterable[Source]) -> tuple[datetime, datetime] | None:
    """From the first to the last time of all sources, by whole seconds."""
    times = [naive(one) for source in sources for one in (source.first_ts, source.last_ts) if one is not None]
    return (min(times).replace(microsecond=0), max(times).replace(microsecond=0) + SECOND) if times else None
