"""How much of some days there is data of, and what can therefore be compared with what. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from reporter import words
from reporter.model import Period

DAYS_APART = "trend"
"""The report whose rows are days: those that both periods have can be compared, whatever either lacks."""
WITH_BEFORE = "changes"
"""The report that compares with as many days before, itself."""


def days_of(first: date, last: date) -> int:
    """How many; none where they end before they begin."""
    return max((last - first).days + 1, 0)


def days_there(days: Period, whole: Period) -> int:
    """How many of these days lie between the first and the last that there is data of."""
    return days_of(max(days.first, whole.first), min(days.last, whole.last))


def is_whole(days: Period, whole: Period) -> bool:
    """Whether there is data of all of them."""
    return days.first >= whole.first and days.last <= whole.last


def begin_alike(asked: Period, other: Period, whole: Period) -> bool:
    """Whether the first day that there is of each is its first, so that one is drawn day by day below the other."""
    return all(whole.first <= one.first <= whole.last for one in (asked, other))


def uncompared(asked: Period, other: Period, whole: Period, report: str) -> str:
    """Why numbers of these days stand beside the other's without any difference; empty, where all can be compared."""
    parts = [_told(one, whole) for one in (asked, other) if not is_whole(one, whole)]
    if not parts:
        return ""
    text = "; ".join(parts)
    if report == DAYS_APART and asked.kind != "day":
        return f"Only days that both have are compared, and no totals: {text}."
    return f"Nothing is compared: {text}."


def why_empty(report: str, period: Period, whole: Period) -> str:
    """Why a report of a period has no rows, and what would fill it."""
    return lacks_before(report, period, whole) or words.EMPTY.get(report, words.NOTHING)


def lacks_before(report: str, period: Period, whole: Period) -> str:
    """Of the report that compares with the days before: which of them there are, if only some are."""
    if report != WITH_BEFORE or period.kind == "all":
        return ""
    length = days_of(period.first, period.last)
    if length >= period.first.toordinal():  # the calendar begins later
        return ""
    yesterday = period.first - timedelta(days=1)
    before = Period("", "range", period.first - timedelta(days=length), yesterday)
    there = days_there(before, whole)
    if not 0 < there < length:
        return ""
    return f"Nothing is compared: of the {length} days before this period, {_many(there)} there."


def _told(days: Period, whole: Period) -> str:
    """``of May 2015, 4 of 31 days are there``."""
    there, length = days_there(days, whole), days_of(days.first, days.last)
    name = words.period_name(days)
    if not there:
        return f"of {name}, no day is there"
    return f"of {name}, {there} of {length} days {'is' if there == 1 else 'are'} there"


def _many(number: int) -> str:
    return f"only {number} is" if number == 1 else f"only {number} are"
