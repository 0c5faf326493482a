"""The charts of a workbook: its program draws them, from cells of a sheet that has the numbers of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reporter.documents.figures import Column, Figure
from reporter.documents.sheet_cells import one_page_wide, put_number, put_text
from reporter.documents.sheet_text import clean
from reporter.documents.styles import GREY, LINE, Styles

PIXELS_WIDE, ROW_PIXELS, COLUMNS_WIDE = 640, 20, 11
LOWEST, HIGHEST = 320, 1000
KEY_WIDE, NUMBER_WIDE = 44, 16
HOURS = 24
AXES = {"rate": "0%", "money": "#,##0"}


@dataclass(frozen=True)
class Drawn:
    """A figure, and the row of its headings on the sheet of numbers."""

    figure: Figure
    row: int


def write_numbers(sheet: Any, styles: Styles, figures: Sequence[Figure]) -> list[Drawn]:
    """Write what charts are drawn from, one below the other."""
    one_page_wide(sheet)
    sheet.set_column(0, 0, KEY_WIDE)
    sheet.set_column(1, max((len(one.columns) for one in figures), default=1), NUMBER_WIDE)
    put_text(sheet, 0, 0, "What the charts are drawn from", styles.title)
    row, drawn = 2, []
    for figure in figures:
        put_text(sheet, row, 0, figure.question, styles.band(None, "#fff", quoted=False))
        drawn.append(Drawn(figure, row + 1))
        row = _write(sheet, styles, figure, row + 1) + 1
    return drawn


def _write(sheet: Any, styles: Styles, figure: Figure, row: int) -> int:
    """Gives the row behind it."""
    plain, quoted = styles.value("text"), styles.value("text", quoted=True)
    put_text(sheet, row, 0, figure.key, styles.heading)
    for at, column in enumerate(figure.columns, start=1):
        put_text(sheet, row, at, column.name, styles.number_heading, styles.number_heading_quoted)
    for number, key in enumerate(figure.keys):
        row += 1
        if isinstance(key, str):
            put_text(sheet, row, 0, key, plain, quoted)
        else:
            put_number(sheet, row, 0, key, styles.value(figure.key_unit))
        for at, column in enumerate(figure.columns, start=1):
            put_number(sheet, row, at, column.values[number], styles.value(figure.unit))
    return row + 1


def draw(workbook: Any, sheet: Any, first_row: int, numbers: str, drawn: Sequence[Drawn]) -> None:
    """Draw each, two beside each other; ``numbers`` is the sheet that has them."""
    rows = [first_row, first_row]
    for number, one in enumerate(drawn):
        chart, height = _chart(workbook, numbers, one), _height(one.figure)
        chart.set_size({"width": PIXELS_WIDE, "height": height})
        column = number % 2
        sheet.insert_chart(rows[column], column * COLUMNS_WIDE, chart, {"description": clean(one.figure.question)})
        rows[column] += height // ROW_PIXELS + 2
        if column:
            rows = [max(rows)] * 2


def _chart(workbook: Any, numbers: str, drawn: Drawn) -> Any:
    figure = drawn.figure
    told = {"type": "column", "subtype": "stacked"} if figure.kind == "stacked" else {"type": figure.kind}
    chart = workbook.add_chart(told)
    for at in range(len(figure.columns)):
        chart.add_series(_series(numbers, drawn, at))
    _dress(chart, figure)
    return chart


def _series(numbers: str, drawn: Drawn, at: int) -> dict[str, Any]:
    """Where its cells are, and what is in them: not every program looks there before it shows a chart."""
    figure, column = drawn.figure, drawn.figure.columns[at]
    first, last = drawn.row + 1, drawn.row + len(figure.keys)
    return {
        "name": [numbers, drawn.row, at + 1],
        "name_data": [clean(column.name)],
        "categories": [numbers, first, 0, last, 0],
        "values": [numbers, first, at + 1, last, at + 1],
        "categories_data": [clean(one) if isinstance(one, str) else one for one in figure.keys],
        "values_data": list(column.values),
        **_look(figure, column),
    }


def _look(figure: Figure, column: Column) -> dict[str, Any]:
    if figure.kind == "line":
        line: dict[str, Any] = {"color": column.color, "width": 1.5 if column.is_before else 2.25}
        return {"line": line | ({"dash_type": "dash"} if column.is_before else {}), "marker": {"type": "none"}}
    look: dict[str, Any] = {"fill": {"color": column.color}, "gap": 20 if figure.kind == "stacked" else 60}
    return look | ({"invert_if_negative": False} if figure.kind == "bar" else {})


def _dress(chart: Any, figure: Figure) -> None:
    """Title, axes, and a legend where there is more than one thing to tell."""
    chart.set_title({"name": clean(figure.question), "overlay": False, "name_font": {"size": 12, "bold": True}})
    chart.set_legend({"none": True} if len(figure.columns) == 1 else {"position": "bottom"})
    is_above = all((value or 0) >= 0 for one in figure.columns for value in one.values)
    values: dict[str, Any] = {"name": figure.axis, "name_font": {"bold": False, "color": GREY}, "line": {"none": True}}
    values |= {"major_gridlines": {"visible": True, "line": {"color": LINE}}, **({"min": 0} if is_above else {})}
    values |= {"num_format": AXES[figure.unit]} if figure.unit in AXES else {}
    keys: dict[str, Any] = {"line": {"color": LINE}, "label_position": "low"}
    if figure.kind == "bar":
        chart.set_y_axis(keys | {"reverse": True, "crossing": "max" if is_above else None})  # the first on top
        chart.set_x_axis(values)
        return
    if figure.kind == "column":
        keys |= {"interval_unit": HOURS, "interval_tick": HOURS}
    elif figure.key_unit in ("date", "month"):
        keys |= {"num_format": "mmm yyyy" if figure.key_unit == "month" else "d mmm", "date_axis": True}
    chart.set_x_axis(keys)
    chart.set_y_axis(values)


def _height(figure: Figure) -> int:
    """Bars need as much room as there are."""
    if figure.kind != "bar":
        return LOWEST
    return max(LOWEST, min(HIGHEST, 110 + len(figure.keys) * (14 + 9 * len(figure.columns))))
