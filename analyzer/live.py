"""Answers to what was not computed beforehand: any range of days, any report, with a label given in the question.

What is kept with an analysis is put behind the names that its reports read, cut down to the days asked for, with these
days as the only period: then the queries of the reports say the same of them as of any published period.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from analyzer.engine import Engine
from analyzer.labels import COLORS, criteria_of, show_labels
from analyzer.live_tables import count_visits, open_facts, put_days, put_known_cells, put_label
from analyzer.periods import Period
from analyzer.reports import COURSES, EXITS, REPORTS, Report
from analyzer.significance import weigh_changes
from shared.dataset_settings import RESERVED_LABELS, Label
from shared.errors import Rejected

OVERVIEW = "overview"
BY_ID = {report.id: report for report in REPORTS}


@dataclass(frozen=True)
class Question:
    """A report of some days; ``label`` is one more beside those of the data set."""

    report: str
    asked: Period
    label: Label | None = None


@dataclass(frozen=True)
class Answer:
    """``columns`` are ``label``, dimensions and measures; ``overview`` is that of the same days, by label."""

    report: Report
    asked: Period
    labels: tuple[dict[str, Any], ...]
    """As in ``analysis.json``: all visitors, those of the data set, the one of the question."""
    funnels: tuple[dict[str, Any], ...]
    """As there, too: id and name."""
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    overview: dict[str, dict[str, Any]]
    course: list[tuple[Any, ...]] = field(default_factory=list)
    """How it spreads over the days: rows of its course (:data:`analyzer.reports.COURSES`), if it has one."""
    exits: list[tuple[Any, ...]] = field(default_factory=list)
    """Where visits went that did not go on: rows of :data:`analyzer.reports.EXITS` from the label on."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns that tell rows of a label apart."""
        return self.columns[1 : len(self.columns) - len(self.report.measures)]

    def as_mappings(self) -> list[dict[str, Any]]:
        """Each row by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def whole_of(description: dict[str, Any]) -> Period:
    """All days of an analysis, of which ``analysis.json`` tells."""
    found = next(one for one in description["periods"] if one["kind"] == "all")
    return Period("all", "all", date.fromisoformat(found["first"]), date.fromisoformat(found["last"]))


def whole_in(analysis: Path) -> Period:
    """All days of the analysis in a folder."""
    return whole_of(_description(analysis))


def answer(analysis: Path, question: Question, *, memory_limit_mb: int = 1024, threads: int = 2) -> Answer:
    """The rows of a report, from the folder of an analysis.

    :class:`Rejected` where there is no such report, or the label cannot be.
    """
    report = BY_ID.get(question.report)
    if report is None:
        listed = ", ".join(BY_ID)
        raise Rejected(
            f"There is no report {question.report!r}.", remedy=f"There are {listed}.", reason="unknown_report"
        )
    description = _description(analysis)
    labels = _labels(description, question.label)
    with (
        tempfile.TemporaryDirectory(prefix="proprocessor-") as spill,
        Engine(Path(spill) / "spill", memory_limit_mb=memory_limit_mb, threads=threads) as engine,
    ):
        folder = open_facts(engine, analysis, with_visits=question.label is not None)
        days = put_days(engine, folder, question.asked, whole_of(description), report.id)
        with_overview = _has_overview(report)
        put_known_cells(engine, folder, days, report.id, with_overview=with_overview)
        if question.label is not None:
            put_label(engine, folder, question.label, days, report.id, with_overview=with_overview)
        if report.id == "changes":
            weigh_changes(engine)
        columns, rows = _rows(engine, report, question.asked)
        overview = _overview(engine, report, question.asked, rows)
        course, exits = _course(engine, report), _exits(engine, report)
    funnels = tuple(description.get("funnels", ()))
    return Answer(report, question.asked, labels, funnels, columns, rows, overview, course, exits)


def count(
    analysis: Path, asked: Period, labels: Sequence[Label], *, memory_limit_mb: int = 1024, threads: int = 2
) -> tuple[int, list[int]]:
    """How many visits some days have, and how many of them carry each of these labels, which nobody has kept yet."""
    description = _description(analysis)
    _refuse_unknown(labels, [one["id"] for one in description["labels"]])
    with (
        tempfile.TemporaryDirectory(prefix="proprocessor-") as spill,
        Engine(Path(spill) / "spill", memory_limit_mb=memory_limit_mb, threads=threads) as engine,
    ):
        folder = open_facts(engine, analysis, with_visits=True)
        days = put_days(engine, folder, asked, whole_of(description), OVERVIEW)
        return count_visits(engine, labels, days)


def _labels(description: dict[str, Any], label: Label | None) -> tuple[dict[str, Any], ...]:
    known = description["labels"]
    if label is None:
        return tuple(known)
    if label.id in RESERVED_LABELS:
        raise Rejected(f"No label can be called {label.id}.", remedy="Give it another id.", reason="reserved_label")
    _refuse_unknown([label], [one["id"] for one in known])
    taken = {(one["color"] or "").upper() for one in known}
    color = label.color or next((one for one in COLORS if one.upper() not in taken), COLORS[0])
    return (*known, {"id": label.id, "name": label.name or label.id, "color": color, "hide_in": []})


def _refuse_unknown(labels: Sequence[Label], ids: Sequence[str]) -> None:
    """Only labels that the analysis knows can be asked for."""
    for name, wanted in criteria_of(labels):
        if name == "label" and wanted not in ids:
            there = ", ".join(ids)
            raise Rejected(f"There is no label {wanted!r}; there are {there}.", reason="unknown_label")


def _description(analysis: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((analysis / "analysis.json").read_text(encoding="utf-8"))
    return found


def _rows(engine: Engine, report: Report, asked: Period) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns and rows of a report, without the period, which is always the same one."""
    show_labels(engine, report.id)
    rows = [row[1:] for row in engine.rows(engine.text(f"{report.id}.sql"))]
    dimensions = [one.id for one in report.dimensions]
    if report.id == "trend":  # has a day and an hour, one of which is empty
        unused = 1 if asked.kind == "day" else 2
        rows = [(*row[:unused], *row[unused + 1 :]) for row in rows]
        dimensions = ["hour"] if asked.kind == "day" else ["date"]
    return ("label", *dimensions, *(one.id for one in report.measures)), rows


def _course(engine: Engine, report: Report) -> list[tuple[Any, ...]]:
    """Part of the period, robot, purpose and hits, of the report that has a course of its own."""
    query = COURSES.get(report.id)
    return [row[2:] for row in engine.rows(engine.text(f"{query}.sql"))] if query else []


def _exits(engine: Engine, report: Report) -> list[tuple[Any, ...]]:
    """Those of the labels that the report shows."""
    query = EXITS.get(report.id)
    if query is None:
        return []
    show_labels(engine, report.id)
    return [row[1:] for row in engine.rows(engine.text(f"{query}.sql"))]


def _has_overview(report: Report) -> bool:
    """Whether totals are those of the overview."""
    return any(one.total.startswith(OVERVIEW) for one in report.measures)


def _overview(engine: Engine, report: Report, asked: Period, rows: list[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    """Of what overlaps in a report, the totals are those of the overview."""
    if not _has_overview(report):
        return {}
    found = BY_ID[OVERVIEW]
    if report.id != OVERVIEW:
        _, rows = _rows(engine, found, asked)
    names = [one.id for one in found.measures]
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
