"""``analysis.json``: what the numbers are of, and what their reader must know."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from analyzer.earlier import Earlier
from analyzer.engine import Engine
from analyzer.folders import tables_of
from analyzer.hosts import OwnHosts
from analyzer.inputs import AnalysisInputs, Source
from analyzer.labels import describe_labels
from analyzer.load import by_start
from analyzer.periods import Period
from analyzer.reports import REPORTS
from analyzer.scope import Scope
from analyzer.state import KnownSource

log = structlog.get_logger()


def write_description(
    engine: Engine,
    inputs: AnalysisInputs,
    known: Sequence[KnownSource],
    path: Path,
    scope: Scope,
    earlier: Earlier | None,
    own: OwnHosts,
    made: Mapping[str, str],
) -> None:
    """Write the file; needs the cells, and ``unit_periods`` of the periods made anew, of which ``made`` has digests."""
    numbers = {one.id: source for one, source in zip(known, by_start(inputs.sources), strict=True)}
    ordered = sorted(numbers, key=lambda number: (numbers[number].server, numbers[number].file))
    repeated = _repeated(engine, numbers)
    before = {one["id"]: one for one in earlier.description["periods"]} if earlier else {}
    notes = _period_notes(engine, inputs)
    data = {
        "schema": "proprocessor/analysis/1",
        "dataset": inputs.dataset,
        "name": inputs.name,
        "timezone": inputs.settings.dataset.timezone,
        "currency": inputs.settings.dataset.currency,
        "labels": describe_labels(inputs.settings.labels),
        "funnels": [{"id": one.id, "name": one.name} for one in inputs.settings.funnels],
        "periods": [
            _period(one, made[one.id], notes[one.id]) if one.id in made else before[one.id] for one in scope.periods
        ],
        "reports": [report.to_json() for report in REPORTS],
        "sources": [_source(numbers[one], one, repeated.get(one, {})) for one in ordered],
        "period_sources": _period_sources(engine, ordered, scope, earlier),
        "settings_digest": inputs.settings_digest,
        "software": inputs.software,
        "own_hosts": {"hosts": own.hosts, "origin": own.origin},
        "notes": _notes(inputs, own, overlap=bool(repeated)),
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def _period(period: Period, made: str, notes: list[str]) -> dict[str, Any]:
    """``tables`` is the folder of its reports, ``made`` changes when any row of them does."""
    return {
        "id": period.id,
        "kind": period.kind,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "tables": tables_of(period),
        "made": made,
        "notes": notes,
    }


def _source(source: Source, number: int, repeated: dict[str, int]) -> dict[str, Any]:
    """``since`` and ``until``: its first time and its last. ``duplicates_of``: how many of its hits stand in which
    other file, and count there.
    """
    names = ("file", "server", "sha256", "lines", "directives", "hits", "rejects", "duplicate", "format")
    told = {name: getattr(source, name) for name in names}
    if source.duplicate_of is not None and source.hits:
        repeated = {source.duplicate_of: source.hits}
    since, until = (one.isoformat() if one else None for one in (source.first_ts, source.last_ts))
    return {**told, "since": since, "until": until, "duplicates_of": repeated, "id": number}


def _repeated(engine: Engine, numbers: Mapping[int, Source]) -> dict[int, dict[str, int]]:
    """Of each file that overlaps with others, how many of its hits do not count since another file has them."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for number, already, hits in engine.rows(engine.text("repeated_files.sql")):
        found[number][numbers[already].file] = hits
    return found


def _period_sources(
    engine: Engine, ordered: Sequence[int], scope: Scope, earlier: Earlier | None
) -> dict[str, list[int]]:
    """The files, by their place among ``sources``, that have lines in a period."""
    place_of = {number: place for place, number in enumerate(ordered)}
    found: dict[str, list[int]] = {period.id: [] for period in scope.periods}
    rebuilt = {period.id for period in scope.rebuilt}
    if earlier:
        ids = [one["id"] for one in earlier.description["sources"]]
        for period, places in earlier.description["period_sources"].items():
            if period in found and period not in rebuilt:
                found[period] = [place_of[ids[place]] for place in places if ids[place] in place_of]
    query = "SELECT DISTINCT period, source FROM cells_lines JOIN unit_periods USING (unit)"
    for period, number in engine.rows(query):
        found[period].append(place_of[number])
    return {period: sorted(places) for period, places in found.items()}


def _notes(inputs: AnalysisInputs, own: OwnHosts, *, overlap: bool) -> list[str]:
    """Sentences that a reader of any of the numbers must know."""
    notes = []
    if own.origin == "referrers":
        notes.append(f"Own host {own.hosts[0]}: the most common referrer of static files, since no setting names one.")
        log.info("analysis.own_host_guessed", dataset=inputs.dataset, host=own.hosts[0])
    if own.origin == "none":
        notes.append("No own host is known: every referrer counts as external.")
    if overlap:
        notes.append(
            "Files overlap; lines that several have count once. The audit says how many, the manifest of which."
        )
    return notes


def _period_notes(engine: Engine, inputs: AnalysisInputs) -> dict[str, list[str]]:
    """Sentences that a reader of a period's numbers must know, by period."""
    found: dict[str, list[str]] = defaultdict(list)
    for period, amounts in engine.rows(engine.text("unread_amounts.sql")):
        found[period].append(f"{amounts} page views carry an amount that cannot be read; it is left out.")
    excluded = inputs.settings.robots.by_behaviour == "exclude"
    what = "they are counted as robots" if excluded else "they are marked, and counted as visitors"
    rules: dict[str, list[str]] = defaultdict(list)
    for period, rule, number in engine.rows(engine.text("behaviour_rules.sql")):
        rules[period].append(f"{rule}: {number:,}")
    for period, told in rules.items():
        found[period].append(
            f"Visitors who behaved like robots for a day ({', '.join(told)}): {what}, as the setting "
            "robots.by_behaviour says."
        )
    return found
