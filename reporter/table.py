"""A report's table, ready to be shown.

Its cells are put together here, each different value once: there are hundreds of thousands, and a template would take
longer for them than all else takes together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from reporter import words
from reporter.model import Analysis, Column, Report
from reporter.rows import Coded, Rows, Value

ALL_ONLY = ("audit", "robots", "robot_pages")
WHOLE = ("trend", "hours", "funnel", "labels")
"""Shown to the last row: they are read as a whole."""
Labels = tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Table:
    """``body`` has ``shown`` rows; ``others`` are the cells of the row that stands for those left out."""

    caption: str
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    labels: Labels
    body: Markup
    shown: int
    others: Markup | None
    others_count: int
    totals: Markup


def make_table(analysis: Analysis, report: Report, limit: int, measures: tuple[str, ...] = ()) -> Table:
    """The first rows, one *Others* row for the rest, and totals."""
    rows, currency = report.columns, analysis.data["currency"]
    chosen = tuple(one for one in report.measures if not measures or one.id in measures)
    labels = _labels_of(analysis, report)
    shown = len(rows) if report.id in WHOLE else min(limit, len(rows))
    by_label = {label["id"]: _others(rows, shown, chosen, label["id"]) for label in labels}
    return Table(
        caption=report.question,
        dimensions=report.dimensions,
        measures=chosen,
        labels=labels,
        body=_body(report, chosen, labels, shown, currency),
        shown=shown,
        others=_line(by_label, chosen, labels, currency) if shown < len(rows) else None,
        others_count=len(rows) - shown,
        totals=_line(report.totals, chosen, labels, currency),
    )


def _labels_of(analysis: Analysis, report: Report) -> Labels:
    """Those that the settings show in this report; some tell of lines, not of visits, and know all visitors only."""
    if report.id in ALL_ONLY:
        return tuple(analysis.labels[:1])
    return tuple(label for label in analysis.labels if report.id not in label["hide_in"])


def _body(report: Report, measures: tuple[Column, ...], labels: Labels, shown: int, currency: str) -> Markup:
    """The first rows; the first measure has bars where there is something to compare."""
    columns = [
        _keys(key.at(slice(shown)), one, at)
        for at, (one, key) in enumerate(zip(report.dimensions, report.columns.keys, strict=True))
    ]
    for label in labels:
        codes = report.columns.codes_of(label["id"], shown)
        for at, one in enumerate(measures):
            bars = at == 0 and bool(report.dimensions)
            columns.append(_cells(report.columns.measures[one.id], codes[one.id], one.unit, currency, bars=bars))
    lines = "".join(f"<tr>\n{''.join(cells)}\n</tr>\n" for cells in zip(*columns, strict=True))
    return Markup(lines)  # noqa: S704 - each cell is escaped


def _cells(column: Coded, codes: list[int], unit: str, currency: str, *, bars: bool) -> list[str]:
    """A label's cells of a measure."""
    texts = column.distinct.memo("page", lambda value: _text(value, unit, currency))
    values = column.distinct.values
    top = max((values[code] or 0 for code in codes), default=0) if bars else 0
    if not top:
        return [f"{CELL}{texts[code]}" for code in codes]
    return [
        f'{CELL}<span class="bar" style="--share: {float(values[code] or 0) / float(top):.4f}"></span>{texts[code]}'
        for code in codes
    ]


CELL = '<td class="number">'


def _text(value: Value, unit: str, currency: str) -> str:
    return f"<span>{escape(words.shown(value, unit, currency))}</span></td>\n"


def _line(
    by_label: Mapping[str, Mapping[str, Value]], measures: tuple[Column, ...], labels: Labels, currency: str
) -> Markup:
    """The cells of a row that sums up; without bars, since it would make all others short."""
    values = ((by_label.get(label["id"], {}).get(one.id), one.unit) for label in labels for one in measures)
    line = "".join(f"{CELL}{_text(value, unit, currency)}" for value, unit in values)
    return Markup(line)  # noqa: S704 - each cell is escaped


def _others(rows: Rows, shown: int, measures: tuple[Column, ...], label: str) -> dict[str, Value]:
    """Sums of what can be summed row by row; a visit may have seen several of these pages, so only true sums.

    A quotient cannot be, nor can what is undefined in every row.
    """
    found = {}
    for one in measures if shown < len(rows) else ():
        values = rows.values_of(label, one.id, shown)
        known = [value for value in values if value is not None]
        if one.unit in ("count", "money") and (known or not values) and not isinstance((known or [0])[0], float):
            found[one.id] = sum(known)
    return found


def _keys(cells: Coded, column: Column, at: int) -> list[str]:
    texts = cells.distinct.memo("page", lambda value: _key_cell(value, column, at))
    return [texts[code] for code in cells.codes.tolist()]


def _key_cell(value: Value, column: Column, at: int) -> str:
    """What names a row, or a part of it."""
    text = escape(_key_text(value, column))
    if column.id == "url" and text.startswith(("http://", "https://")):
        text = Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(text)
    return f'<th scope="row">{text}</th>\n' if at == 0 else f'<td class="text">{text}</td>\n'


def _key_text(value: Value, column: Column) -> str:
    if column.id == "hour":
        return f"{value:02d}:00"
    if column.id == "weekday":
        return words.WEEKDAYS[value - 1]
    if column.id == "url":
        return str(value) if value else words.UNDEFINED
    if hasattr(value, "isoformat"):
        return f"{value:%a} {value.day} {value:%b %Y}"
    return "" if value is None else str(value)
