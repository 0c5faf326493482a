"""The course of robots as reports, so that writers of reports write it: long for programs, side by side for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reporter.course import OTHERS, QUESTION, Course, Line, course_of, first_day
from reporter.model import Column, Report, Row
from reporter.rows import Value

ENDING = ".course.csv"
"""Of the file that stands beside a report's CSV."""
TITLE = "Robots over time"
STEPS = {
    "day": Column("date", "Day", "Day in the data set's time zone; without those on which no robot came."),
    "month": Column("month", "Month", "Month in the data set's time zone; without those in which no robot came."),
}


def course_rows(report: Report) -> Report | None:
    """A row for each part and robot: day or month, robot, purpose and hits.

    Those that came most stand first; rows of all others together come last, and have no robot. ``None``: where the
    course tells nothing more than the report (:func:`reporter.course.course_of`).
    """
    course = course_of(report)
    if course is None:
        return None
    rows = [
        Row((one.part if course.step == "month" else first_day(one.part), one.robot, one.purpose), _hits(one.hits))
        for one in report.course
    ]
    robot, purpose = report.dimensions
    robot = replace(robot, definition=f"{robot.definition} Empty: all others together.")
    hits = next(one for one in report.measures if one.id == "hits")
    return _report(
        report, (STEPS[course.step], robot, purpose), (hits,), rows, [sum(one.hits for one in report.course)]
    )


def course_table(report: Report) -> Report | None:
    """A row for each day or month, and a column for each line of the chart; ``None`` as of :func:`course_rows`."""
    course = course_of(report)
    if course is None:
        return None
    measures = tuple(_column(course, at) for at in range(len(course.lines)))
    rows = [
        Row((first_day(part),), {"all": {one.id: line.hits.get(part, 0) for one, line in _pairs(measures, course)}})
        for part in course.parts
    ]
    return _report(report, (STEPS[course.step],), measures, rows, [one.total for one in course.lines])


def _column(course: Course, at: int) -> Column:
    line = course.lines[at]
    if line.name == OTHERS:
        told = "Hits of all other robots together."
    else:
        told = f"Its hits; it comes for: {line.purpose}." if line.purpose else "Hits of all robots together."
    return Column(f"hits_{at}", line.name, told, "count", "sum")


def _pairs(measures: Sequence[Column], course: Course) -> list[tuple[Column, Line]]:
    return list(zip(measures, course.lines, strict=True))


def _hits(number: int) -> dict[str, dict[str, Value]]:
    return {"all": {"hits": number}}


def _report(
    report: Report,
    dimensions: tuple[Column, ...],
    measures: tuple[Column, ...],
    rows: Sequence[Row],
    totals: Sequence[int],
) -> Report:
    """Under all visitors alone, as robots are; called as the report is, whose course it is."""
    summed = {"all": {one.id: total for one, total in zip(measures, totals, strict=True)}}
    return Report(report.id, TITLE, QUESTION, report.group, dimensions, measures, tuple(rows), summed)
