"""A data set of a few hits written by hand, and the rows of its reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs
from shared.dataset_settings import DatasetSettings
from shared.site import Site
from tests.integration.analysed import report_rows
from tests.oracle.sources import WINDOWS, write_source

Hit = dict[str, Any]
START = datetime(2026, 3, 2, 10)
"""A Monday."""
BASE = {"dataset": {"hosts": ["www.fruit.test"]}}


def hit(who: str, at: timedelta, path: str = "/", **more: Any) -> Hit:
    """A page view of somebody, told apart by address."""
    told = {"method": "GET", "host": "www.fruit.test", "path": path, "status": 200, "bytes": 100, "agent": WINDOWS}
    return {"ts": START + at, "address": who, **told, **more}


def visit(who: str, *paths: str, at: timedelta = timedelta(), **more: Any) -> list[Hit]:
    """Page views, a minute from one to the next."""
    return [hit(who, at + timedelta(minutes=number), path, **more) for number, path in enumerate(paths)]


class Reports:
    """What an analysis of these hits gives. ``named``: more agents of robots, with name and purpose."""

    def __init__(
        self,
        folder: Path,
        hits: list[Hit],
        site: Site | None = None,
        named: dict[str, tuple[str | None, str | None]] | None = None,
        **settings: Any,
    ) -> None:
        ordered = sorted(hits, key=lambda one: one["ts"])
        source = write_source(folder / "parsed", [{**one, "line": line} for line, one in enumerate(ordered, start=1)])
        if named:
            write_robots(folder / "parsed" / "agents-99999.parquet", named)
        chosen = DatasetSettings.model_validate({**BASE, **settings})
        inputs = AnalysisInputs("d", "d", chosen, site or Site(), (source,), "tests", chosen.digest())
        self._out = folder / "out"
        self._out.mkdir()
        analyze(inputs, self._out, memory_limit_mb=512, threads=2, temp_dir=folder)

    def rows(self, report: str, label: str = "all", period: str = "all") -> list[tuple[Any, ...]]:
        """A report's rows in their order, without period and label."""
        found = report_rows(self._out, report)
        return [tuple(row.values())[2:] for row in found if (row["period"], row["label"]) == (period, label)]

    def periods(self, report: str) -> list[str]:
        """The periods that have rows."""
        return sorted({row["period"] for row in report_rows(self._out, report)})


def write_robots(path: Path, named: dict[str, tuple[str | None, str | None]]) -> None:
    """A side table more, as of another block of the file."""
    columns = [*named], [True] * len(named), [name for name, _ in named.values()], [what for _, what in named.values()]
    kinds = (pa.string(), pa.bool_(), pa.string(), pa.string())
    names = ("agent", "robot", "name", "purpose")
    table = {one: pa.array(column, kind) for one, column, kind in zip(names, columns, kinds, strict=True)}
    pq.write_table(pa.table(table), path)
