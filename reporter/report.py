"""What a report is: its columns and rows, and what readers call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from reporter.rows import Row, Rows, Value

Names = Mapping[str, Mapping[Value, str]]
"""By dimension and value."""


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


class RobotHits(NamedTuple):
    """Hits of a robot in a ``part`` of a period: a day or month, by its id. Those of all others have no name."""

    part: str
    robot: str | None
    purpose: str | None
    hits: int


@dataclass(frozen=True)
class Report:
    """One report of one period: rows in published order, totals by label.

    ``course`` is how robots came part by part, the one with most hits first; other reports and a day have none.
    ``names`` are what readers call values of a dimension that the settings name; files for programs have the values.
    ``exits`` of a funnel are where visits go that do not go on, as a report of its own.
    """

    id: str
    title: str
    question: str
    group: str
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    rows: Sequence[Row]
    totals: Mapping[str, Mapping[str, Value]]
    course: Sequence[RobotHits] = ()
    names: Names = field(default_factory=dict)
    exits: Report | None = None

    @cached_property
    def columns(self) -> Rows:
        """The rows, by column."""
        return Rows.of(self.rows, len(self.dimensions), [one.id for one in self.measures])


def names_in(
    report: str, labels: Sequence[Mapping[str, Any]], funnels: Sequence[Mapping[str, Any]]
) -> dict[str, dict[Value, str]]:
    """What readers call labels and funnels in the report whose rows they are; two of one name have their ids, too."""
    match report:
        case "labels":
            return {"other": {one["id"]: one["name"] for one in labels}}
        case "funnel":
            names = [one["name"] or one["id"] for one in funnels]
            return {
                "funnel": {
                    one["id"]: name if names.count(name) == 1 else f"{name} ({one['id']})"
                    for one, name in zip(funnels, names, strict=True)
                }
            }
        case _:
            return {}
