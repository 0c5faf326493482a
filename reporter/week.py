"""The hours of the week as a table that people read: a line for each hour, a column for each weekday, and sums.

The report has a row for each of up to 168 hours, in data and as a list; this shows one measure of one label. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from reporter import words
from reporter.model import Column, Report

HOURS = range(24)


@dataclass(frozen=True)
class Week:
    """``numbers`` has a line for each hour, a column for each of the ``weekdays`` (1 is Monday) that there are."""

    label: Mapping[str, Any]
    measure: Column
    weekdays: tuple[int, ...]
    numbers: NDArray[np.int64]

    @property
    def caption(self) -> str:
        """What the table shows."""
        return f"{self.measure.title} of {self.label['name']} by hour and weekday"

    @property
    def days(self) -> list[str]:
        """The names of the columns."""
        return [words.named(one, "weekday") for one in self.weekdays]

    @property
    def lines(self) -> list[tuple[str, list[int]]]:
        """The name of each hour, its numbers, and their sum."""
        found = np.column_stack((self.numbers, self.numbers.sum(axis=1)))
        return [(words.named(hour, "hour"), found[hour].tolist()) for hour in HOURS]

    @property
    def sums(self) -> list[int]:
        """Those of the weekdays, and of all."""
        return [*self.numbers.sum(axis=0).tolist(), int(self.numbers.sum())]

    @property
    def body(self) -> Markup:
        """The lines as rows of a page's table; the more, the darker."""
        top = self.numbers.max(initial=0)
        lines = "".join(_row(name, numbers, top) for name, numbers in self.lines)
        return Markup(lines)  # noqa: S704 - each text is escaped


def weeks_of(report: Report, labels: Sequence[Mapping[str, Any]], *, fewest_days: int = 2) -> Iterator[Week]:
    """A table for each label and each of its counts; what has no row is zero. One day is no week for readers of pages,
    and has none.
    """
    rows = report.columns
    days, hours = (np.array(key.values(), dtype=np.int64) for key in rows.keys)
    weekdays = np.unique(days)
    for label in labels if len(weekdays) >= fewest_days else ():
        codes = rows.codes_of(label["id"], len(rows))
        for one in report.measures:
            if one.unit == "count":
                numbers = np.zeros((len(HOURS), len(weekdays)), dtype=np.int64)
                numbers[hours, np.searchsorted(weekdays, days)] = rows.measures[one.id].distinct.numbers()[
                    codes[one.id]
                ]
                yield Week(label, one, tuple(weekdays.tolist()), numbers)


def is_calendar(report: Report) -> bool:
    """Whether it has all hours in their order: a reader may have chosen and sorted rows, and wants them so."""
    keys = [row.key for row in report.rows]
    visits = sum(one or 0 for one in report.columns.values_of("all", "visits"))
    return keys == sorted(keys) and visits == report.totals.get("all", {}).get("visits")


def _row(name: str, numbers: Sequence[int], top: int) -> str:
    cells = [_cell(number, top) for number in numbers[:-1]]
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}{_cell(numbers[-1], 0)}</tr>\n'


def _cell(number: int, top: int) -> str:
    shade = f' style="--s:{number / top:.2g}"' if top > 0 and number > 0 else ""
    return f"<td{shade}>{words.shown(number, 'count', '')}</td>"
