"""The rows of the reports about visits, pages and files: each report a function of the oracle, period, days and label."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.oracle.arrivals import url_of
from tests.oracle.texts import referrer_host

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle

Rows = list[tuple]


def visits_of(oracle: Oracle, days: Iterable[date], label: str) -> list[dict]:
    return [visit for visit in oracle.visits if visit["day"] in days and label in visit["labels"]]


def ordered(rows: Iterable[tuple], dimensions: int) -> Rows:
    """The first measure from the greatest down, then the dimensions by their bytes, NULL last."""
    return sorted(rows, key=lambda row: (-row[dimensions], *map(by_bytes, row[:dimensions])))


def by_bytes(text: str | None) -> tuple[bool, bytes]:
    return text is None, (text or "").encode()


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def short_of(visits: list[dict]) -> int:
    return sum(visit["short"] for visit in visits)


def visitors_of(visits: list[dict]) -> int:
    return len({visit["visitor"] for visit in visits})


def orders_of(visits: list[dict]) -> int:
    return sum(visit["orders"] for visit in visits)


def revenue_of(visits: list[dict]) -> Decimal:
    return sum((visit["revenue"] for visit in visits), Decimal("0.00"))


def clicks_of(oracle: Oracle, days: Iterable[date], label: str, category: str) -> list[tuple[dict, dict | None]]:
    """Downloads or exit clicks with their visits, by the visit's day; those outside any visit are of ``all`` only."""
    found = [(click, visit) for visit in visits_of(oracle, days, label) for click in visit["clicks"]]
    if label == "all":
        found += [(click, None) for click in oracle.outside if click["day"] in days]
    return [(click, visit) for click, visit in found if click["category"] == category]


def overview(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    n = len(visits)
    views = sum(len(v["views"]) for v in visits)
    orders = orders_of(visits)
    returning = sum(v["returning"] for v in visits)
    return [
        (
            n,
            visitors_of(visits),
            views,
            share(views, n),
            share(sum(v["us"] for v in visits), 1_000_000 * n),
            short_of(visits),
            share(short_of(visits), n),
            n - returning,
            returning,
            len(clicks_of(oracle, days, label, "downloads")),
            len(clicks_of(oracle, days, label, "exits")),
            orders,
            revenue_of(visits),
            share(orders, n),
        )
    ]


def hour_of(oracle: Oracle, visit: dict, view: dict) -> int:
    """Of a view among those of the visit's day: past midnight is hour 23."""
    local = oracle.local(view["ts"])
    return 23 if local.date() > visit["day"] else local.hour


def trend(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows: Rows = []
    if re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        of_day = visits_of(oracle, days, label)
        for hour in range(24):
            views = sum(hour_of(oracle, visit, view) == hour for visit in of_day for view in visit["views"])
            rows.append((None, hour, *sums([v for v in of_day if v["hour"] == hour], views)))
        return rows
    for day in oracle.calendar[period]:
        visits = visits_of(oracle, {day}, label)
        rows.append((day, None, *sums(visits, sum(len(v["views"]) for v in visits))))
    return rows


def sums(visits: list[dict], views: int) -> tuple:
    return (len(visits), visitors_of(visits), views, short_of(visits), orders_of(visits), revenue_of(visits))


def hours(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits: Counter[tuple[int, int]] = Counter()
    views: Counter[tuple[int, int]] = Counter()
    for visit in visits_of(oracle, days, label):
        weekday = visit["day"].isoweekday()
        visits[weekday, visit["hour"]] += 1
        for view in visit["views"]:
            views[weekday, hour_of(oracle, visit, view)] += 1
    return [(*key, visits[key], views[key]) for key in sorted(visits.keys() | views.keys())]


def pages(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows: dict[str, dict] = defaultdict(
        lambda: {"views": 0, "visits": 0, "entries": 0, "exits": 0, "short": 0, "us": []}
    )
    for visit in visits_of(oracle, days, label):
        views = visit["views"]
        for page in {v["page"] for v in views}:
            rows[page]["visits"] += 1
        rows[views[0]["page"]]["entries"] += 1
        rows[views[0]["page"]]["short"] += visit["short"]
        rows[views[-1]["page"]]["exits"] += 1
        for view in views:
            rows[view["page"]]["views"] += 1
        for view, following in pairwise(views):
            rows[view["page"]]["us"].append((following["ts"] - view["ts"]) // timedelta(microseconds=1))
    return ordered(
        (
            (page, r["views"], r["visits"], r["entries"], r["exits"], r["exits"] / r["views"], r["short"], share(sum(r["us"]), 1_000_000 * len(r["us"])))
            for page, r in rows.items()
        ),
        1,
    )  # fmt: skip


def grouped(visits: Iterable[dict], key: Callable[[dict], Hashable]) -> dict[Any, list[dict]]:
    """The visits of each key; a key of ``None`` is left out."""
    found: dict[Any, list[dict]] = defaultdict(list)
    for visit in visits:
        if key(visit) is not None:
            found[key(visit)].append(visit)
    return found


def entries(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(visits_of(oracle, days, label), lambda visit: visit["views"][0]["page"])
    return ordered(
        ((page, len(v), short_of(v), short_of(v) / len(v), orders_of(v), revenue_of(v)) for page, v in rows.items()), 1
    )


def exits(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    every = pages(oracle, period, days, label)
    return ordered(((page, exits, exits / views) for page, views, _, _, exits, *_ in every if exits), 1)


def paths(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    views: Counter[str] = Counter()
    clicks: Counter[tuple[str, str, str]] = Counter()
    for visit in visits_of(oracle, days, label):
        seen = [view["page"] for view in visit["views"]]
        views.update(seen)
        clicks[seen[0], "previous", "(entry)"] += 1
        clicks[seen[-1], "next", "(exit)"] += 1
        for page, following in pairwise(seen):
            if page != following:
                clicks[page, "next", following] += 1
                clicks[following, "previous", page] += 1
    return sorted(
        ((page, direction, other, n, n / views[page]) for (page, direction, other), n in clicks.items()),
        key=lambda row: (row[0].encode(), row[1] == "next", -row[3], row[2].encode()),
    )


def domain_of(oracle: Oracle, visit: dict) -> str:
    entry = visit["views"][0]
    if not oracle.external(entry):
        return "(direct)"
    return oracle.rules["domain"](referrer_host(entry["referrer"]))


def referrers(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(
        visits_of(oracle, days, label), lambda visit: (domain_of(oracle, visit), url_of(oracle, visit["views"][0]))
    )
    return ordered(((*key, len(v), short_of(v) / len(v), orders_of(v), revenue_of(v)) for key, v in rows.items()), 2)


def audit(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    if label != "all":
        return []
    names = ("duplicates", "excluded", "robots", "static", "downloads", "exits", "page_views", "other")
    rows: Rows = []

    def falls_in(ts: datetime | None) -> bool:
        return period == "all" if ts is None else oracle.day(ts) in days

    for number, file in enumerate(oracle.files):
        hits = [h for h in oracle.all_hits if h["source"] == number and h["day"] in days]
        counted = Counter("duplicates" if file["duplicate"] or h["repeat"] else h["category"] for h in hits)
        rejects = sum(map(falls_in, file["rejects"]))
        directives = sum(map(falls_in, file["directives"]))
        total = len(hits) + rejects + directives
        if total:
            rows.append((file["file"], total, directives, len(hits), rejects, *(counted[name] for name in names)))
    return sorted(rows, key=lambda row: row[0].encode())
