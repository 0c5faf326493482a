"""The analyzer's one door to DuckDB."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from queue import SimpleQueue
from string import Template
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from shared.databases import lend
from shared.store import disk_full, says_disk_full

QUERIES = files("analyzer") / "queries"
BATCH_ROWS = 50_000
"""Distinct texts understood at once: enough to be quick, few enough to need little memory."""

Columns = Mapping[str, Sequence[Any]]
Thing = TypeVar("Thing")
Found = TypeVar("Found")
UNREADABLE = (duckdb.IOException, FileNotFoundError)
"""What is raised where a file is not there, or is none of ours."""


class Engine:
    """A database in memory that spills to a folder of its own when it needs more than its limit.

    ``side_by_side``: so many queries that need not wait for each other are run at once (:meth:`each`).
    """

    def __init__(self, temp_dir: Path, *, memory_limit_mb: int, threads: int, side_by_side: int = 1) -> None:
        self._spill, self._side_by_side = temp_dir, side_by_side
        self._keeps_order = False
        self._lent = lend(temp_dir, memory_limit_mb=memory_limit_mb, threads=threads)
        self._db = self._lent.connection
        self._db.execute("SET preserve_insertion_order = false")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_error: object) -> None:
        self._lent.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def run(self, query: str) -> None:
        """Run statements that give nothing back."""
        try:
            self._db.execute(query).fetchall()
        except duckdb.Error as error:
            if says_disk_full(error):
                raise disk_full(self._spill.parent) from error
            raise

    def run_file(self, name: str, **values: object) -> None:
        """Run a file of ``queries/``; ``$name`` in it stands for a value: a number, or SQL of ours."""
        self.run(self.text(name, **values))

    def text(self, name: str, **values: object) -> str:
        """The text of a file of ``queries/`` with its values put in."""
        return Template((QUERIES / name).read_text(encoding="utf-8")).substitute(
            {key: _literal(value) for key, value in values.items()}
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        found: list[tuple[Any, ...]] = self._db.execute(query).fetchall()
        return found

    def make(self, table: str, schema: Mapping[str, pa.DataType], columns: Columns) -> None:
        """Make a table of these columns, in place of one that is called so."""
        self._put(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM made_now", schema, columns)

    def make_rows(self, table: str, schema: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> None:
        """Make a table of these rows."""
        self.make(table, schema, {name: [row[at] for row in rows] for at, name in enumerate(schema)})

    def make_each(
        self, table: str, schema: Mapping[str, pa.DataType], query: str, read: Callable[[dict[str, list[Any]]], Columns]
    ) -> None:
        """Make a table of what ``read`` makes of a query's columns, some thousand rows at a time."""
        self.make(table, schema, {name: [] for name in schema})
        for batch in self._batches(query):
            self._put(f"INSERT INTO {table} SELECT * FROM made_now", schema, read(batch))

    def write(self, query: str, path: Path) -> None:
        """Write a query's rows, in its order, as Parquet."""
        with self.in_order():
            self.run(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def make_ordered(self, table: str, query: str) -> None:
        """Make a table of a query's rows that keeps their order, for :meth:`write`. Only this connection sees it."""
        with self.in_order():
            self.run(f"CREATE OR REPLACE TEMPORARY TABLE {table} AS {query}")

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """Keep the order of rows, in all connections, until the block ends."""
        if self._keeps_order:
            yield
            return
        self._db.execute("SET preserve_insertion_order = true")
        self._keeps_order = True
        try:
            yield
        finally:
            self._keeps_order = False
            self._db.execute("SET preserve_insertion_order = false")

    def each(self, do: Callable[[Engine, Thing], Found], things: Iterable[Thing]) -> Iterator[Found]:
        """What ``do`` gives for each of the things, in their order; several are done at once.

        ``do`` is given another connection to the same tables: what is temporary there, nobody else sees. What does not
        fit into memory beside others is done once more when it is alone.
        """
        with self._sides() as sides, ThreadPoolExecutor(self._side_by_side, "query") as pool:

            def one(thing: Thing) -> Found:
                side = sides.get()
                try:
                    return do(side, thing)
                finally:
                    sides.put(side)

            waiting = [(thing, pool.submit(one, thing)) for thing in things]
            futures = [future for _, future in waiting]
            try:
                for thing, future in waiting:
                    try:
                        found = future.result()
                    except duckdb.OutOfMemoryException:
                        wait(futures)
                        found = one(thing)
                    yield found
            finally:
                for future in futures:
                    future.cancel()

    def write_each(self, write: Callable[[Engine, Thing], None], things: Iterable[Thing]) -> None:
        """The same of what writes files, each in the order of its query: the order is kept for all of them at once."""
        with self.in_order():
            for _ in self.each(write, things):
                pass

    @contextmanager
    def _sides(self) -> Iterator[SimpleQueue[Engine]]:
        """As many further connections as are used at once."""
        sides: SimpleQueue[Engine] = SimpleQueue()
        try:
            for _ in range(self._side_by_side):
                side = copy.copy(self)
                side._db = self._lent.another()
                sides.put(side)
            yield sides
        finally:
            while not sides.empty():
                sides.get()._db.close()

    def _batches(self, query: str) -> Iterator[dict[str, list[Any]]]:
        with self._lent.another() as cursor:
            for batch in cursor.sql(query).to_arrow_reader(BATCH_ROWS):
                yield batch.to_pydict()

    def _put(self, query: str, schema: Mapping[str, pa.DataType], columns: Columns) -> None:
        arrow = pa.table({name: pa.array(columns[name], kind) for name, kind in schema.items()})
        self._db.register("made_now", arrow)
        self.run(query)
        self._db.unregister("made_now")


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def quote(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
