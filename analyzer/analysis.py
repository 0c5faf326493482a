"""Hits to reports: everything of one data set, or what has changed since the analysis before (DOMAIN.md, Law 4)."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from analyzer.earlier import Anew, Earlier, read_earlier
from analyzer.engine import UNREADABLE, Engine
from analyzer.folders import Folder
from analyzer.going_on import first_change_of, window_from
from analyzer.inputs import AnalysisInputs
from analyzer.load import by_start
from analyzer.scope import Past
from analyzer.state import KnownSource, basis_of, known_as
from analyzer.step import VERSION, AnalysisSummary, Step
from analyzer.steps import step_ends
from analyzer.window import EVERYTHING, Window

log = structlog.get_logger()

HITS_PER_MB = 4_000
LEAST_STEP = 1_000_000
"""So many hits are counted at once for each MB of memory, and at least."""
STEPS = "steps-"
"""Beginning of the names of folders of steps under way."""
__all__ = ["STEPS", "VERSION", "AnalysisSummary", "analyze"]


def analyze(
    inputs: AnalysisInputs,
    out_dir: Path,
    *,
    memory_limit_mb: int,
    threads: int,
    temp_dir: Path,
    keep_alive: Callable[[], None] = lambda: None,
    previous: Path | None = None,
    step_hits: int | None = None,
) -> AnalysisSummary:
    """Compute every report of every period into ``out_dir``; the format is told in :mod:`analyzer`.

    ``previous`` is the folder of the analysis before: days that have not changed since are not counted again. What is
    counted is so in steps of about ``step_hits`` hits, by default as many as fit into memory: each goes on from the
    one before, as if files had only grown so far. :class:`Rejected` (``no_hits``) when not one line of the data set
    could be read.
    """
    published = read_earlier(previous, basis_of(inputs, VERSION))
    steps = step_hits or max(memory_limit_mb * HITS_PER_MB, LEAST_STEP)
    engines = partial(
        Engine,
        memory_limit_mb=memory_limit_mb,
        # Short queries, each split and put together again, take longer by threads than without.
        threads=1 if inputs.are_few else threads,
        # Queries beside each other need memory each: where it is short, one after the other.
        side_by_side=threads if inputs.hits <= steps else 1,
    )
    with TemporaryDirectory(dir=temp_dir, prefix=STEPS) as aside:
        run = _Run(inputs, Folder(out_dir), Path(aside), engines, keep_alive)
        if published is not None:
            try:
                return run.go_on(published, steps)
            except (Anew, *UNREADABLE) as why:
                run.start_again(why)
        # A step of few days may reach back to the first: of more days each, there are still steps.
        while steps < inputs.hits:
            try:
                return run.count_all(steps)
            except Anew as why:
                run.start_again(why)
            steps *= 2
        return run.count_all(None)


@dataclass
class _Run:
    """One analysis, step by step."""

    inputs: AnalysisInputs
    out: Folder
    aside: Path
    engines: Callable[[Path], Engine]
    keep_alive: Callable[[], None]

    def count_all(self, step_hits: int | None) -> AnalysisSummary:
        known = known_as(by_start(self.inputs.sources), ())
        return self._steps(None, EVERYTHING, known, step_hits)

    def go_on(self, published: Earlier, step_hits: int) -> AnalysisSummary:
        known = known_as(by_start(self.inputs.sources), published.state.sources)
        change = first_change_of(self.inputs, published.state, known)
        with self._engine() as engine:
            window = window_from(engine, self.inputs, published, change)
        return self._steps(published, window, known, step_hits)

    def start_again(self, why: BaseException) -> None:
        """Leave nothing of what was tried."""
        log.info("analysis.anew", dataset=self.inputs.dataset, why=str(why))
        for path in (*self.out.path.iterdir(), *self.aside.iterdir()):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _steps(
        self, published: Earlier | None, first: Window, known: Sequence[KnownSource], step_hits: int | None
    ) -> AnalysisSummary:
        zone = self.inputs.settings.dataset.zone
        ends = step_ends(self.inputs.sources, zone, step_hits, since=first.since) if step_hits else []
        past = Past(published, first.first_day) if published and first.first_day else None
        earlier, window = published, first
        for number, end in enumerate(ends):
            folder = Folder(self.aside / str(number))
            folder.path.mkdir()
            with self._engine() as engine:
                until = replace(window, until=end)
                Step(engine, self.inputs, known, folder, until, earlier, past, self.keep_alive).keep()
            if number:
                shutil.rmtree(self.aside / str(number - 1))
            earlier = read_earlier(folder.path, basis_of(self.inputs, VERSION))
            assert earlier is not None, "it was written just now"
            with self._engine() as engine:
                window = window_from(engine, self.inputs, earlier, end)
        with self._engine() as engine:
            return Step(engine, self.inputs, known, self.out, window, earlier, past, self.keep_alive).finish()

    def _engine(self) -> Engine:
        return self.engines(self.aside / f"spill-{uuid.uuid4().hex}")
