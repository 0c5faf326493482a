"""Two periods side by side: which days they are, and how far each measure is apart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from analyzer.asked import asked_period, compared_with
from analyzer.compare import Compared, Difference, compare, difference
from analyzer.live import BY_ID
from analyzer.periods import Period
from shared.errors import Rejected

FIRSTS = date(2015, 1, 1), date(2015, 2, 1)
WHOLE = Period("all", "all", date(2015, 5, 17), date(2016, 3, 1))


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2015-05-17", "day", date(2015, 5, 17), date(2015, 5, 17)),
        ("2015-W20", "week", date(2015, 5, 11), date(2015, 5, 17)),
        ("2015-W01", "week", date(2014, 12, 29), date(2015, 1, 4)),
        ("2016-02", "month", date(2016, 2, 1), date(2016, 2, 29)),
        ("2015", "year", date(2015, 1, 1), date(2015, 12, 31)),
        ("2015-05-01..2015-05-14", "range", date(2015, 5, 1), date(2015, 5, 14)),
        ("all", "all", date(2015, 5, 17), date(2016, 3, 1)),
    ],
)
def test_an_id_means_these_days(text: str, kind: str, first: date, last: date) -> None:
    assert asked_period(text, WHOLE) == Period(text, kind, first, last)


def test_a_range_of_one_day_is_that_day() -> None:
    assert asked_period("2015-05-17..2015-05-17") == asked_period("2015-05-17")


@pytest.mark.parametrize(
    "text",
    ["", "2015-13", "2015-02-30", "2015-W54", "20150517", "0000", "15", "2015-5", "2015-05-17..", "٢٠١٥", "none"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match="There is no period"):
        asked_period(text, WHOLE)


def test_a_range_does_not_end_before_it_begins() -> None:
    with pytest.raises(Rejected, match="before it begins"):
        asked_period("2015-05-17..2015-05-16")


@pytest.mark.parametrize(
    ("text", "previous", "year"),
    [
        ("2016-02-29", "2016-02-28", "2015-02-28"),
        ("2015-W01", "2014-W52", "2014-W01"),
        ("2015-W53", "2015-W52", "2014-W52"),
        ("2016-W01", "2015-W53", "2015-W01"),
        ("2016-03", "2016-02", "2015-03"),
        ("2016-01", "2015-12", "2015-01"),
        ("2016", "2015", "2015"),
        ("2016-03-01..2016-03-14", "2016-02-16..2016-02-29", "2015-03-01..2015-03-14"),
        ("2016-02-29..2016-03-01", "2016-02-27..2016-02-28", "2015-02-28..2015-03-01"),
        ("2016-02-28..2016-02-29", "2016-02-26..2016-02-27", "2015-02-28"),
    ],
)
def test_what_to_compare_with(text: str, previous: str, year: str) -> None:
    asked = asked_period(text)
    assert compared_with(asked, "previous") == asked_period(previous)
    assert compared_with(asked, "year") == asked_period(year)
    assert compared_with(asked, "2015-W20", WHOLE) == asked_period("2015-W20")
    assert compared_with(asked, "all", WHOLE) == WHOLE


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("all", "previous"), ("all", "year"), ("0001", "previous"), ("0001-01-01..0001-02-01", "year")],
)
def test_where_nothing_is_before_that_is_said(asked: str, wanted: str) -> None:
    with pytest.raises(Rejected, match="nothing before"):
        compared_with(asked_period(asked, WHOLE), wanted)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (4, 5, (1, 0.25)),
        (0, 5, (5, None)),
        (4, 0, (-4, -1.0)),
        (0.5, 0.25, (-0.25, -0.5)),
        (Decimal("0.10"), Decimal("0.30"), (Decimal("0.20"), 2.0)),
        (Decimal("-2.00"), Decimal("1.00"), (Decimal("3.00"), -1.5)),
        (None, 5, (None, None)),
        (5, None, (None, None)),
        (True, False, (None, None)),
        (datetime(2015, 1, 1, tzinfo=UTC), datetime(2015, 1, 2, tzinfo=UTC), (None, None)),
    ],
)
def test_how_far_two_values_are_apart(before: Any, after: Any, expected: tuple[Any, Any]) -> None:
    assert difference(before, after) == Difference(before, after, *expected)


def page(label: str, name: str, views: int, seconds: float | None) -> dict[str, Any]:
    counts = {"visits": views, "entries": 0, "exits": 1, "exit_rate": 1 / views, "short_entries": 0}
    return {"label": label, "page": name, "views": views, **counts, "seconds_on_page": seconds}


def test_rows_of_either_side_stand_in_the_order_of_the_later_one() -> None:
    before = [page("all", "/old", 9, 2.0), page("all", "/both", 4, 1.0), page("paid", "/both", 1, None)]
    after = [page("all", "/both", 6, 3.0), page("all", "/new", 2, None)]
    found = compare(before, after, BY_ID["pages"], ("page",), FIRSTS)
    assert [(one.label, one.key) for one in found] == [
        ("all", ("/both",)),
        ("all", ("/new",)),
        ("all", ("/old",)),
        ("paid", ("/both",)),
    ]
    both, new, old, _ = (one.values for one in found)
    assert both["views"] == Difference(4, 6, 2, 0.5)
    assert both["seconds_on_page"] == Difference(1.0, 3.0, 2.0, 2.0)
    assert new["views"] == Difference(0, 2, 2, None)
    assert new["exit_rate"] == Difference(None, 0.5, None, None)
    assert old["views"] == Difference(9, 0, -9, -1.0)
    assert old["seconds_on_page"] == Difference(2.0, None, None, None)


def test_an_amount_is_nothing_without_a_row_but_unknown_beside_an_unknown_one() -> None:
    row = {one.id: None for one in BY_ID["campaigns"].measures}
    row |= {"label": "all", "campaign": "spring", "clicks": 3, "revenue": Decimal("1.50")}
    (found,) = compare([], [row], BY_ID["campaigns"], ("campaign",), FIRSTS)
    assert found.values["revenue"] == Difference(Decimal(0), Decimal("1.50"), Decimal("1.50"), None)
    assert found.values["cost"] == Difference(None, None, None, None)


def test_days_of_a_course_are_compared_by_their_place_in_the_period() -> None:
    def course(first: date, *visits: int) -> list[dict[str, Any]]:
        others = {one.id: 0 for one in BY_ID["trend"].measures}
        return [
            {"label": "all", "date": date.fromordinal(first.toordinal() + number), **others, "visits": one}
            for number, one in enumerate(visits)
        ]

    def compared(before: date, *visits: int) -> list[Compared]:
        firsts = (date(2015, 1, 30), date(2015, 2, 1))
        return compare(course(before, *visits), course(firsts[1], 10, 3), BY_ID["trend"], ("date",), firsts)

    found = compared(date(2015, 1, 30), 5, 6, 7)
    assert [one.key for one in found] == [(date(2015, 2, 1),), (date(2015, 2, 2),), (date(2015, 2, 1),)]
    assert [one.values["visits"] for one in found] == [
        Difference(5, 10, 5, 1.0),
        Difference(6, 3, -3, -0.5),
        Difference(7, None, None, None),
    ]
    # Where the earlier days are not all there, each still stands beside the day of the same place.
    assert [one.values["visits"] for one in compared(date(2015, 1, 31), 6, 7)] == [
        Difference(None, 10, None, None),
        Difference(6, 3, -3, -0.5),
        Difference(7, None, None, None),
    ]
