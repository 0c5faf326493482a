"""A report's table, ready to be shown.

Its cells are put together here, each different value once: there are hundreds of thousands, and a template would take
longer for them than all else takes together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.items import keys_shown
from reporter.model import Analysis, Column, Report, sum_of
from reporter.rest import REST, shown_rows
from reporter.rows import Coded, Rows, Value

Labels = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Table:
    """``body`` has ``shown`` rows; ``others`` are the cells of the row that stands for those left out, ``totals`` those
    of the last one, if any of these can be added up.

    ``rest`` is the name of the script with all rows, if some are left out (:mod:`reporter.rest`).
    """

    report: str
    caption: str
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    labels: Labels
    body: Markup
    shown: int
    others: Markup | None
    others_count: int
    totals: Markup | None
    rest: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """All that have a definition."""
        return self.dimensions + self.measures


def make_table(analysis: Analysis, report: Report, limit: int, measures: tuple[str, ...] = ()) -> Table:
    """The first rows, one *Others* row for the rest, and totals."""
    rows, currency = report.columns, analysis.data["currency"]
    chosen = tuple(one for one in report.measures if not measures or one.id in measures)
    labels = tuple(shown_labels(analysis.labels, report.id))
    shown = shown_rows(report, limit)
    by_label = {label["id"]: others_of(rows, shown, chosen, label["id"]) for label in labels}
    return Table(
        report=report.id,
        caption=report.question,
        dimensions=report.dimensions,
        measures=chosen,
        labels=labels,
        body=_body(report, chosen, labels, shown, currency),
        shown=shown,
        others=_line(by_label, chosen, labels, currency) if shown < len(rows) else None,
        others_count=len(rows) - shown,
        totals=_line(report.totals, chosen, labels, currency) if has_total(report, chosen) else None,
        rest=f"{report.id}{REST}" if shown < len(rows) else "",
    )


def has_total(report: Report, measures: Iterable[Column]) -> bool:
    """Whether a row below the table would say anything; where days are compared, columns do not tell it themselves."""
    known = {one.id for one in measures}
    return any(value is not None for values in report.totals.values() for one, value in values.items() if one in known)


def _body(report: Report, measures: tuple[Column, ...], labels: Labels, shown: int, currency: str) -> Markup:
    """The first rows; the first measure has bars where there is something to compare."""
    columns = [
        _keys(key.at(slice(shown)), one, at, report.names.get(one.id, {}))
        for at, (one, key) in enumerate(zip(report.dimensions, keys_shown(report), strict=True))
    ]
    for label in labels:
        codes = report.columns.codes_of(label["id"], shown)
        for at, one in enumerate(measures):
            bars = at == 0 and one.unit in ("count", "money")
            columns.append(_cells(report.columns.measures[one.id], codes[one.id], one.unit, currency, bars=bars))
    lines = "".join(f"<tr>\n{''.join(cells)}\n</tr>\n" for cells in zip(*columns, strict=True))
    return Markup(lines)  # noqa: S704 - each cell is escaped


def _cells(column: Coded, codes: list[int], unit: str, currency: str, *, bars: bool) -> list[str]:
    """A label's cells of a measure."""
    texts = column.distinct.memo("page", lambda value: _text(value, unit, currency))
    if not bars:
        return [f"{CELL}{texts[code]}" for code in codes]
    numbers = column.distinct.numbers()[codes]
    top = numbers.max(initial=0)
    if top <= 0:
        return [f"{CELL}{texts[code]}" for code in codes]
    shares = np.round(numbers / top, 3).tolist()
    return [
        f'<td style="--s:{share:g}">{texts[code]}' if share > 0 else f"{CELL}{texts[code]}"
        for share, code in zip(shares, codes, strict=True)
    ]


CELL = "<td>"
PARTS, SHORT = re.compile(r"[^/_.?&=-]*[/_.?&=-]+|[^/_.?&=-]+"), 12


def shown_cell(text: str) -> str:
    """What stands behind the beginning of a cell."""
    return f"{escape(text)}</td>\n"


def _text(value: Value, unit: str, currency: str) -> str:
    return shown_cell(words.shown(value, unit, currency))


def _line(
    by_label: Mapping[str, Mapping[str, Value]], measures: tuple[Column, ...], labels: Labels, currency: str
) -> Markup:
    """The cells of a row that sums up; without bars, since it would make all others short."""
    values = ((by_label.get(label["id"], {}).get(one.id), one.unit) for label in labels for one in measures)
    line = "".join(f"{CELL}{_text(value, unit, currency)}" for value, unit in values)
    return Markup(line)  # noqa: S704 - each cell is escaped


def others_of(rows: Rows, shown: int, measures: tuple[Column, ...], label: str) -> dict[str, Value]:
    """Sums of what can be summed row by row; a visit may have seen several of these pages, so only true sums.

    A quotient cannot be, nor can what is undefined in every row.
    """
    found = {}
    for one in measures if shown < len(rows) else ():
        added = sum_of(rows.values_of(label, one.id, shown)) if one.unit in ("count", "money") else None
        if added is not None and not isinstance(added, float):
            found[one.id] = added
    return found


def breakable(text: str) -> Markup:
    """Long names are broken behind what parts their words, and within a word only where there is no room for it."""
    parts = PARTS.findall(text) if len(text) > SHORT else [text]
    return Markup("<wbr>").join(parts)


def _keys(cells: Coded, column: Column, at: int, names: Mapping[Value, str]) -> list[str]:
    texts = cells.distinct.memo("page", lambda value: _key_cell(names.get(value, value), column, at))
    return [texts[code] for code in cells.codes.tolist()]


def _key_cell(value: Value, column: Column, at: int) -> str:
    """What names a row, or a part of it."""
    name = words.named(value, column.id)
    text = breakable(name)
    if column.id == "url" and name.startswith(("http://", "https://")):
        text = Markup('<a href="{0}" rel="noopener noreferrer nofollow">{1}</a>').format(name, text)
    order = f' data-v="{value}"' if column.id in ("date", "weekday") else ""
    return f'<th scope="row"{order}>{text}</th>\n' if at == 0 else f'<td class="text"{order}>{text}</td>\n'
