"""The hours of the week as a heat map: a cell for each, the darker the more visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporter.charts.chart import Series, series_of, shown_labels
from reporter.documents.document import Document
from reporter.documents.sheet_cells import one_page_wide, put_number, put_text
from reporter.documents.styles import Styles
from reporter.model import Report
from reporter.week import HOURS, Week, weeks_of
from shared.spreadsheet import DANGEROUS

DAY_WIDE, HOUR_WIDE = 14, 7
WHITE = "#FFFFFF"


def hours_of(document: Document, report: Report) -> list[tuple[Series, Week]]:
    """The visits of each label that the page of hours shows."""
    labels = shown_labels(document.analysis.labels, report.id)
    weeks = [one for one in weeks_of(report, labels, fewest_days=1) if one.measure.id == "visits"]
    return list(zip(series_of(document.analysis, report.id), weeks, strict=True)) if weeks else []


def write_hours(sheet: Any, styles: Styles, question: str, hours: Sequence[tuple[Series, Week]]) -> None:
    """A grid for each label, one below the other; each has a scale of its own, from white to the label's colour."""
    one_page_wide(sheet)
    sheet.set_column(0, 0, DAY_WIDE)
    sheet.set_column(1, len(HOURS), HOUR_WIDE)
    put_text(sheet, 0, 0, question, styles.title)
    row = 2
    for label, week in hours:
        put_text(sheet, row, 0, label.name, styles.band(label.color, "#fff", quoted=label.name.startswith(DANGEROUS)))
        for hour in HOURS:
            put_number(sheet, row, hour + 1, hour, styles.hour_heading)
        for at, (day, visits) in enumerate(zip(week.days, week.numbers.T.tolist(), strict=True), start=row + 1):
            put_text(sheet, at, 0, day, styles.value("text"))
            for hour, number in enumerate(visits, start=1):
                put_number(sheet, at, hour, number, styles.value("count"))
        last = row + len(week.days)
        scale = {
            "type": "2_color_scale",
            "min_type": "num",
            "min_value": 0,
            "min_color": WHITE,
            "max_color": label.color,
        }
        sheet.conditional_format(row + 1, 1, last, len(HOURS), scale)
        row = last + 2
