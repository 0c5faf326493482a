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

from analyzer.cells import ALL_CELLS, BY_ID
from analyzer.engine import Engine
from analyzer.folders import CELLS, FACTS, ROLLED, STATE, Folder
from analyzer.parquet_files import read_files
from analyzer.state import State, read_state
from analyzer.units import MONTHS, UNDATED_UNIT, month_of_unit, unit_of_day

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


@dataclass(frozen=True)
class Before:
    """The folder of the analysis before, of which the days before ``first_day`` stay."""

    folder: Folder
    first_day: date


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
    for name in IN_MONTHS:
        put_earlier_fact(engine, earlier, name)
    for cells in (BY_ID["lines"], BY_ID["static_hosts"]):
        paths = earlier.folder.in_months(CELLS, cells.id) if earlier else ()
        engine.run(f"CREATE VIEW earlier_{cells.table} AS {read_files(paths, cells.types)}")


def put_earlier_fact(engine: Engine, earlier: Earlier | None, name: str) -> None:
    """Make one of the views, of a fact by month."""
    paths = earlier.folder.in_months(FACTS, name) if earlier else ()
    engine.run(f"CREATE VIEW earlier_{name} AS {read_files(paths, IN_MONTHS[name])}")


def add_earlier_cells(engine: Engine, before: Before, units: Iterable[int], *, course: bool) -> None:
    """Add to the cells what was counted before of these units; with their ``course``, what is needed of every day."""
    wanted = sorted(set(units))
    if not wanted:
        return
    engine.run(f"CREATE TABLE wanted_units AS SELECT CAST(unnest({wanted}) AS INTEGER) AS unit")
    of_days = sorted({month_of_unit(unit) for unit in wanted if unit < MONTHS})
    of_months = sorted({month_of_unit(unit) for unit in wanted if unit >= MONTHS})
    stay = f"unit < {unit_of_day(before.first_day)} AND unit <> {UNDATED_UNIT}"
    for cells in ALL_CELLS:
        folder, types = before.folder, cells.types
        files = [
            (folder.in_months(CELLS, cells.id, of_days), f"{stay} AND unit IN (FROM wanted_units)"),
            (folder.in_months(ROLLED, cells.id, of_months), "unit IN (FROM wanted_units)"),
        ]
        if course and cells.course:
            missed = f"{stay} AND unit NOT IN (FROM wanted_units) AND {cells.course}"
            files.append((folder.in_months(CELLS, cells.id), missed))
        for paths, condition in files:
            if paths:
                engine.run(
                    f"INSERT INTO {cells.table} BY NAME SELECT * FROM ({read_files(paths, types)}) WHERE {condition}"
                )
