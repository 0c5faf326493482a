"""The reports paths, funnel, downloads, exit_links and custom, number by number, on a few visits made by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.site import Site, Subdomain
from tests.integration.handmade import START, Reports, hit, visit
from tests.oracle.sources import ROBOT

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LABELS = [{"id": "saw_b", "match": {"saw_page": {"equals": "/b"}}}]


def page(text: str) -> dict[str, str]:
    return {"equals": text}


def stage(name: str, *pages: str) -> dict[str, Any]:
    return {"name": name, "groups": [{"name": one, "pages": page(one)} for one in pages]}


BUY = {"id": "buy", "stages": [stage("Product", "/p", "/q"), stage("Cart", "/c"), stage("Thanks", "/t")]}


BOTH = {
    "id": "both",
    "stages": [
        {"name": "One", "groups": [{"name": "any", "pages": {"starts_with": "/"}}]},
        {"name": "Two", "groups": [{"name": "cart", "pages": page("/c")}]},
    ],
}
# What one visit saw; visits and progressed of /p, /q, /c and /t after it.
FATES = {
    ("/p", "/c", "/t"): [(1, 1), (0, 0), (1, 1), (1, None)],
    ("/p", "/x", "/q"): [(1, 0), (1, 0), (0, 0), (0, None)],
    # A stage may be skipped.
    ("/p", "/t"): [(1, 1), (0, 0), (0, 0), (1, None)],
    # A deeper stage only before: in neither number.
    ("/c", "/p"): [(0, 0), (0, 0), (1, 0), (0, None)],
    ("/t", "/c", "/p"): [(0, 0), (0, 0), (0, 0), (1, None)],
    # Before and after: a view of the group is followed.
    ("/c", "/p", "/t"): [(1, 1), (0, 0), (1, 1), (1, None)],
    # The group again, behind what it led to.
    ("/p", "/c", "/p"): [(1, 1), (0, 0), (1, 0), (0, None)],
    # Each group of a stage by itself.
    ("/p", "/c", "/q"): [(1, 1), (0, 0), (1, 0), (0, None)],
    ("/x",): [(0, 0), (0, 0), (0, 0), (0, None)],
}
# Likewise where every page is in the first stage, and one in the second, too: a view neither follows nor precedes itself.
FATES_OF_BOTH = {
    ("/c",): [(1, 0), (1, None)],
    ("/c", "/c"): [(1, 1), (1, None)],
    ("/p", "/c"): [(1, 1), (1, None)],
    ("/c", "/p"): [(0, 0), (1, None)],
}
VISITS = [*FATES, *FATES_OF_BOTH]


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """One visit a day."""
    hits = [one for day, paths in enumerate(VISITS) for one in visit("a", *paths, at=DAY * day)]
    return Reports(tmp_path_factory.mktemp("fates"), hits, funnels=[BUY, BOTH])


def fate(fates: Reports, number: int, funnel: str) -> list[tuple[int, int | None]]:
    rows = fates.rows("funnel", period=f"{START + DAY * number:%Y-%m-%d}")
    return [(row[3], row[4]) for row in rows if row[0] == funnel]


# --- Paths


def test_paths_are_consecutive_page_views_and_a_page_after_itself_only_counts_in_the_share(tmp_path: Path) -> None:
    hits = [*visit("a", "/a", "/a", "/b", "/a"), *visit("b", "/a", "/b"), *visit("c", "/b", at=MINUTE)]
    assert Reports(tmp_path, hits).rows("paths") == [
        ("/a", "previous", "(entry)", 2, 2 / 4),
        ("/a", "previous", "/b", 1, 1 / 4),
        ("/a", "next", "/b", 2, 2 / 4),
        ("/a", "next", "(exit)", 1, 1 / 4),
        ("/b", "previous", "/a", 2, 2 / 3),
        ("/b", "previous", "(entry)", 1, 1 / 3),
        ("/b", "next", "(exit)", 2, 2 / 3),
        ("/b", "next", "/a", 1, 1 / 3),
    ]


def test_of_equally_many_clicks_the_entry_stands_where_its_name_does(tmp_path: Path) -> None:
    hits = [*visit("a", "/a"), *visit("b", "/b", "/a")]
    rows = Reports(tmp_path, hits).rows("paths")
    assert [row[2] for row in rows if row[:2] == ("/a", "previous")] == ["(entry)", "/b"]


def test_the_entry_stands_behind_a_host_that_sorts_before_it(tmp_path: Path) -> None:
    subdomains = tuple(
        Subdomain(f"SUBDOMAIN{n}", name, hosts=(name,)) for n, name in ((1, "one.test"), (2, "two.test"))
    )
    hits = [
        *visit("a", "/", host="!odd"),
        *visit("a", "/", host="one.test", at=MINUTE),
        *visit("b", "/", host="one.test"),
    ]
    rows = Reports(tmp_path, hits, Site("", (), subdomains)).rows("paths")
    assert [row[2] for row in rows if row[:2] == ("one.test/", "previous")] == ["!odd/", "(entry)"]


def test_downloads_and_errors_do_not_part_two_page_views(tmp_path: Path) -> None:
    hits = visit("a", "/a", "/f.pdf", "/b")
    hits.append(hit("a", timedelta(seconds=90), "/gone", status=404))
    assert ("/a", "next", "/b", 1, 1.0) in Reports(tmp_path, hits).rows("paths")


def test_paths_of_a_label_are_those_of_its_visits_and_of_a_period_those_of_its_days(tmp_path: Path) -> None:
    hits = [*visit("a", "/a", "/b"), *visit("b", "/a", "/c"), *visit("c", "/a", "/b", at=DAY)]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert ("/a", "next", "/b", 2, 1.0) in found.rows("paths", "saw_b")
    assert ("/a", "next", "/b", 2, 2 / 3) in found.rows("paths")
    assert ("/a", "next", "/b", 1, 1.0) in found.rows("paths", period="2026-03-03")
    assert "/c" not in {row[0] for row in found.rows("paths", "saw_b")}


# --- Funnel


@pytest.mark.parametrize("paths", FATES)
def test_a_visit_progresses_when_a_deeper_stage_follows(fates: Reports, paths: tuple[str, ...]) -> None:
    assert fate(fates, VISITS.index(paths), "buy") == FATES[paths]


@pytest.mark.parametrize("paths", FATES_OF_BOTH)
def test_a_page_may_be_in_two_stages(fates: Reports, paths: tuple[str, ...]) -> None:
    assert fate(fates, VISITS.index(paths), "both") == FATES_OF_BOTH[paths]


def test_every_group_of_every_funnel_has_a_row_in_their_order_for_every_label(tmp_path: Path) -> None:
    hits = [*visit("a", "/q", "/c"), *visit("b", "/q")]
    found = Reports(tmp_path, hits, funnels=[BUY, BOTH], labels=LABELS)
    assert found.rows("funnel") == [
        ("buy", "Product", "/p", 0, 0, None),
        ("buy", "Product", "/q", 2, 1, 0.5),
        ("buy", "Cart", "/c", 1, 0, 0.0),
        ("buy", "Thanks", "/t", 0, None, None),
        ("both", "One", "any", 2, 1, 0.5),
        ("both", "Two", "cart", 1, None, None),
    ]
    assert [row[3] for row in found.rows("funnel", "saw_b")] == [0] * 6


def test_who_does_not_go_on_goes_to_another_page_or_leaves(tmp_path: Path) -> None:
    hits = [
        *visit("a", "/p", "/c", "/t"),
        *visit("b", "/p", "/x", "/p", "/b", "/x"),  # the page after the last one of the group
        *visit("c", "/p", "/q", at=MINUTE),  # another group of the stage
        *visit("d", "/x", "/p"),
        *visit("e", "/p", "/p", at=DAY),
        *visit("f", "/c", "/p", at=DAY),  # a deeper stage only before: not of this group
        *visit("g", "/p", "/c", "/b", at=DAY),
    ]
    found = Reports(tmp_path, hits, funnels=[BUY], labels=LABELS)
    assert found.rows("funnel_exits") == [
        ("buy", "Product", "/p", "(exit)", 2, 2 / 6),
        ("buy", "Product", "/p", "/b", 1, 1 / 6),
        ("buy", "Product", "/p", "/q", 1, 1 / 6),
        ("buy", "Product", "/q", "(exit)", 1, 1.0),
        ("buy", "Cart", "/c", "/b", 1, 1 / 3),
        ("buy", "Cart", "/c", "/p", 1, 1 / 3),
    ]
    assert found.rows("funnel_exits", "saw_b") == [
        ("buy", "Product", "/p", "/b", 1, 1 / 2),
        ("buy", "Cart", "/c", "/b", 1, 1.0),
    ]
    assert found.rows("funnel_exits", period="2026-03-03")[0] == ("buy", "Product", "/p", "(exit)", 1, 1 / 2)
    left: Counter[tuple[str, ...]] = Counter()
    for *key, _, visits, _ in found.rows("funnel_exits"):
        left[tuple(key)] += visits
    # Whoever is left of a group's visits went somewhere.
    assert left == {row[:3]: row[3] - row[4] for row in found.rows("funnel") if row[4] is not None and row[3] > row[4]}


def test_a_label_that_a_funnel_hides_has_no_exits(tmp_path: Path) -> None:
    labels = [{**LABELS[0], "hide_in": ["funnel"]}]
    found = Reports(tmp_path, visit("a", "/p", "/b"), funnels=[BUY], labels=labels)
    assert found.rows("funnel_exits") == [("buy", "Product", "/p", "/b", 1, 1.0)]
    assert found.rows("funnel_exits", "saw_b") == []


def test_without_a_funnel_the_report_is_empty(tmp_path: Path) -> None:
    assert Reports(tmp_path, visit("a", "/p")).rows("funnel") == []


def test_with_several_hosts_a_funnels_page_is_meant_on_each(tmp_path: Path) -> None:
    subdomains = tuple(
        Subdomain(f"SUBDOMAIN{n}", name, hosts=(name,)) for n, name in ((1, "one.test"), (2, "two.test"))
    )
    hits = [*visit("a", "/p", host="one.test"), *visit("a", "/c", host="two.test", at=MINUTE)]
    found = Reports(tmp_path, hits, Site("", (), subdomains), funnels=[BUY]).rows("funnel")
    assert [row[3:5] for row in found] == [(1, 1), (0, 0), (1, 0), (0, None)]


# --- Downloads, exit links, custom variables


def test_downloads_outside_any_visit_count_for_all_visitors_and_for_no_visit(tmp_path: Path) -> None:
    hits = [
        *visit("a", "/b", "/f.pdf", "/f.pdf", "/g.zip"),
        hit("b", DAY, "/f.pdf"),
        hit("r", DAY, "/f.pdf", agent=ROBOT),
        hit("a", MINUTE * 9, "/gone.pdf", status=404),
        hit("a", MINUTE * 10, "/b", method="DOWNLOAD"),
    ]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("downloads") == [("/f.pdf", 3, 1), ("/b", 1, 1), ("/g.zip", 1, 1)]
    assert found.rows("downloads", "saw_b") == [("/f.pdf", 2, 1), ("/b", 1, 1), ("/g.zip", 1, 1)]
    assert found.rows("downloads", period="2026-03-03") == [("/f.pdf", 1, 0)]


def test_a_download_past_midnight_belongs_to_the_day_of_its_visit(tmp_path: Path) -> None:
    late = timedelta(hours=13, minutes=59)  # a minute to midnight
    found = Reports(tmp_path, visit("a", "/b", "/f.pdf", at=late))
    assert found.rows("downloads", period="2026-03-02") == [("/f.pdf", 1, 1)]
    assert found.rows("downloads", period="2026-03-03") == []


def test_exit_links_are_counted_by_their_target(tmp_path: Path) -> None:
    out = {"method": "EXIT", "exit_url": "https://pears.example/"}
    hits = [
        *visit("a", "/b"),
        hit("a", MINUTE, "/b", **out),
        hit("a", MINUTE * 2, "/b", **out),
        hit("a", MINUTE * 3, "/b", method="EXIT"),
        hit("b", MINUTE, "/b", **out),
    ]
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("exit_links") == [("https://pears.example/", 3, 1), ("(unknown)", 1, 1)]
    assert found.rows("exit_links", "saw_b") == [("https://pears.example/", 2, 1), ("(unknown)", 1, 1)]


def test_a_custom_value_counts_once_a_visit_with_the_orders_of_that_visit(tmp_path: Path) -> None:
    hits = [
        *visit("a", "/a", "/b", custom="member=gold&shop=1"),
        *visit("b", "/a", custom="member=gold"),
        *visit("c", "/a", custom="member=none", order_total="9.99", order_id="F9"),
    ]
    hits[0] |= {"order_total": "7.50", "order_id": "F1"}
    found = Reports(tmp_path, hits, labels=LABELS)
    assert found.rows("custom") == [
        ("member", "gold", 2, 1, Decimal("7.50")),
        ("member", "none", 1, 1, Decimal("9.99")),
        ("shop", "1", 1, 1, Decimal("7.50")),
    ]
    assert found.rows("custom", "saw_b") == [
        ("member", "gold", 1, 1, Decimal("7.50")),
        ("shop", "1", 1, 1, Decimal("7.50")),
    ]
