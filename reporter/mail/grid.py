"""A report as a small table of texts, as e-mail shows it: the page's numbers and words, fewer columns. Pure.

Below each number may stand what it was in the period that it is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reporter import words
from reporter.exits import EXITS
from reporter.items import key_named
from reporter.model import Column, Report, Row
from reporter.rest import WHOLE
from reporter.rows import Value
from reporter.table import has_total, others_of

BAND = 4
"""So many columns of numbers fit on a telephone beside one that names rows, and fewer beside more; what is more stands
in a table below."""
MEASURES: Mapping[str, tuple[str, ...]] = {
    "trend": ("visits", "visitors"),
    "hours": ("visits", "page_views"),
    "pages": ("views", "visits"),
    "entries": ("visits", "short_visit_rate"),
    "exits": ("visits", "exit_rate"),
    "paths": ("clicks", "share"),
    "sources": ("visits", "conversion_rate"),
    "referrers": ("visits", "short_visit_rate"),
    "search": ("visits", "orders"),
    "campaigns": ("visits", "cost", "revenue", "roas"),
    "funnel": ("visits", "progression"),
    f"funnel{EXITS}": ("visits", "share"),
    "changes": ("after", "before", "change", "held"),
    "labels": ("visits", "share"),
    "countries": ("visits", "visitors"),
    "technology": ("visits", "share"),
    "screens": ("visits",),
    "custom": ("visits", "orders"),
    "downloads": ("downloads", "visits"),
    "exit_links": ("clicks", "visits"),
    "errors": ("hits",),
    "robots": ("hits", "pages"),
    "robot_pages": ("hits",),
    "click_quality": ("clicks", "repeat_rate", "suspect"),
    "audit": ("lines", "hits", "rejects", "duplicates"),
}
"""What is shown of each report for all visitors; of a label, the first. ``overview`` is whole, a measure a row."""
IN_ORDER = ("hours", "trend", f"funnel{EXITS}")
"""What is not all shown shows of these the busiest rows, in the order of time, or of a funnel's steps."""
MANY = max(WHOLE.values())
Labels = Sequence[Mapping[str, Any]]
Key = tuple[Value, ...]


@dataclass(frozen=True)
class Heading:
    """Above a column of numbers: a measure, a label, or both."""

    title: str
    label: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Cell:
    """A number in words; ``note``: what it was before."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A row: what names it, and its numbers."""

    keys: tuple[str, ...]
    cells: tuple[Cell, ...]
    kind: str = "row"


@dataclass(frozen=True)
class Grid:
    """A table that is narrow enough."""

    dimensions: tuple[str, ...]
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Shown:
    """One column of numbers: a label's measure."""

    label: Mapping[str, Any]
    measure: Column


def make_grids(
    report: Report, before: Report | None, labels: Labels, currency: str, limit: int, whole: int = MANY
) -> list[Grid]:
    """A report's tables; none where it has no rows. ``before`` is the same of the period it is compared with.

    Of a long one ``limit`` rows are shown, and ``whole`` of what people read as a whole, such as the days of a month.
    """
    if not report.rows:
        return []
    if not report.dimensions:
        return [_overview(report, before, labels[at : at + BAND], currency) for at in range(0, len(labels), BAND)]
    shown = _columns(report, labels)
    limit = min(WHOLE[report.id], whole) if report.id in WHOLE else limit
    ordered = _busiest_first(report, shown[0].measure.id, limit) if report.id in IN_ORDER else report
    rows = ordered.rows[:limit]
    earlier = _earlier(report, before, rows)
    wide = max(2, BAND + 1 - len(report.dimensions))
    return [_band(ordered, before, rows, earlier, some, labels, currency) for some in _batched(shown, wide)]


def note(value: Value, earlier: Value, unit: str, currency: str) -> str:
    """What a number was, and how it changed: ``was 107, +12 %``."""
    if unit in ("flag", "timestamp"):
        return ""
    if value == earlier:
        return "as before"
    was = f"was {words.shown(earlier, unit, currency)}"
    if unit not in ("count", "money") or value is None or earlier is None:
        return was
    change = value - earlier
    sign = "+" if change > 0 else words.MINUS
    few = unit == "count" and min(value, earlier) < words.FEW
    percent = f"{abs(change) / abs(earlier):.0%}" if earlier else "0%"
    if few or percent == "0%":
        return f"{was}, {sign}{words.shown(abs(change), unit, currency)}"
    return f"{was}, {sign}{percent}".replace("%", " %")


def _columns(report: Report, labels: Labels) -> list[_Shown]:
    """All visitors with several measures, then each label with the first."""
    known = {one.id: one for one in report.measures}
    measures = [known[one] for one in MEASURES.get(report.id, ()) if one in known] or list(report.measures[:2])
    first = [_Shown(labels[0], one) for one in measures]
    return first + [_Shown(label, measures[0]) for label in labels[1:]]


def _busiest_first(report: Report, measure: str, limit: int) -> Report:
    """A week has 168 hours: those with the most come first, in their order."""
    if len(report.rows) <= limit:
        return report
    places = sorted(range(len(report.rows)), key=lambda at: -(report.rows[at].values.get("all", {}).get(measure) or 0))
    first = sorted(places[:limit])
    return replace(report, rows=tuple(report.rows[at] for at in (*first, *places[limit:])))


def _batched(shown: Sequence[_Shown], wide: int) -> list[Sequence[_Shown]]:
    return [shown[at : at + wide] for at in range(0, len(shown), wide)]


def _band(
    report: Report,
    before: Report | None,
    rows: Sequence[Row],
    earlier: Mapping[Key, Any],
    shown: Sequence[_Shown],
    labels: Labels,
    currency: str,
) -> Grid:
    def cells(values: Any, was: Any) -> tuple[Cell, ...]:
        return tuple(_cell(values, was, one, currency) for one in shown)

    lines = [
        Line(_keys(row, report), cells(row.values, earlier.get(row.key) if before is not None else None))
        for row in rows
    ]
    if left := len(report.rows) - len(rows):
        lines.append(_rest(report, shown, left, currency))
    if has_total(report, report.measures):
        lines.append(Line(("Total",), cells(report.totals, before.totals if before is not None else None), "total"))
    several = len(labels) > 1
    headings = tuple(Heading(one.measure.title, one.label if several else None) for one in shown)
    return Grid(tuple(one.title for one in report.dimensions), headings, tuple(lines))


def _cell(values: Any, was: Any, column: _Shown, currency: str) -> Cell:
    """``was`` is ``None`` where nothing is compared."""
    label, one = column.label["id"], column.measure
    value = values.get(label, {}).get(one.id)
    text = words.shown(value, one.unit, currency)
    if was is None or one.id in ("before", "after", "change"):
        return Cell(text)
    earlier = was.get(label, {}).get(one.id)
    if value is None and earlier is None:
        return Cell(text)
    if earlier is None and one.unit == "count":
        earlier = 0  # what there was none of has no row
    return Cell(text, note(value, earlier, one.unit, currency))


def _earlier(report: Report, before: Report | None, rows: Sequence[Row]) -> dict[Key, Any]:
    """The values of the same thing before, by what names its row; days are compared by their order."""
    if before is None:
        return {}
    if report.dimensions[0].id == "date":  # a day more than there were is compared with none
        return {row.key: was.values for row, was in zip(report.rows, before.rows, strict=False)}
    keys = {key: at for at, key in enumerate(zip(*(one.values() for one in before.columns.keys), strict=True))}
    return {row.key: (before.rows[keys[row.key]].values if row.key in keys else {}) for row in rows}


def _rest(report: Report, shown: Sequence[_Shown], left: int, currency: str) -> Line:
    """The row that stands for those left out, so that sums hold."""
    texts = []
    for one in shown:
        found = others_of(report.columns, len(report.rows) - left, (one.measure,), one.label["id"])
        texts.append(Cell(words.shown(found.get(one.measure.id), one.measure.unit, currency)))
    return Line((f"Others ({left:,})",), tuple(texts), "others")


def _keys(row: Row, report: Report) -> tuple[str, ...]:
    return key_named(row.key, [one.id for one in report.dimensions], report.names)


def _overview(report: Report, before: Report | None, labels: Labels, currency: str) -> Grid:
    """A measure a row, a label a column."""
    values = report.rows[0].values
    was = before.rows[0].values if before is not None and before.rows else {}
    lines = []
    for one in report.measures:
        columns = [_Shown(label, one) for label in labels]
        lines.append(
            Line(
                (one.title,),
                tuple(_cell(values, was if before is not None else None, each, currency) for each in columns),
            )
        )
    several = len(labels) > 1 or labels[0]["id"] != "all"
    headings = tuple(Heading("" if several else "All visitors", label if several else None) for label in labels)
    return Grid(("Measure",), headings, tuple(lines))
