"""The report model: what JSON, CSV and pages all say, in one place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import repeat
from pathlib import Path
from typing import Any

import pandas as pd

LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Colour alone tells too few people which label is meant."""
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
    """An analysis folder, read once, of periods of these kinds; :meth:`reports` cuts out a period."""

    folder: Path
    kinds: Collection[str] = ("day", "week", "month", "year", "all")
    data: dict[str, Any] = field(init=False)
    _tables: dict[str, _Table] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.data = json.loads((self.folder / "analysis.json").read_text(encoding="utf-8"))
        wanted = [one["id"] for one in self.data["periods"] if one["kind"] in self.kinds]
        for one in self.data["reports"]:
            self._tables[one["id"]] = _Table(self.folder / f"{one['id']}.parquet", wanted)

    @property
    def labels(self) -> list[dict[str, Any]]:
        """``id``, ``name``, ``color``, ``hide_in``, ``letter`` and ``ink`` of each label; all visitors first."""
        return [
            {**one, "letter": LETTERS[number : number + 1].strip(), "ink": _ink(one["color"])}
            for number, one in enumerate(self.data["labels"])
        ]

    def periods(self) -> Iterator[Period]:
        """All periods, by kind and time."""
        for one in self.data["periods"]:
            yield Period(one["id"], one["kind"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))

    def reports(self, period: Period) -> dict[str, Report]:
        """Every report of a period, by id."""
        table = self._tables["overview"]
        measures = [name for name in table.columns if name not in ("period", "label")]
        overview = {label: values for _, label, values in table.rows(period.id, [], measures)}
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
        names = [one.id for one in dimensions], [one.id for one in measures]
        for key, label, values in self._tables[meta["id"]].rows(period.id, *names):
            found.setdefault(key, {})[label] = values
        rows = tuple(Row(key, values) for key, values in found.items())
        totals = {
            label["id"]: {one.id: total(one, label["id"], rows, overview) for one in measures} for label in self.labels
        }
        return Report(meta["id"], meta["title"], meta["question"], meta["group"], dimensions, measures, rows, totals)


def _dimension(meta: dict[str, Any], report: str, kind: str) -> Column:
    """The course of one day is told by hours."""
    if report == "trend" and kind == "day":
        return Column("hour", "Hour", "Hour of the day, in the data set's time zone.")
    return Column(meta["id"], meta["title"], meta["definition"])


def total(column: Column, label: str, rows: Sequence[Row], overview: Mapping[str, Mapping[str, Value]]) -> Value | None:
    """Of what overlaps, the overview's; of what can be added up, the sum; else none."""
    rule, _, measure = column.total.partition(":")
    if rule == "overview":
        return overview.get(label, {}).get(measure)
    if rule == "sum":
        values = [row.values[label][column.id] for row in rows if label in row.values]
        return sum(value for value in values if value is not None)
    return None


def _ink(color: str | None) -> str:
    """Black or white, whichever can be read on the colour (WCAG 2.2, relative luminance)."""
    channels = [int((color or "#6b7280")[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return "#000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#fff"


class _Table:
    """The rows of a Parquet file by column, those of a period together; NULL is ``None``, a time is aware."""

    def __init__(self, path: Path, periods: Sequence[str]) -> None:
        frame = pd.read_parquet(path, dtype_backend="pyarrow", filters=[("period", "in", periods)])
        self.columns = {str(name): _plain(frame[name]) for name in frame.columns}
        self._bounds: dict[str, tuple[int, int]] = {}
        for at, period in enumerate(self.columns["period"]):
            self._bounds[period] = (self._bounds.get(period, (at, 0))[0], at + 1)

    def rows(
        self, period: str, dimensions: Sequence[str], measures: Sequence[str]
    ) -> Iterator[tuple[tuple[Value, ...], str, dict[str, Value]]]:
        """Key, label and measures of each row of a period, in order."""
        start, end = self._bounds.get(period, (0, 0))
        keys = zip(*(self.columns[one][start:end] for one in dimensions), strict=True) if dimensions else repeat(())
        values = zip(*(self.columns[one][start:end] for one in measures), strict=True)
        for key, label, found in zip(keys, self.columns["label"][start:end], values, strict=False):
            yield key, label, dict(zip(measures, found, strict=True))


def _plain(column: pd.Series[Any]) -> list[Value]:
    values: list[Value] = column.astype(object).where(column.notna(), None).tolist()
    if any(isinstance(one, pd.Timestamp) for one in values[:1]):
        return [one and one.to_pydatetime().replace(tzinfo=UTC) for one in values]
    return values
