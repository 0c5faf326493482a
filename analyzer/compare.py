"""A report of two periods side by side: what each measure was, is, and how far that is apart. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analyzer.reports import Report

Row = Mapping[str, Any]
"""A row of a report by column: ``label``, dimensions, measures."""
ADDED_UP = frozenset({"revenue", "cost", "profit"})
"""Amounts that are nothing where there is no row, as counts are; any other measure is unknown there."""
DATED = ("trend", "date")
"""The report whose rows are days: those of two periods are never the same, and their place in the period joins them."""


@dataclass(frozen=True)
class Difference:
    """``change`` is the difference as a share of what was before: ``None`` where that is 0 or unknown."""

    before: Any
    after: Any
    difference: Any
    change: float | None


@dataclass(frozen=True)
class Compared:
    """One label's row of one thing; ``key`` are its dimensions."""

    label: str
    key: tuple[Any, ...]
    values: Mapping[str, Difference]


def compare(
    before: Sequence[Row], after: Sequence[Row], report: Report, dimensions: Sequence[str], firsts: tuple[date, date]
) -> list[Compared]:
    """Every row of either period: those of the later one in their order, then what was only before.

    ``dimensions`` are the columns that tell rows apart. Days of ``trend`` are compared by their place in the period,
    which begins on ``firsts``, the earlier one and the later, and are called as in the later one; further days of the
    earlier one keep their own name.
    """
    if (report.id, *dimensions) == DATED:
        return _compare_days(before, after, report, firsts)
    earlier = {_key(row, dimensions): row for row in before}
    found = [_compared(report, dimensions, earlier.pop(_key(row, dimensions), None), row) for row in after]
    return found + [_compared(report, dimensions, row, None) for row in earlier.values()]


def difference(before: Any, after: Any) -> Difference:
    """How far two values are apart; texts, times and answers to a question are only set side by side."""
    if not (_is_number(before) and _is_number(after)):
        return Difference(before, after, None, None)
    apart = after - before
    return Difference(before, after, apart, float(apart / before) if before else None)


def _compare_days(
    before: Sequence[Row], after: Sequence[Row], report: Report, firsts: tuple[date, date]
) -> list[Compared]:
    found = []
    for label in dict.fromkeys(row["label"] for row in (*after, *before)):
        then, now = (
            {(row["date"] - first).days: row for row in rows if row["label"] == label}
            for rows, first in zip((before, after), firsts, strict=True)
        )
        for number in dict.fromkeys((*now, *then)):
            old, new = then.get(number, {}), now.get(number, {})
            values = {one.id: difference(old.get(one.id), new.get(one.id)) for one in report.measures}
            found.append(Compared(label, ((new or old)["date"],), values))
    return found


def _compared(report: Report, dimensions: Sequence[str], before: Row | None, after: Row | None) -> Compared:
    row = after or before or {}
    values = {}
    for one in report.measures:
        old = before[one.id] if before else None
        new = after[one.id] if after else None
        if one.unit == "count" or one.id in ADDED_UP:
            old = _nothing_like(new) if before is None else old
            new = _nothing_like(old) if after is None else new
        values[one.id] = difference(old, new)
    return Compared(row["label"], tuple(row[one] for one in dimensions), values)


def _nothing_like(value: Any) -> Any:
    """0 of the other side's kind; what is unknown there is so here."""
    return None if value is None else type(value)(0)


def _key(row: Row, dimensions: Sequence[str]) -> tuple[Any, ...]:
    return (row["label"], *(row[one] for one in dimensions))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
