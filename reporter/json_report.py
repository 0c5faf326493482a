"""A report as JSON (DESIGN.md, "The published folder")."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from reporter.model import Analysis, Column, Period, Report

SCHEMA = "proprocessor/report/1"


def render_json(analysis: Analysis, period: Period, report: Report, more: Mapping[str, Any] | None = None) -> str:
    """The whole report: every row, full precision; money as exact decimals. ``more`` stands behind the period."""
    head = {
        "schema": SCHEMA,
        "dataset": analysis.data["dataset"],
        "report": report.id,
        "period": {"id": period.id, "kind": period.kind, "first": period.first, "last": period.last},
        **(more or {}),
        "timezone": analysis.data["timezone"],
        "currency": analysis.data["currency"],
        "labels": [{key: one[key] for key in ("id", "name", "color")} for one in analysis.labels],
        "columns": [_column(one, "dimension") for one in report.dimensions]
        + [_column(one, "measure") for one in report.measures],
    }
    lines = ",\n".join(_rows(report))
    body = f"[\n{lines}\n ]" if lines else "[]"
    parts = [f" {encode(key)}: {encode(value)}" for key, value in head.items()]
    parts += [f' "rows": {body}', f' "totals": {encode(report.totals)}']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rows(report: Report) -> Iterator[str]:
    """A line each. There are millions of cells, so what is the same in every row is written once."""
    names = [f"{encode(one.id)}: " for one in report.dimensions]
    labels = {label: f"{encode(label)}: {{" for label in report.totals}
    measures = [(one.id, f"{encode(one.id)}: ") for one in report.measures]
    for row in report.rows:
        pieces = [name + encode(value) for name, value in zip(names, row.key, strict=True)]
        for label, values in row.values.items():
            cells = [name + encode(values[one]) for one, name in measures]
            pieces.append(f"{labels[label]}{', '.join(cells)}}}")
        yield f"  {{{', '.join(pieces)}}}"


def encode(value: Any) -> str:
    """JSON of plain values; a decimal keeps all its places."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    match value:
        case Mapping():
            return "{" + ", ".join(f"{encode(str(key))}: {encode(inner)}" for key, inner in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(encode(inner) for inner in value) + "]"
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _number(value: float) -> str:
    if not isfinite(value):
        raise ValueError("JSON has no such number")
    return repr(value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: json.encoder.encode_basestring,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: int.__repr__,
    float: _number,
    Decimal: lambda value: format(value, "f"),
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.isoformat().replace("+00:00", "Z")}"',
}


def _column(column: Column, kind: str) -> dict[str, Any]:
    data = {"id": column.id, "title": column.title, "kind": kind}
    return data | ({"unit": column.unit} if column.unit else {}) | {"definition": column.definition}
