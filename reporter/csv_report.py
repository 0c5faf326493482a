"""A report as CSV: long, first column ``label`` (DESIGN.md, "The published folder")."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from reporter.model import Analysis, Report
from shared.spreadsheet import safe


def render_csv(analysis: Analysis, report: Report) -> str:
    """Every row of every label, labels in their order; empty where a value is undefined."""
    head = ["label", *(one.id for one in report.dimensions), *(one.id for one in report.measures)]
    rows = report.columns
    order = np.concatenate([rows.places(label["id"]) for label in analysis.labels])
    row_of_record = rows.row_of_record()[order]
    columns = [
        rows.labels.at(order).texts("csv", _fields),
        *(key.at(row_of_record).texts("csv", _cells) for key in rows.keys),
        *(rows.measures[one.id].at(order).texts("csv", _cells) for one in report.measures),
    ]
    lines = map(",".join, zip(*columns, strict=True))
    return "\n".join([",".join(_fields(head)), *lines, ""])


def cell(value: Any) -> str:
    """A value as text. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return _WRITERS.get(type(value), str)(value)


def _cells(values: Sequence[Any]) -> list[str]:
    texts = [cell(one) for one in values]
    return _fields(texts) if any(isinstance(one, str) for one in values) else texts


def _fields(texts: Iterable[Any]) -> list[str]:
    """Each as it stands in a line: in quotes where it must be."""
    lines = _Lines()
    csv.writer(lines, lineterminator="\n").writerows((text, "") for text in texts)
    return [line[: -len(",\n")] for line in lines]


class _Lines(list[str]):
    """What is written, by line."""

    def write(self, line: str) -> None:
        self.append(line)


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: safe,
    float: repr,
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    datetime: lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"),
}
