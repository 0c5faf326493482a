"""The rows of every report, by its id; here those about arrivals, funnels, labels and what visitors have."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle import basics, change, health, labels
from tests.oracle.arrivals import cost_of, money
from tests.oracle.basics import (
    Rows,
    clicks_of,
    grouped,
    ordered,
    orders_of,
    revenue_of,
    share,
    short_of,
    visitors_of,
    visits_of,
)
from tests.oracle.texts import text_fits

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle

UNKNOWN = "(unknown)"


def ratio(amount: Decimal | None, by: Decimal | int | None) -> float | None:
    """Of what is published, so that whoever has the columns can do the sum again."""
    return None if amount is None or not by else float(amount) / float(by)


def sources(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(visits_of(oracle, days, label), lambda visit: visit["channel"])
    return ordered(
        (
            (channel, len(v), visitors_of(v), short_of(v) / len(v), orders_of(v), revenue_of(v), orders_of(v) / len(v))
            for channel, v in rows.items()
        ),
        1,
    )


def search(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    searched = [visit for visit in visits_of(oracle, days, label) if visit["engine"] is not None]
    of_engine = Counter(visit["engine"] for visit in searched)
    rows = grouped(searched, lambda visit: (visit["engine"], visit["term"] or "(not provided)"))
    found = []
    for (engine, term), v in rows.items():
        cost = money(cost_of_clicks(oracle, v))
        found.append(
            (engine, term, len(v), len(v) / of_engine[engine], short_of(v) / len(v), cost, ratio(cost, len(v)), orders_of(v), revenue_of(v))
        )  # fmt: skip
    return ordered(found, 2)


def cost_of_clicks(oracle: Oracle, visits: list[dict]) -> Fraction | None:
    """Each click its part of what its campaign cost that day; NULL where no cost of any is known."""
    known = [visit for visit in visits if visit["clicked"] and visit["campaign"] in oracle.costs]
    if not known:
        return None
    each = ((visit["campaign"], visit["day"]) for visit in known)
    return sum((oracle.costs[name].get(day, Fraction(0)) / oracle.clicks[name, day] for name, day in each), Fraction(0))


def campaigns(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(visits_of(oracle, days, label), lambda visit: visit["campaign"] or "(none)")
    names = set(rows) | set(oracle.costs)
    found = []
    for name in names:
        v = rows.get(name, [])
        clicks = sum(visit["clicked"] for visit in v)
        exact = cost_of(oracle, name, oracle.calendar[period], label)
        if not v and not exact:
            continue
        cost, revenue, orders = money(exact), revenue_of(v), orders_of(v)
        profit = None if cost is None else revenue - cost
        found.append(
            (name, clicks, len(v), visitors_of(v), cost, ratio(cost, clicks), orders, share(orders, len(v)), revenue,
             ratio(revenue, orders), ratio(revenue, cost), ratio(profit, cost), profit)
        )  # fmt: skip
    return ordered(found, 1)


def funnel(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    rows: Rows = []
    for one in oracle.rules["funnels"]:
        for number, stage in enumerate(one["stages"]):
            deeper = [group for later in one["stages"][number + 1 :] for group in later["groups"]]
            for group in stage["groups"]:
                went = Counter(fate(visit, group, deeper) for visit in visits)
                counted = went["progressed"] + went["stayed"]
                rates = (went["progressed"], share(went["progressed"], counted)) if deeper else (None, None)
                rows.append((one["id"], stage["name"], group["name"], counted, *rates))
    return rows


def funnel_exits(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    """Of the visits that stayed, the page after their last one of the group."""
    visits = visits_of(oracle, days, label)
    rows: Rows = []
    for one in oracle.rules["funnels"]:
        for number, stage in enumerate(one["stages"][:-1]):
            deeper = [group for later in one["stages"][number + 1 :] for group in later["groups"]]
            for group in stage["groups"]:
                fates = [(fate(visit, group, deeper), visit) for visit in visits]
                counted = sum(what in ("progressed", "stayed") for what, _ in fates)
                went = Counter(page_after(visit, group) for what, visit in fates if what == "stayed")
                found = ordered(((other, n, share(n, counted)) for other, n in went.items()), 1)
                rows += [(one["id"], stage["name"], group["name"], *row) for row in found]
    return rows


def page_after(visit: dict, group: dict) -> str:
    """Of the last view of the group's pages."""
    pages = [view["page"] for view in visit["views"]]
    last = max(at for at, page in enumerate(pages) if text_fits(group["pages"], page))
    return pages[last + 1] if last + 1 < len(pages) else "(exit)"


def fate(visit: dict, group: dict, deeper: list[dict]) -> str:
    """What became of a visit after the group's pages."""
    here = [at for at, view in enumerate(visit["views"]) if text_fits(group["pages"], view["page"])]
    there = [at for at, view in enumerate(visit["views"]) if any(text_fits(d["pages"], view["page"]) for d in deeper)]
    if not here:
        return "never saw it"
    if any(later > at for at in here for later in there):
        return "progressed"
    if any(earlier < at for at in here for earlier in there):
        return "left out"
    return "stayed"


def overlap(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    both = {other: sum(other in visit["labels"] for visit in visits) for other in labels.shown_in(oracle, "labels")}
    return [(other, n, share(n, len(visits))) for other, n in both.items()]


def countries(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(visits_of(oracle, days, label), lambda visit: visit["country"] or UNKNOWN)
    return ordered(((name, len(v), visitors_of(v), orders_of(v), revenue_of(v)) for name, v in rows.items()), 1)


def technology(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    rows: Rows = []
    for kind in ("browser", "os", "device"):
        counted = Counter((visit[kind] or UNKNOWN, visit.get(f"{kind}_version")) for visit in visits)
        of_kind = ordered(((*key, n, n / len(visits)) for key, n in counted.items()), 2)
        rows += [(kind, *row) for row in of_kind]
    return rows


def screens(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    rows = grouped(visits_of(oracle, days, label), lambda visit: visit["screen"])
    return ordered(((screen, len(v)) for screen, v in rows.items()), 1)


def custom(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    visits = visits_of(oracle, days, label)
    found = []
    for pair in {pair for visit in visits for pair in visit["custom"]}:
        v = [visit for visit in visits if pair in visit["custom"]]
        found.append((*pair, len(v), orders_of(v), revenue_of(v)))
    return ordered(found, 2)


def downloads(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    return clicked(clicks_of(oracle, days, label, "downloads"), "page")


def exit_links(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    return clicked(clicks_of(oracle, days, label, "exits"), "exit_url")


def clicked(clicks: list[tuple[dict, dict | None]], column: str) -> Rows:
    rows: Rows = []
    for name in {click[column] for click, _ in clicks}:
        mine = [(click, visit) for click, visit in clicks if click[column] == name]
        rows.append((name or "(unknown)", len(mine), len({id(visit) for _, visit in mine if visit is not None})))
    return ordered(rows, 1)


FUNCTIONS = {
    "overview": basics.overview,
    "trend": basics.trend,
    "hours": basics.hours,
    "pages": basics.pages,
    "entries": basics.entries,
    "exits": basics.exits,
    "paths": basics.paths,
    "sources": sources,
    "referrers": basics.referrers,
    "search": search,
    "campaigns": campaigns,
    "funnel": funnel,
    "changes": change.changes,
    "labels": overlap,
    "countries": countries,
    "technology": technology,
    "screens": screens,
    "custom": custom,
    "downloads": downloads,
    "exit_links": exit_links,
    "errors": health.errors,
    "robots": health.robots,
    "robot_pages": health.robot_pages,
    "click_quality": change.click_quality,
    "audit": basics.audit,
}
"""Each report to the function that makes its rows for a period, its days with lines, and a label."""
COURSES = {"robots_course": health.robots_course}
"""The same of what only charts show."""
EXITS = {"funnel_exits": funnel_exits}
"""The same of what stands beside a report."""
