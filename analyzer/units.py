"""Units: the days and months by which reports are counted, so that a period is a sum of few of them.

A day is its number since 1970, a month a number far above all days. Weeks and months are sums of days, years and the
whole range are sums of months.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
MONTHS = 10_000_000
"""Units from here on are months."""
UNDATED = date(1, 1, 1)
"""Stands for the day of lines in a file without any readable time; they belong to the whole range only."""
UNDATED_UNIT = UNDATED.toordinal() - EPOCH.toordinal()
LONG_DAYS = 62
"""What is longer is counted by months where they lie within it."""


def unit_of_day(day: date) -> int:
    return day.toordinal() - EPOCH.toordinal()


def day_of_unit(unit: int) -> date:
    return date.fromordinal(unit + EPOCH.toordinal())


def unit_of_month(day: date) -> int:
    """Of the month of a day."""
    return MONTHS + day.year * 12 + day.month - 1


def month_of_unit(unit: int) -> str:
    """Like :func:`month_of`, of a day or a month."""
    if unit < MONTHS:
        return month_of(day_of_unit(unit))
    year, month = divmod(unit - MONTHS, 12)
    return month_of(date(year, month + 1, 1))


def month_of(day: date) -> str:
    """``2015-05``."""
    return f"{day.year:04d}-{day.month:02d}"


def last_of_month(day: date) -> date:
    if day.month == 12:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - timedelta(days=1)


def units_between(days: Sequence[date], first: date, last: date, *, by_month: bool = True) -> Iterator[int]:
    """What the days from first to last are a sum of; ``days`` are those with lines, in order."""
    within = days[bisect_left(days, first) : bisect_right(days, last)]
    if not by_month or last.toordinal() - first.toordinal() < LONG_DAYS:
        yield from map(unit_of_day, within)
        return
    at = 0
    while at < len(within):
        day = within[at]
        end = last_of_month(day)
        after = bisect_right(within, end, at)
        if day.replace(day=1) >= first and end <= last:
            yield unit_of_month(day)
        else:
            yield from map(unit_of_day, within[at:after])
        at = after
