"""The documents of a period: ``reports.xlsx`` and ``reports.pdf``, for people who take reports along.

Made after pages where they are asked for (``--documents``; :mod:`reporter.documents_stage`), and of any days by
``proprocessor report``. They say what JSON says of the same period, and what it was made from; the same input gives the
same bytes.

``document`` what both are made of · ``workbook`` the spreadsheet: ``sheet`` a report, ``sheet_charts``, ``sheet_hours``,
``styles``; pure: ``figures`` what charts draw, ``cells`` values as numbers, ``sheet_text`` · ``pdf`` the printed
reports, by ``report.typ``: ``pdf_chart``, ``pdf_added`` the further pages of long tables, by ``pdf_frame``,
``pdf_letters``, ``frame.typ`` and ``rows.typ``; pure: ``pdf_further`` which there are, ``pdf_table`` what of a report
is shown and how wide, ``pdf_rows`` which lines stand on which page, ``pdf_text`` · ``typesetting`` the door to typst.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from reporter.charts import Layouts, layouts
from reporter.documents.document import Document
from reporter.documents.pdf import render_pdf, write_pdf
from reporter.documents.workbook import render_xlsx, write_xlsx

XLSX, PDF = "reports.xlsx", "reports.pdf"

Kind = Literal["xlsx", "pdf"]

__all__ = ["PDF", "XLSX", "Document", "Kind", "render_one", "write_documents"]


def render_one(document: Document, kind: Kind) -> bytes:
    """One of them, where nothing else is made; for a process of its own, too."""
    with TemporaryDirectory(prefix="proprocessor-") as workplace:
        if kind == "xlsx":
            return render_xlsx(document, layouts(), Path(workplace))
        return render_pdf(document, layouts(), Path(workplace))


def write_documents(document: Document, layouts: Layouts, workplace: Path, folder: Path) -> tuple[Path, ...]:
    """Both, into the ``folder``; ``workplace`` is an empty folder for what is written meanwhile."""
    spreadsheet, printed = folder / XLSX, folder / PDF
    with spreadsheet.open("wb") as file:
        write_xlsx(document, layouts, workplace, file)
    with printed.open("wb") as file:
        write_pdf(document, layouts, workplace, file)
    return spreadsheet, printed
