"""The rejects of a parsed file, read back from ``rejects.parquet`` in its folder of hits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FILE = "rejects.parquet"
COLUMNS = ("line", "ts", "reason", "raw")
BATCH_LINES = 64
"""Lines held at once: each may be 1 MiB long."""


class KeptReject(NamedTuple):
    """One line that was no hit. ``ts`` is the last time read before it, UTC; ``None`` where the file has none."""

    line: int
    ts: datetime | None
    reason: str
    raw: str


def read_rejects(folder: Path) -> Iterator[KeptReject]:
    """All rejects of a content, in order of lines, in bounded memory; :class:`FileNotFoundError` if it is gone."""
    import pyarrow.parquet as pq  # here, since commands that read no rejects need not wait for it

    with pq.ParquetFile(folder / FILE) as file:
        for batch in file.iter_batches(batch_size=BATCH_LINES, columns=list(COLUMNS)):
            for line, ts, reason, raw in zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True):
                yield KeptReject(line, ts.replace(tzinfo=UTC) if ts is not None else None, reason, raw)


def visible(text: str, limit: int) -> str:
    """The first ``limit`` characters for a person's terminal: what cannot be seen, or moves text, as an escape."""
    shown = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text[:limit])
    return shown if len(text) <= limit else f"{shown}…"
