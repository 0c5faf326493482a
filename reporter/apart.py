"""Work that takes seconds and much memory, each piece by a process of its own (:mod:`reporter.apart_worker`).

For documents and charts of e-mail: who waits here lets other threads go on, as work in this process would not, which
holds Python's lock. The process has a lower priority than this one, ends with it, and is ended at its limits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from reporter.workers import Worker, end, receive, send, start
from shared.errors import Rejected

LOOK_S = 0.5
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What a piece of work may take. The largest documents that were measured take 58 s of CPU, or 2.2 GiB."""

    seconds: float = 1800.0
    memory_mib: int = 4096


@dataclass(frozen=True)
class Apart:
    """How: what is being made, in words; what is called while it is; and the limits."""

    what: str
    keep_alive: Callable[[], None] = lambda: None
    limits: Limits = Limits()

    def __call__(self, do: Callable[P, T], *args: P.args, **given: P.kwargs) -> T:
        """``do`` with these arguments, all of which can be pickled. What it raises is raised here.

        :class:`Transient` when the process ends that should not, :class:`Rejected` at a limit.
        """
        worker = start("reporter.apart_worker", f"makes {self.what}")
        try:
            send(worker, (do, args, given))
            began = time.monotonic()
            while not worker.connection.poll(LOOK_S):
                self._check(worker, time.monotonic() - began)
                self.keep_alive()
            answer = receive(worker)
        finally:
            end(worker)
        if isinstance(answer, Exception):
            raise answer
        found: tuple[T] = answer  # type: ignore[assignment]  # so that an exception may be a result
        return found[0]

    def _check(self, worker: Worker, seconds: float) -> None:
        if seconds > self.limits.seconds:
            raise self._too_much(f"took longer than {self.limits.seconds:,.0f} seconds")
        if _memory_mib(worker.process.pid) > self.limits.memory_mib:
            raise self._too_much(f"needed more than {self.limits.memory_mib:,} MiB of memory")

    def _too_much(self, how: str) -> Rejected:
        return Rejected(
            f"To make {self.what} {how}, so it was given up.",
            remedy="A shorter period, fewer reports or fewer labels take less.",
            reason="made_too_long",
        )


def _memory_mib(pid: int) -> float:
    """What a process holds in memory; 0 where the system does not tell so."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
