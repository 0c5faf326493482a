"""What charts draw of a report's rows, summed up column by column: there may be thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reporter.model import Report
from reporter.rows import Coded, Rows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """Rows that are drawn as one. ``of_row`` is each row's group, ``first`` each group's first row."""

    of_row: NDArray[np.int64]
    first: NDArray[np.int64]


def groups_by(rows: Rows, keys: Sequence[Coded]) -> Groups:
    """Of rows with equal keys, in the order in which they come."""
    number = np.zeros(len(rows), dtype=np.int64)
    for key in keys:
        number = number * (len(key.distinct.values) + 1) + key.codes + 1
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Groups(place[inverse], first[order])


def sums(rows: Rows, groups: Groups, label: str, measure: str) -> Floats:
    """A label's measure, summed up in each group; nothing counts as zero."""
    places = rows.places(label)
    of_record = np.searchsorted(rows.starts, places, side="right") - 1
    column = rows.measures[measure]
    values = column.distinct.numbers()[column.codes[places]]
    found = np.bincount(groups.of_row[of_record], weights=values, minlength=len(groups.first))
    return found.astype(np.float64)


def largest(values: Floats, number: int) -> list[int]:
    """The places of the largest that are above zero, the largest first."""
    order = np.argsort(-values, kind="stable")[:number]
    found: list[int] = order[values[order] > 0].tolist()
    return found


def key_of(report: Report, dimension: str) -> Coded:
    """The column of a dimension."""
    at = [one.id for one in report.dimensions].index(dimension)
    return report.columns.keys[at]


def records_of(report: Report, label: str, only: str = "") -> list[dict[str, Any]]:
    """A label's rows, dimensions and measures by name; where there may be many, ``only`` those with this measure."""
    rows = report.columns
    places = rows.places(label)
    if only:
        flags = rows.measures[only]
        places = places[flags.distinct.numbers()[flags.codes[places]] > 0]
    of_record = np.searchsorted(rows.starts, places, side="right") - 1
    columns = {one.id: key.at(of_record).values() for one, key in zip(report.dimensions, rows.keys, strict=True)}
    columns |= {one.id: rows.measures[one.id].at(places).values() for one in report.measures}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
