"""The analyzer's numbers are exactly those of the plain-Python oracle: on generated hits and on real logs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from math import isclose
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from analyzer.reports import COURSES, EXITS, REPORTS
from parser.read import parse_file
from shared.costs import DayCost
from shared.dataset_settings import DatasetSettings
from shared.hosts import registrable_domain
from shared.site import Site, Subdomain
from tests.examples import examples
from tests.integration.analysed import read_report
from tests.oracle import labels, reports
from tests.oracle.criteria import every_criterion
from tests.oracle.generator import BEGINNINGS, cases, exported_again, make_costs, make_file, rules_of, settings_of
from tests.oracle.numbers import Oracle
from tests.oracle.sources import COLUMNS, write_source

FUNCTIONS = reports.FUNCTIONS | reports.COURSES | reports.EXITS
BESIDE = {table: report for report, table in EXITS.items()}
"""Labels that a report does not show, what stands beside it does not show, either."""
TESTED = {"changes": ("z", "p"), "click_quality": ("z",)}
"""Where roots and the error function are in it: the last bits are those of the machine's library."""


def compare(root: Path, inputs: AnalysisInputs, oracle: Oracle) -> None:
    """Every report and course, every period, every label: its rows, in order."""
    out = root / "out"
    out.mkdir()
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=root)
    tables = (*(one.id for one in REPORTS), *COURSES.values(), *EXITS.values())
    different = [found for table in tables if (found := first_difference(out, table, oracle))]
    assert not different, "\n".join(different)


def first_difference(out: Path, report: str, oracle: Oracle) -> str | None:
    """The first row of a report that is not the oracle's: whose, where, theirs, ours."""
    table = read_report(out, report)
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    columns = table.column_names[2:]
    close = [columns.index(name) for name in TESTED.get(report, ()) if name in columns]
    expected = [
        (period, label, *row)
        for period, days in oracle.periods().items()
        for label in labels.shown_in(oracle, BESIDE.get(report, report))
        for row in FUNCTIONS[report](oracle, period, days, label)
    ]
    for theirs, ours in zip_longest(rows, expected):
        if theirs is None or ours is None or theirs[:2] != ours[:2] or not same(theirs[2:], ours[2:], close):
            return f"{report} {columns}\n  analyzer {theirs}\n  oracle   {ours}"
    return None


def same(one: tuple[Any, ...], other: tuple[Any, ...], close: list[int]) -> bool:
    """Equal; in some columns to the last bits."""
    for at in close:
        a, b = one[at], other[at]
        if (a is None) != (b is None) or (a is not None and not isclose(a, b, rel_tol=1e-12)):
            return False
    return [v for at, v in enumerate(one) if at not in close] == [v for at, v in enumerate(other) if at not in close]


def inputs_of(
    case: dict[str, Any], sources: Sequence[Source], costs: Sequence[tuple[date, str, Decimal]]
) -> AnalysisInputs:
    """What the analyzer is given of a case."""
    persistent, session = case["cookies"]
    sub = Subdomain("SUBDOMAIN1", "www", case_sensitive=True, session_cookie=session, persistent_cookie=persistent)
    site = Site("", (), (sub,)) if persistent or session else Site()
    chosen = DatasetSettings.model_validate(settings_of(case))
    found = tuple(DayCost(*one) for one in costs)
    return AnalysisInputs("d", "d", chosen, site, tuple(sources), "tests", "digest", costs=found)


def build(case: dict[str, Any], root: Path) -> tuple[AnalysisInputs, Oracle]:
    """The data set of a case, for the analyzer and for the oracle."""
    # Hypothesis varies a case in a few places, again and again: each time, all hits are others.
    chance = random.Random(repr(case))
    costs = make_costs(chance, case["beginning"]) if case["costs"] else []
    hits: list[dict[str, Any]] = []
    files, sources = [], []
    for source in range(case["files"]):
        mine = make_file(chance, case, source)
        if source >= 3:
            mine = exported_again(chance, mine, [h for h in hits if h["source"] in (1, 3)], source)
        times: list[datetime | None] = [None, *(h["ts"] for h in mine[:2])]
        rejects = [chance.choice(times) for _ in range(chance.randrange(3))]
        directives = [chance.choice(times) for _ in range(chance.randrange(3))]
        file = {
            "file": f"f{source}.log", "server": f"s{source % 2}", "first_ts": mine[0]["ts"], "last_ts": mine[-1]["ts"],
            "cookies_logged": case["logged"], "duplicate": source == 2, "rejects": rejects, "directives": directives,
        }  # fmt: skip
        sources.append(
            write_source(
                root / f"p{source}",
                mine,
                rejects,
                directives,
                file=file["file"],
                server=file["server"],
                cookies_logged=case["logged"],
                duplicate_of="f0.log" if source == 2 else None,
                plain_sha256=f"{source}",
            )
        )
        hits += mine
        files.append(file)
    assert len({id(h) for h in hits}) == len(hits)
    chance.shuffle(sources)  # law 3: the order in which files arrive changes nothing
    return inputs_of(case, sources, costs), Oracle(hits, files, rules_of(case, costs))


@settings(
    max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(cases())
def test_generated_hits_give_exactly_the_oracles_numbers(case: dict[str, Any]) -> None:
    with TemporaryDirectory() as name:
        compare(Path(name), *build(case, Path(name)))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_criterion_with_every_matcher_gives_exactly_the_oracles_visits(tmp_path: Path, seed: int) -> None:
    """One data set in which each is a label, beside the settings that hypothesis finds simplest."""
    group = {"name": "One", "pages": {"contains": "a"}}
    stages = [{"name": name, "groups": [group]} for name in ("Product", "Thanks")]
    elsewhere = [report.id for report in REPORTS if report.id != "overview"]
    every = enumerate(every_criterion(["buy"]))
    case = {
        "seed": seed, "hits": 150, "files": 2, "zone": "Europe/Berlin", "beginning": BEGINNINGS[0], "gap": 15, "split": True,
        "max_requests": 0, "cookies": ("pid", "sid"), "logged": True, "hosts": ["www.fruit.test"], "excluded": [],
        "excluded_pages": [], "revenue": ("total", "order"), "behaviour": False, "spread_s": 900, "campaigns": [], "costs": False,
        "attribution": {"model": "last", "window_days": 1}, "funnels": [{"id": "buy", "stages": stages}],
        "labels": [{"id": f"n{n}", "match": match, "hide_in": elsewhere} for n, match in every],
    }  # fmt: skip
    inputs, oracle = build(case, tmp_path)
    compare(tmp_path, inputs, oracle)


LABELS = [
    {"id": "searched", "match": {"search": True}},
    {
        "id": "not_windows",
        "match": {"any": [{"os": {"contains": "Windows"}}, {"page_views": {"max": 1}}]},
        "inverse": True,
    },
    {"id": "kept_on", "match": {"all": [{"label": "searched"}, {"seconds": {"min": 30}}]}},
]
CAMPAIGNS = [
    {"name": "feed", "match": {"page": "/blog/tags/puppet?flav=rss20"}, "cost": {"per_click": "0.012345"}},
    {"name": "engines", "match": {"referrer": {"contains": ".google."}}, "cost": {"per_day": "12.34"}},
]
FUNNELS = [
    {
        "id": "read",
        "stages": [
            {
                "name": "Come",
                "groups": [
                    {"name": "Home", "pages": {"equals": "/"}},
                    {"name": "Post", "pages": {"starts_with": "/blog/"}},
                ],
            },
            {"name": "Look", "groups": [{"name": "Project", "pages": {"regex": "^/(projects|articles)/"}}]},
            {"name": "Deep", "groups": [{"name": "Tool", "pages": {"contains": "xdotool"}}]},
        ],
    }
]


@pytest.mark.parametrize(
    ("folder", "zone"), [("combined", "UTC"), ("combined", "America/Los_Angeles"), ("broken", "America/Los_Angeles")]
)
def test_real_logs_give_exactly_the_oracles_numbers(shared_data: Path, tmp_path: Path, folder: str, zone: str) -> None:
    told = {
        "attribution": {"model": "first", "window_days": 1},
        "labels": LABELS,
        "campaigns": CAMPAIGNS,
        "funnels": FUNNELS,
    }
    rules = {
        "gap_s": 1800, "split": True, "max_requests": 0, "short_s": 5, "zone": zone, "case_sensitive": True, "default_pages": set(),
        "ignore": set(), "excluded": [], "excluded_pages": [], "persistent": None, "session": None, "hosts": [], "revenue": None,
        "order": None, "behaviour": {"hasty_pages": 30, "pause_s": 1.0, "probed_paths": 10, "exclude": False},
        "domain": registrable_domain, "costs": [], "assistants": {}, "agents": {}, "addresses": {}, "referrers": {}, **told,
    }  # fmt: skip
    hits: list[dict[str, Any]] = []
    files, sources = [], []
    for number, path in enumerate(sorted((shared_data / "logs" / folder).iterdir())):
        target = tmp_path / f"p{number}"
        target.mkdir()
        result = parse_file(path, target, name=path.name)
        for kind, column in (("agents", "agent"), ("addresses", "address"), ("referrers", "referrer")):
            for file in target.glob(f"{kind}-*.parquet"):
                rules[kind].update({row.pop(column): row for row in pq.read_table(file).to_pylist()})
        mine = [row for part in result.parts for row in pq.read_table(target / part).to_pylist()]
        robots = {None} | {agent for agent, what in rules["agents"].items() if what["robot"]}
        # What the log never has is not in its files.
        hits += [{**dict.fromkeys(COLUMNS), **row, "source": number, "robot": row["agent"] in robots} for row in mine]
        times = sorted(row["ts"] for row in mine)
        files.append(
            {
                "file": path.name,
                "server": "",
                "first_ts": times[0],
                "last_ts": times[-1],
                "cookies_logged": False,
                "duplicate": False,
                "rejects": pq.read_table(target / "rejects.parquet")["ts"].to_pylist(),
                "directives": pq.read_table(target / "directives.parquet")["ts"].to_pylist(),
            }
        )
        sources.append(
            Source(
                file=path.name,
                server="",
                sha256="0",
                folder=target,
                parts=result.parts,
                lines=result.lines,
                directives=result.directives,
                hits=result.hits,
                rejects=result.rejects,
                first_ts=result.first_ts,
                last_ts=result.last_ts,
                cookies_logged=False,
                duplicate_of=None,
                format=result.format,
                plain_sha256=path.name,
            )
        )
    chosen = DatasetSettings.model_validate({"dataset": {"timezone": zone}, **told})
    inputs = AnalysisInputs("d", "d", chosen, Site(), tuple(sources), "tests", "digest")
    compare(tmp_path, inputs, Oracle(hits, files, rules))
