"""The further pages of long tables, each some in a file of its own, which the printed reports show as images.

typst keeps what it has laid out until it has been asked for ten other documents: so few pages at once, and memory does
not grow with their number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from reporter.documents.document import Document
from reporter.documents.pdf_rows import Page
from reporter.documents.pdf_table import PITCH, PaperTable
from reporter.documents.sheet_text import width
from reporter.documents.typesetting import typeset

PAGES_AT_ONCE = 4
BAND_MM = 1.7
"""A letter of a label's name takes about so much."""


def with_further_pages(
    document: Document, name: str, table: PaperTable, workplace: Path, *, below_chart: bool
) -> list[dict[str, Any]]:
    """The parts of a table, each with ``more``: where its further pages are, files that begin with the ``name``."""
    for number, part in enumerate(table.parts):
        pages = part.further(below_chart=below_chart and number == 0)
        for at, some in enumerate(_batched(pages)):
            file = f"{name}-{number}-{at}.pdf"
            (workplace / file).write_bytes(_set(document, table, part.told, some, workplace))
            part.told["more"] += [
                {"file": file, "number": place, "alternative": _alternative(one, table.shown)}
                for place, one in enumerate(some, start=1)
            ]
    return [one.told for one in table.parts]


def _set(document: Document, table: PaperTable, part: dict[str, Any], pages: Sequence[Page], workplace: Path) -> bytes:
    wide, high = table.size_mm
    told = {
        "wide": wide,
        "high": high,
        "pitch": PITCH,
        "part": {"keys": part["keys"], "columns": part["columns"], "bands": _bands(part)},
        "pages": [{"lines": one.lines, "rules": one.rules, "columns": one.columns} for one in pages],
    }
    rows = json.dumps(told, ensure_ascii=False)
    return typeset("rows.typ", {"rows": rows}, document.made_at, workplace, tagged=False)


def _bands(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Names of labels that fit into one line: the head of each page is as high as that of all others."""
    found, at = [], 0
    for band in part["bands"]:
        mm = sum(one["mm"] for one in part["columns"][at : at + band["span"]])
        at += band["span"]
        found.append(band | {"name": _shortened(band["name"], int(mm / BAND_MM) - len(" · A"))})
    return found


def _shortened(name: str, letters: int) -> str:
    if width(name) <= letters:
        return name
    while name and width(name) > letters - 1:
        name = name[:-1]
    return f"{name.rstrip()}…" if name else ""


def _alternative(page: Page, rows: int) -> str:
    return f"Rows {page.start + 1:,} to {page.stop:,} of {rows:,}"


def _batched(pages: Iterator[Page]) -> Iterator[list[Page]]:
    while some := list(islice(pages, PAGES_AT_ONCE)):
        yield some
