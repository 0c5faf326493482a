"""The analyzer's numbers are exactly those of the plain-Python oracle: on generated hits and on real logs."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from analyzer.reports import REPORTS
from parser.read import parse_file
from shared.dataset_settings import DatasetSettings
from shared.hosts import registrable_domain
from shared.site import Site, Subdomain
from tests.oracle.numbers import Oracle
from tests.oracle.sources import ROBOT, write_source

ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia")
# Around a change of clocks in Berlin, a year's end, and a day that Samoa skipped.
BEGINNINGS = (
    datetime(2026, 3, 28, 20),
    datetime(2025, 12, 31, 21),
    datetime(2011, 12, 29, 8),
    datetime(2026, 10, 24, 22),
)


def compare(
    root: Path,
    hits: list[dict[str, Any]],
    files: list[dict[str, Any]],
    rules: dict[str, Any],
    chosen: DatasetSettings,
    site: Site,
    sources: list[Source],
) -> None:
    out = root / f"out-{len(list(root.iterdir()))}"
    out.mkdir()
    inputs = AnalysisInputs("d", "d", chosen, site, tuple(sources), "tests", "digest")
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=root)
    oracle = Oracle(hits, files, rules)
    found: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
    connection = duckdb.connect()
    for report in REPORTS:
        rows = connection.execute(f"SELECT * FROM read_parquet('{out}/{report.id}.parquet')").fetchall()
        for row in rows:
            assert row[1] == "all"
            found.setdefault(report.id, {}).setdefault(row[0], []).append(row[2:])
    connection.close()
    periods = oracle.periods()
    for report in REPORTS:
        for period, days in periods.items():
            expected = oracle.report(report.id, period, days)
            assert found.get(report.id, {}).get(period, []) == expected, (report.id, period)
        assert set(found.get(report.id, {})) <= set(periods)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A small data set in which everything odd is likely: hypothesis chooses the rules, chance the hits."""
    return {
        "seed": draw(st.integers(0, 1 << 32)),
        "hits": draw(st.integers(1, 60)),
        "files": draw(st.integers(1, 5)),
        "zone": draw(st.sampled_from(ZONES)),
        "beginning": draw(st.sampled_from(BEGINNINGS)),
        "gap": draw(st.sampled_from([1, 15, 30])),
        "split": draw(st.booleans()),
        "max_requests": draw(st.sampled_from([0, 0, 0, 1, 2, 3])),
        "cookies": draw(st.sampled_from([(None, None), ("pid", None), (None, "sid"), ("pid", "sid")])),
        "logged": draw(st.booleans()),
        "hosts": draw(st.sampled_from([[], ["www.fruit.test"]])),
        "excluded": draw(st.sampled_from([[], ["192.0.2.0/31"]])),
        "excluded_pages": draw(st.sampled_from([[], ["/b"]])),
        "revenue": draw(st.sampled_from([(None, None), ("total", "order")])),
        "behaviour": draw(st.booleans()),
        "spread_s": draw(st.sampled_from([3, 400, 4000, 40000])),
    }


def make_hit(chance: random.Random, ts: datetime, source: int, line: int) -> dict[str, Any]:
    referrers = (
        None,
        None,
        "https://www.fruit.test/",
        "https://a.example/x",
        "https://b.example/y?q=1",
        "https://a.example/x#f",
        "nonsense",
    )
    cookies = (None, None, "pid=1", "pid=2; sid=7", "sid=7", "sid=8; other=1", "pid=")
    paths = (
        "/",
        "/index.html",
        "/a",
        "/A",
        "/b",
        "/b/../a",
        "//a",
        "/%7Ejo",
        "/~jo",
        "/i.png",
        "/f.pdf",
        "/robots.txt",
        "/thanks",
        "/x.css",
    )
    queries = (
        None,
        None,
        None,
        "utm_source=x",
        "a=1&b=2",
        "b=2&a=1",
        "gclid=9",
        "total=10.50&order=F1",
        "total=3",
        "total=-1",
        "sid=1",
    )
    agent = chance.choice((*("A", "A", "B") * 6, ROBOT, None))
    return {
        "source": source, "line": line, "ts": ts, "address": f"192.0.2.{chance.choice((1, 1, 2, 3))}", "host": "www.fruit.test",
        "method": chance.choice(("GET", "GET", "GET", "GET", "POST", "HEAD", "EXIT", "DOWNLOAD")), "path": chance.choice(paths),
        "query": chance.choice(queries), "status": chance.choice((200, 200, 200, 206, 304, 404, 301, 204)), "bytes": 1,
        "referrer": chance.choice(referrers), "agent": agent, "cookie": chance.choice(cookies),
        "order_total": chance.choice((None, None, None, None, "5.00", "5.00", "7.555", "x")),
        "order_id": chance.choice((None, None, "F1", "F2")), "screen": None, "exit_url": None, "custom": None,
        "robot": agent in (None, ROBOT),
    }  # fmt: skip


def exported_again(
    chance: random.Random, own: list[dict[str, Any]], others: list[dict[str, Any]], source: int
) -> list[dict[str, Any]]:
    """A file of which some lines stand in another file of its server, too."""
    copies = [{**hit, "source": source} for hit in others if chance.random() < 0.6]
    found = sorted((own[: chance.randrange(len(own))] + copies) or own, key=lambda hit: hit["ts"])
    for line, hit in enumerate(found, start=1):
        hit["line"] = line
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_generated_hits_give_exactly_the_oracles_numbers(case: dict[str, Any]) -> None:
    chance = random.Random(case["seed"])
    persistent, session = case["cookies"]
    revenue, order = case["revenue"]
    chosen = DatasetSettings.model_validate(
        {
            "dataset": {"timezone": case["zone"], "hosts": case["hosts"]},
            "visits": {
                "gap_minutes": case["gap"],
                "new_visit_on_external_referrer": case["split"],
                "max_requests": case["max_requests"],
            },
            "pages": {"default_pages": ["index.html"], "ignore_parameters": ["sid"]},
            "exclude": {
                "addresses": case["excluded"],
                "pages": [{"starts_with": one} for one in case["excluded_pages"]],
            },
            "revenue": {"parameter": revenue, "order_parameter": order},
            "robots": {
                "by_behaviour": "exclude" if case["behaviour"] else "mark",
                "hasty_pages": 3,
                "pause_seconds": 1.5,
                "probed_paths": 2,
            },
        }
    )
    sub = Subdomain("SUBDOMAIN1", "www", case_sensitive=True, session_cookie=session, persistent_cookie=persistent)
    site = Site("", (), (sub,)) if persistent or session else Site()
    rules = {
        "gap_s": case["gap"] * 60, "split": case["split"], "max_requests": case["max_requests"], "short_s": 5, "zone": case["zone"],
        "case_sensitive": True, "default_pages": {"index.html"}, "ignore": {"sid"}, "excluded": case["excluded"],
        "excluded_pages": case["excluded_pages"], "persistent": persistent, "session": session, "hosts": case["hosts"],
        "revenue": revenue, "order": order,
        "by_behaviour": {"hasty_pages": 3, "pause_s": 1.5, "probed_paths": 2} if case["behaviour"] else None,
    }  # fmt: skip
    with TemporaryDirectory() as name:
        root = Path(name)
        hits, files, sources = [], [], []
        for source in range(case["files"]):
            ts = case["beginning"] + timedelta(seconds=chance.randrange(100))
            mine = []
            for line in range(1, case["hits"] + 1):
                ts += timedelta(seconds=chance.choice((0, 0, 1, 5, 6, chance.randrange(1, case["spread_s"]))))
                again = mine and chance.random() < 0.3
                # Somebody does the same again, perhaps with one thing changed: reloads, ties, repeated orders.
                hit = {**mine[-1], "ts": ts, "line": line} if again else make_hit(chance, ts, source, line)
                if again and chance.random() < 0.3:
                    hit["path"] = "/a"
                mine.append(hit)
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
        compare(root, hits, files, rules, chosen, site, sources)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
@pytest.mark.parametrize("folder", ["combined", "broken"])
def test_real_logs_give_exactly_the_oracles_numbers(shared_data: Path, tmp_path: Path, folder: str, zone: str) -> None:
    chosen = DatasetSettings.model_validate({"dataset": {"timezone": zone}})
    rules = {
        "gap_s": 1800, "split": True, "max_requests": 0, "short_s": 5, "zone": zone, "case_sensitive": True, "default_pages": set(),
        "ignore": set(), "excluded": [], "excluded_pages": [], "persistent": None, "session": None, "hosts": [], "revenue": None,
        "order": None, "domain": registrable_domain,
    }  # fmt: skip
    hits: list[dict[str, Any]] = []
    files, sources = [], []
    for number, path in enumerate(sorted((shared_data / "logs" / folder).iterdir())):
        target = tmp_path / f"p{number}"
        target.mkdir()
        result = parse_file(path, target, name=path.name)
        mine = [row for part in result.parts for row in pq.read_table(target / part).to_pylist()]
        told = [row for file in target.glob("agents-*.parquet") for row in pq.read_table(file).to_pylist()]
        robots = {None} | {row["agent"] for row in told if row["robot"]}
        hits += [{**row, "source": number, "robot": row["agent"] in robots} for row in mine]
        rejects = pq.read_table(target / "rejects.parquet")["ts"].to_pylist()
        directives = pq.read_table(target / "directives.parquet")["ts"].to_pylist()
        times = sorted(row["ts"] for row in mine)
        files.append(
            {
                "file": path.name,
                "server": "",
                "first_ts": times[0],
                "last_ts": times[-1],
                "cookies_logged": False,
                "duplicate": False,
                "rejects": rejects,
                "directives": directives,
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
    compare(tmp_path, hits, files, rules, chosen, Site(), sources)
