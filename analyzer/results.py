"""Cells and reports as files of an analysis (:mod:`analyzer.folders`)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analyzer.cells import ALL_CELLS, Cells
from analyzer.engine import Engine, quote
from analyzer.folders import CELLS, ROLLED, Folder, link_tree, tables_of
from analyzer.labels import show_labels
from analyzer.parquet_files import parquet
from analyzer.periods import Period
from analyzer.reports import COURSES, EXITS, REPORTS
from analyzer.scope import Scope, put_scope
from analyzer.significance import weigh_changes
from analyzer.units import last_of_month, month_of, unit_of_day, unit_of_month

TABLES = (*(one.id for one in REPORTS), *COURSES.values(), *EXITS.values())
REPORT_OF = {table: report for report, table in (COURSES | EXITS).items()}
"""Whose labels are hidden are those of the report that a table belongs to."""
DIGESTS = "SELECT period, bit_xor(hash(r)), sum(CAST(hash(r) AS HUGEINT)) FROM report_now AS r GROUP BY period"


def write_cells(engine: Engine, out: Folder, months: Iterable[date]) -> None:
    """Write the cells of these months, each given by its first day, by day and summed up."""
    parts = []
    for first in months:
        days = f"unit BETWEEN {unit_of_day(first)} AND {unit_of_day(last_of_month(first))}"
        for part, condition in ((CELLS, days), (ROLLED, f"unit = {unit_of_month(first)}")):
            folder = out.month(month_of(first)) / part
            folder.mkdir(parents=True, exist_ok=True)
            parts += [(cells, condition, folder) for cells in ALL_CELLS]

    def write(side: Engine, part: tuple[Cells, str, Path]) -> None:
        cells, condition, folder = part
        if side.rows(f"SELECT 1 FROM {cells.table} WHERE {condition} LIMIT 1"):
            side.write(f"FROM {cells.table} WHERE {condition} ORDER BY unit", folder / f"{cells.id}.parquet")

    engine.write_each(write, parts)


def write_reports(
    engine: Engine,
    out: Folder,
    scope: Scope,
    published: Folder | None,
    keep_alive: Callable[[], None],
    *,
    at_once: bool = False,
) -> dict[str, str]:
    """Write all reports of all periods; gives a digest of the rows of each period made anew.

    Folder by folder: so there is never more at once than of a month's periods, or of years and the whole range. Unless
    all of them are made ``at_once``, which saves most of the queries.
    """
    folders: dict[str, list[Period]] = defaultdict(list)
    for period in scope.rebuilt:
        folders[tables_of(period)].append(period)
    made = {period.id: hashlib.sha256() for period in scope.rebuilt}
    stay = _link_others(out, scope, published, folders)
    for folder in folders:
        (out.path / folder).mkdir(parents=True, exist_ok=True)
    for together in [list(folders)] if at_once else [[folder] for folder in folders]:
        put_scope(engine, scope, [period for folder in together for period in folders[folder]])
        engine.run_file("prepare/49_visitors.sql")
        weigh_changes(engine)
        files = _Files(out, published, {folder: folders[folder] for folder in together}, stay)
        with engine.in_order():
            for table, digests in zip(TABLES, engine.each(files.write, TABLES), strict=True):
                for name, told in digests.items():
                    made[name].update(f"{table} {told}".encode())
                keep_alive()
    return {period: digest.hexdigest() for period, digest in made.items()}


@dataclass(frozen=True)
class _Files:
    """Where the reports of periods go that are made together: ``folders`` of ``out``, each with its ``periods``. Others
    ``stay`` there as they were ``published``.
    """

    out: Folder
    published: Folder | None
    folders: Mapping[str, Sequence[Period]]
    stay: Mapping[str, Sequence[str]]

    def write(self, engine: Engine, table: str) -> dict[str, list[int]]:
        """Write the files of a report or a course; gives a digest of the rows of each period that has some."""
        show_labels(engine, REPORT_OF.get(table, table))
        engine.make_ordered("report_now", engine.text(f"{table}.sql"))
        found = {period: digests for period, *digests in engine.rows(DIGESTS)}
        for folder, periods in self.folders.items():
            path, ids = self.out.path / folder / f"{table}.parquet", [one.id for one in periods]
            staying = self.stay.get(folder, ())
            old = self.published.path / folder / path.name if self.published and staying else None
            are_some = any(one in found for one in ids)
            of = f"WHERE {_of_periods(ids)}" if len(self.folders) > 1 else ""
            if old and old.is_file() and (are_some or _has(engine, old, staying)):
                engine.write(_beside(old, staying, of), path)
            elif are_some:
                engine.write(f"FROM report_now {of} ORDER BY rowid" if of else "FROM report_now", path)
        return found


def _has(engine: Engine, file: Path, periods: Sequence[str]) -> bool:
    """Whether a file has rows of these periods."""
    return bool(engine.rows(f"SELECT 1 FROM {parquet(file)} WHERE {_of_periods(periods)} LIMIT 1"))


def _of_periods(periods: Sequence[str]) -> str:
    return f"period IN ({', '.join(map(quote, periods))})"


def _beside(old: Path, periods: Sequence[str], of: str) -> str:
    """A query of these periods' rows from a file, and behind them those ``of`` others made now, all in their order: a
    filter alone would not keep it.
    """
    table = parquet(old, options=", file_row_number = true")
    staying = f"SELECT *, 0 AS made_now FROM {table} WHERE {_of_periods(periods)}"
    now = f"SELECT *, rowid AS file_row_number, 1 AS made_now FROM report_now {of}"
    return (
        f"SELECT * EXCLUDE (made_now, file_row_number) FROM ({staying} UNION ALL BY NAME {now}) "
        "ORDER BY made_now, file_row_number"
    )


def _link_others(out: Folder, scope: Scope, published: Folder | None, folders: Collection[str]) -> dict[str, list[str]]:
    """Take over folders of which nothing is made anew; gives the periods that stay in the others."""
    if published is None:
        return {}
    rebuilt = set(scope.rebuilt)
    stay: dict[str, list[str]] = defaultdict(list)
    for period in scope.periods:
        if period not in rebuilt:
            stay[tables_of(period)].append(period.id)
    for folder in stay.keys() - set(folders):
        link_tree(published.path, out.path, (folder,))
    return stay
