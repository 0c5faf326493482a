"""Rows on further pages: how they are broken into lines, and which lines stand on which page. Pure.

Those beyond what is laid out as a table (:mod:`pdf_lengths`) are columns of lines, all of one height; then nothing but
this module decides where a row begins, and numbers stand beside their row whatever letters it has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

ASCII = (
    25, 29, 34, 47, 47, 64, 71, 19, 30, 30, 37, 55, 22, 34, 22, 32, 47, 47, 47, 47, 47, 47, 47, 47, 47, 47, 24, 24, 55,
    55, 55, 44, 90, 70, 59, 65, 70, 56, 49, 69, 73, 30, 32, 64, 53, 84, 70, 70, 54, 70, 59, 49, 60, 66, 65, 95, 66, 57,
    60, 36, 29, 36, 52, 49, 39, 46, 49, 43, 51, 45, 31, 50, 54, 27, 27, 51, 26, 79, 54, 50, 52, 50, 37, 39, 32, 53, 50,
    75, 49, 52, 42, 28, 21, 28, 45,
)  # fmt: skip
"""How wide ``chr(32)`` to ``chr(126)`` of Libertinus Serif are, in hundredths of the size of the type."""
OTHER, LARGE = 100, 140
"""At most so wide are other letters, and those beyond the first 65,536 (emoji)."""
_ASCII = (*[OTHER] * 32, *ASCII, OTHER)
WIDEST_ASCII = max(_ASCII)
PIECE = re.compile(r"[^\s/?&=_.,;:@+%~-]*[\s/?&=_.,;:@+%~-]*")
"""A line may end after it."""
BLANK = "\N{NO-BREAK SPACE}"
"""What a line has to have to be one."""


@dataclass(frozen=True)
class Page:
    """Rows from ``start`` to before ``stop``, and the texts that name each, column by column, in lines.

    ``begins`` are the lines, counted from 0, on which rows begin, and the one behind the last.
    """

    start: int
    stop: int
    begins: Sequence[int]
    names: Sequence[Sequence[Sequence[str]]]

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.begins[-1]

    @property
    def rules(self) -> Sequence[int]:
        """The lines before which a row ends."""
        return self.begins[1:-1]

    def texts(self, columns: Sequence[Sequence[str]]) -> list[str]:
        """Each column of names, and of these numbers of all rows, as one text of all lines."""
        heights = [end - begin for begin, end in pairwise(self.begins)]
        found = [_column([row[at] for row in self.names], heights) for at in range(len(self.names[0]))]
        return found + [
            _column([[one.replace(" ", BLANK)] for one in column[self.start : self.stop]], heights)
            for column in columns
        ]


def pages_of(keys: Sequence[Sequence[str]], rooms: Sequence[float], first: int, lines: int) -> Iterator[Page]:
    """All rows from the ``first`` on, at most so many lines a page.

    ``keys`` are the texts that name rows, column by column, with the room for each as a multiple of the size of the
    type. Numbers are never broken.
    """
    stop = len(keys[0])
    start = first
    while start < stop:
        broken: list[list[list[str]]] = []
        begins = [0]
        for at in range(start, stop):
            found = [broken_up(one[at], room)[:lines] for one, room in zip(keys, rooms, strict=True)]
            end = begins[-1] + max(map(len, found))
            if broken and end > lines:
                break
            broken.append(found)
            begins.append(end)
        yield Page(start, start + len(broken), begins, broken)
        start += len(broken)


def _column(cells: Sequence[Sequence[str]], heights: Sequence[int]) -> str:
    """Each cell as high as its row is; an empty line has to have something."""
    lines = [
        line or BLANK
        for cell, height in zip(cells, heights, strict=True)
        for line in [*cell, *[""] * (height - len(cell))]
    ]
    return "\n".join(lines)


def broken_up(text: str, room: float) -> list[str]:
    """The text in lines, none wider than the room, which is a multiple of the size of the type."""
    limit = room * 100
    if (len(text) * WIDEST_ASCII <= limit and text.isascii()) or wide(text) <= limit:
        return [text]
    lines, line, taken = [], "", 0
    for piece in filter(None, PIECE.findall(text)):
        for part in [piece] if wide(piece) <= limit else piece:
            width = wide(part)
            if line and taken + width > limit:
                lines.append(line.rstrip())
                line, taken = "", 0
            line, taken = line + part, taken + width
    return [*lines, line.rstrip()]


def wide(text: str) -> int:
    """About how wide a text is, and seldom wider, in hundredths of the size of the type."""
    if text.isascii():
        return sum(map(_ASCII.__getitem__, text.encode()))
    return sum(map(_wide, text))


def _wide(one: str) -> int:
    if " " <= one <= "~":
        return ASCII[ord(one) - 32]
    if unicodedata.combining(one):
        return 0
    return LARGE if ord(one) > 0xFFFF else OTHER
