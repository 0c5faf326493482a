"""Rows by column say what the same rows say one by one; and where one may go from a period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.periods import all_periods
from reporter.model import Column, Period, Row, total
from reporter.neighbours import Calendar
from reporter.rows import Coded, Distinct, Rows, rows_of_records

LABELS = ("all", "paid", "few")
VALUES = st.one_of(st.none(), st.integers(-3, 3), st.floats(allow_nan=False), st.booleans(), st.text(max_size=2))


@st.composite
def some_rows(draw: Any) -> list[Row]:
    keys = draw(st.lists(st.tuples(VALUES, VALUES), max_size=6))
    return [
        Row(key, {label: {"a": draw(VALUES), "b": draw(VALUES)} for label in LABELS if draw(st.booleans())})
        for key in keys
    ]


@given(some_rows())
def test_rows_by_column_are_the_same_rows(rows: list[Row]) -> None:
    found = Rows.of(rows, 2, ["a", "b"])
    assert repr(list(found)) == repr(rows)
    assert repr(found[1:3]) == repr(tuple(rows[1:3]))
    assert len(found) == len(rows)
    assert Rows.of(found, 2, ["a", "b"]) is found
    of_record = [number for number, row in enumerate(rows) for _ in row.values]
    assert found.row_of_record().tolist() == of_record


@given(some_rows(), st.integers(0, 6))
def test_a_label_is_found_in_the_rows_that_have_it(rows: list[Row], at: int) -> None:
    found = Rows.of(rows, 2, ["a", "b"])
    at = min(at, len(rows))
    for label in (*LABELS, "unknown"):
        expected = [row.values[label]["b"] for row in rows[at:] if label in row.values]
        assert repr(found.values_of(label, "b", at)) == repr(expected)
        codes = found.codes_of(label, at)["a"]
        values = [found.measures["a"].distinct.values[code] for code in codes]
        assert repr(values) == repr([row.values.get(label, {}).get("a") for row in rows[:at]])


def test_an_index_beyond_the_rows_is_an_error() -> None:
    found = Rows.of([Row(("x",), {"all": {"a": 1}})], 1, ["a"])
    assert found[-1] == found[0]
    with pytest.raises(IndexError):
        found[1]


def test_each_different_value_is_written_once_and_a_memo_writes_only_what_is_asked_for() -> None:
    column = Coded(Distinct(["x", "y"]), np.array([1, 0, -1, 1]))
    asked: list[Any] = []

    def write(value: Any) -> str:
        asked.append(value)
        return f"<{value}>"

    assert column.at(slice(1, 4)).texts("one", lambda values: map(write, values)) == ["<x>", "<None>", "<y>"]
    assert column.texts("one", lambda values: map(write, values)) == ["<y>", "<x>", "<None>", "<y>"]
    assert asked == ["x", "y", None]
    asked.clear()
    memo = column.distinct.memo("two", write)
    assert [memo[code] for code in (1, 1, -1)] == ["<y>", "<y>", "<None>"]
    assert asked == ["y", None]


def calendar_of(*days: date) -> tuple[Calendar, dict[str, Period]]:
    found = [Period(one.id, one.kind, one.first, one.last) for one in all_periods(days)]
    return Calendar(found), {one.id: one for one in found}


def test_a_period_leads_to_those_beside_it_and_around_it() -> None:
    calendar, periods = calendar_of(*(date(2026, 2, 26) + timedelta(days=at) for at in (0, 1, 2, 3, 6)))
    found = calendar.neighbours(periods["2026-03-01"])
    assert (found.newer, found.older) == (periods["2026-03-04"], periods["2026-02-28"])
    assert [(kind, one.id) for kind, one in found.around] == [
        ("day", "2026-03-01"), ("week", "2026-W09"), ("month", "2026-03"), ("year", "2026"), ("all", "all"),
    ]  # fmt: skip
    month = calendar.neighbours(periods["2026-02"])
    assert (month.newer, month.older) == (periods["2026-03"], None)
    assert dict(month.around)["day"].id == "2026-02-28", "the newest of its days"
    assert dict(calendar.neighbours(periods["all"]).around)["week"].id == "2026-W10"


def test_a_period_without_a_day_leads_to_the_next_one_and_not_to_the_newest() -> None:
    month = Period("2026-02", "month", date(2026, 2, 1), date(2026, 2, 28))
    days = [Period(f"d{number}", "day", *[date(2026, 3, number)] * 2) for number in (1, 2, 3)]
    assert dict(Calendar([*days, month]).neighbours(month).around)["day"].id == "d1"
    later = Period("2026-04", "month", date(2026, 4, 1), date(2026, 4, 30))
    assert dict(Calendar([*days, later]).neighbours(later).around)["day"].id == "d3"
    assert "week" not in dict(Calendar([*days, month]).neighbours(month).around)


RECORDS = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 2), st.integers(0, 1), st.integers(0, 9)), max_size=12)


@given(RECORDS)
def test_records_become_rows_in_the_order_that_names_them_first(records: list[tuple[int, int, int, int]]) -> None:
    kinds: tuple[list[Any], ...] = (["x", "y", "z"], [1, 2, 3], ["all", "paid"], [*range(10)])
    columns = {
        name: Coded(Distinct(values), np.array([one[at] for one in records], dtype=np.int32))
        for at, (name, values) in enumerate(zip(("a", "b", "label", "views"), kinds, strict=True))
    }
    expected: dict[tuple[Any, ...], dict[str, Any]] = {}
    for first, second, label, views in records:
        key = ([*kinds[0], None][first], [*kinds[1], None][second])
        found = expected.setdefault(key, {})
        found[kinds[2][label]] = {"views": views}
    rows = rows_of_records(columns, ["a", "b"], ["views"])
    assert [(row.key, dict(row.values)) for row in rows] == list(expected.items())


@pytest.mark.parametrize(
    ("values", "expected"), [([], 0), ([None, None], None), ([None, 2, 3], 5)], ids=["no row", "nothing known", "some"]
)
def test_what_is_known_of_no_row_has_no_sum(values: list[Any], expected: Any) -> None:
    rows = [Row((number,), {"all": {"cost": value}}) for number, value in enumerate(values)]
    assert total(Column("cost", "Cost", "", "money", "sum"), "all", rows, {}) == expected
    assert total(Column("cost", "Cost", "", "money", "sum"), "all", Rows.of(rows, 1, ["cost"]), {}) == expected
