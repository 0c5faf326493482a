"""Letters of the font that tables are set in, to write rows with that need no typesetting: each letter by itself.

typst takes 18 µs for a cell of a further page, whoever writes its letters one after the other a fifth of that. They are
those of European languages, each of which typst has set once: so glyphs and their widths are those it takes, too.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pikepdf

from reporter.documents.typesetting import typeset

FONT = "LibertinusSerif-Regular-Identity-H"
RANGES = ((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x17F), (0x391, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F))
MORE = "–—‘’“”„…€−•"


class Letters:
    """``font`` is that of a file that typst has set; ``codes`` are those of letters, as PDF writes them."""

    def __init__(self, made_at: datetime, workplace: Path) -> None:
        wanted = "".join([*(chr(one) for first, last in RANGES for one in range(first, last + 1)), MORE])
        letters = typeset("letters.typ", {"letters": wanted}, made_at, workplace, tagged=False)
        self._pdf = pikepdf.open(io.BytesIO(letters))
        self.font = self._font()
        codes, widths = _codes(self.font), _widths(self.font)
        self.codes = {letter: code.hex() for letter, code in codes.items() if letter in set(wanted)}
        self.widths = {letter: widths[int(code, 16)] / 1000 for letter, code in self.codes.items()}
        # Between thousands, and before a unit.
        self.codes["\N{NO-BREAK SPACE}"], self.widths["\N{NO-BREAK SPACE}"] = self.codes[" "], self.widths[" "]

    def _font(self) -> pikepdf.Object:
        for font in self._pdf.pages[0].Resources.Font.as_dict().values():
            if str(font.BaseFont).endswith(FONT):
                return font
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


def _codes(font: pikepdf.Object) -> dict[str, bytes]:
    """The code of each letter's glyph, from the table that says what glyphs mean."""
    found: dict[str, bytes] = {}
    for one in pikepdf.parse_content_stream(font.ToUnicode):
        if str(one.operator) == "endbfchar":
            texts = [bytes(operand) for operand in one.operands]
            found |= {letter.decode("utf-16-be"): code for code, letter in zip(texts[::2], texts[1::2], strict=True)}
    return found


def _widths(font: pikepdf.Object) -> dict[int, float]:
    """Of glyphs by number, in thousandths of the size of the type; they stand as a first, a last, and their width."""
    told = list(font.DescendantFonts[0].W)
    return {
        number: float(width)
        for first, last, width in zip(told[::3], told[1::3], told[2::3], strict=True)
        for number in range(int(first), int(last) + 1)
    }
