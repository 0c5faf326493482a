"""Imported costs in the catalog: what each campaign cost on each day, by the file that tells it.

A file is replaced as a whole by another of its name. Where several tell of one campaign and day, the newest import
counts, so that overlapping exports never count twice; taking a file away brings back what it hid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shared.catalog.schema import costs
from shared.cost_files import CostFile, CostRow


@dataclass(frozen=True, slots=True)
class DayCost:
    """What a campaign cost on a day of the data set, in its currency; at most six decimal places."""

    day: date
    campaign: str
    cost: Decimal


def keep(connection: sa.Connection, dataset: str, file: CostFile, now: datetime) -> int:
    """Keep a file in place of what was imported under its name; gives how many rows that were."""
    replaced = remove(connection, dataset, file.name)
    rows = [
        {
            "dataset": dataset,
            "file": file.name,
            "day": row.day,
            "campaign": row.campaign,
            "cost": str(row.cost),
            "clicks": row.clicks,
            "impressions": row.impressions,
            "layout": file.layout,
            "imported_at": now,
        }
        for row in file.rows
    ]
    connection.execute(sa.insert(costs), rows)
    return replaced


def keep_changed(connection: sa.Connection, dataset: str, file: CostFile, now: datetime) -> bool:
    """Keep a file unless it is kept as it is, whose turn among other files then stays; says whether it was new."""
    mine = _of(dataset, file.name)
    columns = (costs.c.day, costs.c.campaign, costs.c.cost, costs.c.clicks, costs.c.impressions)
    rows = connection.execute(sa.select(*columns).where(mine)).all()
    known = {CostRow(row.day, row.campaign, Decimal(row.cost), row.clicks, row.impressions) for row in rows}
    if known == set(file.rows):
        return False
    keep(connection, dataset, file, now)
    return True


def remove(connection: sa.Connection, dataset: str, name: str) -> int:
    """Forget what was imported under a name; gives how many rows that were."""
    return connection.execute(sa.delete(costs).where(_of(dataset, name))).rowcount


def current_costs(connection: sa.Connection, dataset: str) -> tuple[DayCost, ...]:
    """What counts: of each campaign and day what the newest import tells, in order of day and campaign."""
    columns = (costs.c.day, costs.c.campaign, costs.c.cost)
    query = sa.select(*columns).where(costs.c.dataset == dataset).order_by(costs.c.imported_at, costs.c.file)
    newest = {(row.day, row.campaign): Decimal(row.cost) for row in connection.execute(query)}
    return tuple(DayCost(day, campaign, cost) for (day, campaign), cost in sorted(newest.items()))


def list_costs(connection: sa.Connection, dataset: str) -> Sequence[dict[str, Any]]:
    """Each file with its rows, campaigns, first and last day, sum and time of import; the newest last."""
    found: dict[str, dict[str, Any]] = {}
    campaigns: dict[str, set[str]] = {}
    query = sa.select(costs).where(costs.c.dataset == dataset)
    for row in connection.execute(query.order_by(costs.c.imported_at, costs.c.file, costs.c.day)):
        told = found.setdefault(
            row.file,
            {
                "name": row.file,
                "layout": row.layout,
                "rows": 0,
                "campaigns": 0,
                "first_day": row.day,
                "last_day": row.day,
                "cost": Decimal(0),
                "imported_at": row.imported_at,
            },
        )
        names = campaigns.setdefault(row.file, set())
        names.add(row.campaign)
        told |= {"rows": told["rows"] + 1, "campaigns": len(names), "last_day": row.day}
        told["cost"] += Decimal(row.cost)
    return list(found.values())


def _of(dataset: str, name: str) -> sa.ColumnElement[bool]:
    return sa.and_(costs.c.dataset == dataset, costs.c.file == name)
