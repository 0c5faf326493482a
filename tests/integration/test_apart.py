"""Work by a process of its own: what it gives or raises comes back, it ends at its limits, and never stays."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from reporter.apart import Apart, Limits
from shared.errors import Rejected, Transient
from tests.integration.test_documents_stage import workers_of
from tests.integration.test_publish_workers import wait_until


class Wordy(Exception):
    """Cannot be taken apart and put together again."""

    def __init__(self, one: str, *, two: str) -> None:
        super().__init__(f"{one} {two}")


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def expendable() -> int:
    return int(Path("/proc/self/oom_score_adj").read_text())


def refuse(reason: str) -> None:
    raise Rejected("It will not do.", remedy="Leave it.", reason=reason)


def be_wordy() -> None:
    raise Wordy("too many", two="words")


def end_early() -> None:
    """As one who reads a file says; that is no lost connection."""
    raise EOFError("the file ends early")


def hold(mib: int) -> None:
    kept = b"x" * (mib * 2**20)
    signal.pause()
    del kept


@pytest.fixture(autouse=True)
def none_is_left() -> object:
    yield
    assert workers_of(os.getpid()) == []


def test_what_it_gives_comes_back() -> None:
    beats: list[int] = []
    assert Apart("a sum", keep_alive=lambda: beats.append(1))(sum, [1, 2], start=3) == 6
    big = 40 * 2**20  # more than a socket holds
    assert len(Apart("much")(bytes, big)) == big
    assert isinstance(Apart("an error")(ValueError, "a result like any other"), ValueError)


def test_it_comes_after_who_publishes_and_answers_and_goes_first_where_memory_ends() -> None:
    assert Apart("it")(priority) == min(priority() + 10, 19)
    assert Apart("it")(expendable) == 500


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(Rejected, match=r"It will not do\. Leave it\.") as refused:
        Apart("it")(refuse, "no_good")
    assert refused.value.reason == "no_good"
    assert "In a process of its own" in refused.value.__notes__[0]
    with pytest.raises(RuntimeError, match="Wordy: too many words"):
        Apart("it")(be_wordy)
    with pytest.raises(EOFError):
        Apart("it")(end_early)


def test_one_that_ends_by_itself_or_is_killed_may_be_tried_again() -> None:
    with pytest.raises(Transient, match="A process that makes it ended before its work did, with exit code 3"):
        Apart("it")(os._exit, 3)

    def kill() -> None:
        for one in workers_of(os.getpid()):
            os.kill(one, signal.SIGKILL)

    with pytest.raises(Transient, match="by signal 9"):
        Apart("it", keep_alive=kill)(signal.pause)


def test_it_is_given_up_at_its_limits() -> None:
    with pytest.raises(Rejected, match="To make it took longer than 1 seconds") as refused:
        Apart("it", limits=Limits(seconds=1.0))(signal.pause)
    assert refused.value.reason == "made_too_long"
    with pytest.raises(Rejected, match="To make it needed more than 200 MiB of memory"):
        Apart("it", limits=Limits(seconds=600.0, memory_mib=200))(hold, 300)


def test_who_waits_holds_up_no_other_thread_and_an_error_here_ends_it() -> None:
    gate = threading.Event()
    raised: list[Exception] = []

    def lost() -> None:
        if gate.is_set():
            raise Transient("The queue went away.")

    def wait() -> None:
        try:
            Apart("it", keep_alive=lost)(signal.pause)
        except Transient as error:
            raised.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    wait_until(lambda: workers_of(os.getpid()))
    gate.set()
    thread.join(60)
    assert [str(one) for one in raised] == ["The queue went away."]
