"""A report's table on paper: how much of it, how wide, and in how many parts side by side. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.documents.document import Document
from reporter.documents.pdf_lengths import Lengths
from reporter.documents.pdf_rows import Page, pages_of
from reporter.documents.pdf_text import breakable, printed
from reporter.documents.sheet_text import width
from reporter.items import keys_shown
from reporter.model import Column, Report
from reporter.rows import Coded, Rows, Value
from reporter.week import Week, is_calendar, weeks_of

MOST_CELLS = 2_000
"""A table with more cells may go on on further pages behind its first rows (:mod:`pdf_rows`)."""
BELOW_CHART, BELOW_HEADING = 0.36, 0.86
"""Of a page, the part that those first rows take."""
PORTRAIT_MM, LANDSCAPE_MM = 174.0, 261.0
DIGIT_MM, PADDING_MM, GUTTER_MM = 1.5, 3.0, 1.5
KEY_MM, WIDEST_KEY_MM = 22.0, 75.0
PORTRAIT_HIGH_MM, LANDSCAPE_HIGH_MM = 255.0, 168.0
TYPE_MM = 7 * 25.4 / 72
PITCH = 1.35
"""How far lines of further pages are apart, as a multiple of their type."""
HEAD_MM, TITLE_MM = 9.0, 3.2
"""How high the head of a further page may be, and each line of its titles."""
Cell = tuple[Mapping[str, Any], Column]
"""A column of the table: a label and a measure."""


@dataclass(frozen=True)
class Rest:
    """Where a table has more cells than are laid out as such: what sets its rows.

    ``begun`` gives so many of the first, ``pages`` those from a row on, so many ``lines`` a page; ``columns`` are the
    texts of numbers, column by column. At least ``real`` rows are laid out.
    """

    real: int
    lines: int
    begun: Callable[[int], list[list[str]]]
    pages: Callable[[int, int], Iterator[Page]]
    columns: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Part:
    """One table, ``told`` as the template takes it; with a ``rest`` it has no rows yet."""

    told: dict[str, Any]
    rest: Rest | None = None

    def begin(self, *, below_chart: bool) -> int:
        """Let it have its real rows, or as many as its first page has room for; gives their number."""
        if self.rest is None:
            return len(self.told["rows"])
        room = int(self.rest.lines * (BELOW_CHART if below_chart else BELOW_HEADING))
        first = max(self.rest.real, next(self.rest.pages(0, room)).stop)
        self.told["rows"] = self.rest.begun(first)
        return first


@dataclass(frozen=True)
class PaperTable:
    """``parts`` stand one below the other, each with the columns that name a row."""

    landscape: bool
    shown: int
    parts: Sequence[Part]


def paper_table(document: Document, report: Report, lengths: Lengths) -> PaperTable:
    """All rows, or where there are too many an *Others* row for the rest, and totals; of labels, those of pages."""
    labels = shown_labels(document.analysis.labels, report.id)
    if not report.dimensions:
        return _turned(document, report, labels)
    if report.id == "hours" and is_calendar(report) and (weeks := list(weeks_of(report, labels))):
        return PaperTable(landscape=False, shown=len(report.rows), parts=[Part(_week(one)) for one in weeks])
    rows = report.columns
    shown = lengths.shown(len(rows))
    keys = [
        _keys(key.at(slice(shown)), one, report.names.get(one.id, {}))
        for one, key in zip(report.dimensions, keys_shown(report), strict=True)
    ]
    key_mm = [_key_mm(texts, one) for texts, one in zip(keys, report.dimensions, strict=True)]
    columns = [_Column(document, report, (label, one), shown) for label in labels for one in report.measures]
    landscape, packed = _packed(columns, sum(min(one, KEY_MM * 2) for one in key_mm))
    room = LANDSCAPE_MM if landscape else PORTRAIT_MM
    is_long = shown > lengths.real and shown * (len(keys) + len(columns)) > MOST_CELLS
    found = []
    for part in packed:
        fitted = _fitted(key_mm, room - _mm(part))
        begun = partial(_cells, keys, part)
        told = _part(report, keys, fitted, part, shown) | {"rows": [] if is_long else begun(shown)}
        if not is_long:
            found.append(Part(told))
            continue
        rooms = [(one - PADDING_MM) / TYPE_MM for one in fitted]
        lines = _lines(report, part, LANDSCAPE_HIGH_MM if landscape else PORTRAIT_HIGH_MM)
        pages = partial(pages_of, keys, rooms)
        found.append(Part(told, Rest(lengths.real, lines, begun, pages, [one.texts for one in part])))
    return PaperTable(landscape, shown, found)


def _cells(keys: Sequence[Sequence[str]], columns: Sequence[_Column], number: int) -> list[list[str]]:
    """The first so many rows."""
    return [[*(breakable(texts[at]) for texts in keys), *(one.texts[at] for one in columns)] for at in range(number)]


def _fitted(key_mm: Sequence[float], room: float) -> list[float]:
    """Where what names rows is too long for the room, it shares what numbers leave, and is broken."""
    share = min(1.0, room / sum(key_mm))
    return [one * share for one in key_mm]


def _lines(report: Report, columns: Sequence[_Column], high_mm: float) -> int:
    """How many lines a further page has room for."""
    titles = max(
        len(one.split()) for one in (*(one.title for one in report.dimensions), *(one.title for one in columns))
    )
    return int((high_mm - HEAD_MM - titles * TITLE_MM) / (TYPE_MM * PITCH))


class _Column:
    """The texts of a label's measure, and how wide they are."""

    def __init__(self, document: Document, report: Report, cell: Cell, shown: int) -> None:
        self.label, self.measure = cell
        rows, currency, unit = report.columns, document.currency, self.measure.unit
        self.title = printed(self.measure.title)
        values = rows.measures[self.measure.id].distinct.values
        codes = rows.codes_of(self.label["id"], shown)[self.measure.id]
        texts = {code: words.shown(values[code], unit, currency) for code in set(codes)}
        self.texts = [texts[code] for code in codes]
        others = others_of(rows, shown, self.measure, self.label["id"])
        self.others = words.shown(others, unit, currency)
        self.total = words.shown(report.totals.get(self.label["id"], {}).get(self.measure.id), unit, currency)
        heading = max(map(width, self.title.split()), default=0)
        longest = max(map(width, [*texts.values(), self.others, self.total]))
        self.mm = max(longest, heading) * DIGIT_MM + PADDING_MM


def _packed(columns: Sequence[_Column], keys_mm: float) -> tuple[bool, list[list[_Column]]]:
    """In portrait if all fit beside each other; else in landscape, labels together as far as they fit."""
    if keys_mm + _mm(columns) <= PORTRAIT_MM:
        return False, [list(columns)]
    room = LANDSCAPE_MM - keys_mm
    parts: list[list[_Column]] = []
    for group in _by_label(columns):
        if parts and _mm(parts[-1]) + _mm(group) <= room:
            parts[-1] += group
            continue
        parts.append([])
        for one in group:
            if parts[-1] and _mm([*parts[-1], one]) > room:
                parts.append([])
            parts[-1].append(one)
    return True, parts


def _mm(columns: Sequence[_Column]) -> float:
    """How wide they are together, with what parts labels."""
    return sum(one.mm for one in columns) + GUTTER_MM * len({one.label["id"] for one in columns})


def _by_label(columns: Sequence[_Column]) -> Iterator[list[_Column]]:
    group: list[_Column] = []
    for one in columns:
        if group and group[-1].label is not one.label:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _part(
    report: Report,
    keys: Sequence[Sequence[str]],
    key_mm: Sequence[float],
    columns: Sequence[_Column],
    shown: int,
) -> dict[str, Any]:
    """One table, but for its rows."""
    left = len(report.columns) - shown
    blank = [""] * (len(keys) - 1)
    has_total = any(one.total != "none" for one in report.measures)
    return {
        "keys": [{"title": one.title, "mm": mm} for one, mm in zip(report.dimensions, key_mm, strict=True)],
        "bands": [_band(group) for group in _by_label(columns)],
        "columns": [{"title": one.title, "mm": one.mm} for one in columns],
        "further": None,
        "others": [f"Others ({left:,})", *blank, *(one.others for one in columns)] if left else None,
        "totals": ["Total", *blank, *(one.total for one in columns)] if has_total else None,
    }


def _band(group: Sequence[_Column]) -> dict[str, Any]:
    return {**label_for_paper(group[0].label), "span": len(group)}


def label_for_paper(label: Mapping[str, Any]) -> dict[str, Any]:
    """Name, letter and colours of a label."""
    return {
        "name": printed(label["name"]),
        "letter": label["letter"],
        "color": label["color"] or "#6b7280",
        "ink": "#000000" if label["ink"] == "#000" else "#ffffff",
    }


def _week(one: Week) -> dict[str, Any]:
    """A line for each hour, a column for each weekday; what is counted stands behind the label's name."""
    lines = [(name, [words.shown(number, "count", "") for number in numbers]) for name, numbers in one.lines]
    totals = [words.shown(number, "count", "") for number in one.sums]
    titles = [*one.days, "Total"]
    longest = max(width(text) for text in (*totals, *(text for _, texts in lines for text in texts)))
    band = label_for_paper(one.label)
    return {
        "keys": [{"title": "Hour", "mm": KEY_MM}],
        "bands": [{**band, "name": f"{band['name']}: {one.measure.title}", "span": len(titles)}],
        "columns": [{"title": title, "mm": max(longest, width(title)) * DIGIT_MM + PADDING_MM} for title in titles],
        "rows": [[name, *texts] for name, texts in lines],
        "further": None,
        "others": None,
        "totals": ["Total", *totals],
    }


def _turned(document: Document, report: Report, labels: Sequence[Mapping[str, Any]]) -> PaperTable:
    """A report of one row: a line for each measure, a column for each label."""
    values = report.rows[0].values if report.rows else {}
    texts = {
        label["id"]: [
            words.shown(values.get(label["id"], {}).get(one.id), one.unit, document.currency) for one in report.measures
        ]
        for label in labels
    }
    titles = [one.title for one in report.measures]
    widths = {one: max(12, *map(width, found)) * DIGIT_MM + PADDING_MM + GUTTER_MM for one, found in texts.items()}
    keys_mm = max(map(width, titles)) * DIGIT_MM + PADDING_MM
    landscape = keys_mm + sum(widths.values()) > PORTRAIT_MM
    room = (LANDSCAPE_MM if landscape else PORTRAIT_MM) - keys_mm
    parts: list[list[Mapping[str, Any]]] = [[]]
    for label in labels:
        if parts[-1] and sum(widths[one["id"]] for one in (*parts[-1], label)) > room:
            parts.append([])
        parts[-1].append(label)
    made = [
        {
            "keys": [{"title": "", "mm": keys_mm}],
            "bands": [{**label_for_paper(one), "span": 1} for one in part],
            "columns": [{"title": "", "mm": widths[one["id"]] - GUTTER_MM} for one in part],
            "rows": [[title, *(texts[one["id"]][at] for one in part)] for at, title in enumerate(titles)],
            "further": None,
            "others": None,
            "totals": None,
        }
        for part in parts
    ]
    return PaperTable(landscape, len(report.rows), [Part(one) for one in made] if report.rows else [])


def others_of(rows: Rows, shown: int, measure: Column, label: str) -> Value | None:
    """The sum of the rows left out, of what can be summed row by row; a quotient cannot."""
    if shown >= len(rows) or measure.unit not in ("count", "money"):
        return None
    values = rows.values_of(label, measure.id, shown)
    known = [one for one in values if one is not None]
    if (not known and values) or isinstance((known or [0])[0], float):
        return None
    return sum(known)


def _keys(key: Coded, column: Column, names: Mapping[Any, str]) -> list[str]:
    values = key.distinct.values
    texts = {code: _key(names.get(values[code], values[code]), column) for code in set(key.codes.tolist())}
    return [texts[code] for code in key.codes.tolist()]


def _key(value: Value, column: Column) -> str:
    return words.UNDEFINED if value is None or value == "" else printed(words.named(value, column.id))


def _key_mm(texts: Sequence[str], column: Column) -> float:
    longest = max(map(width, {*texts, column.title}))
    return min(WIDEST_KEY_MM, longest * DIGIT_MM + PADDING_MM)
