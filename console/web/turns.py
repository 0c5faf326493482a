"""Who may be answered now: a live answer takes as many threads and as much memory as an analysis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from console.live_report import while_it_lasts
from shared.errors import Transient

AT_ONCE = 2
WAITING = 8
"""More would leave no thread for anything else."""
PATIENCE_S = 20.0
"""How long a person who pressed a button waits for a turn; programs are told at once, and ask again."""
_turn = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(WAITING)


@contextmanager
def a_turn(patience_s: float = 0.0) -> Iterator[None]:
    """Hold one; :class:`Transient` (``too_many_questions``) for who would wait longer than ``patience_s``.

    Also where a newer analysis took the place of the one that was asked (:func:`while_it_lasts`).
    """
    if not _queue.acquire(blocking=False):
        raise _later()
    try:
        if not (_turn.acquire(timeout=patience_s) if patience_s > 0 else _turn.acquire(blocking=False)):
            raise _later()
        try:
            with while_it_lasts():
                yield
        finally:
            _turn.release()
    finally:
        _queue.release()


def _later() -> Transient:
    return Transient(
        f"{AT_ONCE} live answers are being made.", remedy="Try again in a few seconds.", reason="too_many_questions"
    )
