"""A connection cut when it takes too long: whoever says a sign now and then is never silent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_after(limit_s: float, sock_of: Callable[[], socket.socket | None]) -> Iterator[threading.Event]:
    """Shut down the socket that there is then, if the block takes so many seconds; the event says that it was done."""
    ran_out = threading.Event()

    def cut() -> None:
        ran_out.set()
        if (found := sock_of()) is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield ran_out
    finally:
        timer.cancel()
        timer.join()
