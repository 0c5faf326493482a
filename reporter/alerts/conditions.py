"""What is told of: each condition a pure function that says in a sentence what is wrong, or that nothing is.

``None`` means that nobody can say now: an open incident stays open, and none is opened.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from reporter.mail.complete import ONLY
from reporter.words import WEEKDAYS
from shared.texts import number_of

NO_DATA, CHANGE, REJECTS, DEAD_LETTERS, DISK = "no_data", "change", "rejects", "dead_letters", "disk"
CONDITIONS = {
    NO_DATA: "No data by the expected time",
    CHANGE: "Sudden fall or rise of visits",
    REJECTS: "Many lines could not be read",
    DEAD_LETTERS: "Dead letters",
    DISK: "Little disk space",
}
WEEKS = 8
"""So many of the same weekday before are compared with."""
ENOUGH_WEEKS = 4
NORMAL = 1.4826
"""The median of absolute deviations times this is the standard deviation of what is normally distributed."""
ENOUGH_LINES = 100
"""A share of fewer lines says nothing."""
RELIEF = 1.1
"""So many times the least free space must be free again: else each file that comes and goes would tell of itself."""


@dataclass(frozen=True)
class Wrong:
    """Something is wrong, in a sentence or two."""

    text: str


@dataclass(frozen=True)
class Right:
    """Nothing is wrong, in a sentence."""

    text: str


Verdict = Wrong | Right | None


def no_data(day: date, by: str, late: Sequence[str], servers: int) -> Verdict:
    """By a time of the day after, each of so many servers should have delivered a day; ``late`` ones are in words."""
    told = _day(day)
    if not servers:
        return Wrong(f"Nothing was ever delivered; {told} should have been by {by} of the day after.")
    if late:
        return Wrong(f"{told} should have been delivered by {by} of the day after. {_missing(late, servers)}")
    return Right(f"{told} is delivered by every server.")


def change(day: date, visits: int, before: Sequence[int], limit: float, share: float) -> Verdict:
    """Visits of a whole day against those of the same weekday in the weeks before.

    The median m of those, and how far they usually are from it: s is the greatest of 1.4826 times the median of their
    absolute deviations, the square root of m (chance alone makes that much), and 1. The day is told of when it is
    further than ``limit`` s from m, and by at least ``share`` of m.
    """
    if limit == 0 or len(before) < ENOUGH_WEEKS:
        return None
    middle = median(before)
    usual = max(NORMAL * median(abs(one - middle) for one in before), math.sqrt(middle), 1.0)
    apart = visits - middle
    weekday = WEEKDAYS[day.weekday()]
    told = (
        f"{visits:,} {'visit' if visits == 1 else 'visits'} on {_day(day)}; on the last {len(before)} {weekday}s the "
    )
    told += f"median was {middle:,.0f} ({min(before):,} to {max(before):,})."
    if abs(apart) > limit * usual and abs(apart) >= share * middle:
        return Wrong(f"Visits {'rose' if apart > 0 else 'fell'}: {told}")
    return Right(f"Visits are as usual: {told}")


def rejects(lines: int, rejected: int, limit: float) -> Verdict:
    """Lines, without directives, of the files of the last 24 hours, and how many of them could not be read."""
    if lines < ENOUGH_LINES:
        return None
    share = f"{rejected / lines:.1%}".replace("%", " %")
    told = f"{rejected:,} of {lines:,} lines of the last 24 hours' files could not be read ({share})."
    return Wrong(told) if rejected / lines > limit else Right(told)


def dead_letters(number: int, newest: str) -> Verdict:
    """Dead letters that wait for a person; ``newest`` says in words why the newest is one."""
    if not number:
        return Right("No dead letter waits any more.")
    wait = "waits" if number == 1 else "wait"
    said = f"{number_of(number, 'dead letter')} {wait} for a person (`proprocessor failures list`)."
    return Wrong(f"{said} {'It says' if number == 1 else 'The newest'}: {newest}")


def disk(place: str, free_bytes: int, total_bytes: int, least: float, *, is_open: bool) -> Verdict:
    """Free space of a disk, at least so large a share of it; once told of, somewhat more."""
    if not total_bytes or not least:
        return None
    share = free_bytes / total_bytes
    told = f"{free_bytes / 2**30:,.1f} GiB of {total_bytes / 2**30:,.1f} GiB are free on the disk of {place}"
    told += f" ({share:.1%}).".replace("%", " %")
    return Wrong(told) if share < least * (RELIEF if is_open else 1.0) else Right(told)


def _missing(late: Sequence[str], servers: int) -> str:
    """Which of the servers have not delivered, and how far each has."""
    if servers == 1:
        far = late[0].removeprefix(f"{ONLY} ")
        return f"The only server has not{' ' if far != late[0] else ': '}{far}."
    return f"{len(late)} of {servers} servers {'has' if len(late) == 1 else 'have'} not: {'; '.join(late)}."


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {day:%B %Y}"
