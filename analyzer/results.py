"""Cells and reports as files of an analysis (:mod:`analyzer.folders`)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from analyzer.cells import ALL_CELLS
from analyzer.engine import Engine, quote
from analyzer.folders import CELLS, ROLLED, Folder, link_tree, tables_of
from analyzer.labels import show_labels
from analyzer.parquet_files import parquet
from analyzer.reports import REPORTS as ALL_REPORTS
from analyzer.scope import Scope
from analyzer.units import last_of_month, month_of, unit_of_day, unit_of_month


def write_cells(engine: Engine, out: Folder, months: Iterable[date]) -> None:
    """Write the cells of these months, each given by its first day, by day and summed up."""
    for first in months:
        days = f"unit BETWEEN {unit_of_day(first)} AND {unit_of_day(last_of_month(first))}"
        for part, condition in ((CELLS, days), (ROLLED, f"unit = {unit_of_month(first)}")):
            folder = out.month(month_of(first)) / part
            folder.mkdir(parents=True, exist_ok=True)
            for cells in ALL_CELLS:
                if engine.rows(f"SELECT 1 FROM {cells.table} WHERE {condition} LIMIT 1"):
                    query = f"FROM {cells.table} WHERE {condition} ORDER BY unit"
                    engine.write(query, folder / f"{cells.id}.parquet")


def write_reports(
    engine: Engine, out: Folder, scope: Scope, published: Folder | None, keep_alive: Callable[[], None]
) -> dict[str, str]:
    """Write all reports of all periods; gives a digest of the rows of each period made anew."""
    folders: dict[str, list[str]] = defaultdict(list)
    for period in scope.rebuilt:
        folders[tables_of(period)].append(period.id)
    made = {period.id: hashlib.sha256() for period in scope.rebuilt}
    stay = _link_others(out, scope, published, folders)
    for folder in folders:
        (out.path / folder).mkdir(parents=True, exist_ok=True)
    for report in ALL_REPORTS:
        show_labels(engine, report.id)
        engine.make_ordered("report_now", engine.text(f"{report.id}.sql"))
        found = engine.rows(
            "SELECT period, bit_xor(hash(r)), sum(CAST(hash(r) AS HUGEINT)) FROM report_now AS r GROUP BY period"
        )
        for period, *digests in found:
            made[period].update(f"{report.id} {digests}".encode())
        there = {period for period, *_ in found}
        for folder, ids in folders.items():
            query = f"FROM report_now WHERE period IN ({_listed(ids)})" if there.intersection(ids) else ""
            old = published and published.path / folder / f"{report.id}.parquet"
            if old and stay.get(folder) and old.is_file():
                staying = f"FROM {parquet(old)} WHERE period IN ({_listed(stay[folder])})"
                query = f"SELECT * FROM ({staying}) UNION ALL BY NAME SELECT * FROM ({query})" if query else staying
            if query:
                engine.write(query, out.path / folder / f"{report.id}.parquet")
        engine.run("DROP TABLE report_now")
        keep_alive()
    return {period: digest.hexdigest() for period, digest in made.items()}


def _link_others(
    out: Folder, scope: Scope, published: Folder | None, folders: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Take over folders of which nothing is made anew; gives the periods that stay in the others."""
    if published is None:
        return {}
    rebuilt = set(scope.rebuilt)
    stay: dict[str, list[str]] = defaultdict(list)
    for period in scope.periods:
        if period not in rebuilt:
            stay[tables_of(period)].append(period.id)
    for folder in stay.keys() - folders.keys():
        link_tree(published.path, out.path, (folder,))
    return stay


def _listed(periods: Sequence[str]) -> str:
    return ", ".join(map(quote, periods))
