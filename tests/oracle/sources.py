"""Parsed files for the analyzer, without a parser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.inputs import Source

COLUMNS: dict[str, pa.DataType] = {
    "line": pa.int64(), "ts": pa.timestamp("us"), "address": pa.string(), "host": pa.string(), "method": pa.string(),
    "path": pa.string(), "query": pa.string(), "status": pa.int16(), "bytes": pa.int64(), "referrer": pa.string(),
    "agent": pa.string(), "cookie": pa.string(), "order_total": pa.string(), "order_id": pa.string(),
    "screen": pa.string(), "exit_url": pa.string(), "custom": pa.string(), "language": pa.string(),
    "opted_out": pa.bool_(),
}  # fmt: skip
ROBOT = "R"
"""The agent that is a robot."""


def write_source(
    folder: Path,
    hits: list[dict[str, Any]],
    rejects: list[datetime | None] | None = None,
    directives: list[datetime | None] | None = None,
    **changes: Any,
) -> Source:
    """A folder as the parser leaves it, and the row of the audit that tells of it. Times are naive UTC."""
    rejects, directives = rejects or [], directives or []
    folder.mkdir()
    if hits:
        columns = {name: pa.array([hit.get(name) for hit in hits], kind) for name, kind in COLUMNS.items()}
        pq.write_table(pa.table(columns), folder / "hits.parquet")
        agents = sorted({hit["agent"] for hit in hits} - {None})
        robots = pa.table(
            {"agent": pa.array(agents, pa.string()), "robot": pa.array([one == ROBOT for one in agents], pa.bool_())}
        )
        pq.write_table(robots, folder / "agents-00000.parquet")
    for name, times in (("rejects", rejects), ("directives", directives)):
        lines = {"line": pa.array(range(1, len(times) + 1), pa.int64()), "ts": pa.array(times, pa.timestamp("us"))}
        pq.write_table(pa.table(lines), folder / f"{name}.parquet")
    times = sorted(hit["ts"].replace(tzinfo=UTC) for hit in hits)
    told = {
        "file": folder.name, "server": "", "sha256": "0", "folder": folder, "parts": ("hits.parquet",) if hits else (),
        "lines": len(hits) + len(rejects) + len(directives), "directives": len(directives), "hits": len(hits),
        "rejects": len(rejects), "first_ts": times[0] if times else None, "last_ts": times[-1] if times else None,
        "cookies_logged": False, "duplicate_of": None, "format": "nlf", "plain_sha256": folder.name,
    }  # fmt: skip
    return Source(**{**told, **changes})
