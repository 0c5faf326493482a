"""A report as CSV: long, first column ``label`` (DESIGN.md, "The published folder")."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

from reporter.model import Analysis, Report
from shared.spreadsheet import safe


def render_csv(analysis: Analysis, report: Report) -> str:
    """Every row of every label, labels in their order; empty where a value is undefined."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["label", *(one.id for one in report.dimensions), *(one.id for one in report.measures)])
    for label in analysis.labels:
        for row in report.rows:
            if (values := row.values.get(label["id"])) is not None:
                measures = (values[one.id] for one in report.measures)
                writer.writerow([label["id"], *map(cell, row.key), *map(cell, measures)])
    return file.getvalue()


def cell(value: Any) -> str:
    """A value as text. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case str():
            return safe(value)
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return str(value)
