"""Answers to what was not computed beforehand: any range of days, any report, with a label given in the question.

The facts kept with an analysis are put behind the names that its reports read, cut down to the days asked for, with
these days as the only period: then the queries of the reports say the same of them as of any published period.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analyzer.engine import Engine
from analyzer.labels import COLORS, criteria_of, show_labels
from analyzer.live_tables import open_facts, put_cells, put_label, put_tables
from analyzer.periods import Period
from analyzer.reports import REPORTS, Report
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
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    overview: dict[str, dict[str, Any]]

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
    description = json.loads((analysis / "analysis.json").read_text(encoding="utf-8"))
    labels = _labels(description, question.label)
    with (
        tempfile.TemporaryDirectory(prefix="proprocessor-") as spill,
        Engine(Path(spill) / "spill", memory_limit_mb=memory_limit_mb, threads=threads) as engine,
    ):
        open_facts(engine, analysis)
        put_tables(engine, question.asked, whole_of(description), report.id)
        if question.label is not None:
            put_label(engine, question.label)
        put_cells(engine, question.asked, report.id, with_overview=_has_overview(report))
        columns, rows = _rows(engine, report, question.asked)
        overview = _overview(engine, report, question.asked, rows)
    return Answer(report, question.asked, labels, columns, rows, overview)


def _labels(description: dict[str, Any], label: Label | None) -> tuple[dict[str, Any], ...]:
    known = description["labels"]
    if label is None:
        return tuple(known)
    if label.id in RESERVED_LABELS:
        raise Rejected(f"No label can be called {label.id}.", remedy="Give it another id.", reason="reserved_label")
    ids = [one["id"] for one in known]
    for name, wanted in criteria_of([label]):
        if name == "label" and wanted not in ids:
            there = ", ".join(ids)
            raise Rejected(f"There is no label {wanted!r}; there are {there}.", reason="unknown_label")
    taken = {(one["color"] or "").upper() for one in known}
    color = label.color or next((one for one in COLORS if one.upper() not in taken), COLORS[0])
    return (*known, {"id": label.id, "name": label.name or label.id, "color": color, "hide_in": []})


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
