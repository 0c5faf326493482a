"""``make bench``: lines a second and peak memory of each stage, beside the floor, and GoAccess and AWStats if installed.

``python -m benchmarks.run [LINES]``. The whole pipeline has five labels. Every stage is a process of its own, so that
its memory is its own.
``--growth`` measures instead what a line costs as logs grow (:mod:`benchmarks.growth`).
``--further-day`` measures instead what a further day costs a data set of 400 days (``make bench ARGS=--further-day``;
what follows goes to :mod:`benchmarks.further_day`: ``make bench ARGS="--further-day --days 40 --lines 20000"``).
``--documents`` measures instead what a spreadsheet, a PDF and pages of a month cost (:mod:`benchmarks.documents`).
"""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.five_labels import five_labels

HERE = Path(__file__).resolve().parent
FLOOR = """
import duckdb, sys
columns = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(10))
duckdb.connect().execute(
    f"COPY (SELECT *, try_strptime(c3, '[%d/%b/%Y:%H:%M:%S') AS ts FROM read_csv('{sys.argv[1]}', delim=' ', quote='\\"', "
    f"escape='\\\\', strict_mode=false, header=false, auto_detect=false, columns={{{columns}}})) "
    f"TO '{sys.argv[2]}/floor.parquet' (FORMAT parquet, COMPRESSION zstd)"
)
"""
PARSE = """
import sys
from pathlib import Path
from parser.read import parse_file
folder = Path(sys.argv[2])
folder.mkdir()
# The digest is known when a file is parsed: the fetcher has made it.
parse_file(Path(sys.argv[1]), folder, name="bench", sha256="0" * 64)
"""
RUNNING = """
import gzip, sys, time
from itertools import islice
from pathlib import Path
from parser.read import parse_file
log, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir()
opener = gzip.open if log.suffix == ".gz" else open
with opener(log, "rb") as whole, (folder / "first.log").open("wb") as first:
    first.writelines(islice(whole, 1000))
for number, raw in enumerate((folder / "first.log", log)):
    (folder / str(number)).mkdir()
    started = time.perf_counter()
    parse_file(raw, folder / str(number), name="bench", sha256="0" * 64)
print(time.perf_counter() - started)
"""
"""A parser runs for weeks: what it loads once, with the first file, is no part of a file's cost."""


AWSTATS = Path("/usr/lib/cgi-bin/awstats.pl")
AWSTATS_SHARE = 10
"""AWStats reads one line of so many: what a line costs it does not depend on how many there are."""
AWSTATS_CONFIG = """
LogFile="{log}"
LogType=W
LogFormat=1
SiteDomain="www.shop.example"
DirData="{folder}"
DNSLookup=0
"""


@dataclass(frozen=True)
class Measured:
    """One command, run once; ``seconds`` are of all lines."""

    name: str
    seconds: float
    memory_mib: float


def measure(name: str, command: list[str]) -> Measured:
    """Wall time and peak memory of a command."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    return Measured(name, time.perf_counter() - started, usage.ru_maxrss / 1024)


def measure_running(name: str, command: list[str]) -> Measured:
    """What a command says of its own time, and its peak memory."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seconds = float(process.stdout.read())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Measured(name, seconds, usage.ru_maxrss / 1024)


def main(lines: int) -> None:
    """Measure and print the table."""
    root = Path(tempfile.mkdtemp(prefix="proprocessor-bench-"))
    try:
        log = root / "access.log"
        subprocess.run([sys.executable, str(HERE / "generate_log.py"), str(log), str(lines)], check=True)
        packed = root / "access.log.gz"
        with log.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        size_mb = log.stat().st_size / 1e6
        print(f"{lines:,} lines, {size_mb:,.0f} MB, {os.cpu_count()} cores")
        runs = [
            measure("DuckDB read_csv to Parquet (the floor)", [sys.executable, "-c", FLOOR, str(log), str(root)]),
            measure("the floor, gzip", [sys.executable, "-c", FLOOR, str(packed), str(root)]),
            measure_running("parse: file to enriched hits, running parser", _parse(log, root / "running", RUNNING)),
            measure_running("parse: the same, gzip, running parser", _parse(packed, root / "running-gzip", RUNNING)),
            measure("parse: the same, with the start of a process", _parse(log, root / "plain")),
            measure("parse: the same, gzip, with the start", _parse(packed, root / "gzip")),
            measure("whole: 5 labels, all periods published", _process(log, root, "day,week,month,year,all")),
            measure("whole: 5 labels, --periods month,all", _process(log, root, "month,all")),
        ]
        if shutil.which("goaccess"):
            command = ["goaccess", str(log), "--log-format=COMBINED", "-o", str(root / "g.html"), "--no-progress"]
            runs.append(measure("GoAccess, one page", command))
        if AWSTATS.is_file():
            runs.append(_awstats(log, root, lines))
        print_table(runs, lines)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def print_table(runs: list[Measured], lines: int) -> None:
    """A row for each; ratios are of speed, those to the floor to that of the same kind of file."""
    floor, floor_gzip = (run.seconds for run in runs[:2])
    other = next((run.seconds for run in runs if run.name.startswith("GoAccess")), None)
    print(f"{'':44}{'lines/s':>12}{'seconds':>10}{'peak MiB':>10}{'to floor':>10}{'to GoAccess':>13}")
    for run in runs:
        against = f"{other / run.seconds:.2f}" if other else "–"
        bare = floor_gzip if "gzip" in run.name else floor
        print(
            f"{run.name:44}{lines / run.seconds:>12,.0f}{run.seconds:>10.1f}{run.memory_mib:>10,.0f}"
            f"{bare / run.seconds:>10.2f}{against:>13}"
        )


def _parse(log: Path, folder: Path, script: str = PARSE) -> list[str]:
    return [sys.executable, "-c", script, str(log), str(folder)]


def _process(log: Path, root: Path, periods: str) -> list[str]:
    data = root / f"data-{periods.replace(',', '-')}"
    settings = root / "settings.toml"
    settings.write_text(five_labels("www.shop.example", "/page/1"))
    command = [sys.executable, "-m", "console", "process", str(log), "--data", str(data), "--settings", str(settings)]
    return [*command, "--publish", str(data / "out"), "--periods", periods]


def _awstats(log: Path, root: Path, lines: int) -> Measured:
    """AWStats counts its first lines; it writes no page meanwhile."""
    some = root / "some.log"
    with log.open("rb") as whole, some.open("wb") as target:
        target.writelines(islice(whole, lines // AWSTATS_SHARE))
    (root / "awstats.bench.conf").write_text(AWSTATS_CONFIG.format(log=some, folder=root))
    command = ["perl", str(AWSTATS), f"-configdir={root}", "-config=bench", "-update"]
    run = measure("AWStats, its counting alone", command)
    return replace(run, seconds=run.seconds * AWSTATS_SHARE)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for option, module in (
        ("--further-day", "benchmarks.further_day"),
        ("--growth", "benchmarks.growth"),
        ("--documents", "benchmarks.documents"),
    ):
        if option in sys.argv:
            others = [one for one in sys.argv[1:] if one != option]
            command = [sys.executable, "-m", module, *others]
            sys.exit(subprocess.run(command, cwd=HERE.parent, check=False).returncode)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
