"""Blocks of lines into columns, and columns into Parquet: the parser's one door to DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parser.fast import Fast
from parser.records import HIT_FIELDS, Hit
from parser.robots import is_robot

MEMORY_MB = 384
TYPES = {"ts": "TIMESTAMP", "status": "SMALLINT", "bytes": "BIGINT"}
ARROW = {"ts": pa.timestamp("us"), "status": pa.int16(), "bytes": pa.int64()}
OTHERS: dict[str, pa.Schema] = {
    "rejects": pa.schema({"line": pa.int64(), "ts": pa.timestamp("us"), "reason": pa.string(), "raw": pa.string()}),
    "directives": pa.schema({"line": pa.int64(), "ts": pa.timestamp("us")}),
}
"""Tables of what is no hit."""
FLUSH_HITS = 500_000
FLUSH_BYTES = 96 << 20
"""Hits held, and the bytes of their lines, before a part is written: sorting them must fit :data:`MEMORY_MB`."""
KNOWN_AGENTS = 200_000
BATCH_LINES = 8192


class Engine:
    """Collects hits and writes them as ``hits-<part>-<day>.parquet`` into a folder."""

    def __init__(self, folder: Path, *, threads: int, memory_mb: int = MEMORY_MB) -> None:
        self._folder = folder
        self._part = 0
        self._held = 0
        self._held_bytes = 0
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._agents: dict[str | None, bool] = {}
        self.parts: list[str] = []
        self._db = duckdb.connect()
        self._db.execute(f"SET threads = {threads}")
        self._db.execute(f"SET memory_limit = '{memory_mb}MB'")
        self._db.execute(f"SET temp_directory = '{str(folder).replace(chr(39), chr(39) * 2)}/.spill'")
        self._db.execute("SET preserve_insertion_order = false")
        columns = ", ".join(f"{name} {TYPES.get(name, 'VARCHAR')}" for name in HIT_FIELDS)
        self._db.execute(f"CREATE TABLE hits (line BIGINT, {columns}, raw VARCHAR)")
        for kind, schema in OTHERS.items():
            self._writers[kind] = pq.ParquetWriter(folder / f"{kind}.untimed", schema, compression="zstd")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_error: object) -> None:
        self._db.close()
        for kind, writer in self._writers.items():
            writer.close()
            (self._folder / f"{kind}.untimed").unlink(missing_ok=True)
        spill = self._folder / ".spill"
        if spill.is_dir():
            spill.rmdir()

    def read_fast(self, fast: Fast, first_line: int, text: pa.LargeStringArray) -> list[tuple[int, str]]:
        """Read lines; gives those (number, text) that are for the reference reader."""
        numbers = pa.array(np.arange(first_line, first_line + len(text)))
        # In batches, or DuckDB would read the block with one thread.
        lines = pa.Table.from_batches(pa.table({"line": numbers, "text": text}).to_batches(max_chunksize=BATCH_LINES))
        self._db.register("lines", lines)
        self._db.execute(f"INSERT INTO hits {fast.select('lines')}")
        self._db.unregister("lines")
        query = "SELECT line, raw FROM hits WHERE line >= ? AND raw IS NOT NULL ORDER BY line"
        slow: list[tuple[int, str]] = self._db.execute(query, [first_line]).fetchall()
        if slow:
            self._db.execute("DELETE FROM hits WHERE line >= ? AND raw IS NOT NULL", [first_line])
        self._held += len(text) - len(slow)
        self._held_bytes += text.nbytes - sum(len(raw) for _, raw in slow)
        return slow

    def add(self, hits: list[tuple[int, Hit]]) -> None:
        """Add hits that the reference reader made."""
        if not hits:
            return
        columns: dict[str, Any] = {"line": pa.array([line for line, _ in hits], pa.int64())}
        for name in HIT_FIELDS:
            columns[name] = pa.array([getattr(hit, name) for _, hit in hits], ARROW.get(name, pa.string()))
        columns["raw"] = pa.nulls(len(hits), pa.string())
        table = pa.table(columns)
        self._db.register("slow", table)
        self._db.execute("INSERT INTO hits SELECT * FROM slow")
        self._db.unregister("slow")
        self._held += len(hits)
        self._held_bytes += table.nbytes

    def times(self, first_line: int) -> tuple[list[int], list[datetime]]:
        """Line numbers and times of the hits from this line on, in order of lines."""
        query = "SELECT line, ts FROM hits WHERE line >= ? ORDER BY line"
        found = self._db.execute(query, [first_line]).fetchall()
        return [row[0] for row in found], [row[1] for row in found]

    def bounds(self, first_line: int) -> tuple[datetime | None, datetime | None, datetime | None]:
        """Earliest and latest time of the hits from this line on, and the time of the last line."""
        query = "SELECT min(ts), max(ts), arg_max(ts, line) FROM hits WHERE line >= ?"
        ((first, last, carried),) = self._db.execute(query, [first_line]).fetchall()
        return first, last, carried

    def flush(self, *, force: bool = False) -> None:
        """Write what is held as the next part, a file for each UTC day, when it is enough."""
        is_enough = self._held >= FLUSH_HITS or self._held_bytes >= FLUSH_BYTES
        if self._held == 0 or not (is_enough or force):
            return
        self._judge_agents()
        days = self._db.execute("SELECT DISTINCT CAST(ts AS DATE) FROM hits ORDER BY 1").fetchall()
        names = ", ".join(HIT_FIELDS)
        for (day,) in days:
            name = f"hits-{self._part:05d}-{day}.parquet"
            where = (
                f"WHERE ts >= TIMESTAMP '{day}' AND ts < TIMESTAMP '{day}' + INTERVAL 1 DAY" if len(days) > 1 else ""
            )
            query = f"""
                SELECT line, {names}, coalesce(judged.robot, true) AS robot
                FROM hits LEFT JOIN judged USING (agent) {where} ORDER BY line"""
            self.write(query, name)
            self.parts.append(name)
        self._db.execute("TRUNCATE hits")
        self._part, self._held, self._held_bytes = self._part + 1, 0, 0

    def write(self, query: str, name: str) -> None:
        """Write a query's rows as a Parquet file of the folder."""
        path = str(self._folder / name).replace("'", "''")
        self._db.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")

    def add_others(self, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows for a table of :data:`OTHERS`, in order of lines; a file may be full of them."""
        if not rows:
            return
        schema = OTHERS[kind]
        columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), schema, strict=True)]
        self._writers[kind].write_table(pa.Table.from_arrays(columns, schema=schema))

    def finish_others(self, opening: datetime | None) -> None:
        """Finish the tables of :data:`OTHERS`; what stands before any hit gets the time of the first."""
        for kind, writer in self._writers.items():
            writer.close()
            untimed = self._folder / f"{kind}.untimed"
            with (
                pq.ParquetFile(untimed) as file,
                pq.ParquetWriter(self._folder / f"{kind}.parquet", OTHERS[kind], compression="zstd") as final,
            ):
                for at in range(file.num_row_groups):
                    rows = file.read_row_group(at)
                    times = rows["ts"] if opening is None else rows["ts"].fill_null(opening)
                    final.write_table(rows.set_column(1, OTHERS[kind].field("ts"), times))

    def _judge_agents(self) -> None:
        """A table of this part's agents: robot or not, decided once for each distinct agent."""
        agents = [row[0] for row in self._db.execute("SELECT DISTINCT agent FROM hits").fetchall()]
        if len(self._agents) > KNOWN_AGENTS:
            self._agents.clear()
        judged = _judge(agents, self._agents)
        table = pa.table({"agent": pa.array(agents, pa.string()), "robot": pa.array(judged, pa.bool_())})
        self._db.register("judged_now", table)
        self._db.execute("CREATE OR REPLACE TEMP TABLE judged AS SELECT * FROM judged_now WHERE agent IS NOT NULL")
        self._db.unregister("judged_now")


def _judge(agents: Iterable[str | None], known: dict[str | None, bool]) -> list[bool]:
    result = []
    for agent in agents:
        if (robot := known.get(agent)) is None:
            robot = known[agent] = is_robot(agent)
        result.append(robot)
    return result
