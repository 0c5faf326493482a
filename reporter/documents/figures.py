"""What the charts of a workbook draw: the rows of the very charts that pages show, as columns of cells. Pure.

A page draws a few things of a report: the largest, summed up where several rows are of one thing, means where there are
many days. So charts of a workbook are drawn from these numbers, not from the rows of its reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from reporter import words
from reporter.charts import Layouts, chart_of
from reporter.charts.chart import ACCENT, ALL, Series, series_of
from reporter.charts.shapes import BARS, COURSES, TRENDS
from reporter.charts.times import step_of
from reporter.course import EVERYBODY
from reporter.course_report import course_rows
from reporter.documents.cells import EPOCH
from reporter.documents.document import Document
from reporter.model import Report

Kind = Literal["line", "bar", "column", "stacked"]
Rows = Sequence[dict[str, Any]]
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933", ALL)
"""Of things that are no labels; the last is of all others together."""
PALE = 0.55


@dataclass(frozen=True)
class Column:
    """One series: a number for each key, or none. ``is_before``: of what it is compared with."""

    name: str
    color: str
    values: Sequence[float | None]
    is_before: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart. ``key`` says what the ``keys`` are, ``key_unit`` is one of the formats of cells, as ``unit`` is."""

    report: str
    question: str
    kind: Kind
    key: str
    keys: Sequence[Any]
    columns: Sequence[Column]
    axis: str
    unit: str = "count"
    key_unit: str = "text"


def figures_of(document: Document, report: Report, layouts: Layouts) -> list[Figure]:
    """The charts of a report: none, one, or one for each thing that a reader of a page may choose (kinds, funnels)."""
    draw, report = DRAWN.get(report.id), document.drawn(report)
    before = document.before.get(report.id) if document.before else None
    chart = chart_of(report, document.analysis, document.period, before, layouts) if draw is not None else None
    if draw is None or chart is None:
        return []
    rows = chart.spec["datasets"]["rows"]
    series = {one.name: one for one in series_of(document.analysis, report.id)}
    asked = _Asked(report, chart.question, rows, series, course_rows(report) is not None)
    return [one for one in draw(asked) if one.keys]


@dataclass(frozen=True)
class _Asked:
    report: Report
    question: str
    rows: Rows
    series: dict[str, Series]
    has_course: bool

    def figure(self, kind: Kind, key: str, keys: Sequence[Any], columns: Sequence[Column], axis: str) -> Figure:
        return Figure(self.report.id, self.question, kind, key, keys, columns, axis)

    def color(self, label: str) -> str:
        return self.series[label].color


def _trend(asked: _Asked) -> Iterator[Figure]:
    """A line for each label, and a paler one for the period before."""
    columns = []
    for row in asked.rows:
        color = asked.color(row["label"])
        columns.append(Column(row["label"], color, _plain(row["value"])))
        if any(one is not None for one in row["then"]):
            columns.append(Column(f"{row['label']}, before", pale(color), _plain(row["then"]), is_before=True))
    first = asked.rows[0]
    step = step_of(asked.report.columns.keys[0].values())
    keys = first["at"] if step == "hour" else [_serial(one) for one in first["at"]]
    drawn = asked.figure("line", step.capitalize(), keys, columns, TRENDS[step])
    unit = "number" if step in ("week", "month") else "count"
    yield replace(drawn, unit=unit, key_unit=step if step in ("hour", "month") else "date")


def _plain(values: Sequence[float | None]) -> list[float | None]:
    """Means of one day each are counts."""
    return [one if one is None or one != int(one) else int(one) for one in values]


def _bars(asked: _Asked) -> Iterator[Figure]:
    """The things with most, a bar for each label; of each kind, if there are several."""
    kinds = dict.fromkeys(row.get("kind", "") for row in asked.rows)
    title = BARS[asked.report.id].axis
    key = next((one.title for one in asked.report.dimensions), "Label")
    for kind in kinds:
        rows = [row for row in asked.rows if row.get("kind", "") == kind]
        drawn = asked.figure("bar", kind or key, *_by_label(asked, rows), title)
        yield replace(drawn, question=f"{drawn.question} · {kind}" if kind else drawn.question)


def _lone(asked: _Asked) -> Iterator[Figure]:
    """One bar a thing."""
    shape = BARS[asked.report.id]
    values = Column(shape.axis, ALL, [row["value"] for row in asked.rows])
    yield asked.figure("bar", "What", [row["item"] for row in asked.rows], [values], shape.axis)


def _by_label(asked: _Asked, rows: Rows, measure: str = "value") -> tuple[list[str], list[Column]]:
    keys = list(dict.fromkeys(row["item"] for row in rows))
    columns = []
    for label in dict.fromkeys(row["label"] for row in rows):
        found = {row["item"]: row[measure] for row in rows if row["label"] == label}
        columns.append(Column(label, asked.color(label), [found.get(one) for one in keys]))
    return keys, columns


def _campaigns(asked: _Asked) -> Iterator[Figure]:
    """Cost beside revenue, of all visitors."""
    rows = [row for row in asked.rows if row["label"] == asked.rows[0]["label"]]
    keys = list(dict.fromkeys(row["item"] for row in rows))
    columns = []
    for kind, color in (("Cost", ALL), ("Revenue", ACCENT)):
        found = {row["item"]: row["value"] for row in rows if row["kind"] == kind}
        columns.append(Column(kind, color, [found.get(one) for one in keys]))
    yield replace(asked.figure("bar", "Campaign", keys, columns, "Cost and revenue"), unit="money")


def _bullets(asked: _Asked) -> Iterator[Figure]:
    """What is, beside what was expected."""
    keys, are = _by_label(asked, asked.rows)
    _, expected = _by_label(asked, asked.rows, "expected")
    columns = [
        column
        for one, other in zip(are, expected, strict=True)
        for column in (one, replace(other, name=f"{other.name}, expected", color=pale(other.color), is_before=True))
    ]
    yield replace(asked.figure("bar", "Campaign", keys, columns, "Short visits of all clicks"), unit="rate")


def _funnel(asked: _Asked) -> Iterator[Figure]:
    """Who saw each step, and paler, who left there; then where those went: two charts a funnel."""
    for funnel in dict.fromkeys(row["funnel"] for row in asked.rows):
        rows = [row for row in asked.rows if row["funnel"] == funnel]
        steps = [
            {**row, "item": row["stage"], "gone": row["visits"] - row["onward"]} for row in rows if "of" not in row
        ]
        keys, saw = _by_label(asked, steps, "visits")
        _, gone = _by_label(asked, steps, "gone")
        columns = [
            column
            for one, other in zip(saw, gone, strict=True)
            for column in (one, replace(other, name=f"{other.name}, not on", color=pale(other.color), is_before=True))
        ]
        drawn = asked.figure("bar", "Step", keys, columns, "Visits")
        yield replace(drawn, question=f"{asked.question} · {funnel}")
        ways = [{**row, "item": f"{row['of']} {row['stage']}"} for row in rows if "of" in row]
        if ways and asked.report.exits is not None:
            drawn = asked.figure("bar", "Where to", *_by_label(asked, ways, "visits"), "Visits")
            yield replace(drawn, question=f"{asked.report.exits.question} · {funnel}")


def _changes(asked: _Asked) -> Iterator[Figure]:
    """Changes of all visitors, in percentage points."""
    rows = [row for row in asked.rows if row["label"] == asked.rows[0]["label"]]
    column = Column(rows[0]["label"], ACCENT, [row["value"] for row in rows])
    drawn = asked.figure("bar", "What", [row["item"] for row in rows], [column], "Change, in percentage points")
    yield replace(drawn, unit="number")


def _overlaps(asked: _Asked) -> Iterator[Figure]:
    """Of each label the share that is also of another."""
    rows = [{**row, "item": row["other"]} for row in asked.rows]
    drawn = asked.figure("bar", "also carry", *_by_label(asked, rows, "share"), "Share of the label's visits")
    yield replace(drawn, unit="rate")


def _countries(asked: _Asked) -> Iterator[Figure]:
    """In place of the map, its countries with most visits."""
    rows = [{**row, "item": _country(row)} for row in asked.rows]
    most = list(dict.fromkeys(row["item"] for row in rows))[:MOST_COUNTRIES]
    yield asked.figure(
        "bar", "Country", *_by_label(asked, [row for row in rows if row["item"] in most], "visits"), "Visits"
    )


def _country(row: dict[str, Any]) -> str:
    return words.named(row["key"].removeprefix(row["label"]).strip(), "country")


def _hours(asked: _Asked) -> Iterator[Figure]:
    """One hour behind the other, of all visitors; the sheet of hours has them by weekday, as the page."""
    row = asked.rows[0]
    keys = [f"{day} {hour:02d}:00" for day, hour in zip(row["weekday"], row["hour"], strict=True)]
    yield asked.figure(
        "column", "Hour", keys, [Column(row["label"], asked.color(row["label"]), row["visits"])], "Visits"
    )


def _robots(asked: _Asked) -> Iterator[Figure]:
    """Those that came most, one on the other, day by day; of a single day, a bar for each."""
    if not asked.has_course:
        values = Column("Hits", ALL, [row["value"] for row in asked.rows])
        yield asked.figure("bar", "Robot", [row["item"] for row in asked.rows], [values], "Hits")
        return
    lines = [row for row in asked.rows if row["item"] != EVERYBODY] or list(asked.rows)
    keys = sorted({one for row in lines for one in row["at"]})
    columns = []
    for at, row in enumerate(lines):
        hits = dict(zip(row["at"], row["value"], strict=True))
        columns.append(Column(row["item"], ALL if row["together"] else PALETTE[at], [hits.get(one, 0) for one in keys]))
    is_month = all(one[8:10] == "01" for one in keys) and len(asked.report.course[0].part) == len("2026-03")
    step = "month" if is_month else "day"
    drawn = asked.figure("stacked", step.capitalize(), [_serial(one) for one in keys], columns, COURSES[step])
    yield replace(drawn, key_unit=step if is_month else "date")


MOST_COUNTRIES = 15
DRAWN: dict[str, Callable[[_Asked], Iterator[Figure]]] = {
    **dict.fromkeys(BARS, _bars),
    "overview": _lone,
    "audit": _lone,
    "trend": _trend,
    "hours": _hours,
    "countries": _countries,
    "campaigns": _campaigns,
    "click_quality": _bullets,
    "funnel": _funnel,
    "changes": _changes,
    "labels": _overlaps,
    "robots": _robots,
}
"""The reports that have a chart here; ways between pages, no spreadsheet draws."""


def pale(color: str) -> str:
    """The same colour, nearer to white."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (255 - one) * PALE):02x}" for one in parts)


def _serial(at: str) -> int:
    return (date.fromisoformat(at[:10]) - EPOCH).days
