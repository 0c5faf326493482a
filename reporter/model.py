"""The report model: what JSON, CSV and pages all say, in one place."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reporter.colors import luminance
from reporter.exits import EXITS, exits_of
from reporter.report import Column, Period, Report, RobotHits, names_in
from reporter.rows import Coded, Row, Rows, Value, rows_of_records
from reporter.tables import Table

__all__ = ["Analysis", "Column", "Period", "Report", "RobotHits", "Row", "sum_of", "total"]
LETTERS = " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Colour alone tells too few people which label is meant."""
Overview = Mapping[str, Mapping[str, Value]]


@dataclass
class Analysis:
    """An analysis folder. Only what it says of itself is read at once; rows are when :meth:`reports` is asked for them.

    An analysis never changes, but may be removed: then reading raises :class:`FileNotFoundError`.
    """

    folder: Path
    data: dict[str, Any] = field(init=False)
    _files: dict[str, frozenset[str]] = field(init=False, default_factory=dict)
    _tables: dict[Path, Table] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.data = json.loads((self.folder / "analysis.json").read_text(encoding="utf-8"))
        # A file that is not among these says that there are no rows; one that goes later, that the analysis went.
        self._files = {
            name: frozenset(os.listdir(self.folder / name))  # noqa: PTH208 - names, hundreds of them
            for name in {self.tables_of(one["id"]) for one in self.data["periods"]}
        }

    def __getstate__(self) -> dict[str, Any]:
        """For another process: open files stay here."""
        return {**self.__dict__, "_tables": {}}

    @cached_property
    def labels(self) -> list[dict[str, Any]]:
        """``id``, ``name``, ``color``, ``hide_in``, ``letter`` and ``ink`` of each label; all visitors first."""
        return [
            {**one, "letter": LETTERS[number : number + 1].strip(), "ink": _ink(one["color"])}
            for number, one in enumerate(self.data["labels"])
        ]

    @cached_property
    def whole(self) -> Period:
        """From the first day with lines to the last."""
        return next(one for one in self.periods() if one.kind == "all")

    @cached_property
    def zone(self) -> ZoneInfo:
        """That of the data set: its days, and times as they are read."""
        return ZoneInfo(self.data["timezone"])

    @cached_property
    def _told(self) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in self.data["periods"]}

    def periods(self) -> Iterator[Period]:
        """All periods, by kind and time."""
        for one in self.data["periods"]:
            yield Period(one["id"], one["kind"], date.fromisoformat(one["first"]), date.fromisoformat(one["last"]))

    def made(self, period: Period) -> str | None:
        """A text that is another when any row of a period is; ``None``: nobody knows."""
        made: str | None = self._told[period.id].get("made")
        return made

    def notes(self, period: Period) -> list[str]:
        """What a reader of a period's numbers must know: of all periods, then of this one."""
        return [*self.data["notes"], *self._told[period.id].get("notes", ())]

    def sources(self, period: Period) -> list[dict[str, Any]]:
        """The files with lines in a period."""
        return [self.data["sources"][number] for number in self.data["period_sources"].get(period.id, [])]

    def tables_of(self, period: str) -> str:
        """The folder, below the analysis folder, of a period's rows."""
        folder: str = self._told[period].get("tables", "")
        return folder

    def rows(self, periods: Sequence[Period]) -> dict[str, int]:
        """How many rows, each label's counted, all reports of each period have together."""
        found = {one.id: 0 for one in periods}
        for folder, here in self._by_folder(periods).items():
            for meta in self.data["reports"]:
                if (table := self._table(folder, meta["id"])) is not None:
                    for period in here:
                        found[period.id] += table.count(period.id)
        return found

    def reports(self, periods: Sequence[Period], only: Collection[str] = ()) -> dict[str, dict[str, Report]]:
        """Of every period each report, or only these, by their ids."""
        wanted = [one for one in self.data["reports"] if not only or one["id"] in only]
        found: dict[str, dict[str, Report]] = {}
        for folder, here in self._by_folder(periods).items():
            overviews = {one.id: _overview(columns) for one, columns in self._read(folder, "overview", here)}
            for meta in wanted:
                courses = {
                    one.id: _course(columns) for one, columns in self._read(folder, f"{meta['id']}_course", here)
                }
                left = dict(self._read(folder, f"{meta['id']}{EXITS}", here))
                for period, columns in self._read(folder, meta["id"], here):
                    report = self._report(meta, period, columns, overviews[period.id], courses[period.id])
                    exits = exits_of(report, left[period])
                    found.setdefault(period.id, {})[report.id] = replace(report, exits=exits) if exits else report
        return found

    def _by_folder(self, periods: Sequence[Period]) -> dict[str, list[Period]]:
        found: dict[str, list[Period]] = {}
        for one in periods:
            found.setdefault(self.tables_of(one.id), []).append(one)
        return found

    def _table(self, folder: str, report: str) -> Table | None:
        """The file with a report's rows; ``None``: there are none."""
        path = self.folder / folder / f"{report}.parquet"
        if path.name not in self._files[folder]:
            return None
        if any(one.parent != path.parent for one in self._tables):
            self._tables.clear()  # there may be more folders than a process may have files open
        if path not in self._tables:
            self._tables[path] = Table(path, self.zone)
        return self._tables[path]

    def _read(
        self, folder: str, report: str, periods: Sequence[Period]
    ) -> Iterator[tuple[Period, Mapping[str, Coded]]]:
        """A report's columns of each period; none where it has no rows."""
        table = self._table(folder, report)
        found = dict(table.columns([one.id for one in periods])) if table is not None else {}
        for period in periods:
            yield period, found.get(period.id, {})

    def _report(
        self,
        meta: dict[str, Any],
        period: Period,
        columns: Mapping[str, Coded],
        overview: Overview,
        course: Sequence[RobotHits],
    ) -> Report:
        dimensions = tuple(_dimension(one, meta["id"], period.kind) for one in meta["dimensions"])
        measures = tuple(
            Column(one["id"], one["title"], one["definition"], one["unit"], one["total"]) for one in meta["measures"]
        )
        rows = rows_of_records(columns, [one.id for one in dimensions], [one.id for one in measures])
        totals = {
            label["id"]: {one.id: total(one, label["id"], rows, overview) for one in measures} for label in self.labels
        }
        told = (meta["id"], meta["title"], meta["question"], meta["group"])
        names = names_in(meta["id"], self.data["labels"], self.data.get("funnels", ()))
        return Report(*told, dimensions, measures, rows, totals, course, names)


def _overview(columns: Mapping[str, Coded]) -> Overview:
    """The measures of the overview by label."""
    rows = rows_of_records(columns, [], [one for one in columns if one != "label"])
    return rows[0].values if rows else {}


def _course(columns: Mapping[str, Coded]) -> Sequence[RobotHits]:
    """What is in the table beside a report's; an analysis of an older version has none."""
    parts = [columns[one].values() for one in RobotHits._fields if one in columns]
    return tuple(RobotHits(*one) for one in zip(*parts, strict=True))


def _dimension(meta: dict[str, Any], report: str, kind: str) -> Column:
    """The course of one day is told by hours."""
    if report == "trend" and kind == "day":
        return Column("hour", "Hour", "Hour of the day, in the data set's time zone.")
    return Column(meta["id"], meta["title"], meta["definition"])


def total(column: Column, label: str, rows: Sequence[Row], overview: Overview) -> Value | None:
    """Of what overlaps, the overview's; of what can be added up, the sum (:func:`sum_of`); else none."""
    rule, _, measure = column.total.partition(":")
    if rule == "overview":
        return overview.get(label, {}).get(measure)
    if rule == "sum":
        values = (
            rows.values_of(label, column.id)
            if isinstance(rows, Rows)
            else [row.values[label][column.id] for row in rows if label in row.values]
        )
        return sum_of(values)
    return None


def sum_of(values: Sequence[Value]) -> Value | None:
    """What is known of them added up; ``None`` where there are some and nothing is known: that is not zero."""
    known = [value for value in values if value is not None]
    return sum(known) if known or not values else None


def _ink(color: str | None) -> str:
    """Black or white, whichever can be read on the colour."""
    return "#000" if luminance(color or "#6b7280") > 0.179 else "#fff"
