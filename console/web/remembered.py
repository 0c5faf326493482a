"""What is asked of the catalog now and then, since every page needs it: remembered for a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
KNOWN_FOR_S = 2.0
"""What somebody else changes is seen that late."""


class Remembered(Generic[K, V]):
    """Values by key, each for :data:`KNOWN_FOR_S`."""

    def __init__(self) -> None:
        self._known: dict[K, tuple[float, V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, ask: Callable[[], V], *, holds: Callable[[V], bool] = lambda _: True) -> V:
        """The value; asked for where it is not known, no longer, or does not hold."""
        now = monotonic()
        with self._lock:
            kept = self._known.get(key)
        if kept is not None and kept[0] >= now and holds(kept[1]):
            return kept[1]
        found = ask()
        with self._lock:
            self._known[key] = (now + KNOWN_FOR_S, found)
        return found

    def forget(self, key: K) -> None:
        """It is another one now."""
        with self._lock:
            self._known.pop(key, None)
