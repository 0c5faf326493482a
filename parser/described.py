"""What the side tables of a parse tell of already: engines of several threads ask."""

from __future__ import annotations

import threading

REMEMBERED = 300_000
"""Distinct values: some ten MiB."""


class Described:
    """Which values the side tables of a parse tell of already, as far as it is worth knowing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, set[str]] = {}

    def new(self, kind: str, values: list[str]) -> list[str]:
        """Those not told of yet, in order."""
        with self._lock:
            known = self._known.setdefault(kind, set())
            found = sorted(value for value in values if value not in known)
            if len(known) < REMEMBERED:
                known.update(found)
        return found
