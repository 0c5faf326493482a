"""Labels of every kind: what there is to compare, and criteria that compare it in every way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.oracle.sources import REFERRERS

CAMPAIGNS = ("spring", "summer", "autumn sale", "Google Ads", "Microsoft Ads", "brand")
EXIT_URLS = ("https://shop.example/", "https://c.example/p?q=1")
PAGES = ("/", "/a", "/b", "/~jo", "/thanks", "/a?a=1&b=2", "/a?src=spring", "/?total=3")
TEXTS: dict[str, tuple[str, ...]] = {
    "search_engine": ("Google", "Bing"),
    "search_term": ("red apples", "pears", "blue"),
    "channel": ("direct", "search", "paid", "social", "ai", "email", "referral", "campaign"),
    "entry_page": PAGES,
    "saw_page": PAGES,
    "exit_page": PAGES,
    "exit_link": EXIT_URLS,
    "campaign": CAMPAIGNS,
    "country": ("DE", "US"),
    "language": ("de", "de-de", "en-us", "fr"),
    "browser": ("Chrome", "Mobile Safari", "Other"),
    "os": ("Windows", "iOS"),
    "device": ("desktop", "mobile"),
}
"""Criteria that compare a text, each with what there is to compare."""
NUMBERS: dict[str, tuple[float, ...]] = {
    "weekday": (1, 3, 6, 7),
    "hour": (0, 5, 12, 22, 23),
    "revenue": (0, 3, 5, 7.56, 10.5),
    "page_views": (1, 2, 3),
    "seconds": (0, 5, 6.5, 60),
    "status": (200, 206, 304, 400, 404),
}
NAMED: dict[str, dict[str, tuple[str, ...]]] = {
    "parameter": {
        "a": ("1",),
        "x": ("ä b",),
        "utm_campaign": ("summer", "spring"),
        "total": ("3", "10.50"),
        "b": ("2",),
    },
    "custom": {"color": ("red", "blue"), "naïve": ("1",), "plan": ("x",)},
    "cookie": {"pid": ("1", "2"), "sid": ("7", "8"), "other": ("1",)},
    "funnel_stage": {"buy": ("Product", "Thanks"), "read": ("Start", "End")},
}
"""Criteria of a name and perhaps its value."""


def ways_to_compare(value: str, values: tuple[str, ...]) -> list[dict[str, Any]]:
    """Every text matcher, so that the value fits."""
    half = len(value) // 2
    return [
        {"equals": value},
        {"contains": value[half // 2 : half + 1]},
        {"starts_with": value[: half + 1]},
        {"ends_with": value[half:]},
        {"any_of": [value, values[0]]},
        {"regex": f"^{re.escape(value[:half])}.+$|{re.escape(values[-1])}"},
    ]


def ways_to_bound(low: float, high: float) -> list[dict[str, float]]:
    return [{"min": low}, {"max": high}, {"min": low, "max": high}]


@st.composite
def text_matchers(draw: st.DrawFn, values: tuple[str, ...]) -> dict[str, Any]:
    return draw(st.sampled_from(ways_to_compare(draw(st.sampled_from(values)), values)))


@st.composite
def number_matchers(draw: st.DrawFn, values: tuple[float, ...]) -> dict[str, float]:
    low, high = sorted((draw(st.sampled_from(values)), draw(st.sampled_from(values))))
    return draw(st.sampled_from(ways_to_bound(low, high)))


@st.composite
def named_matchers(draw: st.DrawFn, criterion: str, names: list[str]) -> dict[str, Any]:
    name = draw(st.sampled_from(names))
    found: dict[str, Any] = {"name": name}
    if draw(st.booleans()):
        found["value"] = draw(text_matchers(NAMED[criterion][name]))
    if criterion == "cookie":
        found["first_page"] = draw(st.booleans())
    return found


@st.composite
def referrer_matchers(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        return draw(text_matchers(tuple(one for one in REFERRERS if one)))
    return {**draw(text_matchers(("red apples", "pears", "1", "ä b"))), "parameter": draw(st.sampled_from(("q", "p")))}


ADDRESS_MATCHERS: tuple[dict[str, Any], ...] = (
    {"equals": "192.0.2.1"},
    {"equals": "192.0.2.*"},
    {"equals": "192.0.0-2.2-9"},
    {"any_of": ["8.8.8.0/24", "2001:4860::/32"]},
    {"equals": "2001:4860:4860:0:0:0:0:8888"},
    {"starts_with": "192.0.2."},
    {"regex": ":"},
    {"any_of": ["10.*", "85.214.1.1"]},
)


@st.composite
def criteria(draw: st.DrawFn, known: list[str], funnels: list[str], depth: int = 2) -> dict[str, Any]:
    """One criterion of those that there are; ``known`` are the labels and ``funnels`` those that it may name."""
    name = draw(
        st.sampled_from(
            [
                *TEXTS,
                *NUMBERS,
                "parameter",
                "custom",
                "cookie",
                "referrer",
                "address",
                "search",
                "ai",
                "short",
                "visitor",
            ]
            + (["funnel_stage"] * 3 if funnels else [])
            + (["all", "any"] * 3 if depth else [])
            + (["label"] * 2 if known else [])
        )
    )
    wanted: st.SearchStrategy[Any]
    if name in TEXTS:
        wanted = text_matchers(TEXTS[name])
    elif name in NUMBERS:
        wanted = number_matchers(NUMBERS[name])
    elif name in NAMED:
        wanted = named_matchers(name, funnels if name == "funnel_stage" else sorted(NAMED[name]))
    elif name in ("all", "any"):
        wanted = st.lists(criteria(known, funnels, depth - 1), min_size=1, max_size=3)
    else:
        wanted = {
            "referrer": referrer_matchers(),
            "address": st.sampled_from(ADDRESS_MATCHERS),
            "visitor": st.sampled_from(["new", "returning"]),
            "label": st.sampled_from(known or ["all"]),
        }.get(name, st.booleans())
    return {name: draw(wanted)}


@st.composite
def label_lists(draw: st.DrawFn, funnels: list[str]) -> list[dict[str, Any]]:
    """Up to three; one may name another that stands before it, or, turned round, behind it."""
    found: list[dict[str, Any]] = []
    for identity in ("zeta", "beta", "9")[: draw(st.sampled_from([1, 2, 2, 3]))]:
        match = draw(criteria([label["id"] for label in found], funnels))
        hide_in = draw(st.sampled_from([[], [], ["pages", "labels", "trend"], ["overview", "changes"]]))
        found.append({"id": identity, "match": match, "inverse": draw(st.booleans()), "hide_in": hide_in})
    return found[::-1] if draw(st.booleans()) else found


def every_criterion(funnels: list[str]) -> Iterator[dict[str, Any]]:
    """Each criterion, with each matcher that it takes."""
    for name, values in TEXTS.items():
        yield from ({name: matcher} for matcher in ways_to_compare(values[-1], values))
    for name, numbers in NUMBERS.items():
        yield from ({name: matcher} for matcher in ways_to_bound(numbers[1], numbers[2]))
    for name, known in NAMED.items():
        for one, values in known.items():
            if name != "funnel_stage" or one in funnels:
                yield {name: {"name": one}}
                yield from ({name: {"name": one, "value": way}} for way in ways_to_compare(values[0], values))
    yield from ({"cookie": {"name": name, "first_page": True}} for name in NAMED["cookie"])
    for url in filter(None, REFERRERS):
        yield from ({"referrer": matcher} for matcher in ways_to_compare(url, (url,)))
    yield from ({"referrer": {**way, "parameter": "p"}} for way in ways_to_compare("ä b", ("ä b",)))
    yield from ({"address": matcher} for matcher in ADDRESS_MATCHERS)
    yield from ({name: value} for name in ("search", "ai", "short") for value in (True, False))
    yield from ({"visitor": value} for value in ("new", "returning"))
