"""A table of texts in lines of signs that are all of one width. Pure.

Nothing is cut: what names a row or a column is broken into lines. Where numbers leave no room for it beside them, what
names a row stands above them, over the whole width.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from unicodedata import east_asian_width, normalize

from reporter.mail.grid import Cell, Grid, Heading, Line
from shared.mail_address import CONTROL

WIDTH = 76
GAP = "  "
HEADING, KEY = 16, 24
"""So wide a heading may be for itself, and what names a row has to have to stand beside its numbers."""
PIECE = re.compile(r"[^\s/?&=_.,;:@+%~-]*[\s/?&=_.,;:@+%~-]*")
"""A line may end after it."""
LAYOUTS = ((True, 0), (True, 1), (False, 0), (False, 1), (False, 2))
"""Whether what names a row stands beside its numbers, and how often what these were is broken: the first that fits."""


@dataclass(frozen=True)
class _Column:
    """A column of numbers: its heading in lines, the lines of each cell, and how wide they are."""

    heading: list[str]
    cells: list[list[str]]
    width: int


def table(grid: Grid) -> Iterator[str]:
    """Numbers to the right; what a number was before stands below it."""
    title = " / ".join(grid.dimensions)
    keys = [_key(line, len(grid.dimensions)) for line in grid.lines]
    longest = max(map(wide, (title, *keys)))
    for beside, apart in LAYOUTS:
        columns = [_column(grid, at, apart) for at in range(len(grid.headings))]
        taken = sum(one.width + len(GAP) for one in columns)
        if taken + (min(longest, KEY) if beside else 0) <= WIDTH:
            break
    room = min(longest, WIDTH - taken) if beside else 0
    yield from _head(title, columns, room)
    rule = "-" * (taken + room if beside else max(taken, min(longest, WIDTH)))
    yield rule
    for at, (line, key) in enumerate(zip(grid.lines, keys, strict=True)):
        if line.kind == "total":
            yield rule
        yield from _lines(broken_up(key, room or WIDTH), columns, [one.cells[at] for one in columns], room)


def _column(grid: Grid, at: int, apart: int) -> _Column:
    cells = [_cell(line.cells[at], apart) for line in grid.lines]
    numbers = max(wide(text) for cell in cells for text in cell)
    titles = _titles(grid.headings[at])
    width = max(numbers, min(HEADING, max(map(wide, titles))))
    return _Column([text for one in titles for text in broken_up(one, width)], cells, width)


def _cell(cell: Cell, apart: int) -> list[str]:
    """``apart``: 1: what a number was and how it changed stand on a line each; 2: the word before them, too."""
    notes = cell.note.split(", ") if apart else [cell.note]
    if apart > 1:
        notes = [*notes[0].split(" ", 1), *notes[1:]]
    return [cell.text, *(one for one in notes if one)]


def _titles(heading: Heading) -> list[str]:
    label = heading.label
    said = [f"{label['letter'] or ''} {cleaned(label['name'])}".strip()] if label else []
    return [*said, *([heading.title] if heading.title else [])] or [""]


def _head(title: str, columns: Sequence[_Column], room: int) -> Iterator[str]:
    """The last line of each heading stands on the last."""
    names = broken_up(title, room or WIDTH)
    if not room:
        yield from names
        names = []
    high = max(len(one) for one in (names, *(one.heading for one in columns)))
    names = [*[""] * (high - len(names)), *names]
    heads = [[*[""] * (high - len(one.heading)), *one.heading] for one in columns]
    for name, parts in zip(names, zip(*heads, strict=True), strict=True):
        yield _row(name, parts, columns, room)


def _lines(
    names: Sequence[str], columns: Sequence[_Column], cells: Sequence[Sequence[str]], room: int
) -> Iterator[str]:
    """A row."""
    if not room:
        yield from names
        names = ()
    for name, parts in zip_longest(names, zip_longest(*cells, fillvalue=""), fillvalue=None):
        yield _row(name or "", parts or [""] * len(columns), columns, room)


def _row(name: str, parts: Sequence[str], columns: Sequence[_Column], room: int) -> str:
    texts = [f"{name}{' ' * (room - wide(name))}"] if room else [""]
    texts += [f"{' ' * (one.width - wide(text))}{text}" for text, one in zip(parts, columns, strict=True)]
    return GAP.join(texts).rstrip()


def _key(line: Line, dimensions: int) -> str:
    return " / ".join(cleaned(one) for one in line.keys if one or dimensions == 1)


def broken_up(text: str, width: int) -> list[str]:
    """The text in lines, none wider; after blanks and the marks of addresses rather than within a word."""
    lines, line = [], ""
    for piece in filter(None, PIECE.findall(text)):
        for part in [piece] if wide(piece.rstrip()) <= width else piece:
            if line and wide(line) + wide(part.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += part
    return [*lines, line.rstrip()]


def wide(text: str) -> int:
    """Columns that a text takes: signs of the far east take two, accents of their own none."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in normalize("NFC", text))


def cleaned(text: str) -> str:
    """One line, whatever a page is called."""
    return " ".join(CONTROL.sub(" ", text).split())
