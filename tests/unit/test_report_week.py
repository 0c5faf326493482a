"""The hours of the week as a table: every number of the rows in its place, and sums that hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reporter.model import Column, Report, Row
from reporter.week import is_calendar, weeks_of

LABELS: list[dict[str, Any]] = [
    {"id": "all", "name": "All visitors", "letter": "", "hide_in": []},
    {"id": "paid", "name": "Paid <b>", "letter": "A", "hide_in": []},
]
Numbers = Mapping[tuple[int, int], tuple[int, int | None]]
"""Visits of everybody and of a label (if it has any) by weekday and hour."""
numbers = st.dictionaries(
    st.tuples(st.integers(1, 7), st.integers(0, 23)),
    st.tuples(st.integers(0, 3000), st.none() | st.integers(0, 3000)),
    min_size=1,
)


def report_of(found: Numbers) -> Report:
    rows = [
        Row(
            key,
            {"all": {"visits": every, "rate": 0.5}} | ({} if one is None else {"paid": {"visits": one, "rate": None}}),
        )
        for key, (every, one) in sorted(found.items())
    ]
    dimensions = (Column("weekday", "Weekday", ""), Column("hour", "Hour", ""))
    measures = (Column("visits", "Visits", "", "count"), Column("rate", "Rate", "", "rate"))
    totals = {"all": {"visits": sum(every for every, _ in found.values())}}
    return Report("hours", "Hours", "When?", "Visitors", dimensions, measures, rows, totals)


@given(numbers)
def test_every_number_has_its_place_and_sums_hold(found: Numbers) -> None:
    weeks = list(weeks_of(report_of(found), LABELS))
    weekdays = sorted({day for day, _ in found})
    assert len(weeks) == (2 if len(weekdays) > 1 else 0), "a rate has no table, nor has a day"
    for at, week in enumerate(weeks):
        assert [name for name, _ in week.lines] == [f"{hour:02d}:00" for hour in range(24)]
        for hour, (_, line) in enumerate(week.lines):
            wanted = [found.get((day, hour), (0, 0))[at] or 0 for day in weekdays]
            assert line == [*wanted, sum(wanted)]
        by_day = [sum(pair[at] or 0 for (day, _), pair in found.items() if day == one) for one in weekdays]
        assert week.sums == [*by_day, sum(by_day)]


def test_cells_are_shaded_by_the_most_and_headed_by_their_hour() -> None:
    week = next(weeks_of(report_of({(1, 0): (2000, None), (2, 0): (500, None), (2, 23): (0, None)}), LABELS))
    first, *_, last = week.body.splitlines()
    assert first == (
        '<tr><th scope="row">00:00</th><td style="--s:1">2,000</td><td style="--s:0.25">500</td><td>2,500</td></tr>'
    )
    assert last == '<tr><th scope="row">23:00</th><td>0</td><td>0</td><td>0</td></tr>'
    assert week.days == ["Monday", "Tuesday"]
    assert week.caption == "Visits of All visitors by hour and weekday"


def test_rows_that_a_reader_chose_or_sorted_stay_rows() -> None:
    whole = report_of({(1, 0): (3, None), (1, 1): (0, None), (2, 0): (5, None)})
    assert is_calendar(whole)
    assert not is_calendar(replace(whole, rows=whole.rows[:1])), "others were left out"
    assert not is_calendar(replace(whole, rows=whole.rows[::-1])), "they are sorted"
