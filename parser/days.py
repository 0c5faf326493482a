"""Blocks cut where a UTC day ends: what is of one day is written as it is read.

Only a guess that saves work: in a log whose lines are not in order, a piece may hold several days all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from parser.lines import Block, count_lines

MOST_DAYS = 4
"""A block of more days is small days: cut into pieces, it would cost more queries than it saves."""
TRIED_LINES = 20
DayOf = Callable[[str], date | None]


def cut_by_day(block: Block, day_of: DayOf) -> Iterator[Block]:
    """The block in pieces, in order; ``day_of`` gives a line's UTC day, ``None`` where it has none."""
    data = block.data
    first, last = _day_after(data, 0, day_of), _day_before(data, day_of)
    start, line = 0, block.first_line
    if first is not None and last is not None and 0 < (last - first).days < MOST_DAYS:
        for number in range((last - first).days):
            cut = _first_of(data, first + timedelta(days=number + 1), start, day_of)
            if start < cut < len(data):
                piece = data[start:cut]
                lines = count_lines(piece)
                yield _piece(block, piece, line, lines)
                start, line = cut, line + lines
    yield _piece(block, data[start:], line, block.lines - (line - block.first_line)) if start else block


def _piece(block: Block, data: bytes, line: int, lines: int) -> Block:
    before = line - block.first_line
    too_long = frozenset(place - before for place in block.too_long if before <= place < before + lines)
    return Block(line, data, lines, too_long)


def _first_of(data: bytes, day: date, low: int, day_of: DayOf) -> int:
    """Where the first line of this day or a later one begins, if the lines are in order."""
    high = len(data)
    while low < high:
        middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        found = _day_after(data, middle, day_of)
        if found is None or found >= day:
            high = middle
        else:
            low = data.index(b"\n", (low + high) // 2) + 1
    return low


def _day_after(data: bytes, at: int, day_of: DayOf) -> date | None:
    """The day of the first of some lines that has one."""
    for _ in range(TRIED_LINES):
        end = data.find(b"\n", at)
        if end < 0:
            return None
        if (found := day_of(data[at:end].decode().rstrip("\r"))) is not None:
            return found
        at = end + 1
    return None


def _day_before(data: bytes, day_of: DayOf) -> date | None:
    """The day of the last of the last lines that has one."""
    end = len(data) - 1
    for _ in range(TRIED_LINES):
        start = data.rfind(b"\n", 0, max(end, 0)) + 1
        if (found := day_of(data[start : max(end, 0)].decode().rstrip("\r"))) is not None:
            return found
        end = start - 1
    return None
