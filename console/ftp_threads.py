"""A server of pyftpdlib, running for as long as somebody needs it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

END_S = 5.0


@contextmanager
def running(server: Any) -> Iterator[None]:
    """Have it serve in a thread while the block lasts, then close all of its connections."""
    closing = threading.Event()

    def serve() -> None:
        try:
            server.serve_forever(timeout=0.1, handle_exit=False)
        except OSError:  # it waits on what is closed meanwhile
            if not closing.is_set():
                raise

    thread = threading.Thread(target=serve, name="ftp-server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        closing.set()
        server.close_all()
        thread.join(timeout=END_S)
