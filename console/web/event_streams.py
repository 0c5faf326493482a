"""Server-sent events: each holds a connection for minutes, so a session and an address may hold only so many at once.

They are counted in this process: with several consoles on one catalog, each has its own count.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from console.web.asker import Asker
from console.web.problems import HttpProblem
from shared.attempts import network_of

PER_SESSION = 4
"""Several tabs of one person."""
PER_ADDRESS = 24
"""Several persons behind one address."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass
class EventStreams:
    """Those that are open."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: Counter[str] = field(default_factory=Counter)

    def open(self, asker: Asker, events: AsyncIterator[str]) -> StreamingResponse:
        """An answer that tells events; :class:`HttpProblem` 429 (``too_many_streams``) where too many are open."""
        session = asker.session.id if asker.session else asker.account.name
        limits = {f"session {session}": PER_SESSION, f"address {network_of(asker.address)}": PER_ADDRESS}
        with self._lock:
            if any(self._open[key] >= limit for key, limit in limits.items()):
                raise HttpProblem(
                    429,
                    "Too many pages that renew themselves are open.",
                    remedy=f"Close some: {PER_SESSION} for each sign-in, {PER_ADDRESS} from one address.",
                    reason="too_many_streams",
                )
            self._open.update(limits.keys())
        return _Stream(events, lambda: self._close(tuple(limits)))

    @property
    def count(self) -> int:
        """How many are open."""
        with self._lock:
            return sum(number for key, number in self._open.items() if key.startswith("session "))

    def _close(self, keys: tuple[str, ...]) -> None:
        with self._lock:
            self._open.subtract(keys)
            for key in keys:
                if self._open[key] <= 0:
                    del self._open[key]


class _Stream(StreamingResponse):
    """Gives its place back however it ends: told to the end, or left by the browser, also before the first event."""

    def __init__(self, events: AsyncIterator[str], close: Callable[[], None]) -> None:
        super().__init__(events, media_type="text/event-stream", headers=HEADERS)
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._close()


def streams_of(request: Request) -> EventStreams:
    """Those of this application."""
    found: EventStreams = request.app.state.streams
    return found


Streams = Annotated[EventStreams, Depends(streams_of)]
