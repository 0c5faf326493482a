"""What a process does beside its messages: each by itself, none waits for another, none breaks another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from reporter.chores import Chore
from shared.errors import Transient

LONG_S = 60.0


class Log:
    def __init__(self) -> None:
        self.told: list[str] = []

    def warning(self, event: str, **_: Any) -> None:
        self.told.append(event)

    exception = warning


def chore(do: Callable[[], None], log: Log | None = None) -> Chore:
    return Chore("it", lambda _: do(), SimpleNamespace(log=log or Log()))  # type: ignore[arg-type]


def test_one_that_hangs_holds_up_no_other_and_is_waited_for_at_the_end() -> None:
    gate, began, other, ended = (threading.Event() for _ in range(4))

    def hang() -> None:
        began.set()
        assert gate.wait(LONG_S)
        ended.set()

    slow, quick = chore(hang), chore(other.set)
    slow.wake()
    assert began.wait(LONG_S)
    quick.wake()
    assert other.wait(LONG_S) and not ended.is_set()
    threading.Timer(0.05, gate.set).start()
    slow.leave()
    assert ended.is_set()
    quick.leave()


def test_woken_while_it_is_at_it_it_is_done_once_more() -> None:
    turns, gate = threading.Semaphore(0), threading.Semaphore(0)

    def do() -> None:
        turns.release()
        assert gate.acquire(timeout=LONG_S)

    one = chore(do)
    one.wake()
    assert turns.acquire(timeout=LONG_S)
    for _ in range(3):
        one.wake()
    gate.release()
    assert turns.acquire(timeout=LONG_S), "once more"
    gate.release()
    one.leave()
    assert not turns.acquire(blocking=False), "and not three times"


def test_one_that_fails_says_so_and_goes_on() -> None:
    log, done = Log(), threading.Event()
    errors = [Transient("away"), ValueError("wrong")]

    def do() -> None:
        if errors:
            raise errors.pop(0)
        done.set()

    one = chore(do, log)
    for number in (1, 2):
        one.wake()
        while len(log.told) < number:
            threading.Event().wait(0.005)
    one.wake()
    assert done.wait(LONG_S)
    one.leave()
    assert log.told == ["tick.failed", "tick.defect"]


def test_what_was_never_woken_ends_at_once_and_is_woken_no_more() -> None:
    done = threading.Event()
    one = chore(done.set)
    one.leave()
    one.wake()
    assert not done.is_set()
