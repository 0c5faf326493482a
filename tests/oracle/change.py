"""The rows of the reports that test: what has changed, and whether clicks are genuine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from math import erfc, sqrt
from typing import TYPE_CHECKING

from tests.oracle.basics import Rows, domain_of, grouped, ordered, share, short_of, visitors_of, visits_of
from tests.oracle.health import error_name

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle


def bounds(period: str) -> tuple[date, date]:
    """First and last day of a day, ISO week, month or year."""
    if ".." in period:
        first, last = map(date.fromisoformat, period.split(".."))
        return first, last
    match period.count("-"), "W" in period:
        case 2, _:
            return date.fromisoformat(period), date.fromisoformat(period)
        case 1, True:
            year, week = period.split("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            return monday, monday + timedelta(days=6)
        case 1, False:
            first = date.fromisoformat(f"{period}-01")
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            return date(int(period), 1, 1), date(int(period), 12, 31)


def changes(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    if period == "all":
        return []
    first, last = bounds(period)
    length = (last - first).days + 1
    if first - timedelta(days=length) < min(oracle.days) or first - timedelta(days=1) > max(oracle.days):
        return []
    earlier = {first - timedelta(days=n) for n in range(1, length + 1)} & oracle.days
    if not earlier:
        return []
    now, then = counted(oracle, days, label), counted(oracle, earlier, label)
    rows: Rows = []
    for dimension in sorted(now):
        before, after = then[dimension], now[dimension]
        tested = [tested_row(item, before, after) for item in (before[0] | after[0])]
        held = benjamini_hochberg([row[-1] for row in tested if row[-1] is not None])
        rows += sorted(
            ((dimension, *row, row[-1] is not None and row[-1] <= held) for row in tested),
            key=lambda row: (row[7] is None, -abs(row[7] or 0), row[1].encode()),
        )
    return rows


def counted(oracle: Oracle, days: Iterable[date], label: str) -> dict[str, tuple[Counter[str], int]]:
    """Of each dimension: visits or hits of each item, and of all."""
    visits = visits_of(oracle, days, label)
    items = {
        "page": lambda visit: {view["page"] for view in visit["views"]},
        "entry": lambda visit: {visit["views"][0]["page"]},
        "referrer": lambda visit: {domain_of(oracle, visit)},
        "term": lambda visit: {f"{visit['engine']}: {visit['term']}"} if visit["term"] else set(),
        "campaign": lambda visit: {visit["campaign"]} - {None},
        "country": lambda visit: {visit["country"]} - {None},
    }
    found = {name: (Counter(item for visit in visits for item in of(visit)), len(visits)) for name, of in items.items()}
    hits = [h for h in oracle.hits if h["day"] in days and h["category"] != "excluded"]
    found["robot"] = found["error"] = (Counter(), len(hits))
    if label == "all":
        errors = (hit for hit in hits if hit["category"] == "other" and hit["status"] >= 400)
        robots = (name for hit, name, _ in oracle.robots if hit["day"] in days)
        found["robot"] = (Counter(robots), len(hits))
        found["error"] = (Counter(error_name(hit) for hit in errors), len(hits))
    return found


def tested_row(item: str, before: tuple[Counter, int], after: tuple[Counter, int]) -> tuple:
    """item, before, after, share_before, share_after, change, z, p."""
    x, m = before[0][item], before[1]
    y, n = after[0][item], after[1]
    if not m or not n:
        return (item, x, y, share(x, m), share(y, n), None, None, None)
    pooled = (x + y) / (m + n)
    error = sqrt(pooled * (1 - pooled) * (1 / m + 1 / n))
    z = (y / n - x / m) / error if error else None
    return (item, x, y, x / m, y / n, y / n - x / m, z, None if z is None else erfc(abs(z) / sqrt(2)))


def benjamini_hochberg(values: list[float], rate: float = 0.05) -> float:
    """The greatest p that holds: the last, in order, that is at most its place's part of the rate; -1 where none is."""
    greatest = -1.0
    for place, p in enumerate(sorted(values), start=1):
        if p <= place / len(values) * rate:
            greatest = p
    return greatest


def click_quality(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    found = []
    for name, v in grouped(visits, lambda visit: visit["campaign"] if visit["clicked"] else None).items():
        others = [visit for visit in visits if not (visit["clicked"] and visit["campaign"] == name)]
        clicks, short, expected = len(v), short_of(v) / len(v), share(short_of(others), len(others))
        z = None
        if expected is not None and 0 < expected < 1:
            z = (short - expected) / sqrt(expected * (1 - expected) / clicks)
        suspect = z is not None and z > 3 and clicks >= 30
        found.append((name, clicks, visitors_of(v), 1 - visitors_of(v) / clicks, short, expected, z, suspect))
    return ordered(found, 1)
