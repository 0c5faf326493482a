"""A report as a reader has its table: only rows whose name has a text in it, sorted by a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from reporter.items import key_named
from reporter.model import Report
from reporter.report import Names
from shared.errors import Rejected

MAX_TEXT = 500
SORT = re.compile(r"(?P<down>-?)(?:(?P<label>[a-z0-9_-]+)\.)?(?P<column>[a-z_]+)")
R = TypeVar("R")


@dataclass(frozen=True)
class Shape:
    """The columns of a report; ``names`` are those that settings give to what rows are about, by dimension."""

    dimensions: Sequence[str]
    measures: Sequence[str]
    names: Names = field(default_factory=dict)

    def named(self, key: Sequence[Any]) -> tuple[str, ...]:
        """What a row is about, as a reader has it before the eyes."""
        return key_named(key, self.dimensions, self.names)

    def place(self, key: Sequence[Any], at: int) -> Any:
        """What a part of that is sorted by: its text; numbers and days by themselves."""
        return self.named(key)[at] if key[at] and isinstance(key[at], str) else key[at]

    def read(self, sort: str) -> tuple[str | None, str, bool]:
        """The label of a measure, else nothing; the column; whether the largest comes first."""
        found = SORT.fullmatch(sort)
        if found is None or found["column"] not in (self.measures if found["label"] else self.dimensions):
            raise Rejected(
                f"The report has no column {sort!r}.",
                remedy="Sort by one as page or -all.visits.",
                reason="unknown_column",
            )
        return found["label"], found["column"], bool(found["down"])


@dataclass(frozen=True)
class Seen:
    """``rows`` is the text, ``sort`` the column: ``page``, ``all.visits`` (a measure of a label), ``-all.visits``."""

    rows: str = ""
    sort: str = ""

    def of(self, report: Report) -> Report:
        """The rows that are left, in their order; totals stay those of all. :class:`Rejected` for no such column."""
        shape = Shape([one.id for one in report.dimensions], [one.id for one in report.measures], report.names)
        rows = self.choose(report.rows, shape, lambda row: row.key, lambda row, label: row.values.get(label, {}))
        return replace(report, rows=tuple(rows))

    def of_json(self, report: Mapping[str, Any]) -> list[Any]:
        """The same of a report's JSON: its rows."""
        names = [one["id"] for one in report["columns"] if one["kind"] == "dimension"]
        measures = [one["id"] for one in report["columns"] if one["kind"] == "measure"]
        labels = {one["id"] for one in report["labels"]}
        return self.choose(
            report["rows"],
            Shape(names, measures, report.get("names", {})),
            lambda row: [date.fromisoformat(row[name]) if name == "date" else row[name] for name in names],
            lambda row, label: row.get(label, {}) if label in labels else {},
        )

    def choose(
        self,
        rows: Sequence[R],
        shape: Shape,
        key_of: Callable[[R], Sequence[Any]],
        values_of: Callable[[R, str], Mapping[str, Any]],
    ) -> list[R]:
        """``key_of`` gives what a row is about, ``values_of`` its measures of a label."""
        found = list(rows)
        if self.rows:
            text = self.rows.strip().lower()
            found = [row for row in found if text in "\n".join(shape.named(key_of(row))).lower()]
        if not self.sort:
            return found
        label, column, is_down = shape.read(self.sort)
        if label:
            return sorted(found, key=lambda row: _order(values_of(row, label).get(column)), reverse=is_down)
        at = shape.dimensions.index(column)
        return sorted(found, key=lambda row: _order(shape.place(key_of(row), at)), reverse=is_down)

    def told(self, report: Report) -> list[str]:
        """For a document: what its reader does not see otherwise."""
        found = [f"only rows with “{self.rows}” in their name"] if self.rows else []
        if self.sort:
            titles = {one.id: one.title for one in (*report.dimensions, *report.measures)}
            found.append(f"sorted by {titles[self.sort.rpartition('.')[2].removeprefix('-')]}")
        text = ", ".join(found)
        return [f"{text[:1].upper()}{text[1:]}; totals are of all rows."] if found else []


ALL_ROWS = Seen()


def read_seen(query: Mapping[str, str]) -> Seen:
    """What an address asks for."""
    return Seen(query.get("rows", "")[:MAX_TEXT], query.get("sort", ""))


def _order(value: Any) -> tuple[bool, bool, Any]:
    """What is undefined is least; texts, whose letters are alike, come behind numbers."""
    is_text = isinstance(value, str)
    return value is not None, is_text, value.lower() if is_text else 0 if value is None else value
