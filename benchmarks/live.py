"""Speed of live answers: about 10 million page views in a year, reports of a day, 30 and 365 days, labels among them.

``python -m benchmarks.live [--views 10000000] [--threads 2] [--memory-limit-mb 1024]
[--analysis-memory-limit-mb 4096] [--repeat 3] [--keep FOLDER]``

Generated hits of 365 days, a source for each of twelve stretches so that making them needs little memory, are analysed
with five labels; then each question is answered from nothing, as ``proprocessor report`` answers it. Reports of
periods, which no question reads, are left out: of so many pages and days they cost more than all that is asked here.
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import duckdb

from analyzer.analysis import analyze
from analyzer.asked import asked_range
from analyzer.engine import Engine
from analyzer.folders import FACTS, Folder
from analyzer.inputs import AnalysisInputs
from analyzer.live import Question, answer, whole_of
from analyzer.parquet_files import parquet
from analyzer.scope import Scope
from benchmarks.analyze import FIRST, make_sources
from shared.dataset_settings import DatasetSettings, Label
from shared.site import Site

DAYS, SOURCES = 365, 12
STATIC = 0.1
"""Static files to a page view. They cost the analysis time and are in no fact: few are enough."""
LABELS = [
    {"id": "sent", "match": {"channel": {"equals": "referral"}}},
    {"id": "brief", "match": {"short": True}},
    {"id": "again", "match": {"visitor": "returning"}},
    {"id": "section", "match": {"saw_page": {"starts_with": "/section1/"}}},
    {"id": "buyers", "match": {"revenue": {"min": 0.01}}},
]
ASKED = Label.model_validate({"id": "asked", "match": {"referrer": {"contains": "site1"}}})
REPORTS = ("overview", "trend", "pages", "sources")
RANGES = (1, 30, 365)
"""Days; the last ones of the year."""


def make_analysis(root: Path, views: int, threads: int, memory_limit_mb: int) -> Path:
    """The folder of an analysis of about so many page views, with its facts."""
    folder = root / "analysis"
    folder.mkdir(parents=True)
    hits = round(views * (1 + STATIC) * 1.12)  # robots have no views
    sources = make_sources(root / "parsed", hits, DAYS, SOURCES, STATIC)
    settings = {
        "dataset": {"timezone": "UTC", "hosts": ["www.shop.test"]},
        "pages": {"ignore_parameters": ["id"]},
        "labels": LABELS,
    }
    inputs = AnalysisInputs("bench", "bench", DatasetSettings.model_validate(settings), Site(), sources, "bench", "0")
    started = time.perf_counter()
    with patch("analyzer.step.write_reports", _no_reports):
        analyze(inputs, folder, memory_limit_mb=memory_limit_mb, threads=threads, temp_dir=root)
    print(f"{sum(one.hits for one in sources):,} hits analysed in {time.perf_counter() - started:.0f} s", flush=True)
    return folder


def _no_reports(_engine: Engine, _out: Folder, scope: Scope, *_others: Any, **_options: Any) -> dict[str, str]:
    return {period.id: "" for period in scope.rebuilt}


def seconds(analysis: Path, question: Question, threads: int, memory_limit_mb: int, repeat: int) -> float:
    """The middle of several runs, each from nothing."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        answer(analysis, question, threads=threads, memory_limit_mb=memory_limit_mb)
        found.append(time.perf_counter() - started)
    return sorted(found)[len(found) // 2]


def describe(folder: Folder) -> str:
    """How large it is, in words."""
    rows = [
        duckdb.sql(f"SELECT count(*) FROM {parquet(*folder.in_months(FACTS, name))}").fetchall()[0][0]
        for name in ("visits", "views")
    ]
    size = sum(file.stat().st_size for file in folder.path.glob("**/*.parquet"))
    facts = sum(file.stat().st_size for file in folder.path.glob("**/facts/*.parquet"))
    days = whole_of(folder.describe()).days
    return (
        f"{rows[0]:,} visits, {rows[1]:,} page views in {days} days; facts of {facts / 1e6:,.0f} MB "
        f"in an analysis of {size / 1e6:,.0f} MB"
    )


def main() -> None:
    """Generate, ask, and print a table: seconds of each report by days asked for, without and with a label."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--views", type=int, default=10_000_000)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--memory-limit-mb", type=int, default=1024)
    options.add_argument("--analysis-memory-limit-mb", type=int, default=4096, help="to make the facts, once")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--keep", type=Path, help="keep the analysis in this folder, or use the one it has")
    chosen = options.parse_args()
    with nullcontext(chosen.keep) if chosen.keep else TemporaryDirectory(prefix="proprocessor-bench-") as name:
        root = Path(name)
        analysis = root / "analysis"
        if not (analysis / "state.json").is_file():
            make_analysis(root, chosen.views, chosen.threads, chosen.analysis_memory_limit_mb)
        folder = Folder(analysis)
        print(describe(folder))
        heads = [f"{days} day{'s' * (days > 1)}{label}" for days in RANGES for label in ("", ", label")]
        print(f"| report | {' | '.join(heads)} |\n| --- {'| --- ' * len(heads)}|", flush=True)
        last = FIRST.date() + timedelta(days=DAYS - 1)  # visits that go on past it are few
        for report in REPORTS:
            cells = []
            for days in RANGES:
                asked = asked_range(last - timedelta(days=days - 1), last)
                for label in (None, ASKED):
                    question = Question(report, asked, label)
                    cells.append(seconds(analysis, question, chosen.threads, chosen.memory_limit_mb, chosen.repeat))
            print(f"| {report} | {' | '.join(f'{one:.2f}' for one in cells)} |", flush=True)


if __name__ == "__main__":
    main()
