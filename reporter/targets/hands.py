"""Several connections to a target at work at once; where the server allows fewer, that many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

import structlog

from reporter.targets.target import Target
from shared.errors import Unreachable

Job = Callable[[Target], None]
log = structlog.get_logger()


class Hands:
    """Up to ``limit`` targets, each opened when it is first needed and used by one thread at a time."""

    def __init__(self, open_one: Callable[[], Target], limit: int) -> None:
        self._open_one = open_one
        self._targets = [open_one()]
        self._limit = limit

    @property
    def first(self) -> Target:
        """The one for work that goes step by step."""
        return self._targets[0]

    def work(self, jobs: Iterable[Job], keep_alive: Callable[[], None]) -> None:
        """Do all jobs, in any order; the first that fails ends it, and its error is raised once none is at work."""
        waiting: SimpleQueue[Job] = SimpleQueue()
        for number, job in enumerate(jobs, 1):
            waiting.put(job)
            if number > len(self._targets) and len(self._targets) < self._limit:
                self._targets.append(self._open_one())
        round_ = _Round(waiting)
        # Daemons, so that a process that is told to end need not wait for a slow server.
        threads = [
            threading.Thread(target=round_.run, args=(one, one is self.first), name="mirror-hand", daemon=True)
            for one in self._targets[: max(1, waiting.qsize())]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=1.0)
                keep_alive()
        if round_.spare:
            self._limit = len(self._targets) - len(round_.spare)
            self._targets = [one for one in self._targets if one not in round_.spare]
        if round_.errors:
            raise round_.errors[0]

    def close(self) -> None:
        """Disconnect them all."""
        for target in self._targets:
            target.close()


class _Round:
    """One set of jobs, shared out."""

    def __init__(self, waiting: SimpleQueue[Job]) -> None:
        self._waiting = waiting
        self._stopped = threading.Event()
        self.errors: list[Exception] = []
        self.spare: list[Target] = []

    def run(self, target: Target, is_first: bool) -> None:
        """Until there is no job, or one has failed."""
        if not is_first and not self._connects(target):
            return
        while not self._stopped.is_set():
            try:
                job = self._waiting.get_nowait()
            except Empty:
                return
            try:
                job(target)
            except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
                self.errors.append(error)
                self._stopped.set()

    def _connects(self, target: Target) -> bool:
        """A further connection that the server does not give is done without."""
        try:
            target.names("")
        except Unreachable as error:
            log.info("mirror.fewer_connections", error=str(error))
            self.spare.append(target)
            target.close()
            return False
        except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
            self.errors.append(error)
            self._stopped.set()
            return False
        return True
