"""The oracle by itself: tiny examples that a person can compute, and that its side tables are as the parser has them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from parser.enrich import descriptions
from tests.oracle.arrivals import attribute, channel_of, costs_by_day, money
from tests.oracle.change import benjamini_hochberg, bounds, click_quality
from tests.oracle.labels import fits
from tests.oracle.numbers import Oracle
from tests.oracle.reports import FUNCTIONS, fate, page_after
from tests.oracle.sources import ADDRESSES, AGENTS, COLUMNS, REFERRERS, WINDOWS
from tests.oracle.texts import address_is, marks_of, text_fits

DAY = datetime(2026, 5, 4, 12)  # a Monday
RULES: dict[str, Any] = {
    "gap_s": 1800, "split": True, "max_requests": 0, "short_s": 5, "zone": "UTC", "case_sensitive": True, "default_pages": set(),
    "ignore": set(), "excluded": [], "excluded_pages": [], "persistent": None, "session": None, "hosts": ["fruit.test"],
    "revenue": None, "order": None, "costs": [], "labels": [], "campaigns": [], "funnels": [],
    "behaviour": {"hasty_pages": 30, "pause_s": 1.0, "probed_paths": 10, "exclude": False},
    "attribution": {"model": "last", "window_days": 30},
    "agents": AGENTS, "addresses": ADDRESSES, "referrers": REFERRERS, "assistants": {"chatgpt.com": "ChatGPT"},
    "domain": lambda host: host,
}  # fmt: skip


def oracle_of(*requests: tuple[datetime, str, str | None], **rules: Any) -> Oracle:
    """Of requests of one visitor each ``address path?query`` at a time from a referrer."""
    hits = []
    for line, (ts, request, referrer) in enumerate(requests, start=1):
        address, _, url = request.partition(" ")
        path, _, query = url.partition("?")
        told = {"ts": ts, "address": address, "path": path, "query": query or None, "referrer": referrer}
        asked = {"method": "GET", "status": 200, "agent": WINDOWS, "robot": False, "source": 0, "line": line}
        hits.append({**dict.fromkeys(COLUMNS), **told, **asked})
    file = {"file": "f", "server": "", "first_ts": requests[0][0], "last_ts": requests[-1][0], "cookies_logged": False}
    return Oracle(hits, [{**file, "duplicate": False, "rejects": [], "directives": []}], {**RULES, **rules})


def rows(oracle: Oracle, report: str, period: str = "all", label: str = "all") -> list[tuple[Any, ...]]:
    return FUNCTIONS[report](oracle, period, oracle.periods()[period], label)


@pytest.mark.parametrize(("name", "known"), [("agents", AGENTS), ("addresses", ADDRESSES), ("referrers", REFERRERS)])
def test_side_tables_are_as_the_parser_writes_them(name: str, known: dict[str, Any]) -> None:
    column, describe = descriptions()[name]
    assert {row.pop(column): row for row in describe(list(known)).to_pylist()} == known


GROUP = {"pages": {"equals": "/b"}}
DEEPER = [{"pages": {"any_of": ["/c", "/d"]}}]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("/a", "never saw it"),
        ("/c", "never saw it"),
        ("/b", "stayed"),
        ("/b /c", "progressed"),
        ("/b /a /d", "progressed"),  # a skipped stage, and a page between
        ("/c /b", "left out"),  # the deeper stage only before
        ("/c /b /b", "left out"),
        ("/c /b /d", "progressed"),
        ("/b /c /b", "progressed"),
    ],
)
def test_funnel_by_the_order_of_views(seen: str, expected: str) -> None:
    assert fate({"views": [{"page": page} for page in seen.split()]}, GROUP, DEEPER) == expected


def test_a_page_of_two_stages_does_not_follow_itself() -> None:
    shared = [{"pages": {"equals": "/b"}}]
    assert fate({"views": [{"page": "/b"}]}, GROUP, shared) == "stayed"
    assert fate({"views": [{"page": "/b"}, {"page": "/b"}]}, GROUP, shared) == "progressed"


@pytest.mark.parametrize(
    ("seen", "expected"), [("/b", "(exit)"), ("/a /b /a", "/a"), ("/b /a /b", "(exit)"), ("/b /a /b /x /a", "/x")]
)
def test_who_stays_in_a_funnel_goes_where_the_last_page_of_the_group_leads(seen: str, expected: str) -> None:
    assert page_after({"views": [{"page": page} for page in seen.split()]}, GROUP) == expected


def test_funnel_rows() -> None:
    stage = [{"name": "B", "groups": [{"name": "b", **GROUP}]}, {"name": "C", "groups": [{"name": "c", **DEEPER[0]}]}]
    at = (DAY, DAY + timedelta(seconds=9))
    oracle = oracle_of(
        (at[0], "192.0.2.1 /b", None),
        (at[0], "192.0.2.2 /c", None),
        (at[1], "192.0.2.1 /c", None),
        (at[1], "192.0.2.2 /b", None),
        funnels=[{"id": "f", "stages": stage}],
    )
    assert rows(oracle, "funnel") == [("f", "B", "b", 1, 1, 1.0), ("f", "C", "c", 2, None, None)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], -1),
        ([0.06], -1),
        ([0.05], 0.05),
        ([0.04, 0.04], 0.04),  # the second of two has the whole rate: so the first holds too
        ([0.01, 0.03, 0.04], 0.04),
        ([0.01, 0.04, 0.9], 0.01),  # 0.04 > 2/3 of 0.05
        ([0.03, 0.9], -1),  # 0.03 > half of 0.05
    ],
)
def test_benjamini_hochberg_by_hand(values: list[float], expected: float) -> None:
    assert benjamini_hochberg(values) == expected


def test_bounds_of_periods() -> None:
    assert bounds("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert bounds("2026-W01") == (date(2025, 12, 29), date(2026, 1, 4))
    assert bounds("2024") == (date(2024, 1, 1), date(2024, 12, 31))
    assert bounds("2026-05-04") == (date(2026, 5, 4), date(2026, 5, 4))


def test_changes_by_hand() -> None:
    """Yesterday 1 of 2 visits entered on /a, today 2 of 2: z is that of 3/4 pooled."""
    today = DAY + timedelta(days=1)
    oracle = oracle_of(
        (DAY, "192.0.2.1 /a", None),
        (DAY, "192.0.2.2 /b", None),
        (today, "192.0.2.1 /a", None),
        (today, "192.0.2.2 /a", None),
    )
    found = {row[1]: row for row in rows(oracle, "changes", "2026-05-05") if row[0] == "entry"}
    assert found["/a"][2:7] == (1, 2, 0.5, 1.0, 0.5)
    assert found["/a"][7] == pytest.approx(0.5 / (3 / 16) ** 0.5)
    assert found["/a"][8] == pytest.approx(0.2482, abs=1e-4)
    assert found["/a"][9] is False
    assert found["/b"][7] == -found["/a"][7]
    assert rows(oracle, "changes") == []
    assert rows(oracle, "changes", "2026-05-04") == []  # nothing before
    (direct,) = (row for row in rows(oracle, "changes", "2026-05-05") if row[0] == "referrer")
    assert direct[1:] == ("(direct)", 2, 2, 1.0, 1.0, 0.0, None, None, False)  # everybody: no variance


def test_click_quality_by_hand() -> None:
    """36 clicks of one visitor, all short; of the 4 other visits half are."""
    clicks = [(DAY + timedelta(hours=n), "192.0.2.1 /?utm_campaign=x", None) for n in range(36)]
    others = [(DAY, f"192.0.2.2 /{n}", "https://a.example/x") for n in range(4)]
    longer = [(DAY + timedelta(seconds=10 * n), f"192.0.2.2 /{n}", ref) for n, (_, _, ref) in enumerate(others)]
    following = [(longer[n][0] + timedelta(seconds=6), "192.0.2.2 /z", None) for n in (0, 1)]
    oracle = oracle_of(*sorted([*clicks, *longer, *following]))
    ((name, n, visitors, repeat, short, expected, z, suspect),) = rows(oracle, "click_quality")
    assert (name, n, visitors, repeat, short, expected) == ("x", 36, 1, 35 / 36, 1.0, 0.5)
    assert (z, suspect) == (6.0, True)  # (1 - 0.5) / sqrt(0.25 / 36)
    assert click_quality(oracle, "all", set(), "all") == []


def visit(day: int, campaign: str | None, seconds: int = 0, visitor: str = "v") -> dict[str, Any]:
    ts = DAY + timedelta(days=day, seconds=seconds)
    return {"views": [{"ts": ts}], "visitor": visitor, "campaign": campaign, "clicked": campaign is not None}


@pytest.mark.parametrize(
    ("model", "days", "expected"),
    [
        (
            "last",
            2,
            ["a", "b", "b", "b", None],
        ),  # the fourth is 172,800 s after b: just inside; the fifth a second more
        ("first", 2, ["a", "b", "a", "b", None]),
        ("first", 3, ["a", "b", "a", "a", "b"]),
        ("last", 0, ["a", "b", None, None, None]),
    ],
)
def test_attribution_window_is_inclusive(model: str, days: int, expected: list[str | None]) -> None:
    visits = [visit(0, "a"), visit(1, "b"), visit(2, None), visit(3, None), visit(3, None, 1)]
    visits.insert(0, visit(0, "other", visitor="w"))
    attribute(visits, model, days)
    assert [one["campaign"] for one in visits[1:]] == expected


def test_costs_by_day_and_their_shares() -> None:
    campaign = {"name": "x", "match": {"parameter": "src=x"}}
    requests = [
        (DAY, "192.0.2.1 /?src=x", None),
        (DAY, "192.0.2.2 /?src=x", None),
        (DAY, "8.8.8.8 /?src=x", None),
        (DAY + timedelta(days=2), "192.0.2.1 /?src=x", None),
    ]
    first, second, third = (date(2026, 5, 4 + n) for n in range(3))
    labels = [{"id": "american", "match": {"country": {"equals": "US"}}}]

    def made(cost: dict[str, str]) -> Oracle:
        return oracle_of(*requests, campaigns=[{**campaign, "cost": cost}], labels=labels)

    assert costs_by_day(made({"fixed": "10"})) == {"x": {first: 10}}
    assert costs_by_day(made({"per_day": "10"})) == {"x": {first: 10, second: 10, third: 10}}
    per_click = made({"per_click": "0.4"})
    assert costs_by_day(per_click) == {"x": {first: Fraction(6, 5), third: Fraction(2, 5)}}
    fixed = made({"fixed": "10"})
    assert [row[:5] for row in rows(fixed, "campaigns")] == [("x", 4, 4, 3, Decimal("10.00"))]
    assert [row[:5] for row in rows(fixed, "campaigns", label="american")] == [("x", 1, 1, 1, Decimal("3.33"))]
    assert [row[4] for row in rows(fixed, "campaigns", "2026-05-06")] == [Decimal("0.00")]
    imported = oracle_of(*requests, costs=[(second, "x", Decimal("1.005")), (date(2026, 5, 9), "x", Decimal(7))])
    assert [row[:5] for row in rows(imported, "campaigns")] == [
        ("(none)", 0, 4, 3, None),
        ("x", 0, 0, 0, Decimal("1.01")),
    ]


def test_money_is_rounded_half_up_at_the_end() -> None:
    assert money(Fraction(1, 200)) == Decimal("0.01")
    assert money(Fraction(1, 3) + Fraction(1, 3)) == Decimal("0.67")
    assert str(money(Fraction(2))) == "2.00"


@pytest.mark.parametrize(
    ("query", "medium", "own", "expected"),
    [
        ("gclid=1&utm_medium=email", "email", None, "paid"),
        ("utm_medium=Paid_Social", "social", "x", "paid"),
        ("utm_medium=e-mail", "search", "x", "email"),
        ("", "email", "x", "email"),
        ("", "search", "x", "campaign"),
        ("", "search", None, "search"),
        ("", "social", None, "social"),
        ("", "referral", None, "referral"),
        ("gclid=", "referral", None, "referral"),
    ],
)
def test_channels_in_order(query: str, medium: str, own: str | None, expected: str) -> None:
    assert channel_of({"medium": medium}, marks_of(query), own, None) == expected


def test_an_assistant_in_a_link_without_referrer() -> None:
    oracle = oracle_of(
        (DAY, "192.0.2.1 /?utm_source=chatgpt.com", None), (DAY, "192.0.2.2 /", "https://www.fruit.test/")
    )
    assert [(visit["channel"], visit["assistant"]) for visit in oracle.visits] == [("ai", "ChatGPT"), ("direct", None)]


def test_addresses_by_pattern() -> None:
    for pattern in ("192.0.2.1", "192.0.2.*", "192.0.2.0/31", "192.*", "190-200.0.2.1"):
        assert address_is(pattern, "192.0.2.1"), pattern
    for pattern in ("192.0.2.2-9", "192.0.3.*", "2001::/16"):
        assert not address_is(pattern, "192.0.2.1"), pattern


def test_what_is_not_there_fits_no_matcher_and_so_the_inverse() -> None:
    assert not text_fits({"regex": ""}, None)
    searched = {"search_engine": {"contains": ""}}
    labels = [
        {"id": "not_searched", "match": searched, "inverse": True},
        {
            "id": "again",
            "match": {"all": [{"label": "not_searched"}, {"any": [{"short": True}, {"hour": {"max": 0}}]}]},
        },
    ]
    oracle = oracle_of((DAY, "192.0.2.1 /", None), labels=labels)
    assert oracle.visits[0]["labels"] == {"all", "not_searched", "again"}
    assert not fits(oracle, searched, oracle.visits[0])
    assert rows(oracle, "labels") == [("all", 1, 1.0), ("not_searched", 1, 1.0), ("again", 1, 1.0)]


def test_changes_reach_as_many_days_back_as_the_period_is_long() -> None:
    march = (datetime(2026, 3, 1), "192.0.2.1 /", None)
    oracle = oracle_of((datetime(2026, 1, 29), "192.0.2.1 /", None), march)
    assert {row[0] for row in rows(oracle, "changes", "2026-03")} == {"entry", "page", "referrer"}  # from January 29 on
    assert rows(oracle, "changes", "2026-W09") == []
    assert rows(oracle_of((datetime(2026, 1, 30), "192.0.2.1 /", None), march), "changes", "2026-03") == []
