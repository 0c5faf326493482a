"""What can be compared, where there is no data of some days, and the sentences that say so."""

from __future__ import annotations

from datetime import date

import pytest

from reporter import words
from reporter.coverage import begin_alike, days_there, is_whole, uncompared, why_empty
from reporter.model import Period

WHOLE = Period("all", "all", date(2026, 3, 14), date(2026, 5, 20))
MARCH = Period("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period("2026-04", "month", date(2026, 4, 1), date(2026, 4, 30))
MAY = Period("2026-05", "month", date(2026, 5, 1), date(2026, 5, 31))
JUNE = Period("2026-06", "month", date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("days", "there", "whole"),
    [(MARCH, 18, False), (APRIL, 30, True), (MAY, 20, False), (JUNE, 0, False), (WHOLE, 68, True)],
)
def test_days_between_the_first_and_the_last_are_there(days: Period, there: int, whole: bool) -> None:
    assert (days_there(days, WHOLE), is_whole(days, WHOLE)) == (there, whole)


@pytest.mark.parametrize(
    ("asked", "other", "report", "expected"),
    [
        (APRIL, APRIL, "overview", ""),
        (APRIL, WHOLE, "overview", ""),
        (APRIL, MARCH, "overview", "Nothing is compared: of March 2026, 18 of 31 days are there."),
        (MARCH, APRIL, "pages", "Nothing is compared: of March 2026, 18 of 31 days are there."),
        (
            MAY,
            JUNE,
            "pages",
            "Nothing is compared: of May 2026, 20 of 31 days are there; of June 2026, no day is there.",
        ),
        (
            APRIL,
            MARCH,
            "trend",
            "Only days that both have are compared, and no totals: of March 2026, 18 of 31 days are there.",
        ),
        (
            Period("2026-05-20", "day", date(2026, 5, 20), date(2026, 5, 20)),
            Period("2025-05-20", "day", date(2025, 5, 20), date(2025, 5, 20)),
            "trend",
            "Nothing is compared: of 20 May 2025, no day is there.",
        ),
        (
            Period("2026-03-20..2026-03-25", "range", date(2026, 3, 20), date(2026, 3, 25)),
            Period("2026-03-09..2026-03-14", "range", date(2026, 3, 9), date(2026, 3, 14)),
            "entries",
            "Nothing is compared: of 9 to 14 March 2026, 1 of 6 days is there.",
        ),
    ],
)
def test_what_is_not_compared_says_which_days_are_there(
    asked: Period, other: Period, report: str, expected: str
) -> None:
    assert uncompared(asked, other, WHOLE, report) == expected


def test_one_line_is_drawn_below_another_where_both_begin_with_their_days() -> None:
    assert begin_alike(MAY, APRIL, WHOLE)
    assert not begin_alike(APRIL, MARCH, WHOLE)
    assert not begin_alike(MAY, JUNE, WHOLE)


@pytest.mark.parametrize(
    ("report", "period", "expected"),
    [
        ("changes", APRIL, "Nothing is compared: of the 30 days before this period, only 18 are there."),
        ("changes", MAY, words.EMPTY["changes"]),  # April is there: nobody came
        ("changes", MARCH, words.EMPTY["changes"]),
        ("changes", WHOLE, words.EMPTY["changes"]),
        ("changes", Period("1", "year", date(1, 1, 1), date(1, 12, 31)), words.EMPTY["changes"]),
        (
            "changes",
            Period("2026-W12", "week", date(2026, 3, 16), date(2026, 3, 22)),
            "Nothing is compared: of the 7 days before this period, only 2 are there.",
        ),
        ("search", APRIL, words.EMPTY["search"]),
        ("hours", APRIL, words.NOTHING),
    ],
)
def test_an_empty_report_says_why(report: str, period: Period, expected: str) -> None:
    assert why_empty(report, period, WHOLE) == expected
