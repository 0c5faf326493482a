"""Runs of lines into columns, and columns into Parquet: the parser's one door to DuckDB."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parser.columns import Columns, as_columns
from parser.described import Described
from parser.fast import Fast, cut_ready, with_blank_lines
from parser.records import SQL_TYPES, Hit
from parser.written import Written, written_of
from shared.databases import Lent, lend
from shared.store import disk_full, says_disk_full

MEMORY_MB = 320
PARQUET = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, WRITE_BLOOM_FILTER false"
"""Bloom filters cost a twentieth of the time, and nobody seeks one value in hits."""
PERSONAL = (
    "query",
    "referrer",
    "agent",
    "cookie",
    "order_total",
    "order_id",
    "screen",
    "exit_url",
    "custom",
    "language",
)
"""What is not kept of who opted out, besides the address."""
Bounds = tuple[datetime | None, datetime | None, datetime | None, datetime | None]
BOUNDS = "min(ts), max(ts), arg_min(ts, line), arg_max(ts, line)"
Change = Callable[[list[date], list[str]], Sequence[str | None]]
"""Days and values to what is put in their place."""
Describe = Callable[[list[str]], pa.Table]
Descriptions = Mapping[str, tuple[str, Describe]]
"""Side table to the column whose distinct values it tells of, and what is known of those."""
Times = tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.datetime64]]]


@dataclass(frozen=True)
class Adopted:
    """A part made of a whole block of good lines of one day."""

    name: str
    earliest: datetime
    latest: datetime


class Engine:
    """Holds the hits of one block at a time and writes them as ``hits-<block>-<day>.parquet``. For one thread."""

    def __init__(
        self, folder: Path, descriptions: Descriptions, described: Described, *, memory_mb: int = MEMORY_MB
    ) -> None:
        self._folder, self._descriptions, self._described = folder, descriptions, described
        self._held = "hits"
        self._columns: Columns | None = None
        self._written = Written(0, (None, None), all_ok=False)
        self._memory_mb = memory_mb
        self._lent: Lent | None = None
        self._text = os.memfd_create("lines")

    @property
    def _db(self) -> duckdb.DuckDBPyConnection:
        """Made when it is needed: of most files all blocks are read as columns."""
        if self._lent is None:
            spill = self._folder / ".spill"
            self._lent = lend(spill, memory_limit_mb=self._memory_mb, threads=1, caches_files=False)
            columns = ", ".join(f"{name} {kind}" for name, kind in SQL_TYPES.items())
            self._lent.connection.execute(f"CREATE TABLE hits (line BIGINT, {columns}, ok BOOLEAN)")
        return self._lent.connection

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._db.execute(query)
        except duckdb.Error as error:
            if says_disk_full(error):
                raise disk_full(self._folder) from error
            raise

    def close(self) -> None:
        """Give back memory."""
        if self._lent is not None:
            self._lent.close()
        os.close(self._text)

    def copy_fast(self, fast: Fast, block: int, data: bytes, lines: int, first_line: int) -> list[int] | None:
        """Read a whole block aside; as :meth:`read_fast`. Then :meth:`adopt` or :meth:`load` it."""
        if (text := cut_ready(data)) is None:
            return None
        if (found := fast.columns_of(text, lines, first_line)) is not None:
            self._columns, slow = found
            return slow
        aside = self._parquet(_aside(block))
        for way in _ways(text):
            written = self._write(fast.select(self._filled(way), first_line, every_column=False), _aside(block))
            if written.rows == lines:
                self._written = written
                return [] if written.all_ok else self._numbers(f"SELECT line FROM {aside} WHERE NOT ok ORDER BY line")
            (self._folder / _aside(block)).unlink()
        return None

    def adopt(self, block: int) -> Adopted | None:
        """Make what is aside a part, where all of it is good and of one day; else ``None``."""
        earliest, latest = self._columns.bounds()[:2] if self._columns is not None else self._written.ts
        if earliest is None or latest is None or earliest.date() != latest.date():
            return None
        name = _part(block, earliest.date())
        if self._columns is not None:
            return Adopted(self._write_columns(self._columns, name), earliest, latest)
        (self._folder / _aside(block)).rename(self._folder / name)
        self._held = self._parquet(name)
        return Adopted(name, earliest, latest)

    def load(self, block: int) -> None:
        """Hold what is good of it."""
        if self._columns is not None:
            return
        self._run(f"INSERT INTO hits BY NAME SELECT * FROM {self._parquet(_aside(block))} WHERE ok")
        (self._folder / _aside(block)).unlink()

    def read_fast(self, fast: Fast, data: bytes, lines: int, first_line: int) -> list[int] | None:
        """Read lines; gives the numbers of those that are for the reference reader, ``None`` where all of them are."""
        if (text := cut_ready(data)) is None:
            return None
        if (found := fast.columns_of(text, lines, first_line)) is not None:
            columns, slow = found
            self._db.register("found", columns.table)
            self._run("INSERT INTO hits BY NAME SELECT *, true AS ok FROM found")
            self._db.unregister("found")
            return slow
        for way in _ways(text):
            self._run(f"INSERT INTO hits {fast.select(self._filled(way), first_line)}")
            ((rows,),) = self._run(f"SELECT count(*) FROM hits WHERE line >= {first_line}").fetchall()
            if rows == lines:
                slow = self._numbers(f"SELECT line FROM hits WHERE line >= {first_line} AND NOT ok ORDER BY line")
                if slow:
                    self._run(f"DELETE FROM hits WHERE line >= {first_line} AND NOT ok")
                return slow
            self._run(f"DELETE FROM hits WHERE line >= {first_line}")
        return None

    def add(self, hits: list[tuple[int, Hit]]) -> None:
        """Add hits that the reference reader made."""
        if not hits:
            return
        if self._columns is not None:
            self._columns = self._columns.with_hits(hits)
            return
        columns = as_columns(hits) | {"ok": pa.array([True] * len(hits))}
        self._db.register("slow", pa.table(columns))
        self._run("INSERT INTO hits SELECT * FROM slow")
        self._db.unregister("slow")

    def remove(self, lines: Iterable[int]) -> None:
        """Take out lines that were read, but should not have been."""
        for line in lines:
            self._run(f"DELETE FROM hits WHERE line = {line}")

    def bounds(self) -> Bounds:
        """Earliest and latest time of the hits held, and the times of the first and the last line."""
        if self._columns is not None:
            return self._columns.bounds()
        ((earliest, latest, first, last),) = self._run(f"SELECT {BOUNDS} FROM hits").fetchall()
        return earliest, latest, first, last

    def times(self) -> Times:
        """Numbers and times of the hits held, in order of lines."""
        if self._columns is not None:
            return self._columns.times()
        found = self._run(f"SELECT line, ts FROM {self._held} ORDER BY line").fetchnumpy()
        return np.asarray(found["line"]), np.asarray(found["ts"])

    def flush(self, block: int, *, in_order: bool) -> list[str]:
        """Write what is held, a file for each UTC day; gives their names. ``in_order``: no hit was added behind."""
        if self._columns is not None:
            return [self._write_columns(columns, _part(block, day)) for day, columns in self._columns.by_day()]
        days = self._run("SELECT DISTINCT CAST(ts AS DATE) FROM hits ORDER BY 1").fetchall()
        parts = []
        for (day,) in days:
            parts.append(_part(block, day))
            within = f"ts >= TIMESTAMP '{day}' AND ts < TIMESTAMP '{day}' + INTERVAL 1 DAY" if len(days) > 1 else "true"
            self._write(f"SELECT * FROM hits WHERE {within} {'' if in_order else 'ORDER BY line'}", parts[-1])
        return parts

    def describe(self, block: int, hidden: Sequence[tuple[str, str | None]] | None = None) -> None:
        """Write what is known of the distinct values of the hits held.

        ``hidden`` are whole addresses and what was put in their place: told of those, under the names of these.
        """
        for kind, (column, describe) in self._descriptions.items():
            if kind == "addresses" and hidden is not None:
                by_new = {new: old for old, new in hidden if new}
                # In order of what is put there: the order of the addresses would tell much of each.
                found = self._described.new(kind, list(by_new))
                table = describe([by_new[new] for new in found]).set_column(0, column, pa.array(found, pa.string()))
            else:
                table = describe(self._described.new(kind, self._distinct(column)))
            if table.num_rows:
                pq.write_table(table, self._folder / f"{kind}-{block:05d}.parquet", compression="zstd")

    def change(self, column: str, change: Change) -> list[tuple[str, str | None]]:
        """Put something else in the place of each distinct value of a column, by UTC day; gives the pairs."""
        query = f"SELECT DISTINCT CAST(ts AS DATE), {column} FROM hits WHERE {column} IS NOT NULL"
        rows = self._run(query).fetchall()
        days, old = [row[0] for row in rows], [row[1] for row in rows]
        new = change(days, old)
        changed = [row for row in zip(days, old, new, strict=True) if row[1] != row[2]]
        if changed:
            kinds = {"day": pa.date32(), "old": pa.string(), "new": pa.string()}
            columns = zip(kinds.items(), zip(*changed, strict=True), strict=True)
            self._db.register("changed", pa.table({name: pa.array(values, kind) for (name, kind), values in columns}))
            self._run(f"UPDATE hits SET {column} = new FROM changed WHERE {column} = old AND CAST(ts AS DATE) = day")
            self._db.unregister("changed")
        return list(zip(old, new, strict=True))

    def hide_opted_out(self) -> None:
        """Keep nothing that tells who those are that opted out; that there was a hit, and when, is kept."""
        nothing = ", ".join(f"{name} = NULL" for name in PERSONAL)
        self._run(f"UPDATE hits SET address = '', {nothing} WHERE opted_out")

    def empty(self) -> None:
        """Hold nothing."""
        if self._lent is not None:
            self._run("TRUNCATE hits")
        self._held, self._columns = "hits", None

    def _filled(self, text: bytes) -> str:
        """A file of this content: in memory, since what comes from a disk, or packed, is not written to one again."""
        os.lseek(self._text, 0, os.SEEK_SET)
        view = memoryview(text)
        while view:
            view = view[os.write(self._text, view) :]
        # Cut off behind, not made empty before: pages that are there need not be found again.
        os.ftruncate(self._text, len(text))
        return f"/proc/self/fd/{self._text}"

    def _distinct(self, column: str) -> list[str]:
        if self._columns is not None:
            return self._columns.distinct(column)
        query = f"SELECT DISTINCT {column} FROM {self._held} WHERE {column} IS NOT NULL"
        return [row[0] for row in self._run(query).fetchall()]

    def _write_columns(self, columns: Columns, name: str) -> str:
        try:
            columns.write(self._folder / name)
        except OSError as error:
            if says_disk_full(error):
                raise disk_full(self._folder) from error
            raise
        return name

    def _numbers(self, query: str) -> list[int]:
        return [int(one) for one in self._run(query).fetchnumpy()["line"]]

    def _parquet(self, name: str) -> str:
        return "read_parquet('{}')".format(str(self._folder / name).replace("'", "''"))

    def _write(self, query: str, name: str) -> Written:
        path = str(self._folder / name).replace("'", "''")
        told = self._run(f"COPY ({query}) TO '{path}' ({PARQUET}, RETURN_STATS true)").fetchone()
        assert told is not None
        return written_of(int(told[1]), told[4])


def _ways(text: bytes) -> Iterator[bytes]:
    """The text of a block for the CSV reader: as it is, and if that gives other rows than lines, with blank lines."""
    yield text
    if (spaced := with_blank_lines(text)) is not text:
        yield spaced


def _part(block: int, day: date) -> str:
    return f"hits-{block:05d}-{day:%Y-%m-%d}.parquet"


def _aside(block: int) -> str:
    return f".aside-{block:05d}.parquet"
