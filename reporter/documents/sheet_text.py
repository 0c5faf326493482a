"""Text as a workbook can hold it: names of sheets, cells of a length, widths of columns. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

CELL_UNITS = 32_767
"""So many UTF-16 units may a cell have."""
CUT = " … (cut)"
SHEET_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
WIDE = frozenset("WF")


def clean(text: str) -> str:
    """The text without what no file format takes: halves of characters and those that are none."""
    return NO_TEXT.sub("\ufffd", text)


def fitted(text: str) -> tuple[str, bool]:
    """The text as a cell may hold it, and whether it had to be cut."""
    text = clean(text)
    if len(text) * 2 <= CELL_UNITS or _units(text) <= CELL_UNITS:
        return text, False
    room = (CELL_UNITS - _units(CUT)) * 2
    # Half of a character at the end is left out.
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT, True


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def sheet_name(title: str, taken: Iterable[str], part: int = 1) -> str:
    """A name that Excel allows and no other sheet has, whatever the case; of a further ``part`` with its number."""
    known = {one.casefold() for one in taken}
    plain = " ".join(FORBIDDEN.sub(" ", clean(title)).split()).strip(" '") or "Report"
    number = part
    while True:
        end = f" ({number})" if number > 1 else ""
        name = f"{_shortened(plain, SHEET_NAME - len(end)).rstrip()}{end}"
        # Excel keeps this name for itself.
        if name.casefold() not in known and name.casefold() != "history":
            return name
        number += 1


def _shortened(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")


def width(text: str) -> int:
    """How many digits wide a text is, about; of several lines the widest."""
    return max((_width(line) for line in text.splitlines()), default=0)


def _width(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(one) in WIDE else 1 for one in line)
