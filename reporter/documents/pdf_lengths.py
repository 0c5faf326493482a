"""How many rows of each report the printed reports have, and how many of them as tables. Pure.

A cell of a table that is laid out as such takes 14 KB of memory, 70 µs, and 240 bytes of the file, most of them for
screen readers: too much for hundreds of thousands. So all reports of a document share :data:`REAL_CELLS`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from reporter.beside import tables_beside
from reporter.charts.chart import shown_labels
from reporter.documents.document import Document

REAL_CELLS = 25_000
"""Of a report of twenty columns alone 1,250 rows."""


@dataclass(frozen=True)
class Lengths:
    """How many rows of a report are shown at most (``None``: all), and how many of them are tables at least."""

    most: int | None = None
    real: int = 0

    def shown(self, rows: int) -> int:
        """How many of so many rows."""
        return rows if self.most is None else min(rows, self.most)


def lengths_of(document: Document) -> Lengths:
    """The same for every report: as many rows as there is room for, of those that have so many."""
    labels, most = document.analysis.labels, document.most_rows
    wide = [
        (
            Lengths(most).shown(len(one.rows)),
            len(one.dimensions) + len(shown_labels(labels, one.id)) * len(one.measures),
        )
        for report in document.reports.values()
        for one in (report, *tables_beside(report))
    ]

    def cells(rows: int) -> int:
        return sum(min(rows, number) * columns for number, columns in wide)

    return Lengths(most, bisect_right(range(1, REAL_CELLS + 1), REAL_CELLS, key=cells))
