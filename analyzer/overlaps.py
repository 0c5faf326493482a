"""What several files of one server tell of the same second (DOMAIN.md sections 2 and 8, Law 2).

A line that stands k times in one file and m times in another happened max(k, m) times. Files of which one ends in the
second in which the next begins are a chain, along which lines add, unless both tell the same of that second: then they
overlap. Times are whole seconds: most files share none with another, and of those nothing has to be read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from analyzer.inputs import Source

SECOND = timedelta(seconds=1)
MOST_TIMES = 64
"""A file that shares more times than this is read from the first to the last: each costs a comparison a line."""


@dataclass(frozen=True)
class Span:
    """The seconds from a file's first hit to its last. ``source`` is its place in the order that breaks ties."""

    source: int
    server: str
    first: datetime
    last: datetime


@dataclass(frozen=True)
class SharedTime:
    """A time of a file that another file of its server covers too; ``after`` is the second behind it."""

    source: int
    first: datetime
    after: datetime


@dataclass(frozen=True)
class Told:
    """How often a file has a line. Files with the same ``alike`` have the same lines in that second, equally often."""

    span: Span
    copies: int
    alike: str


def spans_of(ordered: Iterable[Source]) -> list[Span]:
    """The spans of the files that count, naive UTC; ``ordered`` by what breaks ties."""
    return [
        Span(number, one.server, _second(one.first_ts), _second(one.last_ts))
        for number, one in enumerate(ordered)
        if one.first_ts is not None and one.last_ts is not None and not one.duplicate
    ]


def shared_times(spans: Iterable[Span]) -> list[SharedTime]:
    """Of each file the times that must be compared with other files, in order; none is the usual case."""
    return [time for of_server in _by_server(spans) for time in _shared_of_server(of_server)]


def touching_seconds(spans: Iterable[Span]) -> list[tuple[str, datetime]]:
    """Server and second, wherever one file ends in the second in which another begins."""
    found = []
    for of_server in _by_server(spans):
        begins, ends = Counter(one.first for one in of_server), Counter(one.last for one in of_server)
        within = Counter(one.first for one in of_server if one.first == one.last)
        found += [
            (of_server[0].server, second)
            for second in sorted(begins.keys() & ends.keys())
            if begins[second] + ends[second] - within[second] > 1
        ]
    return found


def best_chain(second: datetime, told: Sequence[Told]) -> tuple[Told, ...]:
    """The files whose copies of a line count: of all chains one with the most, and of those the first in order.

    Pairs that tell the same of the second never stand in one chain, not even with another file between them: else a
    file that has not the line would change how often it counts.
    """
    return min(_chains(second, told), key=lambda chain: (-sum(one.copies for one in chain), _order(chain)))


def _chains(second: datetime, told: Sequence[Told]) -> Iterator[tuple[Told, ...]]:
    """Every chain that may be the best: at most one file ends here, at most one begins, and all that do both; of those
    that are alike one.
    """
    ends: dict[str, Told] = {}
    begins: dict[str, Told] = {}
    within: dict[str, Told] = {}
    for one in sorted(told, key=lambda one: one.span.source):
        if one.span.first < second < one.span.last:
            yield (one,)
        elif one.span.first < second:
            ends.setdefault(one.alike, one)
        elif second < one.span.last:
            begins.setdefault(one.alike, one)
        else:
            within.setdefault(one.alike, one)
    for outer in product([None, *ends.values()], [None, *begins.values()]):
        if chain := within | {one.alike: one for one in outer if one}:
            yield tuple(chain.values())


def _order(chain: Iterable[Told]) -> list[int]:
    return sorted(one.span.source for one in chain)


def _shared_of_server(spans: Sequence[Span]) -> Iterator[SharedTime]:
    crowded = _crowded(spans)
    behind = [after for _, after in crowded]
    for span in spans:
        times = []
        for first, after in crowded[bisect_right(behind, span.first) :]:
            if first > span.last:
                break
            times.append(SharedTime(span.source, max(first, span.first), min(after, span.last + SECOND)))
        if len(times) > MOST_TIMES:
            times = [SharedTime(span.source, times[0].first, times[-1].after)]
        yield from times


def _crowded(spans: Iterable[Span]) -> list[tuple[datetime, datetime]]:
    """The times (first, after) that more than one file covers, in order and apart."""
    changes = sorted(change for one in spans for change in ((one.first, 1), (one.last + SECOND, -1)))
    begins, ends, depth = [], [], 0
    for when, change in changes:
        depth += change
        if (depth, change) == (2, 1):
            begins.append(when)
        elif (depth, change) == (1, -1):
            ends.append(when)
    return list(zip(begins, ends, strict=True))


def _by_server(spans: Iterable[Span]) -> list[list[Span]]:
    servers: dict[str, list[Span]] = defaultdict(list)
    for one in spans:
        servers[one.server].append(one)
    return [servers[name] for name in sorted(servers)]


def _second(time: datetime) -> datetime:
    return time.replace(microsecond=0, tzinfo=None)
