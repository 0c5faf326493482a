"""Where visits come from: channels, search, campaigns with their cost and attribution, and click quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs
from shared.campaigns import NETWORKS
from shared.costs import DayCost
from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.referrers import read_referrer
from shared.site import Site, Subdomain
from tests.integration.analysed import report_rows
from tests.oracle.sources import write_source

HOST = "fruit.test"
BASE = '[dataset]\nhosts = ["fruit.test"]\n'
GOOGLE = "https://www.google.com/"
BING = "https://www.bing.com/search?q=red+apples"
START = datetime(2024, 5, 1, 10, 0)
Row = dict[str, Any]


def hit(
    who: str, at: datetime, path: str = "/", query: str | None = None, referrer: str | None = None, **more: Any
) -> Row:
    """A page view of somebody who is told apart by address."""
    agent = "Mozilla"
    row = {"ts": at, "address": who, "agent": agent, "method": "GET", "path": path, "query": query, "status": 200}
    return row | {"referrer": referrer, "opted_out": False} | more


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


class Reports:
    """The reports of an analysis, read one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, report: str, period: str = "all", label: str = "all") -> list[Row]:
        found = report_rows(self._folder, report)
        chosen = [row for row in found if row["period"] == period and row["label"] == label]
        return [{name: value for name, value in row.items() if name not in ("period", "label")} for row in chosen]

    def one(self, report: str, key: str, value: str, **where: str) -> Row:
        (row,) = [row for row in self.rows(report, **where) if row[key] == value]
        return row


Analyse = Callable[..., Reports]


@pytest.fixture
def analyse(tmp_path: Path) -> Analyse:
    def run(
        hits: list[Row], settings: str = "", *, costs: tuple[DayCost, ...] = (), site: Site | None = None
    ) -> Reports:
        for number, one in enumerate(sorted(hits, key=lambda row: row["ts"]), start=1):
            one["line"] = number
        source = write_source(tmp_path / "hits", hits)
        write_referrers(tmp_path / "hits", {one["referrer"] for one in hits} - {None})
        parsed = parse_dataset_settings(BASE + settings, name="test") if settings or site is None else DatasetSettings()
        inputs = AnalysisInputs("d", "d", parsed, site or Site(), (source,), "test", "digest", costs=costs)
        out = tmp_path / "out"
        out.mkdir()
        analyze(inputs, out, memory_limit_mb=512, threads=1, temp_dir=tmp_path)
        return Reports(out)

    return run


def write_referrers(folder: Path, values: set[str]) -> None:
    """The side table as the parser writes it."""
    found = [(one, read_referrer(one)) for one in sorted(values)]
    columns = {"referrer": [one for one, _ in found]}
    columns |= {name: [getattr(said, name) for _, said in found] for name in ("medium", "source", "term", "domain")}
    pq.write_table(
        pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()}),
        folder / "referrers-00000.parquet",
    )


def channel(report: Reports) -> str:
    (row,) = report.rows("sources")
    return str(row["channel"])


# --- Channels and search


@pytest.mark.parametrize(
    ("query", "referrer", "expected"),
    [
        (None, None, "direct"),
        (None, "https://fruit.test/apples", "direct"),
        (None, GOOGLE, "search"),
        (None, "https://chatgpt.com/", "ai"),
        ("utm_source=chatgpt.com", None, "ai"),
        (None, "https://www.facebook.com/", "social"),
        (None, "https://mail.google.com/", "email"),
        (None, "https://blog.example/post", "referral"),
        ("utm_medium=email", GOOGLE, "email"),
        ("utm_campaign=may", GOOGLE, "campaign"),
        ("utm_campaign=may&utm_medium=CPC", None, "paid"),
        ("gclid=x", "https://blog.example/post", "paid"),
        ("src=spring", "https://blog.example/post", "campaign"),
        ("src=autumn", "https://blog.example/post", "referral"),
    ],
)
def test_a_visit_has_the_first_channel_that_fits(
    analyse: Analyse, query: str | None, referrer: str | None, expected: str
) -> None:
    settings = '[[campaigns]]\nname = "spring"\nmatch = { parameter = "src=spring" }\n'
    assert channel(analyse([hit("a", START, query=query, referrer=referrer)], settings)) == expected


def test_channels_add_up_and_carry_orders(analyse: Analyse) -> None:
    report = analyse(
        [
            hit("a", START, referrer=GOOGLE),
            hit("a", START + minutes(1), "/thanks", order_total="10.50", order_id="1"),
            hit("a", START + days(1), referrer=GOOGLE),
            hit("b", START),
        ]
    )
    assert report.rows("sources") == [
        {"channel": "search", "visits": 2, "visitors": 1, "short_visit_rate": 0.5, "orders": 1, "revenue": Decimal("10.50"), "conversion_rate": 0.5},
        {"channel": "direct", "visits": 1, "visitors": 1, "short_visit_rate": 1.0, "orders": 0, "revenue": Decimal("0.00"), "conversion_rate": 0.0},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "referrer", "engine", "term"),
    [
        (None, BING, "Bing", "red apples"),
        (None, GOOGLE, "Google", "(not provided)"),
        ("utm_term=pears", GOOGLE, "Google", "pears"),
        ("utm_term=pears", BING, "Bing", "red apples"),
        ("gclid=x&utm_term=pears", None, "Google", "pears"),
        ("msclkid=x", None, "Bing", "(not provided)"),
        ("wbraid=x", "https://fruit.test/", "Google", "(not provided)"),
    ],
)
def test_search_is_known_by_referrer_or_click_id(
    analyse: Analyse, query: str | None, referrer: str | None, engine: str, term: str
) -> None:
    (row,) = analyse([hit("a", START, query=query, referrer=referrer)]).rows("search")
    assert (row["engine"], row["term"], row["visits"], row["share_of_engine"]) == (engine, term, 1, 1.0)


@pytest.mark.parametrize(
    ("query", "referrer"), [("gclid=x", "https://blog.example/"), ("fbclid=x", None), ("dclid=x", None), (None, None)]
)
def test_what_is_no_search_is_not_among_searches(analyse: Analyse, query: str | None, referrer: str | None) -> None:
    assert analyse([hit("a", START, query=query, referrer=referrer)]).rows("search") == []


# --- Which campaign


def campaigns(report: Reports, **where: str) -> dict[str, tuple[int, int]]:
    return {row["campaign"]: (row["clicks"], row["visits"]) for row in report.rows("campaigns", **where)}


def test_a_visit_belongs_to_the_first_campaign_that_matches(analyse: Analyse) -> None:
    settings = """
[[campaigns]]
name = "landing"
match = { page = "/landing?src=a" }
[[campaigns]]
name = "spring"
match = { parameter = "src=spring time" }
[[campaigns]]
name = "partner"
match = { referrer = { contains = "partner" } }
[[campaigns]]
name = "both"
match = { page = "/both", referrer = { contains = "other" } }
"""
    partner, other = "https://partner.example/x", "https://other.example/"
    entries = [
        ("/landing", "src=a", None, "landing"),
        ("/landing", "gclid=1&src=a&utm_campaign=u", None, "landing"),
        ("/x/../landing", "src=a", None, "landing"),
        ("/landing", "src=b", None, "(none)"),
        ("/any", "src=spring+time", partner, "spring"),
        ("/any", "src=spring%20time&utm_campaign=u", None, "spring"),
        ("/any", "utm_campaign=u", None, "u"),
        ("/any", "utm_campaign=u", partner, "partner"),
        ("/any", "gclid=1", None, "Google Ads"),
        ("/any", "utm_medium=cpc", None, "(none)"),
        ("/any", "utm_campaign=(none)", None, "(none)"),
        ("/any", None, "https://fruit.test/partner", "(none)"),
        ("/both", None, other, "both"),
        ("/both", None, None, "(none)"),
        ("/any", None, other, "(none)"),
    ]
    hits = [hit(f"v{n}", START, path, query, referrer) for n, (path, query, referrer, _) in enumerate(entries)]
    expected: dict[str, int] = {}
    for *_, name in entries:
        expected[name] = expected.get(name, 0) + 1
    found = campaigns(analyse(hits, settings))
    assert found == {name: (0 if name == "(none)" else number, number) for name, number in expected.items()}


def test_every_click_id_names_its_network_however_it_is_written(analyse: Analyse) -> None:
    written = [f"x=1&{name}=1" for name in NETWORKS] + ["GCLID=1", "%67clid=1", "utm%5Fcampaign=Google+Ads"]
    found = campaigns(analyse([hit(f"v{n}", START, query=query) for n, query in enumerate(written)]))
    expected = Counter([*NETWORKS.values(), *["Google Ads"] * 3])
    assert found == {name: (number, number) for name, number in expected.items()}


def test_a_page_may_be_given_with_its_host_and_case_follows_the_site(analyse: Analyse) -> None:
    subs = tuple(
        Subdomain(name, name, (f"{name}.fruit.test",), case_sensitive=name == "a", case_sensitive_params=name == "a")
        for name in ("a", "b")
    )
    site = Site("fruit.test", ("a.fruit.test", "b.fruit.test"), subs)
    settings = """
[[campaigns]]
name = "of b"
match = { page = "b.fruit.test/Landing?Src=X" }
[[campaigns]]
name = "of both"
match = { page = "/Other" }
"""
    entries = [
        ("a", "/Landing", "Src=X"), ("b", "/LANDING", "src=x"), ("a", "/Other", None), ("a", "/other", None), ("b", "/other", None),
    ]  # fmt: skip
    hits = [hit(f"v{n}", START, path, query, host=f"{sub}.fruit.test") for n, (sub, path, query) in enumerate(entries)]
    assert campaigns(analyse(hits, settings, site=site)) == {"of b": (1, 1), "of both": (2, 2), "(none)": (0, 2)}


def test_only_the_entry_counts(analyse: Analyse) -> None:
    report = analyse([hit("a", START), hit("a", START + minutes(1), "/x", "utm_campaign=late")])
    assert campaigns(report) == {"(none)": (0, 1)}


# --- Attribution


def attributed(
    analyse: Analyse, starts: list[tuple[timedelta, str | None]], settings: str
) -> dict[str, tuple[int, int]]:
    hits = [hit("a", START + at, query=name and f"utm_campaign={name}") for at, name in starts]
    return campaigns(analyse([*hits, hit("b", START + days(5))], settings))


LAST = '[attribution]\nmodel = "last"\nwindow_days = 10\n'
FIRST = '[attribution]\nmodel = "first"\nwindow_days = 10\n'


def test_a_visit_without_a_campaign_has_the_last_one_before_it(analyse: Analyse) -> None:
    starts = [(days(0), "one"), (days(1), "two"), (days(2), None), (days(3), "three")]
    assert attributed(analyse, starts, LAST) == {"one": (1, 1), "two": (1, 2), "three": (1, 1), "(none)": (0, 1)}


def test_or_the_first_within_the_window(analyse: Analyse) -> None:
    starts = [(days(0), "one"), (days(1), "two"), (days(2), None), (days(11), None), (days(12), None)]
    assert attributed(analyse, starts, FIRST) == {"one": (1, 2), "two": (1, 2), "(none)": (0, 2)}


@pytest.mark.parametrize("settings", [LAST, FIRST])
def test_the_window_is_inclusive_and_looks_back_only(analyse: Analyse, settings: str) -> None:
    starts = [(days(0), None), (days(1), "one"), (days(11), None), (days(11) + minutes(60), None)]
    assert attributed(analyse, starts, settings) == {"one": (1, 2), "(none)": (0, 3)}


@pytest.mark.parametrize("model", ["last", "first"])
def test_a_visit_at_the_same_moment_is_earlier_by_its_line(analyse: Analyse, model: str) -> None:
    settings = f'[attribution]\nmodel = "{model}"\nwindow_days = 0\n'
    google = [hit("a", START, query=f"utm_campaign={name}", referrer=GOOGLE) for name in ("one", "two")]
    report = analyse(
        [*google, hit("a", START, referrer=BING), hit("a", START + timedelta(seconds=1), "/x", referrer=GOOGLE)],
        settings,
    )
    expected = {"last": {"one": (1, 1), "two": (1, 2)}, "first": {"one": (1, 2), "two": (1, 1)}}[model]
    assert campaigns(report) == expected | {"(none)": (0, 1)}


def test_revenue_goes_to_the_campaign_of_the_visit(analyse: Analyse) -> None:
    report = analyse(
        [
            hit("a", START, query="utm_campaign=may"),
            hit("a", START + days(2)),
            hit("a", START + days(2) + minutes(1), "/thanks", order_total="30", order_id="1"),
            hit("b", START + days(2), "/thanks", order_total="7", order_id="2"),
        ]
    )
    may, none = report.one("campaigns", "campaign", "may"), report.one("campaigns", "campaign", "(none)")
    assert (may["visits"], may["visitors"], may["orders"], may["revenue"], may["average_order"]) == (
        2,
        1,
        1,
        Decimal(30),
        30.0,
    )
    assert (none["clicks"], none["orders"], none["revenue"], none["cost"], none["profit"]) == (
        0,
        1,
        Decimal(7),
        None,
        None,
    )
    later = report.one("campaigns", "campaign", "may", period="2024-05-03")
    assert (later["clicks"], later["visits"], later["conversion_rate"], later["cost_per_visit"]) == (0, 1, 1.0, None)


# --- Costs


def cost_table(kind: str) -> str:
    return f'[[campaigns]]\nname = "may"\nmatch = {{ parameter = "src=may" }}\ncost = {{ {kind} }}\n'


CLICKS = [(0, "a"), (0, "b"), (2, "c")]


def clicks_of_may() -> list[Row]:
    return [hit(who, START + days(at), query="src=may") for at, who in CLICKS] + [hit("z", START + days(3))]


def costs(report: Reports, periods: list[str]) -> list[Decimal | None]:
    return [
        next((row["cost"] for row in report.rows("campaigns", period) if row["campaign"] == "may"), None)
        for period in periods
    ]


PERIODS = ["all", "2024-05", "2024-05-01", "2024-05-03", "2024-05-04"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ('fixed = "300"', ["300", "300", "300", "0", None]),
        ('per_click = "0.405"', ["1.22", "1.22", "0.81", "0.41", None]),
        ('per_day = "10"', ["30", "30", "10", "10", None]),
    ],
)
def test_a_campaign_costs_what_the_settings_say(analyse: Analyse, model: str, expected: list[str | None]) -> None:
    imported = (DayCost(date(2024, 5, 1), "may", Decimal(99)),)
    found = costs(analyse(clicks_of_may(), cost_table(model), costs=imported), PERIODS)
    assert found == [None if one is None else Decimal(one) for one in expected]


def test_imported_costs_fall_on_their_date_even_without_a_click(analyse: Analyse) -> None:
    imported = tuple(
        DayCost(date(2024, day[0], day[1]), name, Decimal(cost))
        for day, name, cost in (
            ((5, 1), "may", "1.50"),
            ((5, 2), "may", "2.25"),
            ((5, 4), "june", "3"),
            ((6, 9), "june", "4"),
        )
    )
    report = analyse(clicks_of_may(), cost_table('file = "x.csv"'), costs=imported)
    assert costs(report, PERIODS) == [Decimal("3.75"), Decimal("3.75"), Decimal("1.50"), Decimal(0), None]
    june = report.one("campaigns", "campaign", "june")
    assert (june["clicks"], june["visits"], june["cost"], june["profit"], june["roas"]) == (
        0,
        0,
        Decimal(3),
        Decimal(-3),
        0.0,
    )
    assert (june["conversion_rate"], june["cost_per_visit"]) == (None, None)
    assert [row["campaign"] for row in report.rows("campaigns")] == ["may", "(none)", "june"]


def test_the_formulas(analyse: Analyse) -> None:
    hits = [*clicks_of_may(), hit("a", START + minutes(1), "/t", order_total="25", order_id="1")]
    row = analyse(hits, cost_table('fixed = "10"')).one("campaigns", "campaign", "may")
    assert row == {
        "campaign": "may", "clicks": 3, "visits": 3, "visitors": 3, "cost": Decimal("10.00"), "cost_per_visit": 10 / 3,
        "orders": 1, "conversion_rate": 1 / 3, "revenue": Decimal("25.00"), "average_order": 25.0,
        "roas": 2.5, "roi": 1.5, "profit": Decimal("15.00"),
    }  # fmt: skip


def test_thirds_of_a_cost_add_up_and_halves_round_up(analyse: Analyse) -> None:
    hits = [
        hit(who, START, query=f"src=may&gclid=1&utm_term={term}") for who, term in (("a", "x"), ("b", "x"), ("c", "y"))
    ]
    report = analyse(hits, cost_table('fixed = "0.045"'))
    assert [(row["term"], row["cost"], row["cost_per_visit"]) for row in report.rows("search")] == [
        ("x", Decimal("0.03"), 0.015),
        ("y", Decimal("0.02"), 0.02),
    ]
    assert report.one("campaigns", "campaign", "may")["cost"] == Decimal("0.05")


def test_terms_share_the_cost_of_their_days(analyse: Analyse) -> None:
    hits = [
        hit("a", START, query="src=may&gclid=1&utm_term=x"),
        hit("b", START, query="src=may&gclid=1&utm_term=y"),
        hit("c", START, query="src=may"),
        hit("d", START + days(1), query="src=may&gclid=1&utm_term=x"),
        hit("e", START, query="gclid=1&utm_term=z"),
    ]
    report = analyse(hits, cost_table('per_day = "3"'))
    found = {row["term"]: (row["visits"], row["cost"]) for row in report.rows("search")}
    assert found == {"x": (2, Decimal(4)), "y": (1, Decimal(1)), "z": (1, None)}


def test_huge_amounts_are_no_fault(analyse: Analyse) -> None:
    report = analyse(clicks_of_may(), cost_table('fixed = "999999999999.999999"'))
    assert report.one("campaigns", "campaign", "may")["cost"] == Decimal("1000000000000.00")


def test_a_label_takes_its_share_by_clicks_and_nothing_of_a_day_without(analyse: Analyse) -> None:
    label = '[[labels]]\nid = "green"\nmatch = { entry_page = { equals = "/green" } }\n'
    imported = tuple(DayCost(date(2024, 5, day), "may", Decimal(10)) for day in (1, 2, 3))
    hits = [
        hit("a", START, "/green", "utm_campaign=may"),
        hit("b", START, "/red", "utm_campaign=may"),
        hit("c", START, "/red", "utm_campaign=may"),
        hit("d", START + days(2), "/green", "utm_campaign=may"),
        hit("a", START + days(2), "/green"),
    ]
    report = analyse(hits, label, costs=imported)
    green = report.one("campaigns", "campaign", "may", label="green")
    assert (green["clicks"], green["visits"], green["cost"]) == (2, 3, Decimal("13.33"))
    assert report.one("campaigns", "campaign", "may")["cost"] == Decimal(30)
    assert [row["visits"] for row in report.rows("sources", label="green")] == [2, 1]
    assert report.one("click_quality", "campaign", "may", label="green")["clicks"] == 2


# --- Click quality


def quality_hits(clicks: int, short: int, others: int, others_short: int) -> list[Row]:
    hits = []
    for group, number, brief in (("c", clicks, short), ("o", others, others_short)):
        for n in range(number):
            who, query = f"{group}{n}", "utm_campaign=x" if group == "c" else None
            hits.append(hit(who, START + timedelta(seconds=n), query=query))
            if n >= brief:
                hits.append(hit(who, START + timedelta(seconds=n + 30), "/more"))
    return hits


def test_a_campaign_of_short_visits_is_suspect(analyse: Analyse) -> None:
    row = analyse(quality_hits(40, 36, 40, 10)).one("click_quality", "campaign", "x")
    assert (row["clicks"], row["visitors"], row["repeat_rate"]) == (40, 40, 0.0)
    assert (row["short_visit_rate"], row["expected_short_rate"]) == (0.9, 0.25)
    assert row["z"] == (0.9 - 0.25) / (0.25 * 0.75 / 40) ** 0.5
    assert row["suspect"] is True


@pytest.mark.parametrize(
    ("counts", "z_known"),
    [((29, 29, 40, 10), True), ((40, 12, 40, 10), True), ((40, 40, 0, 0), False), ((40, 40, 9, 0), False)],
)
def test_few_clicks_or_nothing_to_compare_with_are_not(
    analyse: Analyse, counts: tuple[int, int, int, int], z_known: bool
) -> None:
    row = analyse(quality_hits(*counts)).one("click_quality", "campaign", "x")
    assert (row["z"] is not None, row["suspect"]) == (z_known, False)


def test_repeats_are_clicks_of_the_same_visitor(analyse: Analyse) -> None:
    report = analyse([hit("a", START + days(n), query="utm_campaign=x") for n in range(4)])
    assert report.one("click_quality", "campaign", "x")["repeat_rate"] == 0.75


def test_the_clicks_of_a_suspect_campaign_are_the_evidence(analyse: Analyse, tmp_path: Path) -> None:
    hits = quality_hits(40, 36, 40, 10)
    hits += [hit("c0", START + days(1), "/again", "utm_campaign=x"), hit("p", START, query="utm_campaign=fine")]
    analyse(hits)
    found = pq.read_table(tmp_path / "out" / "click_evidence.parquet").to_pylist()
    assert len(found) == 41
    assert {row["campaign"] for row in found} == {"x"}
    first, last = found[0], found[-1]
    assert (first["address"], first["agent"], first["first_ts"], first["short"]) == ("c0", "Mozilla", START, True)
    assert (last["address"], last["repeat_number"], last["entry_page"], last["seconds"]) == ("c0", 2, "/again", 0.0)
