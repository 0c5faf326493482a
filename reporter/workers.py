"""Periods rendered by several processes at once.

A worker (:mod:`reporter.worker`) is a new interpreter, no fork of this one, which has threads and open connections. It
renders into folders aside and says so; only this process puts them in place. It is never asked to stop: it is killed
when nothing is left to do or anything goes wrong, and by the system when this process ends, however it ends. Signals
that ask to stop (systemd and terminals send them to all) are for this process alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from reporter.html_report import Site
from reporter.period_folder import Rendered, Task
from shared.errors import Transient

LOOK_S = 1.0
END_S = 5.0


@dataclass(frozen=True)
class Setup:
    """What a worker is told first."""

    site: Site
    folder: Path
    now: datetime


@dataclass(frozen=True)
class Worker:
    """A process, and the socket to it."""

    process: subprocess.Popen[bytes]
    connection: Connection
    does: str


def render_by_workers(
    workers: Sequence[Worker],
    setup: Setup,
    chunks: Sequence[Sequence[Task]],
    *,
    put: Callable[[Rendered], None],
    keep_alive: Callable[[], None],
) -> None:
    """Render every chunk; ``put`` is called here, for each period when it is done.

    What a worker raises is raised here. :class:`Transient`, when one ends that should not.
    """
    waiting = deque(chunks)
    busy = {worker.connection: worker for worker in workers[: len(chunks)]}
    for worker in busy.values():
        send(worker, setup)
        send(worker, waiting.popleft())
    while busy:
        for connection in wait(list(busy), timeout=LOOK_S):
            worker = busy[connection]  # type: ignore[index]  # they are what was given
            match receive(worker):
                case Rendered() as rendered:
                    put(rendered)
                case Exception() as error:
                    raise error
                case None if waiting:
                    send(worker, waiting.popleft())
                case None:
                    del busy[worker.connection]
        keep_alive()


@contextmanager
def workers_started(number: int) -> Iterator[list[Worker]]:
    """So many processes, until the block ends. They take half a second to load what they need."""
    started: list[Worker] = []
    try:
        for _ in range(number):
            started.append(start("reporter.worker", "renders pages"))
        yield started
    finally:
        for worker in started:
            worker.process.kill()
        for worker in started:
            end(worker)


def end(worker: Worker) -> None:
    """Kill it, whatever it is at."""
    worker.process.kill()
    worker.process.wait()
    worker.connection.close()


def start(module: str, does: str) -> Worker:
    """A process that runs a module, and what it does in words. The thread that starts it must outlive it."""
    ours, theirs = Pipe()
    command = [sys.executable, "-P", "-m", module, str(theirs.fileno()), str(os.getpid())]
    # It must find what this process has loaded. A new process begins with the signals blocked that are blocked here.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(one or str(Path.cwd()) for one in sys.path)},
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
    return Worker(process, ours, does)


def send(worker: Worker, message: object) -> None:
    """Tell it something; :class:`Transient` where it ended."""
    try:
        worker.connection.send(message)
    except OSError as error:
        raise _ended(worker) from error


def receive(worker: Worker) -> object:
    """What it says; :class:`Transient` where it ended instead."""
    try:
        return worker.connection.recv()
    except (EOFError, OSError) as error:
        raise _ended(worker) from error


def _ended(worker: Worker) -> Transient:
    try:
        code = worker.process.wait(END_S)
    except subprocess.TimeoutExpired:  # it closed its socket, and hangs
        worker.process.kill()
        code = worker.process.wait()
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return Transient(
        f"A process that {worker.does} ended before its work did, {how}.",
        remedy="If the system killed it for want of memory, fewer threads need less; the work is tried again.",
    )
