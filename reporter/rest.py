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
from numpy.typing import NDArray

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.items import keys_shown
from reporter.model import Analysis, Column, Report
from reporter.rows import Coded, Numbers, Value

CALLED = "proprocessorRows"
REST = ".rows.js"
SHOWN_ROWS = 100
CODES = ("country",)
"""Dimensions whose values are short for what is read, in tables that may be long."""
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
    return f"{CALLED}([{','.join(_columns(analysis, report))}]);\n"


def _columns(analysis: Analysis, report: Report) -> Iterator[str]:
    rows, currency = report.columns, analysis.data["currency"]
    for dimension, key in zip(report.dimensions, keys_shown(report), strict=True):
        names = report.names.get(dimension.id, {})
        write = partial(_named, dimension=dimension.id, names=names)
        yield _column(key, key.codes, write, by_text=bool(names) or dimension.id in CODES)
    of_record = rows.row_of_record()
    for label in shown_labels(analysis.labels, report.id):
        places = rows.places(label["id"])
        for at, measure in enumerate(report.measures):
            column = rows.measures[measure.id]
            codes = np.full(len(rows), -1)
            codes[of_record[places]] = column.codes[places]
            bars = at == 0 and measure.unit in ("count", "money")
            yield _column(column, codes, partial(_shown, column=measure, currency=currency), bars=bars)


def _column(column: Coded, codes: Numbers, write: Any, *, bars: bool = False, by_text: bool = False) -> str:
    """``by_text``: sorted by what is read, since values are codes."""
    texts = column.distinct.memo("rest", write)
    ranks = _places(texts, len(column.distinct.values)) if by_text else column.distinct.ranks()
    _, first, inverse = np.unique(ranks[codes], return_index=True, return_inverse=True)
    last = len(ranks) - 1
    different = _json([texts[code if code >= 0 else last] for code in codes[first].tolist()])
    more = f',"s":{_json(_shares(column, codes))}' if bars else ""
    return f'{{"t":{different},"c":[{_joined(inverse)}]{more}}}'


def _places(texts: Mapping[int, str], number: int) -> Numbers:
    """Of each value, where its text stands among all; what has none is the last, and least."""
    order = sorted(range(number), key=lambda at: (at != number - 1, texts[at].lower()))
    places = np.empty(number, dtype=np.int64)
    places[order] = np.arange(number)
    return places


_json = json.JSONEncoder(separators=(",", ":")).encode


def _joined(numbers: Numbers) -> str:
    """With commas between: scripts are mostly numbers, and one that is at hand as a text is found sooner than made."""
    global _digits  # noqa: PLW0603 - it only grows
    if (most := int(numbers.max(initial=-1)) + 1) > len(_digits):
        _digits = np.array([str(one) for one in range(most)], dtype=object)
    return ",".join(_digits[numbers].tolist())


_digits: NDArray[np.object_] = np.array([], dtype=object)


def _shares(column: Coded, codes: Numbers) -> list[int]:
    """In the order of the texts."""
    numbers = column.distinct.numbers()
    _, first = np.unique(column.distinct.ranks()[codes], return_index=True)
    values = numbers[codes[first]]
    top = values.max(initial=0)
    found: list[int] = np.maximum(np.rint(values / top * 1000), 0).astype(np.int64).tolist() if top > 0 else []
    return found


def _named(value: Value, *, dimension: str, names: Mapping[Value, str]) -> str:
    return words.named(names.get(value, value), dimension)


def _shown(value: Value, *, column: Column, currency: str) -> str:
    return words.shown(value, column.unit, currency)
