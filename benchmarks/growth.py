"""What a line costs in a log of any length: the time of a running parser, CPU a line and peak memory.

``python -m benchmarks.growth [LINES ...] [--of LOG] [--goaccess]``, by default 1, 10 and 50 million lines. Every tenth
line is of another visit, whose address is its own, so that 50 million lines are of 4.6 million visitors. ``--of`` takes
the first lines of a log that ``generate_log.py`` has written instead of writing one for each (some 6 minutes for 50
million lines). Beside each, in the same minutes, the floor (see ``run.py``) and, if wished and installed, GoAccess.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from benchmarks.generate_log import generate
from benchmarks.run import FLOOR, RUNNING

MILLIONS = (1, 10, 50)
COPY_LINES = 100_000


@dataclass(frozen=True)
class Cost:
    """Of one command over a log."""

    seconds: float
    cpu_s: float
    peak_mib: float


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int, nargs="*", default=[million * 1_000_000 for million in MILLIONS])
    parser.add_argument("--of", type=Path)
    parser.add_argument("--goaccess", action="store_true")
    asked = parser.parse_args()
    print(
        f"{'lines':>12}{'lines/s':>12}{'CPU a line':>12}{'peak MiB':>10}{'to floor':>10}{'to GoAccess':>13}", flush=True
    )
    for lines in asked.lines:
        with TemporaryDirectory(prefix="proprocessor-growth-") as name:
            root = Path(name)
            log = root / "access.log"
            if asked.of:
                _head(asked.of, log, lines)
            else:
                generate(log, lines)
            parsed = _cost([sys.executable, "-c", RUNNING, str(log), str(root / "parsed")])
            floor = _cost([sys.executable, "-c", FLOOR, str(log), str(root)])
            other = _goaccess(log, root) if asked.goaccess and which("goaccess") else None
        against = f"{other.seconds / parsed.seconds:.2f}" if other else "–"
        print(
            f"{lines:>12,}{lines / parsed.seconds:>12,.0f}{parsed.cpu_s / lines * 1e6:>9.2f} µs{parsed.peak_mib:>10,.0f}"
            f"{floor.seconds / parsed.seconds:>10.2f}{against:>13}",
            flush=True,
        )


def _head(whole: Path, path: Path, lines: int) -> None:
    """Written as the log it is the beginning of."""
    with whole.open("rb") as source, path.open("wb") as target:
        for piece in _pieces(islice(source, lines)):
            target.writelines(piece)


def _pieces(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while piece := list(islice(lines, COPY_LINES)):
        yield piece


def _goaccess(log: Path, root: Path) -> Cost:
    return _cost(["goaccess", str(log), "--log-format=COMBINED", "-o", str(root / "g.html"), "--no-progress"])


def _cost(command: list[str]) -> Cost:
    """A command that says its own seconds is believed."""
    cost, said = cost_of(command)
    own = said.strip().splitlines()[-1] if said.strip() else ""
    return replace(cost, seconds=float(own)) if own.replace(".", "", 1).isdigit() else cost


def cost_of(command: list[str]) -> tuple[Cost, str]:
    """What a command costs, with its start, and what it prints."""
    began = os.times().elapsed
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    took = os.times().elapsed - began
    return Cost(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), said


if __name__ == "__main__":
    main()
