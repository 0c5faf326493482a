"""DuckDB databases in memory, used again: to make one and throw it away takes 50 ms, as long as to read a small file.

What is lent is empty: tables, views and what is temporary go when it is given back. One that has spilled to disk is
thrown away, since it holds on to the folder it spilled to.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import duckdb

NAME = "work"
MOST_IDLE = 4


@dataclass(frozen=True)
class Lent:
    """A database; ``connection`` is for one thread, and :meth:`another` is for another. :meth:`close` it."""

    connection: duckdb.DuckDBPyConnection
    _root: duckdb.DuckDBPyConnection
    _temp_dir: Path

    def another(self) -> duckdb.DuckDBPyConnection:
        """A further connection to the same tables; to be closed before this one."""
        found = self._root.cursor()
        _use(found)
        return found

    def close(self) -> None:
        """Give it back."""
        try:
            self.connection.close()
            if not self._temp_dir.exists() and len(_IDLE) < MOST_IDLE:
                self._root.execute(f"DETACH {NAME}")
                # What was remembered of files is forgotten.
                self._root.execute("SET enable_external_file_cache = false")
                _IDLE.append(self._root)
                return
        except duckdb.Error:
            pass  # something is still going on in it
        self._root.close()


_IDLE: deque[duckdb.DuckDBPyConnection] = deque()


def lend(temp_dir: Path, *, memory_limit_mb: int, threads: int, caches_files: bool = True) -> Lent:
    """A database that spills to ``temp_dir`` when it needs more than its limit; its times are in UTC."""
    quoted = str(temp_dir).replace("'", "''")
    while True:
        root, is_new = _root()
        try:
            for setting in (
                f"temp_directory = '{quoted}'",
                f"memory_limit = '{memory_limit_mb}MB'",
                f"threads = {threads}",
                "preserve_insertion_order = true",
                f"enable_external_file_cache = {str(caches_files).lower()}",
            ):
                root.execute(f"SET {setting}")
            connection = root.cursor()
            connection.execute(f"ATTACH ':memory:' AS {NAME}")
            _use(connection)
        except duckdb.Error:
            root.close()
            if is_new:
                raise
        else:
            return Lent(connection, root, temp_dir)


def _root() -> tuple[duckdb.DuckDBPyConnection, bool]:
    """One that is idle, or a new one; says whether it is new."""
    try:
        return _IDLE.pop(), False
    except IndexError:
        return duckdb.connect(), True


def _use(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"USE {NAME}")
    connection.execute("SET TimeZone = 'UTC'")
