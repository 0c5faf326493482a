"""All rows of a table of which a page shows the first, as a script beside the page.

A script, since pages that were opened from the file system may load no other data. It is loaded when a reader sorts,
filters or turns the page. It tells columns: ``t`` the different texts, from the least value to the greatest, and ``c``
for each row the number of its text; so rows are sorted by numbers, and say what pages say. ``s``, where there are bars,
is each text's share of the longest, in thousandths.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.items import keys_shown
from reporter.model import Analysis, Column, Report
from reporter.rows import Coded, Numbers, Value

CALLED = "proprocessorRows"
REST = ".rows.js"
SHOWN_ROWS = 100
WHOLE = {"trend": 200, "funnel": 200, "labels": 200}
"""So many rows are shown of what is read as a whole."""


def shown_rows(report: Report, limit: int = SHOWN_ROWS) -> int:
    """So many rows are in the page."""
    return min(WHOLE.get(report.id, limit), len(report.rows))


def has_rest(report: Report) -> bool:
    """Whether some are not."""
    return shown_rows(report) < len(report.rows)


def render_rest(analysis: Analysis, report: Report) -> str:
    """The script: it calls a function of the page with the columns in the order of its table."""
    text = json.dumps(list(_columns(analysis, report)), separators=(",", ":"))
    return f"{CALLED}({text});\n"


def _columns(analysis: Analysis, report: Report) -> Iterator[dict[str, Any]]:
    rows, currency = report.columns, analysis.data["currency"]
    names = words.names_in(report.id, analysis.labels)
    for dimension, key in zip(report.dimensions, keys_shown(report), strict=True):
        yield _column(key, key.codes, partial(_named, dimension=dimension.id, names=names))
    of_record = rows.row_of_record()
    for label in shown_labels(analysis.labels, report.id):
        places = rows.places(label["id"])
        for at, measure in enumerate(report.measures):
            column = rows.measures[measure.id]
            codes = np.full(len(rows), -1)
            codes[of_record[places]] = column.codes[places]
            found = _column(column, codes, partial(_shown, column=measure, currency=currency))
            yield found | ({"s": _shares(column, codes)} if at == 0 and measure.unit in ("count", "money") else {})


def _column(column: Coded, codes: Numbers, write: Any) -> dict[str, Any]:
    ranks = column.distinct.ranks()
    _, first, inverse = np.unique(ranks[codes], return_index=True, return_inverse=True)
    texts = column.distinct.memo("rest", write)
    last = len(ranks) - 1
    return {"t": [texts[code if code >= 0 else last] for code in codes[first].tolist()], "c": inverse.tolist()}


def _shares(column: Coded, codes: Numbers) -> list[int]:
    """In the order of the texts."""
    numbers = column.distinct.numbers()
    _, first = np.unique(column.distinct.ranks()[codes], return_index=True)
    values = numbers[codes[first]]
    top = values.max(initial=0)
    found: list[int] = np.maximum(np.rint(values / top * 1000), 0).astype(np.int64).tolist() if top > 0 else []
    return found


def _named(value: Value, *, dimension: str, names: Mapping[str, str]) -> str:
    return words.named(names.get(value, value), dimension)


def _shown(value: Value, *, column: Column, currency: str) -> str:
    return words.shown(value, column.unit, currency)
