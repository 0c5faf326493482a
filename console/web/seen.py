"""A report as a reader has its table: only rows whose name has a text in it, sorted by a column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reporter import words
from reporter.model import Report, Row
from shared.errors import Rejected

MAX_TEXT = 500
SORT = re.compile(r"(?P<down>-?)(?:(?P<label>[a-z0-9_-]+)\.)?(?P<column>[a-z_]+)")


@dataclass(frozen=True)
class Seen:
    """``rows`` is the text, ``sort`` the column: ``page``, ``all.visits`` (a measure of a label), ``-all.visits``."""

    rows: str = ""
    sort: str = ""

    def of(self, report: Report) -> Report:
        """The rows that are left, in their order; totals stay those of all. :class:`Rejected` for no such column."""
        rows = list(report.rows)
        if self.rows:
            text = self.rows.strip().lower()
            rows = [row for row in rows if text in _name(report, row)]
        if self.sort:
            rows = _sorted(report, rows, self.sort)
        return replace(report, rows=tuple(rows))

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


def _name(report: Report, row: Row) -> str:
    """What the filter of a page looks into."""
    named = (words.named(value, one.id) for one, value in zip(report.dimensions, row.key, strict=True))
    return "\n".join(named).lower()


def _sorted(report: Report, rows: list[Row], sort: str) -> list[Row]:
    found = SORT.fullmatch(sort)
    dimensions, measures = [one.id for one in report.dimensions], {one.id for one in report.measures}
    if found is None or found["column"] not in (measures if found["label"] else dimensions):
        raise Rejected(
            f"The report has no column {sort!r}.", remedy="Sort by one as page or -all.visits.", reason="unknown_column"
        )
    if found["label"]:
        label, column = found["label"], found["column"]
        return sorted(rows, key=lambda row: _order(row.values.get(label, {}).get(column)), reverse=bool(found["down"]))
    at = dimensions.index(found["column"])
    return sorted(rows, key=lambda row: _order(row.key[at]), reverse=bool(found["down"]))


def _order(value: Any) -> tuple[bool, bool, Any]:
    """What is undefined is least; texts, whose letters are alike, come behind numbers."""
    is_text = isinstance(value, str)
    return value is not None, is_text, value.lower() if is_text else 0 if value is None else value
