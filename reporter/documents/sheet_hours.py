"""The hours of the week as a heat map: a cell for each, the darker the more visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporter.documents.figures import Grid
from reporter.documents.sheet_cells import one_page_wide, put_number, put_text
from reporter.documents.styles import Styles
from shared.spreadsheet import DANGEROUS

DAY_WIDE, HOUR_WIDE = 14, 7
WHITE = "#FFFFFF"


def write_hours(sheet: Any, styles: Styles, question: str, grids: Sequence[Grid]) -> None:
    """A grid for each label, one below the other; each has a scale of its own, from white to the label's colour."""
    one_page_wide(sheet)
    sheet.set_column(0, 0, DAY_WIDE)
    sheet.set_column(1, 24, HOUR_WIDE)
    put_text(sheet, 0, 0, question, styles.title)
    row = 2
    for grid in grids:
        put_text(sheet, row, 0, grid.label, styles.band(grid.color, "#fff", quoted=grid.label.startswith(DANGEROUS)))
        for hour in range(len(grid.visits[0])):
            put_number(sheet, row, hour + 1, hour, styles.hour_heading)
        for at, (day, visits) in enumerate(zip(grid.weekdays, grid.visits, strict=True), start=row + 1):
            put_text(sheet, at, 0, day, styles.value("text"))
            for hour, number in enumerate(visits, start=1):
                put_number(sheet, at, hour, number, styles.value("count"))
        last = row + len(grid.weekdays)
        scale = {
            "type": "2_color_scale",
            "min_type": "num",
            "min_value": 0,
            "min_color": WHITE,
            "max_color": grid.color,
        }
        sheet.conditional_format(row + 1, 1, last, len(grid.visits[0]), scale)
        row = last + 2
