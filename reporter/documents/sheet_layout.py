"""Where what of a report stands in a workbook. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter.model import Report

TITLE, SUBTITLE, BANDS, TOTALS, HEADINGS, FIRST = range(6)
"""The rows of a sheet. Totals stand above: below a hundred thousand rows nobody finds them."""
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
Labels = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Part:
    """What of a report one sheet has: rows from ``start`` to before ``stop``, and labels."""

    labels: Labels
    start: int
    stop: int


@dataclass(frozen=True)
class Placed:
    """Where a part of a report stands in the workbook."""

    sheet: str
    report: Report
    part: Part


def parts_of(report: Report, labels: Labels, max_rows: int = MAX_ROWS, max_columns: int = MAX_COLUMNS) -> list[Part]:
    """One part, but where there is more than Excel has rows or columns for."""
    if not report.dimensions:
        beside, rows, room = max_columns - 1, len(report.measures), len(report.measures)
    else:
        beside = max(1, (max_columns - len(report.dimensions)) // len(report.measures))
        rows, room = len(report.rows), max_rows - FIRST
    return [
        Part(labels[at : at + beside], start, min(start + room, rows))
        for at in range(0, len(labels), beside)
        for start in range(0, max(rows, 1), room)
    ]


def label_text(label: Mapping[str, Any]) -> str:
    """``A · Paid visitors``."""
    letter = f"{label['letter']} · " if label["letter"] else ""
    return f"{letter}{label['name']}"
