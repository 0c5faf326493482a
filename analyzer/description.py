"""``analysis.json``: what the numbers are of, and what their reader must know."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs, Source
from analyzer.periods import Period
from analyzer.prepare import Prepared
from analyzer.reports import REPORTS

log = structlog.get_logger()


def write_description(
    engine: Engine,
    inputs: AnalysisInputs,
    path: Path,
    periods: Sequence[Period],
    prepared: Prepared,
    labels: Sequence[dict[str, Any]],
) -> None:
    """Write the file; needs ``cells_lines``, ``unit_periods``, ``sources`` and ``repeats``."""
    sources = sorted(inputs.sources, key=lambda one: (one.server, one.file))
    repeated = _repeated(engine)
    data = {
        "schema": "proprocessor/analysis/1",
        "dataset": inputs.dataset,
        "name": inputs.name,
        "timezone": inputs.settings.dataset.timezone,
        "currency": inputs.settings.dataset.currency,
        "labels": labels,
        "periods": [_period(period) for period in periods],
        "reports": [report.to_json() for report in REPORTS],
        "sources": [_source(source, repeated.get(source.file, {})) for source in sources],
        "period_sources": _period_sources(engine, sources, periods),
        "settings_digest": inputs.settings_digest,
        "software": inputs.software,
        "own_hosts": {"hosts": prepared.own_hosts.hosts, "origin": prepared.own_hosts.origin},
        "notes": _notes(inputs, prepared, overlap=bool(repeated)),
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def _period(period: Period) -> dict[str, str]:
    return {
        "id": period.id,
        "kind": period.kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }


def _source(source: Source, repeated: dict[str, int]) -> dict[str, Any]:
    """``duplicates_of``: how many hits of the file stand in which other already, and do not count a second time."""
    names = ("file", "server", "sha256", "lines", "directives", "hits", "rejects", "duplicate", "format")
    told = {name: getattr(source, name) for name in names}
    if source.duplicate_of is not None and source.hits:
        repeated = {source.duplicate_of: source.hits}
    return {**told, "duplicates_of": repeated}


def _repeated(engine: Engine) -> dict[str, dict[str, int]]:
    """Of each file that overlaps with others, how many of its hits do not count since another file has them."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for file, already, hits in engine.rows(engine.text("repeated_files.sql")):
        found[file][already] = hits
    return found


def _period_sources(engine: Engine, sources: Sequence[Source], periods: Sequence[Period]) -> dict[str, list[int]]:
    """The files, by their place among ``sources``, that have lines in a period."""
    number_of = {one.file: number for number, one in enumerate(sources)}
    found: dict[str, list[int]] = {period.id: [] for period in periods}
    query = "SELECT DISTINCT period, file FROM cells_lines JOIN unit_periods USING (unit)"
    for period, file in engine.rows(query):
        found[period].append(number_of[file])
    return {period: sorted(numbers) for period, numbers in found.items()}


def _notes(inputs: AnalysisInputs, prepared: Prepared, *, overlap: bool) -> list[str]:
    """Sentences that a reader of the numbers must know."""
    notes = []
    own = prepared.own_hosts
    if own.origin == "referrers":
        notes.append(f"Own host {own.hosts[0]}: the most common referrer of static files, since no setting names one.")
        log.info("analysis.own_host_guessed", dataset=inputs.dataset, host=own.hosts[0])
    if own.origin == "none":
        notes.append("No own host is known: every referrer counts as external.")
    if prepared.unread_amounts:
        notes.append(f"{prepared.unread_amounts} page views carry an amount that cannot be read; it is left out.")
    notes += _behaviour(inputs, prepared)
    if overlap:
        notes.append(
            "Files overlap; lines that several have count once. The audit says how many, the manifest of which."
        )
    return notes


def _behaviour(inputs: AnalysisInputs, prepared: Prepared) -> list[str]:
    """Who behaved like a robot and named itself a browser."""
    if not prepared.behaviour:
        return []
    rules = ", ".join(f"{rule}: {number:,}" for rule, number in prepared.behaviour)
    excluded = inputs.settings.robots.by_behaviour == "exclude"
    what = "they are counted as robots" if excluded else "they are marked, and counted as visitors"
    return [f"Visitors who behaved like robots for a day ({rules}): {what}, as the setting robots.by_behaviour says."]
