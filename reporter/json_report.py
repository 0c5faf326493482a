"""A report as JSON (DESIGN.md, "The published folder")."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from reporter.model import Analysis, Column, Period, Report

SCHEMA = "proprocessor/report/1"


def render_json(analysis: Analysis, period: Period, report: Report) -> str:
    """The whole report: every row, full precision; money as exact decimal numbers."""
    ids = [one.id for one in report.dimensions]
    rows = [dict(zip(ids, row.key, strict=True)) | dict(row.values) for row in report.rows]
    head = {
        "schema": SCHEMA,
        "dataset": analysis.data["dataset"],
        "report": report.id,
        "period": {"id": period.id, "kind": period.kind, "first": period.first, "last": period.last},
        "timezone": analysis.data["timezone"],
        "currency": analysis.data["currency"],
        "labels": analysis.labels,
        "columns": [_column(one, "dimension") for one in report.dimensions]
        + [_column(one, "measure") for one in report.measures],
    }
    lines = ",\n".join(f"  {encode(row)}" for row in rows)
    body = f"[\n{lines}\n ]" if lines else "[]"
    parts = [f" {encode(key)}: {encode(value)}" for key, value in head.items()]
    parts += [f' "rows": {body}', f' "totals": {encode(report.totals)}']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def encode(value: Any) -> str:
    """JSON of plain values; a decimal keeps all its places."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bool() | None:
            return json.dumps(value)
        case Decimal():
            return format(value, "f")
        case float():
            return json.dumps(value, allow_nan=False)
        case int():
            return str(value)
        case date():
            return f'"{value.isoformat()}"'
        case Mapping():
            return "{" + ", ".join(f"{encode(str(key))}: {encode(inner)}" for key, inner in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(encode(inner) for inner in value) + "]"
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _column(column: Column, kind: str) -> dict[str, Any]:
    data = {"id": column.id, "title": column.title, "kind": kind}
    return data | ({"unit": column.unit} if column.unit else {}) | {"definition": column.definition}
