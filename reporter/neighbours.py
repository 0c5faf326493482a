"""Where one may go from a period: to the one before, the one after, and to other kinds of period."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from reporter.model import Period

KINDS = ("day", "week", "month", "year", "all")


@dataclass(frozen=True)
class Neighbours:
    """``around``: of each kind the period to go to, itself among them."""

    newer: Period | None
    older: Period | None
    around: tuple[tuple[str, Period], ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """All that pages show of them, in its order: an id tells kind and days, but for those of ``all``."""
        return tuple(one.id if one else "" for one in (self.newer, self.older, *(one for _, one in self.around)))


class Calendar:
    """The periods there are. Those of a kind have no day in common."""

    def __init__(self, periods: Iterable[Period]) -> None:
        ordered = sorted(periods, key=lambda one: one.first)
        self._kinds = {kind: found for kind in KINDS if (found := [one for one in ordered if one.kind == kind])}
        self._firsts = {kind: [one.first for one in found] for kind, found in self._kinds.items()}

    def around(self, days: Period) -> Neighbours:
        """Where one may go from days that are none of them."""
        return Neighbours(None, None, tuple((kind, self._near(kind, days)) for kind in self._kinds))

    def has(self, period: Period) -> bool:
        """Whether it is one of them."""
        return period in self._kinds.get(period.kind, ())

    def neighbours(self, period: Period) -> Neighbours:
        """Those of one of them."""
        same = self._kinds[period.kind]
        at = bisect_right(self._firsts[period.kind], period.first) - 1
        return Neighbours(
            newer=same[at + 1] if at + 1 < len(same) else None,
            older=same[at - 1] if at else None,
            around=tuple((kind, period if kind == period.kind else self._near(kind, period)) for kind in self._kinds),
        )

    def _near(self, kind: str, period: Period) -> Period:
        """The newest that has a day of this one; if none has, the next: the newest of all would change every day."""
        found = self._kinds[kind]
        at = bisect_right(self._firsts[kind], period.last)
        if at and found[at - 1].last >= period.first:
            return found[at - 1]
        return found[min(at, len(found) - 1)]
