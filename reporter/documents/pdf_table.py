"""A report's table on paper: how much of it, how wide, and in how many parts side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.documents.document import Document
from reporter.documents.pdf_text import breakable, printed
from reporter.documents.sheet_text import width
from reporter.model import Column, Report
from reporter.rows import Rows, Value

SHORT_ROWS, WHOLE_ROWS = 25, 400
WHOLE = ("trend", "hours", "funnel", "labels")
"""Read as a whole: shown to the last row, if that is within reason."""
PORTRAIT_MM, LANDSCAPE_MM = 174.0, 261.0
DIGIT_MM, PADDING_MM, GUTTER_MM = 1.5, 3.0, 1.5
KEY_MM, WIDEST_KEY_MM = 22.0, 75.0
Cell = tuple[Mapping[str, Any], Column]
"""A column of the table: a label and a measure."""


@dataclass(frozen=True)
class PaperTable:
    """``parts`` stand one below the other, each with the columns that name a row; as the template takes them."""

    landscape: bool
    shown: int
    parts: list[dict[str, Any]]


def paper_table(document: Document, report: Report) -> PaperTable:
    """The first rows, one *Others* row for the rest, and totals; of labels, those that pages show."""
    labels = shown_labels(document.analysis.labels, report.id)
    if not report.dimensions:
        return _turned(document, report, labels)
    rows = report.columns
    shown = min(len(rows), WHOLE_ROWS if report.id in WHOLE else SHORT_ROWS)
    names = document.analysis.names_in(report.id)
    keys = [
        [_key(names.get(value, value), one) for value in key.at(slice(shown)).values()]
        for one, key in zip(report.dimensions, rows.keys, strict=True)
    ]
    key_mm = [_key_mm(texts, one) for texts, one in zip(keys, report.dimensions, strict=True)]
    columns = [_Column(document, report, (label, one), shown) for label in labels for one in report.measures]
    landscape, packed = _packed(columns, sum(min(one, KEY_MM * 2) for one in key_mm))
    room = LANDSCAPE_MM if landscape else PORTRAIT_MM
    return PaperTable(landscape, shown, [_part(report, keys, key_mm, part, shown, room) for part in packed])


class _Column:
    """The texts of a label's measure, and how wide they are."""

    def __init__(self, document: Document, report: Report, cell: Cell, shown: int) -> None:
        self.label, self.measure = cell
        rows, currency, unit = report.columns, document.currency, self.measure.unit
        values = rows.measures[self.measure.id].distinct.values
        codes = rows.codes_of(self.label["id"], shown)[self.measure.id]
        self.texts = [words.shown(values[code], unit, currency) for code in codes]
        others = others_of(rows, shown, self.measure, self.label["id"])
        self.others = words.shown(others, unit, currency)
        self.total = words.shown(report.totals.get(self.label["id"], {}).get(self.measure.id), unit, currency)
        heading = max(map(width, self.measure.title.split()))
        longest = max(map(width, [*self.texts, self.others, self.total]))
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
    room: float,
) -> dict[str, Any]:
    """One table. Where what names rows is too long for the ``room``, it shares what numbers leave, and is broken."""
    left = len(report.columns) - shown
    blank = [""] * (len(keys) - 1)
    has_total = any(one.total != "none" for one in report.measures)
    return {
        "shared": sum(key_mm) + _mm(columns) > room,
        "keys": [{"title": one.title, "mm": mm} for one, mm in zip(report.dimensions, key_mm, strict=True)],
        "bands": [_band(group) for group in _by_label(columns)],
        "columns": [{"title": one.measure.title, "mm": one.mm} for one in columns],
        "rows": [[*(texts[at] for texts in keys), *(one.texts[at] for one in columns)] for at in range(shown)],
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
            "shared": False,
            "keys": [{"title": "", "mm": keys_mm}],
            "bands": [{**label_for_paper(one), "span": 1} for one in part],
            "columns": [{"title": "", "mm": widths[one["id"]] - GUTTER_MM} for one in part],
            "rows": [[title, *(texts[one["id"]][at] for one in part)] for at, title in enumerate(titles)],
            "others": None,
            "totals": None,
        }
        for part in parts
    ]
    return PaperTable(landscape, len(report.rows), made if report.rows else [])


def others_of(rows: Rows, shown: int, measure: Column, label: str) -> Value | None:
    """The sum of the rows left out, of what can be summed row by row; a quotient cannot."""
    if shown >= len(rows) or measure.unit not in ("count", "money"):
        return None
    values = rows.values_of(label, measure.id, shown)
    known = [one for one in values if one is not None]
    if (not known and values) or isinstance((known or [0])[0], float):
        return None
    return sum(known)


def _key(value: Value, column: Column) -> str:
    if value is None or value == "":
        return words.UNDEFINED
    return breakable(printed(words.named(value, column.id)))


def _key_mm(texts: Sequence[str], column: Column) -> float:
    longest = max(map(width, [*texts, column.title]))
    return min(WIDEST_KEY_MM, longest * DIGIT_MM + PADDING_MM)
