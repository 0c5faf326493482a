"""What the analysis before knows of days that need not be counted anew: the views ``earlier_<fact>``.

Without such an analysis they are there and have no rows: every step reads them in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from analyzer.cells import ALL_CELLS, BY_ID, Cells
from analyzer.engine import Engine, quote
from analyzer.folders import CELLS, FACTS, ROLLED, STATE, Folder
from analyzer.parquet_files import read_files
from analyzer.state import State, read_state
from analyzer.units import MONTHS as FIRST_MONTH
from analyzer.units import UNDATED_UNIT, month_of

PROFILE = "STRUCT(browser VARCHAR, browser_version VARCHAR, os VARCHAR, os_version VARCHAR, device VARCHAR)"
WHOLE = {
    "pages": {"page": "BIGINT", "page_name": "VARCHAR"},
    "profiles": {"profile": "BIGINT", "named": PROFILE},
    "named_sets": {"labels": "BIGINT[]", "label_set": "BIGINT"},
    "agents": {
        "agent": "VARCHAR", "robot": "BOOLEAN", "name": "VARCHAR", "purpose": "VARCHAR", "profile": PROFILE,
    },
    "campaign_clicks": {"campaign": "VARCHAR", "day": "DATE", "clicks": "BIGINT"},
    "campaign_costs": {"campaign": "VARCHAR", "day": "DATE", "cost": "DECIMAL(38, 0)"},
    "costed": {"campaign": "VARCHAR"},
}  # fmt: skip
"""Facts of the whole analysis that are read again."""
COSTS = ("campaign_costs", "costed")
IN_MONTHS = {
    "visitors": {"identity": "UUID", "visitor": "BIGINT", "day": "DATE"},
    "orders": {"order_id": "VARCHAR", "day": "DATE", "event_day": "DATE"},
    "history": {
        "visit": "BIGINT", "visitor": "BIGINT", "first_ts": "TIMESTAMP", "until_ts": "TIMESTAMP", "day": "DATE",
        "label_set": "INTEGER", "channel": "VARCHAR", "campaign": "VARCHAR", "country": "VARCHAR",
        "clicked": "BOOLEAN",
    },
    "evidence": {
        "campaign": "VARCHAR", "visit": "BIGINT", "visitor": "BIGINT", "day": "DATE", "first_ts": "TIMESTAMP",
        "address": "VARCHAR", "agent": "VARCHAR", "entry_page": "VARCHAR", "referrer": "VARCHAR", "seconds": "DOUBLE",
        "page_views": "BIGINT", "short": "BOOLEAN", "orders": "BIGINT", "revenue": "DECIMAL(38, 2)",
    },
}  # fmt: skip
"""Facts by month that are read again."""


class Anew(Exception):
    """What was counted before cannot be gone on from."""


@dataclass(frozen=True)
class Earlier:
    """The analysis before."""

    folder: Folder
    state: State

    @cached_property
    def description(self) -> dict[str, Any]:
        """What ``analysis.json`` there says."""
        return self.folder.describe()


def read_earlier(path: Path | None, basis: str) -> Earlier | None:
    """The analysis in a folder, if its numbers are those of the same ``basis``."""
    state = read_state(path / STATE) if path else None
    if path is None or state is None or state.basis != basis:
        return None
    return Earlier(Folder(path), state)


def put_earlier(engine: Engine, earlier: Earlier | None, published: Earlier | None = None) -> None:
    """Make the views; what campaigns cost is that of the analysis that was ``published``."""
    for name, types in WHOLE.items():
        told = published if name in COSTS else earlier
        engine.run(f"CREATE VIEW earlier_{name} AS {read_files(told.folder.whole(name) if told else (), types)}")
    for name, types in IN_MONTHS.items():
        paths = earlier.folder.in_months(FACTS, name) if earlier else ()
        engine.run(f"CREATE VIEW earlier_{name} AS {read_files(paths, types)}")
    for name in ("lines", "static_hosts"):
        put_earlier_cells(engine, earlier, BY_ID[name])


def put_earlier_cells(engine: Engine, earlier: Earlier | None, cells: Cells) -> None:
    """The days of one table, as ``earlier_cells_<id>``."""
    paths = earlier.folder.in_months(CELLS, cells.id) if earlier else ()
    engine.run(f"CREATE VIEW earlier_{cells.table} AS {read_files(paths, cells.types)}")


def add_earlier_cells(
    engine: Engine, earlier: Earlier, units: Iterable[int], counted_from: date, *, course: bool
) -> None:
    """Add to the cells what was counted before of these units; with their ``course``, what is needed of every day."""
    wanted = sorted(set(units))
    if not wanted:
        return
    engine.run(f"CREATE TABLE wanted_units AS SELECT CAST(unnest({wanted}) AS INTEGER) AS unit")
    of_days = sorted({_month(unit) for unit in wanted if unit < FIRST_MONTH})
    of_months = sorted({_month(unit) for unit in wanted if unit >= FIRST_MONTH})
    first = f"(DATE {quote(counted_from.isoformat())} - DATE '1970-01-01')"
    for cells in ALL_CELLS:
        folder, types = earlier.folder, cells.types
        files = [
            (
                folder.in_months(CELLS, cells.id, of_days),
                f"unit < {first} AND unit <> {UNDATED_UNIT} AND unit IN (FROM wanted_units)",
            ),
            (folder.in_months(ROLLED, cells.id, of_months), "unit IN (FROM wanted_units)"),
        ]
        if course and cells.course:
            missed = f"unit < {first} AND unit <> {UNDATED_UNIT} AND unit NOT IN (FROM wanted_units) AND {cells.course}"
            files.append((folder.in_months(CELLS, cells.id), missed))
        for paths, condition in files:
            if paths:
                engine.run(
                    f"INSERT INTO {cells.table} BY NAME SELECT * FROM ({read_files(paths, types)}) WHERE {condition}"
                )


def _month(unit: int) -> str:
    """The folder a unit's rows are in."""
    if unit >= FIRST_MONTH:
        year, month = divmod(unit - FIRST_MONTH, 12)
        return f"{year:04d}-{month + 1:02d}"
    return month_of(date.fromordinal(unit + date(1970, 1, 1).toordinal()))
