"""How far a file is that is being read, for whoever waits: a row in the catalog while the work lasts."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.engine import upsert
from shared.catalog.schema import readings
from shared.errors import ProprocessorError
from shared.work import Work

EVERY_S = 2.0


class Reading:
    """Told after each block; writes now and then, and nothing about what is read at once."""

    def __init__(self, work: Work, file: int, doing: str, part: int = 0) -> None:
        self._work, self._file, self._part, self._doing = work, file, part, doing
        self._written = work.tools.clock.monotonic()

    def __call__(self, lines: int, size_bytes: int) -> None:
        """``lines`` and bytes of the raw file, as it was fetched, that are behind us."""
        self._work.keep_alive(f"{self._doing}: {lines:,} lines")
        now_s = self._work.tools.clock.monotonic()
        if now_s - self._written < EVERY_S:
            return
        self._written = now_s
        try:
            with self._work.tools.catalog.write() as connection:
                note(connection, self._file, self._part, lines, size_bytes)
        except ProprocessorError as error:
            # Of use only while somebody looks; the work itself does not need it.
            self._work.log.debug("reading.not_noted", error=str(error))


def note(connection: sa.Connection, file: int, part: int, lines: int, size_bytes: int) -> None:
    """Write how far a file is, or a part of it."""
    upsert(connection, readings, ("file", "part"), file=file, part=part, lines=lines, size_bytes=size_bytes)


def forget(connection: sa.Connection, file: int) -> None:
    """The file is read, or will not be."""
    connection.execute(sa.delete(readings).where(readings.c.file == file))
