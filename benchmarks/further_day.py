"""What a further day costs a data set of a year and more, beside what it costs alone in an empty one (DOMAIN.md, Law 4).

``python -m benchmarks.further_day [--days 400] [--lines 100000] [--further 2] [--zone UTC] [--keep FOLDER]``

A folder of one log a day, of a site whose pages link to each other, is processed with five labels. Then a day is added
and the same command is run again; beside it, that day alone is processed in an empty data folder. Each further day is
measured so, one after another; the promise is a ratio of at most 3, of wall time and of CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.five_labels import five_labels
from benchmarks.generate_log import generate_days

FIRST = date(2025, 1, 1)
STAGES = ("fetcher", "parser", "analyzer", "reporter")
PROMISED = 3.0


@dataclass(frozen=True)
class Run:
    """One ``process``: wall and CPU seconds of it and all it started, the peak of the largest, and what its log tells."""

    name: str
    lines: int
    wall_s: float
    cpu_s: float
    peak_mib: float
    stages: dict[str, float]
    """Seconds of the messages of each stage; they may run beside each other."""
    counted_from: str | None
    written: int
    unchanged: int

    def row(self) -> str:
        """A line of the table."""
        stages = "".join(f"{self.stages.get(one, 0.0):>10.2f}" for one in STAGES)
        return (
            f"{self.name:28}{self.lines:>12,}{self.wall_s:>9.2f}{self.cpu_s:>9.2f}{self.lines / self.wall_s:>11,.0f}"
            f"{self.peak_mib:>10,.0f}{stages}{self.written:>9}{self.unchanged:>11}  {self.counted_from or 'all'}"
        )


HEADING = (
    f"{'':28}{'lines':>12}{'wall s':>9}{'CPU s':>9}{'lines/s':>11}{'peak MiB':>10}"
    + "".join(f"{one:>10}" for one in STAGES)
    + f"{'written':>9}{'unchanged':>11}  counted from"
)


def process(name: str, logs: Path, data: Path, settings: Path, lines: int) -> Run:
    """Run the command on a folder of logs."""
    data.mkdir(exist_ok=True)
    told = data / "events.log"
    command = [sys.executable, "-m", "console", "process", str(logs), "--data", str(data / "data")]
    command += ["--publish", str(data / "published"), "--settings", str(settings)]
    started = time.perf_counter()
    with told.open("w") as events, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=events) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.perf_counter() - started
    found = list(events_of(told))
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}:\n{told.read_text()[-2000:]}")
    stages: dict[str, float] = defaultdict(float)
    for one in found:
        if one["event"] == "message.done":
            stages[one["stage"]] += one["seconds"]
    counted = _last(found, "analysis.finished").get("counted_from")
    published = _last(found, "publish.finished")
    return Run(
        name, lines, wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, dict(stages), counted,
        published["written"], published["unchanged"],
    )  # fmt: skip


def events_of(told: Path) -> Iterable[dict[str, Any]]:
    """The JSON lines of a log."""
    for line in told.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def _last(found: Sequence[dict[str, Any]], event: str) -> dict[str, Any]:
    return next(one for one in reversed(found) if one["event"] == event)


def count_lines(paths: Iterable[Path]) -> int:
    """Lines of files."""
    found = 0
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found += chunk.count(b"\n")
    return found


def make_days(root: Path, days: int, lines: int) -> list[Path]:
    """The logs of so many days, those that are not there yet."""
    folder = root / "days"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [folder / f"access-{FIRST + timedelta(days=number)}.log" for number in range(days)]
    if not all(path.is_file() for path in wanted):
        for _ in generate_days(folder, FIRST, days, lines):
            pass
    return wanted


def measure(root: Path, days: int, lines: int, further: int, zone: str) -> list[tuple[Run, Run]]:
    """Print each run as it ends; gives those of further days beside those of the same days alone."""
    paths = make_days(root, days + further, lines)
    settings = root / "settings.toml"
    settings.write_text(five_labels("www.shop.example", "/section-1/", zone))
    offered = root / "offered"
    offered.mkdir()
    for path in paths[:days]:
        os.link(path, offered / path.name)
    print(HEADING)
    first = process(f"{days} days at once", offered, root / "year", settings, count_lines(paths[:days]))
    print(first.row(), flush=True)
    pairs = []
    for number, path in enumerate(paths[days:], days + 1):
        alone = root / f"alone-{number}"
        alone.mkdir()
        os.link(path, alone / path.name)
        size = count_lines([path])
        one = process(f"day {number} alone", alone, root / f"data-{number}", settings, size)
        print(one.row(), flush=True)
        os.link(path, offered / path.name)
        added = process(f"day {number} after {number - 1}", offered, root / "year", settings, size)
        print(added.row(), flush=True)
        pairs.append((one, added))
        shutil.rmtree(root / f"data-{number}")
        shutil.rmtree(alone)
    return pairs


def main() -> None:
    """Measure, and say whether the promise is kept."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=int, default=400, help="days processed at once before")
    options.add_argument("--lines", type=int, default=100_000, help="lines of a day, about")
    options.add_argument("--further", type=int, default=2, help="further days, one after another")
    options.add_argument("--zone", default="UTC", help="time zone of the data set; the logs are in UTC")
    options.add_argument("--keep", type=Path, help="keep logs and data in this folder; logs it has are used again")
    chosen = options.parse_args()
    with nullcontext(chosen.keep) if chosen.keep else TemporaryDirectory(prefix="proprocessor-bench-") as name:
        root = Path(name)
        for left in ("offered", "year"):
            shutil.rmtree(root / left, ignore_errors=True)
        pairs = measure(root, chosen.days, chosen.lines, chosen.further, chosen.zone)
    for alone, added in pairs:
        wall, cpu = added.wall_s / alone.wall_s, added.cpu_s / alone.cpu_s
        kept = "kept" if max(wall, cpu) <= PROMISED else "broken"
        print(
            f"{added.name}: {wall:.2f} times the wall time, {cpu:.2f} times the CPU, of it alone ({kept}: {PROMISED:g})"
        )


if __name__ == "__main__":
    main()
