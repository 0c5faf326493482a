"""Small data sets in which everything odd is likely: hypothesis chooses the settings, chance the hits.

``settings_of`` gives a case as the settings' file would have it, ``rules_of`` the same for the oracle.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.criteria import CAMPAIGNS, EXIT_URLS, PAGES, label_lists, text_matchers
from tests.oracle.sources import (
    ADDRESSES,
    AGENTS,
    ASSISTANTS,
    CRAWLERS,
    PHONE,
    REFERRERS,
    ROBOT,
    STRANGE,
    TRAINER,
    WINDOWS,
)

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")
# Around a change of clocks in Berlin, a year's end, and a day that Samoa skipped.
BEGINNINGS = (
    datetime(2026, 3, 28, 20),
    datetime(2025, 12, 31, 21),
    datetime(2011, 12, 29, 8),
    datetime(2026, 10, 24, 22),
)
PATHS = (
    "/", "/index.html", "/a", "/A", "/b", "/b/../a", "//a", "/%7Ejo", "/~jo", "/i.png", "/f.pdf", "/g.zip",
    "/thanks", "/x.css",
)  # fmt: skip
QUERIES = (
    None, None, None, None, "a=1&b=2", "b=2&a=1", "b=", "total=10.50&order=F1", "total=3", "total=-1", "sid=1",
    "src=spring", "src=spring&gclid=8", "x=%C3%A4+b", "utm_source=x", "utm_campaign=summer&utm_medium=cpc&utm_term=blue",
    "UTM_Campaign=autumn+sale", "utm_campaign=spring&utm_medium=Email", "gclid=9", "gclid=&fbclid=2&msclkid=1",
    "utm_source=chatgpt.com", "utm_campaign=%28none%29", "utm_medium=paid-social&utm_campaign=",
)  # fmt: skip
CUSTOM = ("color=red&size=1", "color=red", "color=blue&color=red&plan=", "na%C3%AFve=1")
LANGUAGES = ("de", "de-DE,de;q=0.9", "EN-us;q=1", "*", "fr")


@st.composite
def campaign_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for name in draw(st.sampled_from([(), ("spring",), ("brand", "spring"), ("brand", "(none)", "summer")])):
        ways = {
            "page": st.sampled_from(["/a", "/a?a=1", "/index.html", "/thanks", "/b/../a?src=spring"]),
            "parameter": st.sampled_from(["src=spring", "a=1", "b", "x=%C3%A4%20b", "b="]),
            "referrer": text_matchers(tuple(one for one in REFERRERS if one)),
        }
        given = draw(
            st.sampled_from([["page"], ["parameter"], ["referrer"], ["page", "parameter"], ["parameter", "referrer"]])
        )
        costs = [
            None,
            {"fixed": "300"},
            {"per_click": "0.333333"},
            {"per_click": "0.45"},
            {"per_day": "10.01"},
            {"file": "costs.csv"},
        ]
        campaign = {"name": name, "match": {way: draw(ways[way]) for way in given}}
        cost = draw(st.sampled_from(costs))
        found.append({**campaign, "cost": cost} if cost else campaign)
    return found


@st.composite
def funnel_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    funnels = []
    for identity, names in (("buy", ("Product", "Cart", "Thanks")), ("read", ("Start", "End")))[
        : draw(st.integers(0, 2))
    ]:
        stages = []
        for name in names:
            groups = [
                {"name": group, "pages": draw(text_matchers(PAGES))}
                for group in ("One", "Two")[: draw(st.integers(1, 2))]
            ]
            stages.append({"name": name, "groups": groups})
        funnels.append({"id": identity, "stages": stages})
    return funnels


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    funnels = draw(funnel_lists())
    return {
        "seed": draw(st.integers(0, 1 << 32)),
        "hits": draw(st.sampled_from([40, 80, 20, 1])),
        "files": draw(st.sampled_from([2, 1, 3, 4, 5])),
        "zone": draw(st.sampled_from(ZONES)),
        "beginning": draw(st.sampled_from(BEGINNINGS)),
        "gap": draw(st.sampled_from([15, 1, 30])),
        "split": draw(st.booleans()),
        "max_requests": draw(st.sampled_from([0, 0, 0, 1, 2, 3])),
        "cookies": draw(st.sampled_from([(None, None), ("pid", None), (None, "sid"), ("pid", "sid")])),
        "logged": draw(st.booleans()),
        "hosts": draw(st.sampled_from([[], ["www.fruit.test"]])),
        "excluded": draw(st.sampled_from([[], [], ["192.0.2.0/31"]])),
        "excluded_pages": draw(st.sampled_from([[], [], ["/b"]])),
        "revenue": draw(st.sampled_from([(None, None), ("total", "order")])),
        "behaviour": draw(st.booleans()),
        "spread_s": draw(st.sampled_from([4000, 400, 40000, 3])),
        "attribution": {
            "model": draw(st.sampled_from(["last", "first"])),
            "window_days": draw(st.sampled_from([0, 1, 2, 30])),
        },
        "labels": draw(label_lists([funnel["id"] for funnel in funnels])),
        "campaigns": draw(campaign_lists()),
        "funnels": funnels,
        "costs": draw(st.booleans()),
    }


def make_costs(chance: random.Random, beginning: datetime) -> list[tuple[date, str, Decimal]]:
    """Imported costs: one a day and campaign."""
    pairs = {(beginning.date() + timedelta(days=chance.randrange(-1, 5)), chance.choice(CAMPAIGNS)) for _ in range(9)}
    return [(day, name, Decimal(chance.choice(("1", "0.005", "12.345678", "0")))) for day, name in sorted(pairs)]


def settings_of(case: dict[str, Any]) -> dict[str, Any]:
    revenue, order = case["revenue"]
    return {
        "dataset": {"timezone": case["zone"], "hosts": case["hosts"]},
        "visits": {
            "gap_minutes": case["gap"],
            "new_visit_on_external_referrer": case["split"],
            "max_requests": case["max_requests"],
        },
        "pages": {"default_pages": ["index.html"], "ignore_parameters": ["sid"]},
        "exclude": {"addresses": case["excluded"], "pages": [{"starts_with": one} for one in case["excluded_pages"]]},
        "revenue": {"parameter": revenue, "order_parameter": order},
        "robots": {
            "by_behaviour": "exclude" if case["behaviour"] else "mark",
            "hasty_pages": 3,
            "pause_seconds": 1.5,
            "probed_paths": 2,
        },
        **{name: case[name] for name in ("attribution", "labels", "campaigns", "funnels")},
    }


def rules_of(case: dict[str, Any], costs: list[tuple[date, str, Decimal]]) -> dict[str, Any]:
    persistent, session = case["cookies"]
    revenue, order = case["revenue"]
    return {
        "gap_s": case["gap"] * 60, "split": case["split"], "max_requests": case["max_requests"], "short_s": 5, "zone": case["zone"],
        "case_sensitive": True, "default_pages": {"index.html"}, "ignore": {"sid"}, "excluded": case["excluded"],
        "excluded_pages": case["excluded_pages"], "persistent": persistent, "session": session, "hosts": case["hosts"],
        "revenue": revenue, "order": order, "costs": costs,
        "behaviour": {"hasty_pages": 3, "pause_s": 1.5, "probed_paths": 2, "exclude": case["behaviour"]},
        "agents": AGENTS, "addresses": ADDRESSES, "referrers": REFERRERS, "assistants": ASSISTANTS,
        "domain": lambda host: ".".join(host.split(".")[-2:]),
        **{name: case[name] for name in ("attribution", "labels", "campaigns", "funnels")},
    }  # fmt: skip


def make_hit(chance: random.Random, ts: datetime, source: int, line: int) -> dict[str, Any]:
    crawler = chance.choice(tuple(CRAWLERS))
    agent = chance.choice((*(WINDOWS, WINDOWS, PHONE) * 5, STRANGE, ROBOT, TRAINER, None, crawler, crawler))
    method = chance.choice(("GET", "GET", "GET", "GET", "GET", "POST", "HEAD", "EXIT", "DOWNLOAD"))
    return {
        "source": source, "line": line, "ts": ts, "address": chance.choice(("192.0.2.1", *ADDRESSES)), "host": "www.fruit.test",
        "method": method, "path": chance.choice((*PATHS * 4, "/robots.txt")), "query": chance.choice(QUERIES),
        "status": chance.choice((200, 200, 200, 200, 200, 206, 304, 404, 404, 410, 500, 301, 204)), "bytes": chance.choice((1, 70_000, None)),
        "referrer": chance.choice((None, None, *REFERRERS)), "agent": agent,
        "cookie": chance.choice((None, None, "pid=1", "pid=2; sid=7", "sid=7", "sid=8; other=1", "pid=")),
        "order_total": chance.choice((None, None, None, None, "5.00", "5.00", "7.555", "x")),
        "order_id": chance.choice((None, None, "F1", "F2")), "screen": chance.choice((None, None, "1920x1080", "390x844")),
        "exit_url": chance.choice((None, *EXIT_URLS)) if method == "EXIT" else None,
        "custom": chance.choice((None, None, *CUSTOM)), "language": chance.choice((None, *LANGUAGES)),
        "robot": agent is None or AGENTS[agent]["robot"],
    }  # fmt: skip


def make_file(chance: random.Random, case: dict[str, Any], source: int) -> list[dict[str, Any]]:
    """Hits in time order. Often somebody comes again, perhaps with one thing changed: reloads, ties, orders, later visits."""
    ts = case["beginning"] + timedelta(seconds=chance.randrange(100))
    hits: list[dict[str, Any]] = []
    for line in range(1, case["hits"] + 1):
        ts += timedelta(seconds=chance.choice((0, 0, 1, 5, 6, chance.randrange(1, case["spread_s"]))))
        again = hits and chance.random() < 0.6
        before = chance.choice((hits[-1], chance.choice(hits))) if again else {}
        hit = {**before, "ts": ts, "line": line} if again else make_hit(chance, ts, source, line)
        if again and chance.random() < 0.5:
            hit["path"] = chance.choice(("/a", "/", "/thanks"))
        if again and chance.random() < 0.5:
            hit["query"] = hit["referrer"] = None
        hits.append(hit)
    return hits


def exported_again(
    chance: random.Random, own: list[dict[str, Any]], others: list[dict[str, Any]], source: int
) -> list[dict[str, Any]]:
    """A file of which some lines stand in another file of its server, too."""
    copies = [{**hit, "source": source} for hit in others if chance.random() < 0.6]
    found = sorted((own[: chance.randrange(len(own))] + copies) or own, key=lambda hit: hit["ts"])
    for line, hit in enumerate(found, start=1):
        hit["line"] = line
    return found
