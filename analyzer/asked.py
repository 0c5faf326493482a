"""The days that a question is about: a period by its id, or any range; and those to compare it with."""

from __future__ import annotations

import re
from datetime import date, timedelta

from analyzer.periods import KINDS, Kind, Period, periods_of
from shared.errors import Rejected
from shared.year_before import day_before, week_before

LIKE: dict[Kind, str] = {
    "day": r"\d{4}-\d\d-\d\d",
    "week": r"(\d{4})-W(\d\d)",
    "month": r"(\d{4})-(\d\d)",
    "year": r"(\d{4})",
}
BETWEEN = ".."
PREVIOUS, YEAR = "previous", "year"


def asked_range(first: date, last: date) -> Period:
    """The days from first to last; one day is that period."""
    if last < first:
        raise Rejected(f"The range ends on {last}, before it begins on {first}.", reason="bad_range")
    if first == last:
        return Period(first.isoformat(), "day", first, last)
    return Period(f"{first}{BETWEEN}{last}", "range", first, last)


def asked_period(text: str, whole: Period | None = None) -> Period:
    """What an id means: ``2015-05-17``, ``2015-W20``, ``2015-05``, ``2015``, a range ``2015-05-01..2015-05-14``.

    ``all`` is what is given as ``whole``.
    """
    if text == "all" and whole is not None:
        return whole
    first, between, last = text.partition(BETWEEN)
    try:
        if between:
            return asked_range(_day(first), _day(last))
        kind = next(kind for kind, pattern in LIKE.items() if re.fullmatch(pattern, text, re.ASCII))
        return _of_kind(kind, _beginning(kind, text))
    except (ValueError, StopIteration):
        raise Rejected(
            f"There is no period {text!r}.",
            remedy="Periods are called 2015-05-17, 2015-W20, 2015-05, 2015, all, or as a range 2015-05-01..2015-05-14.",
            reason="unknown_period",
        ) from None


def compared_with(asked: Period, wanted: str, whole: Period | None = None) -> Period:
    """What to compare with: ``previous``, ``year`` (the same a year before), or the id of a period or range.

    Previous is the calendar period before, of a range as many days just before it. A year before, a week keeps its
    number (a 53rd that there is not is the 52nd), and a leap day is 28 February.
    """
    if wanted not in (PREVIOUS, YEAR):
        return asked_period(wanted, whole)
    if asked.kind == "all":
        raise Rejected("The whole range has nothing before it to compare with.", reason="nothing_before")
    try:
        return _previous(asked) if wanted == PREVIOUS else _year_before(asked)
    except (ValueError, OverflowError):
        raise Rejected(f"There is nothing before {asked.id}.", reason="nothing_before") from None


def _previous(asked: Period) -> Period:
    if asked.kind == "range":
        return asked_range(asked.first - timedelta(days=asked.days), asked.first - timedelta(days=1))
    return _of_kind(asked.kind, asked.first - timedelta(days=1))


def _year_before(asked: Period) -> Period:
    if asked.kind == "range":
        return asked_range(day_before(asked.first), day_before(asked.last))
    return _of_kind(asked.kind, week_before(asked.first) if asked.kind == "week" else day_before(asked.first))


def _of_kind(kind: Kind, day: date) -> Period:
    """The period of this kind that contains a day."""
    return periods_of(day, Period("all", "all", day, day))[KINDS.index(kind)]


def _beginning(kind: Kind, text: str) -> date:
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    if kind == "week":
        return date.fromisocalendar(numbers[0], numbers[1], 1)
    return date(*[*numbers, 1, 1][:3])


def _day(text: str) -> date:
    if not re.fullmatch(LIKE["day"], text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)
