"""Live answers as the reporter's model has reports, so that its writers write them, compared with other days or not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any

from analyzer.compare import DATED, Compared, compare
from analyzer.compare import difference as difference_of
from analyzer.live import Answer
from analyzer.periods import Period as AskedPeriod
from reporter.coverage import begin_alike, uncompared
from reporter.deliveries import Deliveries
from reporter.exits import COLUMNS as EXIT_COLUMNS
from reporter.exits import exits_of
from reporter.model import Analysis, Column, Period, Report, RobotHits, Row, total
from reporter.report import names_in
from reporter.rows import Coded

PARTS = ("before", "difference", "change")
NO_DIFFERENCE = frozenset({"flag", "timestamp"})
DIFFERENCES = {"rate": "points", "probability": "number"}
"""Units of what is left where one is taken from another; all others stay."""
FIRST, LAST = date(1990, 1, 1), date(9000, 1, 1)
"""Times of other days cannot be told in every zone."""
Values = dict[str, Any]


@dataclass
class AskedAnalysis(Analysis):
    """What an analysis says of itself, with the labels of an answer; its tables stay closed.

    ``remarks`` are notes beside its own.
    """

    asked_labels: InitVar[Sequence[Mapping[str, Any]]] = ()
    remarks: Sequence[str] = ()

    def __post_init__(self, asked_labels: Sequence[Mapping[str, Any]]) -> None:
        self.data = json.loads((self.folder / "analysis.json").read_text(encoding="utf-8"))
        self.data["labels"] = [dict(one) for one in asked_labels]

    def notes(self, period: Period) -> list[str]:
        """Of days that are no published period, those that hold for all."""
        own = super().notes(period) if period.id in self._told else self.data["notes"]
        return [*own, *self.remarks]

    def sources(self, period: Period) -> list[dict[str, Any]]:
        """Of days that are no published period, the files of each day together."""
        if period.id in self._told:
            return super().sources(period)
        days = (one.id for one in self.periods() if one.kind == "day" and period.first <= one.first <= period.last)
        numbers = {number for day in days for number in self.data["period_sources"].get(day, ())}
        return [self.data["sources"][number] for number in sorted(numbers)]


def analysis_of(folder: Path, answer: Answer) -> Analysis:
    """The head of what is written."""
    return AskedAnalysis(folder, asked_labels=answer.labels)


def period_of(asked: AskedPeriod) -> Period:
    """As the reporter calls it."""
    return Period(asked.id, asked.kind, asked.first, asked.last)


def lacking_in(analysis: Analysis, period: Period) -> tuple[str, bool]:
    """Which of these days and logs are missing, in sentences; and whether their numbers may still grow."""
    if period.first < FIRST or period.last > LAST:
        return "", period.last > analysis.whole.last
    return Deliveries(analysis).told(period)


def report_of(answer: Answer, zone: tzinfo) -> Report:
    """An answer as a report; its times are those of the zone."""
    found: dict[tuple[Any, ...], dict[str, Values]] = {}
    for row in answer.as_mappings():
        key = tuple(row[one] for one in answer.dimensions)
        found.setdefault(key, {})[row["label"]] = {one.id: _in(zone, row[one.id]) for one in answer.report.measures}
    rows = tuple(Row(key, values) for key, values in found.items())
    report = _empty(answer)
    totals = {
        label["id"]: {one.id: total(one, label["id"], rows, answer.overview) for one in report.measures}
        for label in answer.labels
    }
    return replace(report, rows=rows, totals=totals)


def uncompared_in(before: Answer, after: Answer, whole: Period) -> str:
    """Why two answers stand beside each other without any difference; empty, where they are compared."""
    return uncompared(period_of(after.asked), period_of(before.asked), whole, after.report.id)


def drawn_before(before: Answer, after: Answer, zone: tzinfo, whole: Period) -> Report | None:
    """The earlier answer as charts and sentences take it; a course of days also where only some of them are there."""
    asked, other = period_of(after.asked), period_of(before.asked)
    is_course = (after.report.id, *after.dimensions) == DATED and begin_alike(asked, other, whole)
    return report_of(before, zone) if is_course or not uncompared_in(before, after, whole) else None


def compared_report(before: Answer, after: Answer, zone: tzinfo, whole: Period) -> Report:
    """The later answer; beside each measure what it was, the difference, and that as a share of what it was.

    Where of the days of either some are not there, there is no difference, but between days that both have.
    """
    firsts = before.asked.first, after.asked.first
    rows = compare(before.as_mappings(), after.as_mappings(), after.report, after.dimensions, firsts)
    is_apart = bool(uncompared_in(before, after, whole))
    rows_apart = is_apart and (after.report.id, *after.dimensions) != DATED
    found: dict[tuple[Any, ...], Row] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        # Days of two ranges that overlap may be called the same.
        number = seen[row.label, row.key] = seen[row.label, row.key] + 1
        values = found.setdefault((row.key, number), Row(row.key, {})).values
        found[row.key, number] = Row(row.key, {**values, row.label: _flat(row, after, zone, is_apart=rows_apart)})
    then, now = report_of(before, zone).totals, report_of(after, zone).totals
    totals = {
        label: _flat(
            Compared(
                label, (), {one: difference_of(then.get(label, {}).get(one), value) for one, value in values.items()}
            ),
            after,
            zone,
            is_apart=is_apart,
        )
        for label, values in now.items()
    }
    empty = _empty(after)
    measures = tuple(part for one in empty.measures for part in (one, *_parts(one, before.asked)))
    return replace(empty, measures=measures, rows=tuple(found.values()), totals=totals)


def _empty(answer: Answer) -> Report:
    meta = answer.report
    known = {one.id: (one.title, one.definition) for one in meta.dimensions}
    known.setdefault("hour", ("Hour", "Hour of the day, in the data set's time zone."))
    dimensions = tuple(Column(one, *known[one]) for one in answer.dimensions)
    measures = tuple(Column(one.id, one.title, one.definition, one.unit, one.total) for one in meta.measures)
    course = tuple(RobotHits(*one) for one in answer.course)
    names = names_in(meta.id, answer.labels, answer.funnels)
    report = Report(meta.id, meta.title, meta.question, meta.group, dimensions, measures, (), {}, course, names)
    return replace(report, exits=exits_of(report, _exits(answer))) if answer.exits else report


def _exits(answer: Answer) -> dict[str, Coded]:
    """Their columns."""
    names = ("label", *answer.dimensions, *EXIT_COLUMNS)
    return {name: Coded.of_equal(column) for name, column in zip(names, zip(*answer.exits, strict=True), strict=True)}


def _parts(column: Column, before: AskedPeriod) -> list[Column]:
    """The columns beside a measure; of times and answers to a question, there is no difference."""
    told = {
        "before": ("before", f"The same of {before.id}."),
        "difference": ("difference", f"{column.title} less those of {before.id}; empty where days are missing."),
        "change": ("change", "Difference / before; empty where that is 0 or unknown, or days are missing."),
    }
    parts = PARTS[:1] if column.unit in NO_DIFFERENCE else PARTS
    return [
        Column(f"{column.id}_{part}", f"{column.title}, {told[part][0]}", told[part][1], _unit_of(part, column.unit))
        for part in parts
    ]


def _unit_of(part: str, unit: str) -> str:
    if part == "difference":
        return DIFFERENCES.get(unit, unit)
    return "rate" if part == "change" else unit


def _flat(row: Compared, answer: Answer, zone: tzinfo, *, is_apart: bool) -> Values:
    """``is_apart``: what was before stands beside it, but is not compared."""
    values: Values = {}
    for one in answer.report.measures:
        found = row.values[one.id]
        values[one.id] = _in(zone, found.after)
        for part in PARTS[:1] if one.unit in NO_DIFFERENCE else PARTS:
            values[f"{one.id}_{part}"] = _in(zone, getattr(found, part)) if part == "before" or not is_apart else None
    return values


def _in(zone: tzinfo, value: Any) -> Any:
    """Answers have times in UTC."""
    return value.replace(tzinfo=UTC).astimezone(zone) if isinstance(value, datetime) else value
