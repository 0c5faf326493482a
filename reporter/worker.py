"""``python -m reporter.worker FD PID``: renders periods for the process PID, which talks through the socket FD.

It is told a :class:`~reporter.workers.Setup`, then lists of tasks. It answers each task with a ``Rendered``, each list
with ``None``; an exception is its last answer.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection

from reporter.period_folder import render_tasks
from reporter.workers import Setup
from shared.lean import collect_seldom, leave_out_pandas

PR_SET_PDEATHSIG = 1


def main(descriptor: int, parent: int) -> None:
    """Work until the other end of the socket is closed."""
    end_with(parent)
    leave_out_pandas()
    collect_seldom()
    connection = Connection(descriptor)
    with suppress(EOFError, ConnectionError):
        setup: Setup = connection.recv()
        while True:
            tasks = connection.recv()
            try:
                for rendered in render_tasks(setup.site, tasks, setup.folder, setup.now):
                    connection.send(rendered)
            except ConnectionError:
                raise
            except Exception as error:  # noqa: BLE001 - raised again by the parent
                error.add_note(f"In a process that renders pages:\n{traceback.format_exc()}")
                connection.send(error)
                return
            connection.send(None)


def end_with(parent: int) -> None:
    """Have the system end this process when its parent ends; what it renders then, nobody waits for."""
    with suppress(AttributeError, OSError):  # not on every system; there, the closed socket ends it
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that
        sys.exit()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
