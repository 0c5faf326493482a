"""How far the work is: a line that moves on a terminal, one JSON line an event otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from console.how_far import State
from console.output import err

LOG_EVERY_S = 2.0
log = structlog.get_logger()


@contextmanager
def shown_progress() -> Iterator[Callable[[State], None]]:
    """Gives a function to call with each new state."""
    if err.is_terminal:
        with _bar() as progress:
            task = progress.add_task("Fetching", total=None, detail="")
            started = time.monotonic()
            yield lambda state: _update(progress, task, state, time.monotonic() - started)
    else:
        yield _Events().see


def _bar() -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<26}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[detail]}"),
    )
    return Progress(*columns, TimeElapsedColumn(), console=err, transient=True)


def _update(progress: Progress, task: object, state: State, seconds: float) -> None:
    total = max(state.fetched, state.listed)
    rate = f", {state.lines / seconds:,.0f} lines/s" if seconds > 1 and state.lines else ""
    detail = f"{state.parsed:,} of {total:,} files, {state.lines:,} lines{rate}"
    done = state.parsed + state.failed if total else None
    progress.update(task, description=state.stage.capitalize(), total=total or None, completed=done, detail=detail)  # type: ignore[arg-type]


class _Events:
    """Says what changed, now and then."""

    def __init__(self) -> None:
        self._last: State | None = None
        self._at = float("-inf")

    def see(self, state: State) -> None:
        now = time.monotonic()
        changed = self._last is None or self._last.stage != state.stage
        if changed or (state != self._last and now - self._at >= LOG_EVERY_S):
            log.info("process.progress", doing=state.stage, files=state.fetched, parsed=state.parsed, lines=state.lines)
            self._last, self._at = state, now
