"""Days, ISO weeks, months, years and the whole range."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Literal

from analyzer.units import UNDATED, units_between

Kind = Literal["day", "week", "month", "year", "all", "range"]
KINDS: tuple[Kind, ...] = ("day", "week", "month", "year", "all")
"""Of published periods; a ``range`` is only asked for."""
LONGEST_CALENDAR_DAYS = 36_525
"""A range longer than a century holds a time that some clock got wrong: its empty days are then left out."""


@dataclass(frozen=True)
class Period:
    """A stretch of days. ``first`` and ``last`` are calendar bounds; of ``all``, the first and last day with lines."""

    id: str
    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


Span = tuple[date, Period]


def periods_of(day: date, whole: Period) -> tuple[Period, ...]:
    """The five periods that contain a day."""
    iso = day.isocalendar()
    monday = _moved(day, 1 - iso.weekday)
    month_end = _moved(day.replace(day=28), 4).replace(day=1) - timedelta(days=1)
    if day.month == 12:
        month_end = day.replace(day=31)
    return (
        Period(day.isoformat(), "day", day, day),
        Period(f"{iso.year:04d}-W{iso.week:02d}", "week", monday, _moved(monday, 6)),
        Period(f"{day.year:04d}-{day.month:02d}", "month", day.replace(day=1), month_end),
        Period(f"{day.year:04d}", "year", day.replace(month=1, day=1), day.replace(month=12, day=31)),
        whole,
    )


def all_periods(days: Iterable[date]) -> list[Period]:
    """Every period with a day among these, by kind and time."""
    ordered = sorted(set(days))
    if not ordered:
        return []
    whole = Period("all", "all", ordered[0], ordered[-1])
    found = {period for day in ordered for period in periods_of(day, whole)}
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.first))


def calendar_of(periods: Iterable[Period], whole: Period, days: Sequence[date]) -> Iterator[Span]:
    """Every day of each period, whether or not anything happened, between the first day of all and the last.

    ``days`` are those with lines, in order: of too long a time, only they.
    """
    for period in periods:
        first, last = max(period.first, whole.first), min(period.last, whole.last)
        if whole.days > LONGEST_CALENDAR_DAYS:
            yield from ((day, period) for day in days[bisect_left(days, first) : bisect_right(days, last)])
        else:
            ordinals = range(first.toordinal(), last.toordinal() + 1)
            yield from ((date.fromordinal(one), period) for one in ordinals)


def units_of(period: Period, days: Sequence[date], *, by_month: bool = True) -> Iterator[tuple[int, Period]]:
    """The units that a period is a sum of; ``days`` are all with lines, in order, the undated too for the whole range.

    Only years, the whole range and what is asked for are told by months.
    """
    first = days[0] if period.kind == "all" and days else period.first
    by_month = by_month and period.kind in ("year", "all", "range")
    return ((unit, period) for unit in units_between(days, first, period.last, by_month=by_month))


def compared_units(
    period: Period, days: Sequence[date], *, by_month: bool = True
) -> Iterator[tuple[int, Period, bool]]:
    """The units of a period, and those of as many calendar days just before it, marked ``True``.

    Only days with lines; a period with none before it has no rows, nor has the whole range, nor a period before which
    there is data of some of these days only: to it, everything would have risen.
    """
    first, length = period.first.toordinal(), period.days
    begins = bisect_right(days, UNDATED)
    if period.kind == "all" or begins == len(days) or first - length < days[begins].toordinal():
        return
    earliest, before = date.fromordinal(first - length), date.fromordinal(first - 1)
    if before > days[-1] or bisect_left(days, earliest) == bisect_left(days, period.first):
        return
    for unit in units_between(days, earliest, before, by_month=by_month and period.kind in ("year", "range")):
        yield unit, period, True
    for unit, _ in units_of(period, days, by_month=by_month):
        yield unit, period, False


def _moved(day: date, days: int) -> date:
    """The calendar of this language ends with the year 9999, whose last days a broken log may name."""
    if day.year == MAXYEAR and days > (date.max - day).days:
        return date.max
    return day + timedelta(days=days)
