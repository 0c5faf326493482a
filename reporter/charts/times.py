"""Charts of time: how visits developed, and at which hours they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from reporter import words
from reporter.charts.chart import Chart, ChartTable
from reporter.charts.request import Choice, Request, beginning, chart
from reporter.charts.shapes import QUESTIONS, TRENDS
from reporter.figures import records_of
from reporter.model import Report
from reporter.rows import Value

MOST_SLOTS = 190
"""More days are drawn as means of weeks, more weeks as means of months."""
MOST_LETTERS = 19


def draw_trend(asked: Request) -> Chart | None:
    """Visits of each label, and under them those of the period that it is compared with, slot by slot."""
    rows = asked.report.columns
    if not len(rows):
        return None
    slots: list[Value] = rows.keys[0].values()
    step = step_of(slots)
    now = _Course(asked.report, slots, step)
    earlier = asked.before.columns.keys[0].values()[: len(slots)] if asked.before is not None else []
    before = _Course(asked.before, earlier, step) if asked.before is not None and earlier else None
    ats, names = [_at(one, step) for one in now.slots], [_name(one, step) for one in now.slots]
    found = []
    for series in asked.series:
        values = now.values(series.id)
        then = _as_long(before.values(series.id) if before is not None else [], values)
        row = {"label": series.name, "at": ats, "slot": names, "value": values, "then": then}
        row |= {"text": _texts(values), "then_text": _texts(then)}
        found.append(row | {"end": series.letter or "All", "end_at": ats[-1], "end_value": values[-1]})
    _spread(found)
    told = "; ".join(
        f"{one['label']}: {sum(now.visits(series.id)):,}" for one, series in zip(found, asked.series, strict=True)
    )
    text = f"Lines of {TRENDS[step].lower()}. Visits together: {told}."
    text += " Dashed: the period that it is compared with." if before is not None else ""
    layout = f"trend-{step if step in ('hour', 'day') else 'mean'}"
    drawn = chart(asked, layout, QUESTIONS["trend"], text, found, axis=TRENDS[step])
    return replace(drawn, table=_table(found))


def _table(lines: Sequence[dict[str, Any]]) -> ChartTable:
    """Visits of each label, each with those compared with it beside it, if they are drawn."""
    has_before = any(one is not None for line in lines for one in line["then"])
    heads, columns = ["When"], [lines[0]["slot"]]
    for line in lines:
        heads.append(line["label"])
        columns.append(line["text"])
        if has_before:
            heads.append(f"{line['label']}, before")
            columns.append(line["then_text"])
    caption = "Visits and those that they are compared with" if has_before else "Visits"
    return ChartTable(caption, heads, list(zip(*columns, strict=True)), is_repeated=not has_before)


def _as_long(values: list[float], others: Sequence[float]) -> list[float | None]:
    """As many as of these others."""
    return [*values[: len(others)], *[None] * (len(others) - len(values))]


def _spread(rows: Sequence[dict[str, Any]]) -> None:
    """Let no letter at the end of a line stand on another, however near their lines end."""
    top = max(max(value or 0 for value in (*one["value"], *one["then"])) for one in rows) or 1
    apart = top / MOST_LETTERS
    ordered = sorted(rows, key=lambda one: one["end_value"])
    for at, one in enumerate(ordered):
        if at:
            one["end_value"] = max(one["end_value"], ordered[at - 1]["end_value"] + apart)


class _Course:
    """Visits by slot, as many days as a step has together."""

    def __init__(self, report: Report, slots: Sequence[Value], step: str) -> None:
        self._rows = report.columns
        self._number = len(slots)
        starts = [_start(slot, step) for slot in slots]
        self.slots = list(dict.fromkeys(starts))
        places = {slot: number for number, slot in enumerate(self.slots)}
        self._of_slot = np.array([places[slot] for slot in starts])
        self._days = np.bincount(self._of_slot)

    def visits(self, label: str) -> list[int]:
        """By slot of the report."""
        codes = np.array(self._rows.codes_of(label, self._number)["visits"])
        found: list[int] = self._rows.measures["visits"].distinct.numbers()[codes].astype(np.int64).tolist()
        return found

    def values(self, label: str) -> list[float]:
        """The mean of each step."""
        found: list[float] = (np.bincount(self._of_slot, weights=self.visits(label)) / self._days).tolist()
        return found


def step_of(slots: Sequence[Value]) -> str:
    """What one point of a trend is of: an hour, a day, or, where there are many, a week or month."""
    if isinstance(slots[0], int):
        return "hour"
    return "day" if len(slots) <= MOST_SLOTS else "week" if len(slots) <= 7 * MOST_SLOTS else "month"


def _start(slot: Value, step: str) -> Value:
    match step:
        case "week":
            return slot - timedelta(days=slot.weekday())
        case "month":
            return slot.replace(day=1)
        case _:
            return slot


def _at(slot: Value, step: str) -> Any:
    """Where a point stands."""
    return slot if step == "hour" else beginning(slot)


def _name(slot: Value, step: str) -> str:
    if step == "hour":
        return f"{slot:02d}:00"
    day: date = slot
    names = {"week": f"Week of {day.day} {day:%b %Y}", "month": f"{day:%B %Y}"}
    return names.get(step, f"{day:%a} {day.day} {day:%b %Y}")


def _texts(values: Sequence[float | None]) -> list[str]:
    return [words.UNDEFINED if one is None else f"{one:,.0f}" if one == int(one) else f"{one:,.1f}" for one in values]


def draw_hours(asked: Request) -> Chart | None:
    """A cell for each hour of the weekdays that there are."""
    found = []
    for series in asked.series:
        visits = {(one["weekday"], one["hour"]): one["visits"] for one in records_of(asked.report, series.id)}
        if series is asked.series[0]:
            cells = [(day, hour) for day in sorted({day for day, _ in visits}) for hour in range(24)]
            most = sorted(visits, key=lambda one: -visits[one])[:3]
            where = {"weekday": [words.WEEKDAYS[day - 1] for day, _ in cells], "hour": [hour for _, hour in cells]}
        if cells:
            found.append({"label": series.name, **where, "visits": [visits.get(one, 0) for one in cells]})
    if not found:
        return None
    told = ", ".join(f"{words.WEEKDAYS[day - 1]} {hour:02d}:00" for day, hour in most)
    choice = Choice("Visits of", [one.name for one in asked.series])
    return chart(asked, "hours", QUESTIONS["hours"], f"Heat map of visits. Most come on {told}.", found, choice)
