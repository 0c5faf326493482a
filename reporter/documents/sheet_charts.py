"""The charts of a workbook: its program draws them from the cells, so that they follow who filters or edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reporter.documents.cells import key_cell, number_of
from reporter.documents.sheet_layout import BANDS, FIRST, HEADINGS, Placed, label_text
from reporter.documents.sheet_text import clean
from reporter.documents.styles import GREY, LINE
from reporter.model import Column

PIXELS_WIDE, ROW_PIXELS, COLUMNS_WIDE = 640, 20, 11
LOWEST, HIGHEST = 320, 900
HOURS = 24
MEASURES = ("#D55E00", "#0072B2")
"""Where several measures are drawn beside each other."""
BARS, LABELS = 10, 5
"""More bars or labels nobody tells apart."""


@dataclass(frozen=True)
class Drawn:
    """How a report is drawn: ``kind`` of XlsxWriter, ``measures`` each with all labels or, of several, all visitors.

    ``key`` is the dimension that names bars, by its place. ``whole``: every row; ``alone``: without labels.
    """

    kind: str
    measures: tuple[str, ...]
    key: int = 0
    whole: bool = False
    alone: bool = False

    @property
    def labels(self) -> int:
        """So many are drawn, all visitors among them."""
        return 1 if self.alone or len(self.measures) > 1 else LABELS + 1


DRAWN = {
    "trend": Drawn("line", ("visits",), whole=True),
    "hours": Drawn("column", ("visits",), whole=True, alone=True),
    "countries": Drawn("bar", ("visits",)),
    "technology": Drawn("bar", ("visits",), key=1),
    "screens": Drawn("bar", ("visits",)),
    "sources": Drawn("bar", ("visits",)),
    "referrers": Drawn("bar", ("visits",)),
    "search": Drawn("bar", ("visits",), key=1),
    "campaigns": Drawn("bar", ("cost", "revenue")),
    "click_quality": Drawn("bar", ("clicks",)),
    "pages": Drawn("bar", ("views",)),
    "entries": Drawn("bar", ("visits",)),
    "exits": Drawn("bar", ("visits",)),
    "funnel": Drawn("bar", ("visits",), key=2, whole=True),
    "downloads": Drawn("bar", ("downloads",)),
    "exit_links": Drawn("bar", ("clicks",)),
    "labels": Drawn("bar", ("visits",), whole=True),
    "errors": Drawn("bar", ("hits",), key=1),
    "robots": Drawn("bar", ("hits",)),
    "robot_pages": Drawn("bar", ("hits",)),
}
"""The reports that have a chart. Of the others, a table says more."""


def draw(workbook: Any, sheet: Any, first_row: int, placed: Sequence[Placed]) -> bool:
    """Draw each report that has a chart, one below the other, two beside each other; says whether there was any."""
    rows = [first_row, first_row]
    found = [
        (one, DRAWN[one.report.id]) for one in placed if one.report.id in DRAWN and one.begins and one.part.stop > 1
    ]
    for number, (one, how) in enumerate(found):
        chart, height = _chart(workbook, one, how), _height(one, how)
        chart.set_size({"width": PIXELS_WIDE, "height": height})
        column = number % 2
        sheet.insert_chart(rows[column], column * COLUMNS_WIDE, chart, {"description": one.report.question})
        rows[column] += height // ROW_PIXELS + 2
        if column:
            rows = [max(rows)] * 2
    return bool(found)


def _chart(workbook: Any, placed: Placed, how: Drawn) -> Any:
    report, several = placed.report, len(how.measures) > 1
    chart = workbook.add_chart({"type": how.kind})
    measures = [one for one in report.measures if one.id in how.measures]
    labels = placed.part.labels[: how.labels]
    for number, label in enumerate(labels):
        for measure in measures:
            color = MEASURES[measures.index(measure)] if several else (label["color"] or GREY)
            chart.add_series(_series(placed, how, number, measure, color, named=several))
    _dress(chart, placed, how, measures[0], single=len(labels) * len(measures) == 1)
    return chart


def _series(placed: Placed, how: Drawn, label: int, measure: Column, color: str, *, named: bool) -> dict[str, Any]:
    """Where its cells are, and what is in them: not every program looks there before it shows a chart."""
    report, rows = placed.report, _rows(placed, how)
    at = placed.column(label, report.measures.index(measure))
    first, last = FIRST, FIRST + rows - 1
    identity = placed.part.labels[label]["id"]
    found = report.columns.measures[measure.id].distinct.values
    values = [number_of(measure, found[code]) for code in report.columns.codes_of(identity, rows)[measure.id]]
    keys = report.columns.keys[how.key].at(slice(rows)).values()
    texts = [key_cell(report.dimensions[how.key], one) for one in keys]
    heading = (HEADINGS, at) if named else (BANDS, placed.column(label, 0))
    name = measure.title if named else label_text(placed.part.labels[label])
    line = {"color": color, "width": 2.25}
    return {
        "name": [placed.sheet, *heading],
        "name_data": [clean(name)],
        "categories": [placed.sheet, first, how.key, last, how.key],
        "values": [placed.sheet, first, at, last, at],
        "categories_data": [clean(one) if isinstance(one, str) else one for one in texts],
        "values_data": values,
        **({"line": line, "marker": {"type": "none"}} if how.kind == "line" else {"fill": {"color": color}, "gap": 60}),
    }


def _dress(chart: Any, placed: Placed, how: Drawn, measure: Column, *, single: bool) -> None:
    """Title, axes, and a legend where there is more than one thing to tell."""
    chart.set_title({"name": placed.report.question, "overlay": False, "name_font": {"size": 12, "bold": True}})
    chart.set_legend({"none": True} if single else {"position": "bottom"})
    values: dict[str, Any] = {"name": measure.title if len(how.measures) == 1 else None, "min": 0}
    values |= {"major_gridlines": {"visible": True, "line": {"color": LINE}}, "line": {"none": True}}
    values |= {"name_font": {"bold": False, "color": GREY}}
    keys: dict[str, Any] = {"line": {"color": LINE}}
    if how.kind == "bar":
        chart.set_y_axis(keys | {"reverse": True, "crossing": "max"})  # the first on top
        chart.set_x_axis(values)
        return
    rows = _rows(placed, how)
    if placed.report.id == "hours":
        keys |= {"interval_unit": HOURS, "interval_tick": HOURS}
    elif placed.report.dimensions[0].id == "date":
        keys |= {"num_format": "d mmm", "text_axis": True, "interval_unit": max(1, rows // 8)}
    chart.set_x_axis(keys)
    chart.set_y_axis(values)


def _rows(placed: Placed, how: Drawn) -> int:
    return placed.part.stop if how.whole else min(BARS, placed.part.stop)


def _height(placed: Placed, how: Drawn) -> int:
    """Bars need as much room as there are."""
    if how.kind != "bar":
        return LOWEST
    series = len(how.measures) * min(len(placed.part.labels), how.labels)
    return max(LOWEST, min(HIGHEST, 110 + _rows(placed, how) * (14 + 9 * series)))
