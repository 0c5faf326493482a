"""The parser's files as tables: which there are, the hits of those that count, and the lines that are no such hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.dimensions import FLAG, NUMBER, TEXT
from analyzer.engine import Engine, quote
from analyzer.inputs import Source
from analyzer.parquet_files import read_files
from analyzer.side_tables import folder_numbers, side_table
from analyzer.state import KnownSource
from analyzer.window import Window

LOGGED = {
    "line": "BIGINT", "ts": "TIMESTAMP", "address": "VARCHAR", "host": "VARCHAR", "method": "VARCHAR",
    "path": "VARCHAR", "query": "VARCHAR", "status": "SMALLINT", "referrer": "VARCHAR", "agent": "VARCHAR",
    "cookie": "VARCHAR", "order_total": "VARCHAR", "order_id": "VARCHAR", "opted_out": "BOOLEAN", "bytes": "BIGINT",
    "screen": "VARCHAR", "exit_url": "VARCHAR", "custom": "VARCHAR", "language": "VARCHAR",
}  # fmt: skip
"""What is read of the parser's columns."""
IDENTITY = {
    "ts": "TIMESTAMP", "address": "VARCHAR", "host": "VARCHAR", "method": "VARCHAR", "path": "VARCHAR",
    "query": "VARCHAR", "status": "SMALLINT", "bytes": "BIGINT", "referrer": "VARCHAR", "agent": "VARCHAR",
    "cookie": "VARCHAR", "order_total": "VARCHAR", "order_id": "VARCHAR", "screen": "VARCHAR",
    "exit_url": "VARCHAR", "custom": "VARCHAR", "language": "VARCHAR", "opted_out": "BOOLEAN",
}  # fmt: skip
"""What two hits of one server must have in common to be the same line (Law 2): all that the parser took from a line."""
SOURCE_COLUMNS = {
    "source": NUMBER, "id": NUMBER, "folder": NUMBER, "file": TEXT, "server": TEXT, "duplicate": FLAG,
    "cookies_logged": FLAG,
}  # fmt: skip
"""``source`` is a file's place in the order that breaks ties, ``id`` the number by which it stays known."""
PROFILE = ("browser", "browser_version", "os", "os_version", "device")
"""What an agent names of who sends it, besides itself."""


@dataclass(frozen=True)
class _File:
    path: str
    source: int
    kind: str


def by_start(sources: Iterable[Source]) -> list[Source]:
    """Files in the order that breaks ties in time: what begins first, then what ends first, whatever its name."""
    return sorted(
        sources,
        key=lambda one: (
            one.first_ts is None,
            (one.first_ts, one.last_ts) if one.first_ts else (),
            one.server,
            one.plain_sha256,
            one.file,
        ),
    )


def load(engine: Engine, sources: Sequence[Source], known: Sequence[KnownSource], window: Window) -> None:
    """``sources``, ``logged`` and ``identified`` hits, and ``uncounted`` lines, as far as they must be read.

    ``sources`` are in the order that breaks ties (:func:`by_start`), ``known`` in the same.
    """
    folders = folder_numbers(sources)
    rows = [
        (number, one.id, folders[source.folder], source.file, source.server, source.duplicate, source.cookies_logged)
        for number, (source, one) in enumerate(zip(sources, known, strict=True))
    ]
    engine.make_rows("sources", SOURCE_COLUMNS, rows)
    read = [(number, one) for number, one in enumerate(sources) if window.reads(one.first_ts, one.last_ts)]
    files = [file for number, source in read for file in _files_of(source, number)]
    named = [(one.path, one.source, one.kind) for one in files]
    engine.make_rows("files", {"filename": TEXT, "source": NUMBER, "kind": TEXT}, named)
    engine.run(f"CREATE TABLE agents AS {_agents([one for _, one in read])}")
    engine.run(f"CREATE VIEW logged AS {_read(files, 'hits', LOGGED)} WHERE {window.logged}")
    engine.run(
        f"CREATE VIEW identified AS {_read(files, 'hits', {'line': 'BIGINT', **IDENTITY})} WHERE {window.logged}"
    )
    uncounted = (
        f"SELECT source, ts, {quote(kind)} AS category FROM ({_read(files, kind, {'ts': 'TIMESTAMP'})}) "
        f"WHERE {window.logged}"
        for kind in ("duplicates", "rejects", "directives")
    )
    engine.run(f"CREATE VIEW uncounted AS {' UNION ALL '.join(uncounted)}")


def _agents(sources: Iterable[Source]) -> str:
    """A query of what the parser knows of each agent; where files tell different things, the first in order counts."""
    named = ", ".join(f"'{name}': {name}" for name in PROFILE)
    told = side_table(sources, "agents", ("agent", "robot", "name", "purpose", *PROFILE))
    return (
        "SELECT agent, bool_or(robot) AS robot, max(name) AS name, max(purpose) AS purpose, min(profile) AS profile "
        f"FROM (SELECT agent, robot, name, purpose, {{{named}}} AS profile FROM ({told}) "
        "UNION ALL FROM earlier_agents) GROUP BY agent"
    )


def identity() -> str:
    """An expression of a hit of ``identified`` and its server. Each value stands behind its length."""
    values = (f"strlen(CAST({name} AS VARCHAR)), ':', {name}" for name in ("server", *IDENTITY))
    return f"md5_number(concat({', '.join(values)}))"


def _files_of(source: Source, number: int) -> list[_File]:
    kind = "duplicates" if source.duplicate else "hits"
    files = [_File(str(source.folder / part), number, kind) for part in source.parts]
    lines = {"rejects": source.rejects, "directives": source.directives}
    return files + [_File(str(source.folder / f"{kind}.parquet"), number, kind) for kind in lines if lines[kind]]


def _read(files: list[_File], kind: str, columns: dict[str, str]) -> str:
    """A query of Parquet files' columns and ``source``; of no files, no rows.

    Columns that a log never has are not in its files. Sources of the same content share their files: each is read
    once, and its rows stand once for each source.
    """
    paths = dict.fromkeys(one.path for one in files if one.kind == kind)
    return (
        f"SELECT {', '.join(columns)}, source FROM ({read_files(paths, columns | {'filename': 'VARCHAR'})}) "
        f"JOIN (SELECT * FROM files WHERE kind = {quote(kind)}) USING (filename)"
    )
