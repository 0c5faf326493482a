"""The reports changes and labels: which stretch a period is compared with, z, p, and what holds."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from analyzer.periods import Period, all_periods, compared_units
from analyzer.significance import two_sided_p
from analyzer.units import UNDATED, day_of_unit
from tests.integration.handmade import Hit, Reports, hit, visit
from tests.oracle.sources import ROBOT

DAY = timedelta(days=1)
LABELS = [
    {"id": "apples", "match": {"saw_page": {"equals": "/apples"}}},
    {"id": "germans", "match": {"country": {"equals": "DE"}}},
    {"id": "nobody", "match": {"any": []}},
]


def crowd(number: int, path: str, day: int, **more: Any) -> list[Hit]:
    """So many visits of one page, each of somebody else."""
    return [one for n in range(number) for one in visit(f"198.51.{len(path)}.{n}", path, at=DAY * day, **more)]


# --- What is compared with what


def stretches(*days: date) -> dict[str, tuple[list[date], list[date]]]:
    found: dict[str, tuple[list[date], list[date]]] = {}
    for period in all_periods(days):
        for unit, _, earlier in compared_units(period, days, by_month=False):
            found.setdefault(period.id, ([], []))[0 if earlier else 1].append(day_of_unit(unit))
    return found


def test_a_period_is_compared_with_as_many_days_just_before_it() -> None:
    days = [date(2026, 1, 4), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    found = stretches(*days)
    # February has 28 days, so has what January gives it from the 4th on; March has 31, from the 29th of January on.
    assert found["2026-02"] == (days[:2], days[2:4])
    assert found["2026-03"] == (days[1:4], days[4:])
    assert found["2026-02-01"] == ([days[1]], [days[2]])
    # All days of the week before lie between the first and the last, but there is no line of any.
    assert "2026-W08" not in found


def test_a_period_with_nothing_before_it_and_the_whole_range_have_no_comparison() -> None:
    found = stretches(date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 3))
    assert set(found) == {"2026-01-01"}


def test_a_period_is_not_compared_where_only_some_days_before_it_are_there() -> None:
    """To it, everything would have risen."""
    begins, last = date(2026, 1, 5), date(2026, 2, 1)
    february = Period("2026-02", "month", last, date(2026, 2, 28))
    assert not list(compared_units(february, [begins, last]))
    assert list(compared_units(february, [begins - DAY, last]))
    assert not list(compared_units(february, [UNDATED, begins, last])), "lines without a time are of no day"
    # What is asked for may lie behind all data.
    march = Period("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31))
    assert not list(compared_units(march, [begins - DAY, date(2026, 2, 27)]))


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    assert stretches(date(1, 1, 2), date(1, 1, 3))["0001-01-03"] == ([date(1, 1, 2)], [date(1, 1, 3)])
    assert "0001" not in stretches(date(1, 1, 2), date(1, 1, 3))
    assert "9999-12-31" not in stretches(date(9999, 12, 31))


# --- Changes


def test_shares_z_and_p_are_those_of_two_proportions(tmp_path: Path) -> None:
    hits = [*crowd(30, "/a", 0), *crowd(10, "/bb", 0), *crowd(10, "/a", 1), *crowd(10, "/bb", 1)]
    found = Reports(tmp_path, hits)
    rows = {row[:2]: row[2:] for row in found.rows("changes", period="2026-03-03")}
    pooled = 40 / 60
    z = (10 / 20 - 30 / 40) / math.sqrt(pooled * (1 - pooled) * (1 / 40 + 1 / 20))
    assert rows["page", "/a"] == (30, 10, 0.75, 0.5, -0.25, pytest.approx(z, rel=1e-12), two_sided_p(z), False)
    assert rows["page", "/bb"][5] == pytest.approx(-z, rel=1e-12)
    assert rows["page", "/a"] == rows["entry", "/a"]
    # Everybody is direct, before and after: nothing varies.
    assert rows["referrer", "(direct)"] == (40, 20, 1.0, 1.0, 0.0, None, None, False)
    assert found.periods("changes") == ["2026-03-03"]


def test_items_come_by_dimension_and_by_how_far_they_moved(tmp_path: Path) -> None:
    hits = [*crowd(9, "/a", 0), *crowd(5, "/bb", 0), *crowd(1, "/ccc", 0)]
    hits += [*crowd(1, "/a", 1), *crowd(5, "/bb", 1), *crowd(9, "/dddd", 1)]
    hits += visit("203.0.113.1", "/a", at=DAY, referrer="https://pears.example/")
    rows = Reports(tmp_path, hits).rows("changes", period="2026-03-03")
    assert [row[1] for row in rows if row[0] == "page"] == ["/dddd", "/a", "/ccc", "/bb"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert [row[1:4] for row in rows if row[0] == "referrer"] == [
        ("(direct)", 15, 15),
        ("pears.example", 0, 1),
    ]


def test_what_holds_is_by_benjamini_and_hochberg_within_a_dimension(tmp_path: Path) -> None:
    numbers = {"/a": (200, 120), "/bb": (100, 140), "/ccc": (50, 75), "/dddd": (50, 54), "/eeeee": (50, 51)}
    hits: list[Hit] = []
    for path, (before, after) in numbers.items():
        hits += crowd(before, path, 0) + crowd(after, path, 1)
    rows = [row for row in Reports(tmp_path, hits).rows("changes", period="2026-03-03") if row[0] == "page"]
    by_p = sorted(row[8] for row in rows)
    fitting = [p for rank, p in enumerate(by_p, start=1) if p <= rank / len(by_p) * 0.05]
    held = {row[1] for row in rows if row[9]}
    assert held == {row[1] for row in rows if row[8] <= max(fitting)} == {"/a", "/bb", "/ccc"}
    # Alone it would not be among the best of five: it holds since better ones do.
    assert by_p[2] > 0.05 / 5


def test_a_label_is_compared_with_itself_and_may_have_nothing_before(tmp_path: Path) -> None:
    hits = [*crowd(4, "/a", 0), *crowd(2, "/a", 1), *crowd(2, "/apples", 1)]
    found = Reports(tmp_path, hits, labels=LABELS)
    rows = {row[:2]: row[2:] for row in found.rows("changes", "apples", "2026-03-03")}
    assert rows["page", "/apples"] == (0, 2, None, 1.0, None, None, None, False)
    assert ("page", "/a") not in rows
    assert found.rows("changes", "nobody", "2026-03-03") == []


def test_named_visits_only_are_items_of_terms_campaigns_and_countries(tmp_path: Path) -> None:
    search = "https://www.bing.com/search?q=pears"
    hits = [*visit("a", "/a"), *visit("8.8.8.8", "/a", at=DAY, referrer=search)]
    hits += visit("b", "/a", at=DAY, query="utm_campaign=spring")
    rows = Reports(tmp_path, hits).rows("changes", period="2026-03-03")
    items = [row[:2] for row in rows if row[0] in ("term", "campaign", "country")]
    assert items == [("campaign", "spring"), ("country", "US"), ("term", "Bing: pears")]


def test_robots_and_errors_are_shares_of_hits_and_only_for_all_visitors(tmp_path: Path) -> None:
    hits = [*visit("a", "/a", "/i.png"), *visit("a", "/a", "/i.png", at=DAY)]
    hits += [
        hit("r", DAY, "/a", agent=ROBOT),
        hit("a", DAY * 0 + timedelta(seconds=9), "/gone", query="x=1", status=404),
    ]
    hits += [hit("10.1.1.1", DAY, "/a")]
    found = Reports(tmp_path, hits, labels=LABELS, exclude={"addresses": ["10.0.0.0/8"]})
    rows = {row[:2]: row[2:7] for row in found.rows("changes", period="2026-03-03")}
    assert rows["robot", "Googlebot"] == (0, 1, 0.0, 1 / 3, 1 / 3)
    assert rows["error", "404 /gone"] == (1, 0, 1 / 3, 0.0, -1 / 3)
    assert {row[0] for row in found.rows("changes", "germans", "2026-03-03")} == set()


def test_p_is_two_sided() -> None:
    assert two_sided_p(0) == 1
    assert two_sided_p(1.959963984540054) == pytest.approx(0.05, rel=1e-12)
    assert two_sided_p(-1.959963984540054) == two_sided_p(1.959963984540054)


# --- Labels


def test_labels_overlap_with_every_label(tmp_path: Path) -> None:
    hits = [*visit("85.214.1.1", "/apples"), *visit("8.8.8.8", "/apples"), *visit("a", "/b"), *visit("b", "/b", at=DAY)]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("labels") == [("all", 4, 1.0), ("apples", 2, 0.5), ("germans", 1, 0.25), ("nobody", 0, 0.0)]
    assert found.rows("labels", "apples") == [
        ("all", 2, 1.0),
        ("apples", 2, 1.0),
        ("germans", 1, 0.5),
        ("nobody", 0, 0.0),
    ]
    assert found.rows("labels", "nobody") == [(one, 0, None) for one in ("all", "apples", "germans", "nobody")]
    assert found.rows("labels", "apples", "2026-03-03") == [
        (one, 0, None) for one in ("all", "apples", "germans", "nobody")
    ]
