"""A report as a sheet: what it asks, labels side by side, totals, headings, and below them every row.

Cells are written row by row, from the top: the workbook keeps no row that is written (see :mod:`workbook`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from reporter import words
from reporter.documents.cells import NARROWEST, WIDEST, key_cell, key_kind, number_of
from reporter.documents.document import Document
from reporter.documents.sheet_cells import one_page_wide, put_number, put_text
from reporter.documents.sheet_layout import BANDS, FIRST, HEADINGS, SUBTITLE, TITLE, TOTALS, Part, Placed, label_text
from reporter.documents.sheet_text import CELL_UNITS, clean, fitted, sheet_name, width
from reporter.documents.styles import Styles
from reporter.items import keys_shown
from reporter.model import Column, Report
from reporter.rows import Coded
from shared.spreadsheet import DANGEROUS

FILTER_ARROW = 3
ROW_HEIGHT = 15


def write_report(
    workbook: Any, styles: Styles, document: Document, report: Report, parts: Sequence[Part]
) -> list[Placed]:
    """Write a report's sheets."""
    placed = []
    for number, part in enumerate(parts, start=1):
        taken = [one.get_name() for one in workbook.worksheets()]
        name = sheet_name(report.title, taken, number)
        writer = _Writer(workbook.add_worksheet(name), styles, document, report, part)
        writer.write(number, len(parts))
        placed.append(Placed(name, report, part))
    return placed


@dataclass(frozen=True)
class _Writer:
    """One sheet of a report."""

    sheet: Any
    styles: Styles
    document: Document
    report: Report
    part: Part

    def write(self, number: int, parts: int) -> None:
        """Everything."""
        dimensions = self.report.dimensions
        self._set_up()
        put_text(self.sheet, TITLE, 0, self.report.question, self.styles.title)
        put_text(self.sheet, SUBTITLE, 0, self._subtitle(number, parts), self.styles.note)
        if not dimensions:
            self._write_turned()
        else:
            self._bands(len(dimensions), len(self.report.measures))
            self._totals()
            self._headings()
            self._rows()

    def _set_up(self) -> None:
        one_page_wide(self.sheet)
        self.sheet.freeze_panes(FIRST, 1)
        self.sheet.repeat_rows(BANDS, HEADINGS)
        self.sheet.set_footer(f"&L{_footer(self.document.title)}&R&P / &N")

    def _subtitle(self, number: int, parts: int) -> str:
        report, part = self.report, self.part
        told = [self.document.title, words.dates(self.document.period)]
        rows = len(report.rows)
        if not rows:
            told.append(self.document.why_empty(report))
        elif report.dimensions:
            told.append("1 row" if rows == 1 else f"{rows:,} rows")
        if parts > 1:
            shown = f"rows {part.start + 1:,} to {part.stop:,}" if report.dimensions else "all rows"
            told.append(f"sheet {number} of {parts} of this report, {shown}, totals of all rows")
        if self._is_cut():
            told.append(f"texts of more than {CELL_UNITS:,} characters are cut at that length; the CSV has them whole")
        return " · ".join(told)

    def _is_cut(self) -> bool:
        return any(fitted(one)[1] for key in self.report.columns.keys for one in _texts(key, self.part))

    # The head.

    def _bands(self, first: int, measures: int) -> None:
        height = 1
        for at, label in enumerate(self.part.labels):
            text, start = label_text(label), first + at * measures
            style = self.styles.band(label["color"], label["ink"], quoted=text.startswith(DANGEROUS))
            if measures > 1:
                self.sheet.merge_range(BANDS, start, BANDS, start + measures - 1, "", style)
            put_text(self.sheet, BANDS, start, text, style)
            height = max(height, -(-width(text) // (NARROWEST * measures)))
        self.sheet.set_row(BANDS, ROW_HEIGHT * min(height, 4) + 3)

    def _totals(self) -> None:
        if all(one.total == "none" for one in self.report.measures):
            return
        put_text(self.sheet, TOTALS, 0, "Total", self.styles.value("text", total=True))
        for at in range(1, len(self.report.dimensions)):
            self.sheet.write_blank(TOTALS, at, None, self.styles.value("text", total=True))
        column = count(len(self.report.dimensions))
        for label in self.part.labels:
            totals = self.report.totals.get(label["id"], {})
            for number, one in enumerate(self.report.measures):
                at, value = next(column), totals.get(one.id)
                style = self.styles.value(one.unit, total=True, first=number == 0)
                if value is None:
                    self.sheet.write_blank(TOTALS, at, None, style)
                put_number(self.sheet, TOTALS, at, number_of(one, value), style)

    def _headings(self) -> None:
        report, dimensions = self.report, self.report.dimensions
        for at, one in enumerate(dimensions):
            self.sheet.set_column(at, at, self._key_width(at, one))
            put_text(self.sheet, HEADINGS, at, one.title, self.styles.heading)
        column = count(len(dimensions))
        for label in self.part.labels:
            for number, one in enumerate(report.measures):
                at, line = next(column), self.styles.value("text", first=True) if number == 0 else None
                self.sheet.set_column(at, at, self._measure_width(label["id"], one), line)
                put_text(
                    self.sheet, HEADINGS, at, one.title, self.styles.number_heading, self.styles.number_heading_quoted
                )
        self.sheet.set_row(HEADINGS, 2 * ROW_HEIGHT + 3)
        rows = self.part.stop - self.part.start
        self.sheet.autofilter(HEADINGS, 0, HEADINGS + rows, next(column) - 1)

    def _key_width(self, at: int, column: Column) -> int:
        texts = _texts(keys_shown(self.report)[at], self.part)
        longest = max((width(one) for one in texts), default=0)
        if self.report.rows and key_kind(column, self.report.rows[0].key[at]) == "date":
            longest = len("Wed 30 Sep 2026")
        return min(WIDEST, max(NARROWEST, longest, len(column.title) + FILTER_ARROW) + 2)

    def _measure_width(self, label: str, column: Column) -> int:
        """As wide as its longest number, and as the longest word of its heading."""
        found = [one for one in self.report.columns.values_of(label, column.id) if one is not None]
        found += [one] if (one := self.report.totals.get(label, {}).get(column.id)) is not None else []
        return _number_width(found, column, self.document.currency)

    # The rows.

    def _rows(self) -> None:
        start, stop = self.part.start, self.part.stop
        columns = [list(self._keys(at, one, start, stop)) for at, one in enumerate(self.report.dimensions)]
        cells = [
            (self._cells(label["id"], one, start, stop), one.unit, at == 0)
            for label in self.part.labels
            for at, one in enumerate(self.report.measures)
        ]
        quoted = self.styles.value("text", quoted=True)
        styled = [(codes, made, self.styles.value(unit, first=first)) for (codes, made), unit, first in cells]
        for number in range(stop - start):
            row = FIRST + number
            for at, keys in enumerate(columns):
                value, style = keys[number]
                if isinstance(value, str):
                    put_text(self.sheet, row, at, value, style, quoted)
                else:
                    put_number(self.sheet, row, at, value, style)
            for at, (codes, made, style) in enumerate(styled, start=len(columns)):
                put_number(self.sheet, row, at, made[codes[number]], style)

    def _keys(self, at: int, column: Column, start: int, stop: int) -> Iterator[tuple[Any, Any]]:
        made: dict[int, tuple[Any, Any]] = {}
        key, names = keys_shown(self.report)[at], self.report.names.get(column.id, {})
        for code in key.codes[start:stop].tolist():
            if code not in made:
                value = key.distinct.values[code]
                value = names.get(value, value)
                made[code] = key_cell(column, value), self.styles.value(key_kind(column, value))
            yield made[code]

    def _cells(self, label: str, column: Column, start: int, stop: int) -> tuple[list[int], dict[int, Any]]:
        """Of each row the number of a label's value, and by that number what stands in the cell."""
        codes = self.report.columns.codes_of(label, stop)[column.id][start:]
        values = self.report.columns.measures[column.id].distinct.values
        return codes, {code: number_of(column, values[code]) for code in set(codes)}

    # A report of one row: a line for each measure, a column for each label.

    def _write_turned(self) -> None:
        labels, measures = self.part.labels, self.report.measures
        self._bands(1, 1)
        values = self.report.rows[0].values if self.report.rows else {}
        self.sheet.set_column(0, 0, max(width(one.title) for one in measures) + FILTER_ARROW)
        put_text(self.sheet, HEADINGS, 0, "Measure", self.styles.heading)
        for at, label in enumerate(labels, start=1):
            own = values.get(label["id"], {})
            widths = [
                _number_width([own[one.id]], one, self.document.currency)
                for one in measures
                if own.get(one.id) is not None
            ]
            self.sheet.set_column(at, at, max([*widths, 2 * NARROWEST]))
            put_text(self.sheet, HEADINGS, at, label["letter"] or "All", self.styles.number_heading)
        for row, one in enumerate(measures, start=FIRST):
            put_text(self.sheet, row, 0, one.title, self.styles.value("text"))
            for at, label in enumerate(labels, start=1):
                value = number_of(one, values.get(label["id"], {}).get(one.id))
                put_number(self.sheet, row, at, value, self.styles.value(one.unit))


def _texts(key: Coded, part: Part) -> list[str]:
    """The different texts of a dimension in a part."""
    values = key.distinct.values[np.unique(key.codes[part.start : part.stop])].tolist()
    return [one for one in values if isinstance(one, str)]


def _number_width(values: Sequence[Any], column: Column, currency: str) -> int:
    if column.unit == "timestamp":
        longest = len("2026-01-01 00:00")
    elif column.unit == "seconds":
        longest = len("10:00:00")
    elif values:
        longest = max(len(words.shown(one, column.unit, currency)) for one in (min(values), max(values)))
    else:
        longest = 0
    heading = max(len(one) for one in column.title.split()) + FILTER_ARROW
    return max(NARROWEST, longest + 2, heading + 1)


def _footer(text: str) -> str:
    """For Excel, ``&`` begins a command; more than 255 characters it takes for a broken file."""
    return clean(text)[:80].replace("&", "&&")
