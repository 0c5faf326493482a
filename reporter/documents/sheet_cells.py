"""How cells are written: text as nothing but text, numbers as numbers."""

from __future__ import annotations

from typing import Any

from reporter.documents.sheet_text import fitted
from shared.spreadsheet import DANGEROUS

A4 = 9


def put_text(sheet: Any, row: int, column: int, text: str, style: Any, quoted: Any = None) -> None:
    """Write text as nothing but text; ``quoted`` is the style of what a spreadsheet would take for a formula."""
    text, _ = fitted(text)
    if quoted is not None and text.startswith(DANGEROUS):
        style = quoted
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter would take it for XML of its own; in pieces, it writes it as the text that it is.
        sheet.write_rich_string(row, column, text[:1], text[1:2], text[2:], style)
    elif text:
        sheet.write_string(row, column, text, style)


def put_number(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """Write a number, or yes or no; of ``None``, nothing."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif value is not None:
        sheet.write_number(row, column, value, style)


def one_page_wide(sheet: Any) -> None:
    """White, and as wide as a page (A4) when it is printed."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
