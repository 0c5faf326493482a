"""Speed of live answers: facts of 10 million page views in a year, reports of 30 and of 365 days, labels among them.

``python -m benchmarks.live [--copies 14] [--threads 2] [--memory-limit-mb 1024] [--repeat 3] [--keep FOLDER]``

26 days of generated hits are analysed, and their facts are laid end to end until they make a year.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from analyzer.analysis import analyze
from analyzer.asked import asked_range
from analyzer.facts import FOLDER
from analyzer.inputs import AnalysisInputs
from analyzer.live import Question, answer
from benchmarks import analyze as generated
from shared.dataset_settings import DatasetSettings, Label
from shared.site import Site

DAYS = 26
FIRST = generated.FIRST.date()
LABELS = [
    {"id": "sent", "match": {"channel": {"equals": "referral"}}},
    {"id": "brief", "match": {"short": True}},
    {"id": "again", "match": {"visitor": "returning"}},
    {"id": "section", "match": {"saw_page": {"starts_with": "/section1/"}}},
    {"id": "buyers", "match": {"revenue": {"min": 0.01}}},
]
ASKED = Label.model_validate({"id": "asked", "match": {"referrer": {"contains": "site1"}}})
MOVED = {
    "visit": "+ copy * step",
    "visitor": "+ copy * step",
    "key": "+ copy * step",
    "day": f"+ CAST(copy * {DAYS} AS INTEGER)",
}
MOVED |= dict.fromkeys(("ts", "first_ts", "last_ts", "until_ts"), f"+ to_days(CAST(copy * {DAYS} AS INTEGER))")
REPORTS = ("overview", "trend", "pages", "sources")


def make_analysis(root: Path, copies: int, threads: int, memory_limit_mb: int) -> Path:
    """The folder of an analysis with as many copies of its days as facts."""
    for name in ("parsed", "small", "large"):
        (root / name).mkdir(parents=True)
    generated.DAYS = DAYS
    source = generated.write_source(root / "parsed", generated.make_hits(2_000_000))
    settings = {
        "dataset": {"timezone": "UTC", "hosts": ["www.shop.test"]},
        "pages": {"ignore_parameters": ["id"]},
        "labels": LABELS,
    }
    inputs = AnalysisInputs(
        "bench", "bench", DatasetSettings.model_validate(settings), Site(), (source,), "benchmark", "0"
    )
    analyze(inputs, root / "small", memory_limit_mb=memory_limit_mb, threads=threads, temp_dir=root)
    lay_end_to_end(root / "small" / FOLDER, root / "large" / FOLDER, copies)
    description = json.loads((root / "small" / "analysis.json").read_text())
    whole = next(one for one in description["periods"] if one["kind"] == "all")
    whole["last"] = (date.fromisoformat(whole["first"]) + timedelta(days=DAYS * copies - 1)).isoformat()
    (root / "large" / "analysis.json").write_text(json.dumps(description))
    return root / "large"


def lay_end_to_end(small: Path, large: Path, copies: int) -> None:
    """Each fact, those of days and visits once a copy, with days and numbers moved on."""
    large.mkdir()
    with duckdb.connect() as db:
        db.execute(
            f"CREATE TABLE copies AS SELECT copy, (SELECT max(visit) FROM '{small}/visits.parquet') AS step FROM range({copies}) AS r(copy)"
        )
        for path in sorted(small.glob("*.parquet")):
            columns = [row[:2] for row in db.execute(f"DESCRIBE FROM '{path}'").fetchall()]
            names = {name for name, _ in columns}
            if not names & {"visit", "day"}:
                shutil.copy(path, large / path.name)
                continue
            listed = ", ".join(f"CAST({name} {MOVED.get(name, '')} AS {kind}) AS {name}" for name, kind in columns)
            order = "visit" if "visit" in names else "day"
            db.execute(
                f"COPY (SELECT {listed} FROM '{path}' CROSS JOIN copies ORDER BY {order}) TO '{large / path.name}' (FORMAT parquet, COMPRESSION zstd)"
            )


def seconds(analysis: Path, question: Question, threads: int, memory_limit_mb: int, repeat: int) -> float:
    """The middle of several runs, each from nothing."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        answer(analysis, question, threads=threads, memory_limit_mb=memory_limit_mb)
        found.append(time.perf_counter() - started)
    return sorted(found)[len(found) // 2]


def main() -> None:
    """Generate, ask, and say how fast."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--copies", type=int, default=14)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--memory-limit-mb", type=int, default=1024)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--keep", type=Path, help="keep the facts in this folder, or use those it has")
    chosen = options.parse_args()
    with nullcontext(chosen.keep) if chosen.keep else TemporaryDirectory() as name:
        root = Path(name)
        analysis = root / "large"
        if not (analysis / "analysis.json").is_file():
            make_analysis(root, chosen.copies, chosen.threads, chosen.memory_limit_mb)
        found: dict[str, Any] = {"days": DAYS * chosen.copies}
        for name in ("visits", "views"):
            query = f"SELECT count(*) FROM '{analysis}/{FOLDER}/{name}.parquet'"
            found[name] = duckdb.sql(query).fetchall()[0][0]
        last = FIRST + timedelta(days=DAYS * chosen.copies - 1)
        for days in (30, 365):
            asked = asked_range(last - timedelta(days=days - 1), last)
            for report in REPORTS:
                for label in (None, ASKED):
                    key = f"{report} {days} days" + (", label" if label else "")
                    taken = seconds(
                        analysis, Question(report, asked, label), chosen.threads, chosen.memory_limit_mb, chosen.repeat
                    )
                    found[key] = round(taken, 3)
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
