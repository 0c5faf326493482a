"""Law 4: an analysis that goes on from the one before says what one of everything says, whatever came in between."""

from __future__ import annotations

import random
import shutil
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import analyzer.inputs
from analyzer.analysis import AnalysisSummary, analyze
from analyzer.asked import asked_range
from analyzer.folders import Folder
from analyzer.inputs import AnalysisInputs, Source
from analyzer.live import Question, answer
from analyzer.reports import COURSES, EXITS, REPORTS
from analyzer.step import Step
from shared.dataset_settings import Label
from tests.examples import examples
from tests.integration.analysed import report_rows
from tests.integration.test_analysis_oracle import inputs_of
from tests.oracle.generator import BEGINNINGS, cases, make_costs, make_file
from tests.oracle.sources import WINDOWS, write_source

STEPS = 3
HURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]
REDS = Label.model_validate({"id": "asked", "match": {"any": [{"saw_page": {"contains": "a"}}, {"search": True}]}})


def make_pieces(chance: random.Random, case: dict[str, Any], root: Path) -> list[list[Source]]:
    """Files, each as it grows: mostly of one version, some of two, the later of which goes on where the first ends."""
    pieces: list[list[Source]] = []
    for number in range(case["files"]):
        hits = make_file(chance, case, number)
        cuts = sorted(chance.sample(range(1, len(hits)), min(len(hits) - 1, chance.choice((0, 1, 3, 6)))))
        for piece, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(hits)], strict=True)):
            mine = [{**hit, "line": line} for line, hit in enumerate(hits[begin:end], start=1)]
            name = f"f{number}-{piece}"
            grows = chance.choice((0, 0, len(mine) // 2))
            versions = [length for length in (grows, len(mine)) if length]
            rejects = [mine[0]["ts"]] * chance.choice((0, 0, 1))
            pieces.append(
                [
                    write_source(
                        root / f"{name}-{length}",
                        mine[:length],
                        rejects,
                        file=f"{name}.log",
                        server=f"s{number % 2}",
                        cookies_logged=case["logged"],
                        parser_version=7,
                        grown_from=frozenset({f"{name}-{grows}"} if at else ()),
                    )
                    for at, length in enumerate(versions)
                ]
            )
    return pieces


def run(
    root: Path, name: str, inputs: AnalysisInputs, previous: Path | None = None, step_hits: int | None = None
) -> tuple[Path, AnalysisSummary]:
    out = root / name
    out.mkdir()
    return out, analyze(
        inputs, out, memory_limit_mb=512, threads=2, temp_dir=root, previous=previous, step_hits=step_hits
    )


def make_day_files(case: dict[str, Any], seed: int, root: Path) -> list[Source]:
    """A file for each day, in order."""
    by_day: dict[date, list[dict[str, Any]]] = {}
    for hit in make_file(random.Random(seed), case, 0):
        by_day.setdefault(hit["ts"].date(), []).append(hit)
    return [write_source(root / f"{day}", hits, file=f"{day}.log") for day, hits in sorted(by_day.items())]


def told(out: Path) -> dict[str, Any]:
    """All that readers see of an analysis, but numbers of its own and digests of rows."""
    description = Folder(out).describe()
    for one in description["sources"]:
        del one["id"]
    for one in description["periods"]:
        del one["made"]
    tables = (*(report.id for report in REPORTS), *COURSES.values(), *EXITS.values())
    return {"description": description} | {table: report_rows(out, table) for table in tables}


def evidence(out: Path) -> list[tuple[Any, ...]]:
    rows = pq.read_table(out / "click_evidence.parquet").drop_columns(["visit", "visitor"]).to_pylist()
    return sorted(tuple(map(str, row.values())) for row in rows)


def asked_alike(chance: random.Random, one: Path, other: Path) -> None:
    """What is asked of both has the same answer."""
    days = [
        date.fromisoformat(period["first"]) for period in Folder(one).describe()["periods"] if period["kind"] == "day"
    ]
    first, last = sorted((chance.choice(days), chance.choice(days)))
    for report in chance.sample(REPORTS, 3):
        question = Question(report.id, asked_range(first, last), chance.choice((None, REDS)))
        found, expected = answer(one, question), answer(other, question)
        assert (found.rows, found.course, found.exits) == (expected.rows, expected.course, expected.exits), report.id


@settings(
    max_examples=examples(3), deadline=None, suppress_health_check=HURRIED, phases=[Phase.explicit, Phase.generate]
)
@given(cases(), st.sampled_from([200_000, 80_000, 20_000, 6_000_000]), st.sampled_from([40, 25]))
def test_going_on_says_what_counting_everything_says(case: dict[str, Any], spread_s: int, hits: int) -> None:
    chance = random.Random(repr((case, spread_s)))
    case = {**case, "spread_s": spread_s, "hits": hits}
    with TemporaryDirectory() as name:
        root = Path(name)
        pieces = make_pieces(chance, case, root)
        costs = make_costs(chance, case["beginning"]) if case["costs"] else []
        if chance.random() < 0.8:
            pieces.sort(key=lambda versions: versions[0].first_ts.timestamp() if versions[0].first_ts else 0.0)
        else:
            chance.shuffle(pieces)
        current: dict[int, Source] = {}
        previous: Path | None = None
        waiting = [(at, version) for at, versions in enumerate(pieces) for version in versions]
        for step in range(STEPS):
            number = len(waiting) * 2 // 3 if step == 0 else chance.randrange(len(waiting) + 1)
            arrived, waiting = waiting[: max(number, 1)], waiting[max(number, 1) :]
            current |= dict(arrived)
            if step == STEPS - 1 and len(current) > 1 and chance.random() < 0.3:
                del current[chance.choice(list(current))]
            if costs and chance.random() < 0.4:
                costs = make_costs(chance, case["beginning"])
            sources = list(current.values())
            chance.shuffle(sources)
            inputs = inputs_of(case, sources, costs)
            # Neither must matter how many threads there are, nor of how many periods reports are made at once.
            with pytest.MonkeyPatch.context() as as_of_many:
                if chance.random() < 0.5:
                    as_of_many.setattr(analyzer.inputs, "FEW_HITS", 0)
                previous, _ = run(root, f"on-{step}", inputs, previous, chance.choice((None, 20, 40)))
            with pytest.MonkeyPatch.context() as as_of_many:
                if step == STEPS - 1:
                    as_of_many.setattr(analyzer.inputs, "FEW_HITS", 0)
                whole, _ = run(root, f"whole-{step}", inputs)
            assert told(previous) == told(whole)
            assert evidence(previous) == evidence(whole)
            asked_alike(chance, previous, whole)


def test_files_of_untouched_days_are_not_read(tmp_path: Path) -> None:
    """The proof is that they are no longer there."""
    case = cases_of_one_kind()
    sources = make_day_files(case, 4, tmp_path)
    assert len(sources) > 10
    first, _ = run(tmp_path, "first", inputs_of(case, sources[:-1], []))
    for one in sources[:-5]:
        shutil.rmtree(one.folder)
    second, summary = run(tmp_path, "second", inputs_of(case, sources, []), first)
    since = summary.counted_from
    assert since is not None
    kept = {period["id"]: period["made"] for period in Folder(first).describe()["periods"]}
    now = {period["id"]: period["made"] for period in Folder(second).describe()["periods"]}
    same = {period for period, made in now.items() if kept.get(period) == made and len(period) == len(since)}
    assert same
    assert all(period < since for period in same)


@pytest.mark.parametrize("gone", [slice(-1, None), slice(-4, None), slice(5, None), slice(4, 6), slice(0, 1)])
def test_files_that_are_no_more_leave_nothing(tmp_path: Path, gone: slice) -> None:
    """Their days may be left without any line, and a month with them."""
    case = cases_of_one_kind()
    sources = make_day_files(case, 5, tmp_path)
    first, _ = run(tmp_path, "first", inputs_of(case, sources, []))
    del sources[gone]
    second, _ = run(tmp_path, "second", inputs_of(case, sources, []), first)
    whole, _ = run(tmp_path, "whole", inputs_of(case, sources, []))
    assert told(second) == told(whole)
    asked_alike(random.Random(1), second, whole)


def test_rows_of_a_period_stand_together_in_order_however_many(tmp_path: Path) -> None:
    """An engine that filters a long table may give its rows in another order."""
    case = cases_of_one_kind()
    sources = []
    for day in range(1, 8):
        start = datetime(2026, 3, day, 8)
        hits = [
            {"ts": start + timedelta(seconds=n), "line": n + 1, "address": f"198.51.{n // 250}.{n % 250}", "method": "GET",
             "host": "www.fruit.test", "path": f"/page/{n * day % 1500}", "status": 200, "agent": WINDOWS}
            for n in range(1500)
        ]  # fmt: skip
        sources.append(write_source(tmp_path / f"{day}", hits, file=f"{day}.log"))
    first, _ = run(tmp_path, "first", inputs_of(case, sources[:-1], []))
    second, _ = run(tmp_path, "second", inputs_of(case, sources, []), first)
    for folder in (first, second):
        for path in Folder(folder).reports("pages"):
            rows = pq.read_table(path).select(["period", "views", "page"]).to_pylist()
            periods = [period for period, _ in groupby(row["period"] for row in rows)]
            assert len(periods) == len(set(periods)), path
            for period in periods:
                mine = [(-row["views"], row["page"]) for row in rows if row["period"] == period]
                assert mine == sorted(mine), (path, period)


def test_steps_that_are_too_short_are_made_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything at once is not what fits into memory."""
    case = cases_of_one_kind()
    sources = make_day_files(case, 4, tmp_path)
    inputs = inputs_of(case, sources, [])
    whole, _ = run(tmp_path, "whole", inputs)
    goes_on, finish = [], Step.finish

    def finished(step: Step) -> AnalysisSummary:
        goes_on.append(step.earlier is not None)
        return finish(step)

    monkeypatch.setattr(Step, "finish", finished)
    stepped, _ = run(tmp_path, "stepped", inputs, None, 1)
    assert goes_on == [True]
    assert told(stepped) == told(whole)


def cases_of_one_kind() -> dict[str, Any]:
    return {
        "hits": 120, "files": 1, "zone": "Europe/Berlin", "beginning": BEGINNINGS[0], "gap": 30, "split": True,
        "max_requests": 0, "cookies": ("pid", "sid"), "logged": True, "hosts": ["www.fruit.test"], "excluded": [],
        "excluded_pages": [], "revenue": ("total", "order"), "behaviour": True, "spread_s": 200_000,
        "attribution": {"model": "last", "window_days": 30}, "labels": [], "campaigns": [], "funnels": [], "costs": False,
    }  # fmt: skip
