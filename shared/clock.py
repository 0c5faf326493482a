"""Time as an argument: everything that needs the present takes a Clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The present, and waiting for it to pass."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Every:
    """Says now and then that it is time; for one process. What is done then may be done by several at once."""

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause
        self._last: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """At first, and whenever the pause has passed since it last was."""
        if self._last is not None and now - self._last < self._pause:
            return False
        self._last = now
        return True


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
