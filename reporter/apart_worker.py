"""``python -m reporter.apart_worker FD PID``: does one thing for the process PID, which talks through the socket FD.

It is told what to call with what, and answers with a tuple of the result, or with what was raised.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from reporter.worker import end_with
from shared.lean import collect_seldom, leave_out_pandas

NICER = 10
"""Who publishes, sends and answers comes first."""
EXPENDABLE = 500
"""Where memory runs out, the system is to end this process and not the one that waits for it."""


def main(descriptor: int, parent: int) -> None:
    """Do it once."""
    end_with(parent)
    os.nice(NICER)
    with suppress(OSError):  # not on every system
        Path("/proc/self/oom_score_adj").write_text(str(EXPENDABLE))
    leave_out_pandas()
    collect_seldom()
    connection = Connection(descriptor)
    with suppress(EOFError, ConnectionError):
        told = connection.recv_bytes()
        connection.send(_answer(told))


def _answer(told: bytes) -> object:
    try:
        do, args, given = pickle.loads(told)  # noqa: S301 - of the process that started this one
        return (do(*args, **given),)
    except Exception as error:  # noqa: BLE001 - raised again by the parent
        error.add_note(f"In a process of its own:\n{traceback.format_exc()}")
        return error if _can_be_told(error) else RuntimeError(f"{type(error).__name__}: {error}")


def _can_be_told(error: Exception) -> bool:
    try:
        return isinstance(pickle.loads(pickle.dumps(error)), type(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - some exceptions want more than what they say
        return False


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
