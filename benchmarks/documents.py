"""What documents and pages of one period cost: CPU seconds, size and peak memory, each in a process of its own.

``python -m benchmarks.documents [--rows 4000] [--days 31]`` makes up a month with so many rows a report and three labels;
``--analysis FOLDER [--period 2026-10]`` takes one that an analyzer has made (below the data folder: ``analyses/…/…``).
``--long ROWS`` makes up a month with two labels whose referrers are so many, of which the second label has half, and
measures documents of that one report.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growth import cost_of

MADE_UP = """
import sys
from datetime import date
from pathlib import Path
from tests.analysis_folder import days_from, write_analysis
write_analysis(Path(sys.argv[1]), days_from(date(2026, 3, 1), int(sys.argv[2])), rows=int(sys.argv[3]))
"""
LONG = """
import sys
from datetime import date
from pathlib import Path
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
from tests.analysis_folder import LABELS, days_from, write_analysis
folder, rows = Path(sys.argv[1]), int(sys.argv[2])
write_analysis(folder, days_from(date(2026, 3, 1), 31), labels=LABELS[:2])
path, chance = folder / "referrers.parquet", np.random.default_rng(1)
schema = pq.read_schema(path)
def numbers(kind, number):
    if pa.types.is_floating(kind):
        return pa.array(chance.random(number))
    whole = pa.array(chance.integers(0, 2_000, number))
    return whole if pa.types.is_integer(kind) else whole.cast(pa.decimal128(38, 0)).cast(kind)
def of(label, number):
    sites = [f"site{at % 5_000}.example" for at in range(number)]
    keys = {"period": ["2026-03"] * number, "label": [label] * number, "domain": sites}
    keys["url"] = [f"https://{site}/articles/{at}/some-title?page={at % 7}" for at, site in enumerate(sites)]
    measures = {one.name: numbers(one.type, number) for one in schema if one.name not in keys}
    return pa.table({**keys, **measures}).select(schema.names).cast(schema)
pq.write_table(pa.concat_tables([of("all", rows), of("paid", rows // 2)]), path, row_group_size=50_000)
"""
DOCUMENT = """
import sys
from pathlib import Path
from reporter.documents import Document, render_one
from reporter.model import Analysis
analysis = Analysis(Path(sys.argv[1]))
period = next(one for one in analysis.periods() if one.id == sys.argv[2])
reports = analysis.reports([period])[period.id]
reports = {name: one for name, one in reports.items() if name in (sys.argv[4:] or reports)}
rows = sum(len(one.columns) for one in reports.values())
size = len(render_one(Document(analysis, period, reports), sys.argv[3])) if sys.argv[3] else 0
print(rows, size)
"""
PAGES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from reporter.publish import publish
from reporter.model import Analysis
out = Path(sys.argv[3])
publish(Path(sys.argv[1]), out, periods={sys.argv[2]}, now=datetime.now(UTC), workers=1)
pages = list(out.glob("*/*/*.html"))
print(len(pages), sum(one.stat().st_size for one in out.rglob("*") if one.is_file()))
"""


def main() -> None:
    """Measure and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=4000, help="of each report and label")
    options.add_argument("--days", type=int, default=31)
    options.add_argument("--long", type=int, metavar="ROWS")
    options.add_argument("--analysis", type=Path)
    options.add_argument("--period", help="its id; else the first month")
    asked = options.parse_args()
    with TemporaryDirectory(prefix="proprocessor-bench-") as name:
        root = Path(name)
        analysis = asked.analysis or root / "analysis"
        if asked.long:
            subprocess.run([sys.executable, "-c", LONG, str(analysis), str(asked.long)], check=True)
        elif asked.analysis is None:
            words = [str(analysis), str(asked.days), str(asked.rows)]
            subprocess.run([sys.executable, "-c", MADE_UP, *words], check=True)
        period = asked.period or _first_month(analysis)
        print(f"{period}, {datetime.now(UTC):%Y-%m-%d}\n{'':34}{'CPU s':>8}{'peak MiB':>10}{'MB':>8}")
        only = ["referrers"] if asked.long else []
        rows, _ = _measured("the program and all rows, no file", DOCUMENT, analysis, period, "", *only)
        for kind in ("xlsx", "pdf"):
            _measured(kind, DOCUMENT, analysis, period, kind, *only)
        if asked.long:
            print(f"{rows:,} rows")
            return
        pages, _ = _measured(f"pages, JSON and CSV of a {_kind(analysis, period)}", PAGES, analysis,
                             _kind(analysis, period), str(root / "out"))  # fmt: skip
        print(f"{rows:,} rows, {pages:,} pages")


def _measured(name: str, script: str, *words: object) -> tuple[int, int]:
    """Print what a script costs; gives the two numbers that it prints."""
    cost, told = cost_of([sys.executable, "-c", script, *map(str, words)])
    number, size = map(int, told.split())
    print(f"{name:34}{cost.cpu_s:>8.1f}{cost.peak_mib:>10,.0f}{size / 1e6:>8.2f}", flush=True)
    return number, size


def _first_month(analysis: Path) -> str:
    from reporter.model import Analysis

    return next(one.id for one in Analysis(analysis).periods() if one.kind == "month")


def _kind(analysis: Path, period: str) -> str:
    from reporter.model import Analysis

    return next(one.kind for one in Analysis(analysis).periods() if one.id == period)


if __name__ == "__main__":
    main()
