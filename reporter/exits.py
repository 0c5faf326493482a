"""Where visits go that do not go on in a funnel: a report of its own, that stands beside that of the funnel."""

from __future__ import annotations

from collections.abc import Mapping

from reporter.report import Column, Report
from reporter.rows import Coded, Value, rows_of_records

EXITS = "_exits"
"""Behind the id of a report, of the one that says where visits go."""
COLUMNS = ("other", "visits", "share")
"""Beside its dimensions, in the table of an analysis and in a live answer."""
ENDING = ".exits.csv"
"""Of the file that stands beside a report's CSV."""
GOES_TO = Column(
    "other", "Goes to", "The page after the visit's last one of the group; (exit) where it leaves the site."
)
LEFT = (
    Column("visits", "Visits", "Visits of the group that saw no deeper stage after it.", "count", "none"),
    Column("share", "Share", "Visits / visits of the group.", "rate", "none"),
)


def exits_of(report: Report, columns: Mapping[str, Coded]) -> Report | None:
    """Of what is in the table beside a report's: a row for each page that visits went to, or left the site by."""
    if not columns:
        return None
    dimensions = (*report.dimensions, GOES_TO)
    rows = rows_of_records(columns, [one.id for one in dimensions], [one.id for one in LEFT])
    told = (f"{report.id}{EXITS}", "Where visits leave a funnel", "Where do visits go that do not go on?", report.group)
    totals: dict[str, dict[str, Value]] = {label: {} for label in report.totals}
    return Report(*told, dimensions, LEFT, rows, totals, names=report.names)
