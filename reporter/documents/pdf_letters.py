"""Letters of the font that tables are set in, to write rows with that need no typesetting: each letter by itself.

typst takes 18 µs for a cell of a further page, whoever writes its letters one after the other a fifth of that. They are
those of European languages, each of which typst has set once: so glyphs and their widths are those it takes, too.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from reporter.documents.pdf_file import Source
from reporter.documents.typesetting import typeset

FONT = b"LibertinusSerif-Regular-Identity-H"
RANGES = ((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x17F), (0x391, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F))
MORE = "–—‘’“”„…€−•"
CHARACTER = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})>\n")
RANGE = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})>\n")
BLOCK = re.compile(rb"beginbf(char|range)\n(.*?)endbf", re.DOTALL)
WIDTHS = re.compile(rb"(\d+) (\d+) ([\d.]+)")


class Letters:
    """``font`` is the number of its object in ``source``; ``codes`` are those of letters, as PDF writes them."""

    def __init__(self, made_at: datetime, workplace: Path) -> None:
        wanted = "".join([*(chr(one) for first, last in RANGES for one in range(first, last + 1)), MORE])
        self.source = Source(typeset("letters.typ", {"letters": wanted}, made_at, workplace, tagged=False))
        self.font = self._font()
        found = self.source.object(self.font)
        numbers = _numbers(self.source.stream(self.source.reference(found, "ToUnicode")))
        inner = re.search(rb"/DescendantFonts\[(\d+) 0 R\]", found)
        told = re.search(rb"/W\[([^]]*)\]", self.source.object(int(inner[1]))) if inner is not None else None
        if told is None:
            raise ValueError("The font of tables does not say how wide its letters are.")
        widths = _widths(told[1])
        known = {letter: number for letter, number in numbers.items() if letter in wanted and number in widths}
        self.codes = {letter: f"{number:04x}" for letter, number in known.items()}
        self.widths = {letter: widths[number] / 1000 for letter, number in known.items()}
        # Between thousands, and before a unit.
        self.codes["\N{NO-BREAK SPACE}"], self.widths["\N{NO-BREAK SPACE}"] = self.codes[" "], self.widths[" "]

    def _font(self) -> int:
        for number in range(1, self.source.size):
            told = self.source.object(number)
            if b"/Subtype/Type0" in told and FONT in told:
                return number
        raise ValueError("typst did not set tables in the font that it brings along.")

    def written(self, text: str) -> str | None:
        """The text as the operators of PDF take it; ``None``: it has other letters."""
        try:
            return "".join(map(self.codes.__getitem__, text))
        except KeyError:
            return None

    def width(self, text: str) -> float:
        """Of such a text, as a multiple of the size of the type."""
        return sum(map(self.widths.__getitem__, text))


def _numbers(told: bytes) -> dict[str, int]:
    """The number of each letter's glyph, from the table that says what glyphs mean."""
    found: dict[str, int] = {}
    for kind, lines in BLOCK.findall(told):
        if kind == b"char":
            found |= {chr(int(letter, 16)): int(number, 16) for number, letter in CHARACTER.findall(lines)}
            continue
        for first, last, letter in RANGE.findall(lines):
            numbers = range(int(first, 16), int(last, 16) + 1)
            found |= {chr(int(letter, 16) + at): number for at, number in enumerate(numbers)}
    return found


def _widths(told: bytes) -> dict[int, float]:
    """Of glyphs by number, in thousandths of the size of the type; they stand as a first, a last, and their width."""
    return {
        number: float(width)
        for first, last, width in WIDTHS.findall(told)
        for number in range(int(first), int(last) + 1)
    }
