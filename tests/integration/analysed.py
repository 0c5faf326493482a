"""The rows of an analysis's reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.folders import Folder


def read_report(folder: Path, report: str) -> pa.Table:
    """All rows of a report, periods in the order in which ``analysis.json`` names them; empty where there are none."""
    found = Folder(folder)
    paths = found.reports(report)
    if not paths:
        return pa.table({"period": pa.array([], pa.string()), "label": pa.array([], pa.string())})
    table = pa.concat_tables([pq.read_table(path) for path in paths], promote_options="permissive")
    order = {one["id"]: number for number, one in enumerate(found.describe()["periods"])}
    places = pa.array([order[one] for one in table["period"].to_pylist()], pa.int64())
    rows = pa.array(range(table.num_rows), pa.int64())
    ordered = pa.table({"place": places, "row": rows}).sort_by([("place", "ascending"), ("row", "ascending")])
    return table.take(ordered["row"])


def report_rows(folder: Path, report: str) -> list[dict[str, Any]]:
    """The same as mappings."""
    rows: list[dict[str, Any]] = read_report(folder, report).to_pylist()
    return rows
