"""What DuckDB says of a Parquet file that it has written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

TIME = re.compile(r"[1-9]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Written:
    """What the writer of a Parquet file says of it: earliest and latest time, and whether every row may be trusted."""

    rows: int
    ts: tuple[datetime | None, datetime | None]
    all_ok: bool


def written_of(rows: int, statistics: Mapping[str, Mapping[str, str]]) -> Written:
    """``statistics``: of each column, as ``COPY`` gives them."""
    ts, ok = statistics.get('"ts"', {}), statistics.get('"ok"', {})
    times = (ts.get("min"), ts.get("max"))
    # As Python writes it; years beyond its calendar are no good times anyway.
    known = all(time is not None and TIME.fullmatch(time) for time in times)
    earliest, latest = (datetime.fromisoformat(time) if known and time else None for time in times)
    return Written(rows, (earliest, latest), all_ok=rows > 0 and ok.get("min") == "1" and ok.get("null_count") == "0")
