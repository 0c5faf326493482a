"""The same days a year before: what reports, answers and e-mail compare with. Pure."""

from __future__ import annotations

from datetime import date


def day_before(day: date) -> date:
    """The same date; of a leap day 28 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def week_before(monday: date) -> date:
    """The Monday of the ISO week with the same number; a 53rd that there is not is the 52nd."""
    year, week, _ = monday.isocalendar()
    longest = date(year - 1, 12, 28).isocalendar().week
    return date.fromisocalendar(year - 1, min(week, longest), 1)
