"""Rejects and directives: written as they come, finished when the time of the first hit is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parser.records import Record, Reject

SCHEMAS: dict[str, pa.Schema] = {
    "rejects": pa.schema({"line": pa.int64(), "ts": pa.timestamp("us"), "reason": pa.string(), "raw": pa.string()}),
    "directives": pa.schema({"line": pa.int64(), "ts": pa.timestamp("us")}),
}
Other = tuple[int, datetime | None, Record, str]
"""Line number, time of the last hit before it in its block, what it is, its text."""


class Others:
    """``rejects.parquet`` and ``directives.parquet`` of one file; a file may be full of them."""

    def __init__(self, folder: Path, *, keep_raw: bool = True) -> None:
        """``keep_raw`` false: of a reject its text is not kept, since it may hold what privacy forbids."""
        self._folder, self._keep_raw = folder, keep_raw
        self._writers = {
            kind: pq.ParquetWriter(folder / f"{kind}.untimed", schema, compression="zstd")
            for kind, schema in SCHEMAS.items()
        }
        self.reasons: Counter[str] = Counter()
        self.directives = 0

    def add(self, others: Sequence[Other], carried: datetime | None) -> None:
        """Those of one block, in order of lines; ``carried`` is the time of the last hit of the blocks before."""
        rejects, directives = [], []
        for line, ts, record, text in others:
            if isinstance(record, Reject):
                rejects.append((line, ts or carried, record.reason, text if self._keep_raw else ""))
            else:
                directives.append((line, ts or carried))
        self.reasons.update(row[2] for row in rejects)
        self.directives += len(directives)
        self._write("rejects", rejects)
        self._write("directives", directives)

    def finish(self, opening: datetime | None) -> None:
        """What stands before any hit gets the time of the first."""
        self.close()
        for kind, schema in SCHEMAS.items():
            untimed = self._folder / f"{kind}.untimed"
            with (
                pq.ParquetFile(untimed) as file,
                pq.ParquetWriter(self._folder / f"{kind}.parquet", schema, compression="zstd") as final,
            ):
                for at in range(file.num_row_groups):
                    rows = file.read_row_group(at)
                    times = rows["ts"] if opening is None else rows["ts"].fill_null(opening)
                    final.write_table(rows.set_column(1, schema.field("ts"), times))
            untimed.unlink()

    def close(self) -> None:
        """No more will come."""
        for writer in self._writers.values():
            writer.close()

    def _write(self, kind: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            schema = SCHEMAS[kind]
            columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), schema, strict=True)]
            self._writers[kind].write_table(pa.Table.from_arrays(columns, schema=schema))
