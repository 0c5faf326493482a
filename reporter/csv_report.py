"""A report as CSV: long, first column ``label`` (DESIGN.md, "The published folder")."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reporter.model import Analysis, Report
from shared.spreadsheet import safe


def render_csv(analysis: Analysis, report: Report) -> str:
    """Every row of every label, labels in their order; empty where a value is undefined."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["label", *(one.id for one in report.dimensions), *(one.id for one in report.measures)])
    measures = [one.id for one in report.measures]
    for label in (one["id"] for one in analysis.labels):
        for row in report.rows:
            if (values := row.values.get(label)) is not None:
                writer.writerow([label, *map(cell, row.key), *(cell(values[one]) for one in measures)])
    return file.getvalue()


def cell(value: Any) -> str:
    """A value as text. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return _WRITERS.get(type(value), str)(value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: safe,
    float: repr,
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    datetime: lambda value: value.isoformat().replace("+00:00", "Z"),
}
