"""Hits to reports: everything of one data set in one pass."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from analyzer.arrivals import write_click_evidence
from analyzer.cells import ALL_CELLS, count, roll_up
from analyzer.description import write_description
from analyzer.engine import Engine
from analyzer.facts import write_facts
from analyzer.inputs import AnalysisInputs
from analyzer.labels import describe_labels, show_labels
from analyzer.period_tables import put_periods
from analyzer.periods import Period, all_periods, calendar_of, compared_units, units_of
from analyzer.prepare import UNDATED, prepare
from analyzer.reports import REPORTS
from analyzer.significance import weigh_changes
from analyzer.units import unit_of_day, unit_of_month
from shared.errors import Rejected

VERSION = 4
"""Raised when the same hits give other numbers: everything is then analysed again."""


@dataclass(frozen=True)
class AnalysisSummary:
    """The size of an analysis."""

    visits: int
    page_views: int


def analyze(
    inputs: AnalysisInputs,
    out_dir: Path,
    *,
    memory_limit_mb: int,
    threads: int,
    temp_dir: Path,
    keep_alive: Callable[[], None] = lambda: None,
) -> AnalysisSummary:
    """Compute every report of every period into ``out_dir``; the format is told in :mod:`analyzer`.

    :class:`Rejected` (``no_hits``) when not one line of the data set could be read.
    """
    spill = temp_dir / f"spill-{uuid.uuid4().hex}"
    with Engine(spill, memory_limit_mb=memory_limit_mb, threads=threads) as engine:
        prepared = prepare(engine, inputs, keep_alive)
        _check_lines(engine, inputs)
        for cells in ALL_CELLS:
            count(engine, cells)
            keep_alive()
        periods = _make_periods(engine, inputs)
        engine.run_file("prepare/49_visitors.sql")
        weigh_changes(engine)
        for report in REPORTS:
            show_labels(engine, report.id)
            engine.write(engine.text(f"{report.id}.sql"), out_dir / f"{report.id}.parquet")
            keep_alive()
        write_click_evidence(engine, out_dir)
        write_facts(engine, out_dir)
        engine.write(engine.text("visits.sql"), out_dir / "visits.parquet")
        engine.write(engine.text("behaviour.sql"), out_dir / "behaviour.parquet")
        labels = describe_labels(inputs.settings.labels)
        write_description(engine, inputs, out_dir / "analysis.json", periods, prepared, labels)
        visits, page_views = engine.rows("SELECT count(*), coalesce(sum(page_views), 0) FROM visits")[0]
        return AnalysisSummary(int(visits), int(page_views))


def _check_lines(engine: Engine, inputs: AnalysisInputs) -> None:
    """Law 1, to the end: the audit tells of every line that was parsed."""
    counted = dict(engine.rows("SELECT source, CAST(sum(lines) AS BIGINT) FROM lines GROUP BY source"))
    names = dict(engine.rows("SELECT file, source FROM sources"))
    for source in inputs.sources:
        found = counted.get(names[source.file], 0)
        if found != source.lines:
            raise AssertionError(f"Law 1 is broken: {source.file} has {source.lines} lines, the audit tells of {found}")


def _make_periods(engine: Engine, inputs: AnalysisInputs) -> list[Period]:
    """Every period there is, and the tables of their days."""
    days = sorted(row[0] for row in engine.rows("SELECT DISTINCT day FROM lines"))
    periods, spans = all_periods(day for day in days if day != UNDATED)
    if not periods:
        lines = sum(source.lines for source in inputs.sources)
        raise Rejected(
            f"{inputs.dataset}: none of the {lines:,} lines could be read as a visit to a page.",
            remedy="`proprocessor datasets show` tells how many were rejected; name the format with --format.",
            reason="no_hits",
        )
    months: dict[int, list[int]] = defaultdict(list)
    for day in days:
        months[unit_of_month(day)].append(unit_of_day(day))
    for cells in ALL_CELLS:
        roll_up(engine, cells, months)
    put_periods(
        engine,
        periods,
        units=chain.from_iterable(units_of(period, days) for period in periods),
        calendar=calendar_of(periods, spans),
        compared=chain.from_iterable(compared_units(period, days) for period in periods),
    )
    return periods
