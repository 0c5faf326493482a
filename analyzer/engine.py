"""The analyzer's one door to DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pyarrow as pa

from shared.store import disk_full, says_disk_full

QUERIES = files("analyzer") / "queries"
BATCH_ROWS = 50_000
"""Distinct texts understood at once: enough to be quick, few enough to need little memory."""

Columns = Mapping[str, Sequence[Any]]
UNREADABLE = (duckdb.IOException, FileNotFoundError)
"""What is raised where a file is not there, or is none of ours."""


class Engine:
    """A database in memory that spills to a folder of its own when it needs more than its limit."""

    def __init__(self, temp_dir: Path, *, memory_limit_mb: int, threads: int) -> None:
        self._spill = temp_dir
        self._db = duckdb.connect()
        self._db.execute(f"SET temp_directory = {quote(str(temp_dir))}")
        self._db.execute(f"SET memory_limit = '{memory_limit_mb}MB'")
        self._db.execute(f"SET threads = {threads}")
        self._db.execute("SET preserve_insertion_order = false")
        self._db.execute("SET TimeZone = 'UTC'")

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_error: object) -> None:
        self._db.close()
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
        self._db.execute("SET preserve_insertion_order = true")
        self.run(f"COPY ({query}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        self._db.execute("SET preserve_insertion_order = false")

    def make_ordered(self, table: str, query: str) -> None:
        """Make a table of a query's rows that keeps their order, for :meth:`write`."""
        self._db.execute("SET preserve_insertion_order = true")
        self.run(f"CREATE OR REPLACE TABLE {table} AS {query}")
        self._db.execute("SET preserve_insertion_order = false")

    def _batches(self, query: str) -> Iterator[dict[str, list[Any]]]:
        with self._db.cursor() as cursor:
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
