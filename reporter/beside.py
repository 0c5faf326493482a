"""What stands beside a report in files: the course of robots, and where visits leave a funnel."""

from __future__ import annotations

from collections.abc import Iterator

from reporter import exits
from reporter.course_report import ENDING, course_rows, course_table
from reporter.report import Report


def reports_beside(report: Report) -> Iterator[tuple[str, Report]]:
    """How the name of its CSV ends, and its rows."""
    if (course := course_rows(report)) is not None:
        yield ENDING, course
    if report.exits is not None:
        yield exits.ENDING, report.exits


def tables_beside(report: Report) -> Iterator[Report]:
    """The same as people read it, in documents."""
    if (course := course_table(report)) is not None:
        yield course
    if report.exits is not None:
        yield report.exits
