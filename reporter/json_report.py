"""A report as JSON (DESIGN.md, "The published folder")."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from itertools import pairwise, repeat
from math import isfinite
from typing import Any

from reporter.course_report import course_rows
from reporter.coverage import lacks_before
from reporter.model import Analysis, Column, Period, Report

SCHEMA = "proprocessor/report/1"


def render_json(
    analysis: Analysis, period: Period, report: Report, lacking: str = "", more: Mapping[str, Any] | None = None
) -> str:
    """The whole report: every row, full precision; money as exact decimals. ``more`` stands behind the period, and
    what data is ``lacking``, in words.

    A report whose rows are about labels or funnels has before its columns what these are called. One that spreads over
    a course has that behind its totals; a funnel, where visits go that do not go on.
    """
    head = {
        "schema": SCHEMA,
        "dataset": analysis.data["dataset"],
        "report": report.id,
        "period": {"id": period.id, "kind": period.kind, "first": period.first, "last": period.last},
        **(more or {}),
        "lacking": " ".join(filter(None, (lacking, lacks_before(report.id, period, analysis.whole)))),
        "timezone": analysis.data["timezone"],
        "currency": analysis.data["currency"],
        "labels": [{key: one[key] for key in ("id", "name", "color")} for one in analysis.labels],
    }
    parts = [f" {encode(key)}: {encode(value)}" for key, value in head.items()]
    if report.names:
        parts += [f' "names": {encode(report.names)}']
    parts += [f' "columns": {_columns(report.dimensions, report.measures)}']
    parts += [f' "rows": {_body(report)}', f' "totals": {encode(report.totals)}']
    if (course := course_rows(report)) is not None:
        parts += [f' "course": {_beside(course)}']
    if report.exits is not None:
        parts += [f' "exits": {_beside(report.exits)}']
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _beside(report: Report) -> str:
    """Columns and rows."""
    return f'{{"columns": {_columns(report.dimensions, report.measures)}, "rows": {_body(report)}}}'


def _body(report: Report) -> str:
    lines = ",\n".join(_rows(report))
    return f"[\n{lines}\n ]" if lines else "[]"


def _rows(report: Report) -> Iterator[str]:
    """A line each. There are millions of cells, so each different value is put together with its name once."""
    rows = report.columns
    if not len(rows):
        return
    labels = rows.labels.texts("json", lambda values: (f"{encode(one)}: {{" for one in values))
    cells = (rows.measures[one.id].texts("json", partial(_named, one.id)) for one in report.measures)
    records = [f"{label}{', '.join(found)}}}" for label, found in zip(labels, zip(*cells, strict=True), strict=True)]
    keys = (key.texts("json", partial(_named, one.id)) for one, key in zip(report.dimensions, rows.keys, strict=True))
    heads = map(", ".join, zip(*keys, repeat("")) if report.dimensions else repeat([""], len(rows)))
    for head, (start, end) in zip(heads, pairwise(rows.starts.tolist()), strict=True):
        yield f"  {{{head}{', '.join(records[start:end])}}}"


def _named(name: str, values: Iterable[Any]) -> Iterator[str]:
    head = f"{encode(name)}: "
    return (f"{head}{encode(one)}" for one in values)


def encode(value: Any) -> str:
    """JSON of plain values; a decimal keeps all its places."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    match value:
        case Mapping():
            return _object(value)
        case Sequence():
            return _array(value)
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")


def _object(value: Mapping[Any, Any]) -> str:
    return "{" + ", ".join(f"{encode(str(key))}: {encode(inner)}" for key, inner in value.items()) + "}"


def _array(value: Sequence[Any]) -> str:
    return "[" + ", ".join(map(encode, value)) + "]"


def _number(value: float) -> str:
    if not isfinite(value):
        raise ValueError("JSON has no such number")
    return repr(value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    dict: _object,
    list: _array,
    tuple: _array,
    str: json.encoder.encode_basestring,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: int.__repr__,
    float: _number,
    Decimal: lambda value: format(value, "f"),
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}"',
}


@cache
def _columns(dimensions: tuple[Column, ...], measures: tuple[Column, ...]) -> str:
    """The same for every period."""
    return encode([*(_column(one, "dimension") for one in dimensions), *(_column(one, "measure") for one in measures)])


def _column(column: Column, kind: str) -> dict[str, Any]:
    data = {"id": column.id, "title": column.title, "kind": kind}
    return data | ({"unit": column.unit} if column.unit else {}) | {"definition": column.definition}
