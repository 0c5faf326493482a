"""The report model: what JSON, CSV and pages all say, in one place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

Value = Any
"""``int``, ``float``, ``Decimal``, ``str``, ``date`` or ``None``."""


@dataclass(frozen=True)
class Column:
    """A dimension or measure. ``unit`` is empty for a dimension."""

    id: str
    title: str
    definition: str
    unit: str = ""
    total: str = "none"


@dataclass(frozen=True)
class Period:
    """A stretch of days."""

    id: str
    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class Row:
    """One thing and its measures by label."""

    key: tuple[Value, ...]
    values: Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True)
class Report:
    """One report of one period: rows in published order, totals by label."""

    id: str
    title: str
    question: str
    group: str
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Mapping[str, Mapping[str, Value]]


@dataclass
class Analysis:
    """An analysis folder, read once; :meth:`reports` cuts out a period."""

    folder: Path
    data: dict[str, Any] = field(init=False)
    _rows: dict[str, dict[str, list[dict[str, Value]]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.data = json.loads((self.folder / "analysis.json").read_text(encoding="utf-8"))
        for one in self.data["reports"]:
            self._rows[one["id"]] = _rows_by_period(self.folder / f"{one['id']}.parquet")

    @property
    def labels(self) -> list[dict[str, Any]]:
        """``id``, ``name`` and ``color`` of each label, all visitors first."""
        return list(self.data["labels"])

    def periods(self) -> Iterator[Period]:
        """All periods, by kind and time."""
        for one in self.data["periods"]:
            yield Period(one["id"], one["kind"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))

    def reports(self, period: Period) -> dict[str, Report]:
        """Every report of a period, by id."""
        overview = {row["label"]: row for row in self._rows["overview"].get(period.id, [])}
        return {one["id"]: self._report(one, period, overview) for one in self.data["reports"]}

    def sources(self, period: Period) -> list[dict[str, Any]]:
        """The files with lines in a period."""
        return [self.data["sources"][number] for number in self.data["period_sources"].get(period.id, [])]

    def _report(self, meta: dict[str, Any], period: Period, overview: Mapping[str, Mapping[str, Value]]) -> Report:
        dimensions = tuple(_dimension(one, meta["id"], period.kind) for one in meta["dimensions"])
        measures = tuple(
            Column(one["id"], one["title"], one["definition"], one["unit"], one["total"]) for one in meta["measures"]
        )
        found: dict[tuple[Value, ...], dict[str, dict[str, Value]]] = {}
        for row in self._rows[meta["id"]].get(period.id, []):
            key = tuple(row[one.id] for one in dimensions)
            found.setdefault(key, {})[row["label"]] = {one.id: row[one.id] for one in measures}
        rows = tuple(Row(key, values) for key, values in found.items())
        totals = {
            label["id"]: {one.id: _total(one, label["id"], rows, overview) for one in measures} for label in self.labels
        }
        return Report(meta["id"], meta["title"], meta["question"], meta["group"], dimensions, measures, rows, totals)


def _dimension(meta: dict[str, Any], report: str, kind: str) -> Column:
    """The course of one day is told by hours."""
    if report == "trend" and kind == "day":
        return Column("hour", "Hour", "Hour of the day, in the data set's time zone.")
    return Column(meta["id"], meta["title"], meta["definition"])


def _total(
    column: Column, label: str, rows: tuple[Row, ...], overview: Mapping[str, Mapping[str, Value]]
) -> Value | None:
    rule, _, measure = column.total.partition(":")
    if rule == "overview":
        return overview.get(label, {}).get(measure)
    if rule == "sum":
        values = [row.values[label][column.id] for row in rows if label in row.values]
        return sum(value for value in values if value is not None)
    return None


def _rows_by_period(path: Path) -> dict[str, list[dict[str, Value]]]:
    """The rows of a Parquet file by period, in their order; NULL is ``None``."""
    frame = pd.read_parquet(path, dtype_backend="pyarrow").astype(object)
    frame = frame.where(frame.notna(), None)
    found: dict[str, list[dict[str, Value]]] = {}
    for record in frame.to_dict("records"):
        found.setdefault(record["period"], []).append({str(key): value for key, value in record.items()})
    return found
