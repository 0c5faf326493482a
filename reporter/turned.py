"""A report of one row as a page's table: a measure a row, labels side by side. In one row they would be many columns.

E-mail, PDF and spreadsheet show it so, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup, escape

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.model import Analysis, Column, Report
from reporter.table import CELL, Labels, shown_cell


@dataclass(frozen=True)
class Turned:
    """``columns`` are the measures, each a row of the ``body``; they have units of their own, and no sum."""

    report: str
    caption: str
    columns: tuple[Column, ...]
    labels: Labels
    body: Markup

    @property
    def shown(self) -> int:
        """How many rows there are."""
        return self.body.count("<tr")


def turn(analysis: Analysis, report: Report) -> Turned:
    """The table of a report without dimensions; without rows where nothing is known."""
    labels = tuple(shown_labels(analysis.labels, report.id))
    values = report.rows[0].values if report.rows else {}
    currency = analysis.data["currency"]
    lines = []
    for one, whole in zip(report.measures, accumulate(report.measures, _whole), strict=True):
        texts = [words.shown(values.get(label["id"], {}).get(one.id), one.unit, currency) for label in labels]
        lines.append(_line(one, texts, is_part=one is not whole))
    body = Markup("".join(lines) if values else "")  # noqa: S704 - each cell is escaped
    return Turned(report.id, report.question, report.measures, labels, body)


def _whole(before: Column, one: Column) -> Column:
    """Of a measure; where days are compared, what it was and how it changed stand behind it."""
    return before if one.id.startswith(f"{before.id}_") and one.title.startswith(f"{before.title}, ") else one


def _line(column: Column, texts: list[str], *, is_part: bool) -> str:
    name = f'<th scope="row"><span class="term" data-term="{escape(column.id)}">{escape(column.title)}</span></th>\n'
    cells = "".join(f"{CELL}{shown_cell(text)}" for text in texts)
    row = '<tr class="part">' if is_part else "<tr>"
    return f"{row}\n{name}{cells}</tr>\n"
