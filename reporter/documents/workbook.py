"""``reports.xlsx``: a sheet a report, with what it is about before it and what it was made from behind it.

A workbook of a large data set has millions of cells. XlsxWriter can keep them all (240 bytes each) or none: then rows
are written from the top, to files beside the workbook until it is complete, and the same process needs 26 MiB for any
number, at 1.4 times the time (8.8 instead of 6.1 s for a million cells). Processes that render run beside others, so
none is kept.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from reporter import words
from reporter.beside import tables_beside
from reporter.charts import Layouts
from reporter.documents.document import Document
from reporter.documents.figures import figures_of
from reporter.documents.sheet import write_report
from reporter.documents.sheet_cells import one_page_wide, put_number, put_text
from reporter.documents.sheet_charts import draw, write_numbers
from reporter.documents.sheet_hours import hours_of, write_hours
from reporter.documents.sheet_layout import MAX_ROWS, Placed, parts_of
from reporter.documents.sheet_text import clean
from reporter.documents.styles import Styles

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
UNITS = {
    "count": "number",
    "rate": "percent",
    "points": "percentage points",
    "seconds": "duration",
    "money": "money",
    "number": "number",
    "probability": "probability, 0 to 1",
    "timestamp": "time, in the data set's zone",
    "flag": "yes or no",
}
HOURS, NUMBERS = "Hours of the week", "Chart numbers"
"""Sheets that no report is called like."""
SOURCES = (
    ("file", "File"),
    ("server", "Server"),
    ("format", "Format"),
    ("lines", "Lines"),
    ("directives", "Directives"),
    ("hits", "Hits"),
    ("rejects", "Rejects"),
    ("sha256", "SHA-256"),
)


def render_xlsx(document: Document, layouts: Layouts, workplace: Path, max_rows: int = MAX_ROWS) -> bytes:
    """As :func:`write_xlsx`, in memory."""
    file = io.BytesIO()
    write_xlsx(document, layouts, workplace, file, max_rows)
    return file.getvalue()


def write_xlsx(
    document: Document, layouts: Layouts, workplace: Path, file: IO[bytes], max_rows: int = MAX_ROWS
) -> None:
    """The workbook; ``workplace`` is an empty folder for what is written before it is complete.

    The same document gives the same bytes.
    """
    workbook = xlsxwriter.Workbook(file, {**OPTIONS, "tmpdir": str(workplace)})
    workbook.use_zip64()  # a sheet of a million rows and dozens of columns is beyond what goes without
    workbook.set_properties(_properties(document))
    styles = Styles(workbook, document.currency)
    about, charts = workbook.add_worksheet("About"), workbook.add_worksheet("Charts")
    placed: list[Placed] = []
    for report in document.reports.values():
        for one in (report, *tables_beside(report)):
            parts = parts_of(one, document.labels(one), max_rows)
            placed += write_report(workbook, styles, document, one, parts)
        if report.id == "hours" and (hours := hours_of(document, report)):
            write_hours(workbook.add_worksheet(HOURS), styles, f"{report.question} {document.title}", hours)
    _About(about, styles, document).write(placed)
    put_text(charts, 0, 0, document.title, styles.title)
    one_page_wide(charts)
    figures = [one for report in document.reports.values() for one in figures_of(document, report, layouts)]
    draw(workbook, charts, 2, NUMBERS, write_numbers(workbook.add_worksheet(NUMBERS), styles, figures))
    if not figures:
        put_text(charts, 2, 0, words.NOTHING, styles.note)
    _columns(workbook.add_worksheet("Columns"), styles, document)
    _sources(workbook.add_worksheet("Made from"), styles, document)
    about.activate()
    workbook.close()


def _properties(document: Document) -> dict[str, Any]:
    return {
        "title": clean(document.title),
        "subject": words.dates(document.period),
        "author": "proprocessor",
        "created": document.made_at.replace(tzinfo=None),
    }


class _About:
    """The first sheet: what these numbers are of, and where they are."""

    def __init__(self, sheet: Any, styles: Styles, document: Document) -> None:
        self._sheet, self._styles, self._document = sheet, styles, document
        self._row = 0

    def write(self, placed: Sequence[Placed]) -> None:
        """Everything, from the top."""
        document, data = self._document, self._document.analysis.data
        one_page_wide(self._sheet)
        self._sheet.set_column(0, 0, 22)
        self._sheet.set_column(1, 1, 70)
        self._sheet.set_column(2, 2, 12)
        self._line(document.title, style=self._styles.title)
        if (news := document.news()) is not None:
            self._line(news)
        self._row += 1
        head = document.head()
        self._pair("Data set", data["dataset"])
        self._pair("Period", f"{words.dates(document.period)} ({document.period.id})")
        self._pair("Time zone", data["timezone"])
        self._pair("Currency", data["currency"])
        self._pair("Own hosts", ", ".join(head["own_hosts"]["hosts"]) or words.UNDEFINED)
        self._pair("Software", data["software"])
        self._pair("Settings", data["settings_digest"])
        for number, note in enumerate(document.notes()):
            self._pair("" if number else "Notes", note)
        self._labels()
        self._reports(placed)

    def _labels(self) -> None:
        self._heading("Labels", "Name", "Id")
        for label in self._document.analysis.labels:
            style = self._styles.band(label["color"], label["ink"], quoted=False)
            put_text(self._sheet, self._row, 0, label["letter"] or "All", style)
            self._text(1, label["name"])
            self._text(2, label["id"])
            self._row += 1

    def _reports(self, placed: Sequence[Placed]) -> None:
        self._heading("Reports", "Question", "Rows")
        for one in placed:
            target = one.sheet.replace("'", "''")
            self._sheet.write_url(self._row, 0, f"internal:'{target}'!A1", self._styles.link, one.sheet)
            self._text(1, one.report.question)
            rows = one.part.stop - one.part.start if one.report.dimensions else len(one.report.rows)
            put_number(self._sheet, self._row, 2, rows, self._styles.value("count"))
            self._row += 1

    def _heading(self, *texts: str) -> None:
        self._row += 1
        for column, text in enumerate(texts):
            put_text(self._sheet, self._row, column, text, self._styles.heading)
        self._row += 1

    def _pair(self, name: str, text: str) -> None:
        put_text(self._sheet, self._row, 0, name, self._styles.note)
        self._text(1, text)
        self._row += 1

    def _text(self, column: int, text: str) -> None:
        _put(self._sheet, self._styles, self._row, column, text)

    def _line(self, text: str, style: Any = None) -> None:
        put_text(self._sheet, self._row, 0, text, style or self._styles.value("text"))
        self._row += 1


def _columns(sheet: Any, styles: Styles, document: Document) -> None:
    """What each column says."""
    headings = ("Report", "Column", "Id", "Unit", "Definition")
    _start(sheet, styles, headings, (18, 22, 22, 12, 110))
    row = 1
    for report in document.reports.values():
        for one in (*report.dimensions, *report.measures):
            for column, text in enumerate((report.title, one.title, one.id, UNITS.get(one.unit, ""), one.definition)):
                _put(sheet, styles, row, column, text)
            row += 1
    sheet.autofilter(0, 0, row - 1, len(headings) - 1)


def _sources(sheet: Any, styles: Styles, document: Document) -> None:
    """The files with lines in the period."""
    _start(sheet, styles, [title for _, title in SOURCES], (60, 16, 14, 14, 12, 14, 12, 70))
    sources = document.head()["sources"]
    for row, source in enumerate(sources, start=1):
        for column, (key, _) in enumerate(SOURCES):
            if isinstance(source[key], int):
                put_number(sheet, row, column, source[key], styles.value("count"))
            else:
                _put(sheet, styles, row, column, source[key] or "")
    sheet.autofilter(0, 0, len(sources), len(SOURCES) - 1)


def _start(sheet: Any, styles: Styles, headings: Sequence[str], widths: Sequence[int]) -> None:
    one_page_wide(sheet)
    sheet.freeze_panes(1, 1)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        put_text(sheet, 0, column, heading, styles.heading)


def _put(sheet: Any, styles: Styles, row: int, column: int, text: str) -> None:
    put_text(sheet, row, column, text, styles.value("text"), styles.value("text", quoted=True))
