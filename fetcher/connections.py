"""Connections to one source, lent to threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from fetcher.source import Source
from shared.errors import Unreachable

log = structlog.get_logger()


class Connections:
    """Up to ``limit`` open sources. Where the server allows fewer, that many: who finds none waits for one."""

    def __init__(self, open_one: Callable[[], Source], limit: int) -> None:
        self._open_one, self._limit = open_one, limit
        self._idle: list[Source] = []
        self._opened: list[Source] = []
        self._pending = 0
        self._changed = threading.Condition()

    @contextmanager
    def borrowed(self) -> Iterator[Source]:
        """A source for one thread; :class:`Unreachable` when there is none at all."""
        source = self._take()
        try:
            yield source
        finally:
            with self._changed:
                self._idle.append(source)
                self._changed.notify()

    def close(self) -> None:
        """Disconnect all that are not lent."""
        with self._changed:
            idle, self._idle = self._idle, []
        for source in idle:
            source.close()

    def _take(self) -> Source:
        while True:
            with self._changed:
                while not self._idle and len(self._opened) + self._pending >= self._limit:
                    self._changed.wait()
                if self._idle:
                    return self._idle.pop()
                self._pending += 1
            source = self._try_to_open()
            if source is not None:
                return source

    def _try_to_open(self) -> Source | None:
        """``None``: no more than there are; one of those will come back."""
        try:
            source = self._open_one()
        except BaseException as error:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()
                if not isinstance(error, Unreachable) or not self._opened:
                    raise
                self._limit = len(self._opened)
            log.info("download.fewer_connections", limit=self._limit, error=str(error))
            return None
        with self._changed:
            self._pending -= 1
            self._opened.append(source)
        return source
