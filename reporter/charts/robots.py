"""The chart of robots: when each came, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from reporter import words
from reporter.charts.chart import Chart, ChartTable
from reporter.charts.request import Choice, Request, beginning, chart
from reporter.charts.shapes import COURSES, QUESTIONS, SCALES
from reporter.course import EVERYBODY, OTHERS, Course, course_of, first_day
from reporter.figures import records_of

MOST_BARS = 15
STRIP = 44
"""Pixels of the height that each line has."""
ROOM = 1.22


def draw_robots(asked: Request) -> Chart | None:
    """A line of bars for each robot, with a bar a day or month; of a single day, a bar for each robot."""
    course = course_of(asked.report)
    return _draw_course(asked, course) if course is not None else _draw_totals(asked)


def _draw_course(asked: Request, course: Course) -> Chart:
    axis = COURSES[course.step]
    top = max(course.lines[0].hits.values())
    found = [_line(course, at, top) for at in range(len(course.lines))]
    told = "; ".join(f"{one['item']} {one['end']}, {one['peak']}" for one in found)
    text = f"Bars of {axis.lower()}, a line of them for each robot. All hits and most of one {course.step}: {told}."
    begin, end = _bounds(asked, course)
    scale = Choice("Scale", SCALES[: len(found)])  # a line alone has none to share
    drawn = chart(
        asked, f"robots-{course.step}", QUESTIONS["robots"], text, found, scale, axis=axis,
        lines=len(found), begin=beginning(begin), end=beginning(end),
    )  # fmt: skip
    return replace(drawn, spec={**drawn.spec, "height": STRIP * len(found)}, table=_table(course))


def _table(course: Course) -> ChartTable:
    rows = [(course.named(part), *(f"{line.hits.get(part, 0):,}" for line in course.lines)) for part in course.parts]
    return ChartTable(
        caption=f"Hits of each robot by {course.step}",
        heads=(course.step.capitalize(), *(line.name for line in course.lines)),
        rows=rows,
        totals=("Total", *(f"{line.total:,}" for line in course.lines)),
    )


def _line(course: Course, at: int, top: int) -> dict[str, Any]:
    """``line`` is its place from above; ``most`` is as high as that is, or ``top`` where all have the same scale."""
    line = course.lines[at]
    parts, values, most = list(line.hits), list(line.hits.values()), max(line.hits.values())
    return {
        "item": line.name,
        "purpose": line.purpose or words.UNDEFINED,
        "line": at,
        "together": line.name in (EVERYBODY, OTHERS),
        "at": [beginning(first_day(one)) for one in parts],
        "part": [course.named(one) for one in parts],
        "value": values,
        "text": [f"{one:,}" for one in values],
        "most": most,
        "top": top,
        "hits": line.total,
        "end": f"{line.total:,}",
        "peak": f"up to {most:,}",
    }


def _bounds(asked: Request, course: Course) -> tuple[date, date]:
    """The first and the last day of the period that there are logs of, or their months."""
    whole, period = asked.analysis.whole, asked.period
    first = min(max(period.first, whole.first), first_day(course.parts[0]))
    last = max(min(period.last, whole.last), first_day(course.parts[-1]))
    return (first.replace(day=1), last.replace(day=1)) if course.step == "month" else (first, last)


def _draw_totals(asked: Request) -> Chart | None:
    """The robots with most hits."""
    everybody = asked.series[0]
    records = [one for one in records_of(asked.report, everybody.id) if one["hits"]]
    chosen = sorted(records, key=lambda one: -one["hits"])[:MOST_BARS]
    if not chosen:
        return None
    names = [str(one["robot"]) for one in chosen]
    found = [
        {
            "item": name if names.count(name) == 1 else f"{name}, {words.named(one['purpose'], 'purpose')}",
            "label": everybody.name,
            "value": one["hits"],
            "hits": one["hits"],
            "text": f"{one['hits']:,}",
            "end": f"{one['hits']:,}",
        }
        for name, one in zip(names, chosen, strict=True)
    ]
    told = ", ".join(f"{one['item']} {one['text']}" for one in found)
    room = found[0]["value"] * ROOM
    return chart(asked, "lone-bars", QUESTIONS["robots-most"], f"Bars of hits: {told}.", found, axis="Hits", room=room)
