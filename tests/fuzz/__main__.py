"""``python -m tests.fuzz [TARGET ...] [--minutes N] [--seed N] [--findings FOLDER]``.

With atheris in the environment inputs are led by coverage; without it they are mutations of the seeds. Each target has a
process of its own and an equal share of the time. A finding is an input that breaks a law: it is kept, with what it
broke, once for each place in the code, the shortest of them. Exit code 1 when there are any.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import structlog

from tests.fuzz.mutations import LONGEST, mutated

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("readers", "format-strings", "files", "other-files", "archives", "meanings", "configs", "listings")
PACKAGES = ["parser", "fetcher", "analyzer", "shared"]
POOL = 2_000
LARGE = 2_000
SAID_EVERY_S = 60.0


class TooSlow(Exception):
    """An input takes more processor time than its target allows."""


class Findings:
    """The shortest input for each place and kind of failure."""

    def __init__(self, folder: Path, target: str) -> None:
        self._folder, self._target = folder, target
        self._known: dict[str, tuple[int, Path]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, error: BaseException, data: bytes) -> None:
        """Keep it, if it is new or shorter than the one there is."""
        key = _place(error)
        length, path = self._known.get(key, (LONGEST * 2, None))
        if len(data) >= length:
            return
        path = path or self._folder / f"{self._target}-{len(self._known):03d}"
        if key not in self._known:
            print(f"{self._target}: {key}\n  {path}: {data[:200]!r}", flush=True)
        self._known[key] = (len(data), path)
        self._folder.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".input").write_bytes(data)
        path.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), errors="backslashreplace")


def _place(error: BaseException) -> str:
    """What failed, and where: the innermost line of this repository."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename]
    where = [frame for frame in ours if Path(frame.filename) != Path(__file__)][-1:] or frames[-1:]
    return f"{type(error).__name__} in {Path(where[0].filename).name}:{where[0].lineno} {where[0].name}"


class Run:
    """One target, until its time is over."""

    def __init__(self, name: str, seconds: float, findings: Path) -> None:
        from tests.fuzz.targets import TARGETS

        self._name, self._target, self._seconds = name, TARGETS[name], seconds
        self._findings = Findings(findings, name)
        self._started = self._said = time.monotonic()
        self._executions = self._rounds = 0

    @property
    def seeds(self) -> tuple[bytes, ...]:
        return self._target.seeds

    def one(self, data: bytes) -> None:
        """Try one input. Processor time is limited: another's work on this machine is not ours."""
        self._executions += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, self._target.cpu_s)
        try:
            self._target.run(data)
        except Exception as error:  # noqa: BLE001  whatever it is, it is found
            self._findings.add(error, data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    def is_over(self) -> bool:
        """Whether the time is; says now and then how far it is."""
        now = time.monotonic()
        if now - self._said > SAID_EVERY_S:
            self._said = now
            print(self.said("so far"), flush=True)
        return now - self._started > self._seconds

    def said(self, how: str) -> str:
        """One line for a person."""
        took_s = time.monotonic() - self._started
        return (
            f"{self._name}: {self._executions:,} executions in {took_s:,.0f} s, {len(self._findings)} findings, {how}"
        )

    def end(self, how: str) -> NoReturn:
        """libFuzzer does not return, and takes an exit for a crash."""
        print(self.said(how), flush=True)
        os._exit(1 if len(self._findings) else 0)


def own_loop(run: Run, chance: random.Random) -> NoReturn:
    """Mutations of the seeds, and of what became of them."""
    pool = list(run.seeds)
    for seed in run.seeds:
        run.one(seed)
    while not run.is_over():
        data = mutated(chance.choice(pool), chance, run.seeds)
        run.one(data)
        if chance.random() < 0.05 and len(data) <= LARGE:
            if len(pool) < POOL:
                pool.append(data)
            else:
                pool[chance.randrange(len(run.seeds), POOL)] = data
    run.end("own loop")


def by_coverage(atheris: Any, run: Run, seed: int) -> None:
    """libFuzzer's corpus and choice, half of the mutations ours."""
    corpus = Path(tempfile.mkdtemp(prefix="proprocessor-fuzz-"))
    for at, data in enumerate(run.seeds):
        (corpus / f"seed-{at:03d}").write_bytes(data)

    def try_one(data: bytes) -> None:
        run.one(data)
        if run.is_over():
            shutil.rmtree(corpus, ignore_errors=True)
            run.end("atheris")

    def mutate(data: bytes, max_size: int, seed_now: int) -> bytes:
        chance = random.Random(seed_now)
        if len(data) > LARGE and chance.random() < 0.8:
            data = data[:LARGE]  # one large input takes the time of a hundred small ones
        if chance.random() < 0.4:
            return bytes(atheris.Mutate(data, max_size))
        return mutated(data, chance, run.seeds)[:max_size]

    options = [f"-max_len={LONGEST}", f"-seed={seed}", "-timeout=3600", "-rss_limit_mb=0", "-verbosity=0"]
    artifacts = f"-artifact_prefix={corpus}-"
    atheris.Setup([sys.argv[0], *options, artifacts, str(corpus)], try_one, custom_mutator=mutate)
    atheris.Fuzz()


def child(name: str, seconds: float, seed: int, findings: Path) -> None:
    """One target in this process."""
    signal.signal(signal.SIGVTALRM, _too_slow)
    try:
        import atheris
    except ImportError:
        _quiet()
        own_loop(Run(name, seconds, findings), random.Random(seed))
    with (
        contextlib.redirect_stderr(io.StringIO()),  # the name of every module
        atheris.instrument_imports(include=PACKAGES, enable_loader_override=False),
    ):
        run = Run(name, seconds, findings)
    _quiet()
    by_coverage(atheris, run, seed)


def _too_slow(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TooSlow


def _quiet() -> None:
    """Warnings are errors, as in the tests; what a config says in the log is not read here."""
    warnings.simplefilter("error")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def main(run_target: Callable[[str, float, int, Path], None] = child) -> int:
    """Give each target its share, one after the other."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(NAMES)}; all by default")
    arguments.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    arguments.add_argument("--seed", type=int, default=0, help="another makes other inputs; 0 is a new one")
    arguments.add_argument(
        "--findings", type=Path, default=Path("fuzz-findings"), help="folder for inputs that break a law"
    )
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if unknown := set(asked.targets) - set(NAMES):
        arguments.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    seed = asked.seed or random.SystemRandom().randrange(1, 1 << 31)
    if asked.child:
        run_target(asked.targets[0], asked.minutes * 60, seed, asked.findings)
    chosen = asked.targets or list(NAMES)
    failed = False
    for name in chosen:
        command = [sys.executable, "-m", "tests.fuzz", "--child", name, "--minutes", str(asked.minutes / len(chosen))]
        command += ["--seed", str(seed), "--findings", str(asked.findings)]
        failed |= subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
