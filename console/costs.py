"""Imported costs, as people and programs forget them: the same for the command line, the API and the console."""

from __future__ import annotations

from datetime import datetime

from console.outgoing import announce_analysis, send
from console.stored_settings import Row, stored_settings
from shared import costs
from shared.catalog import Catalog
from shared.errors import Rejected
from shared.settings import Settings


def imported(catalog: Catalog, dataset: str) -> set[str]:
    """The names of the files that were imported."""
    with catalog.read() as connection:
        return {one["name"] for one in costs.list_costs(connection, dataset)}


def forget_costs(settings: Settings, catalog: Catalog, row: Row, name: str, now: datetime) -> int:
    """Forget a file; what it hid of older ones counts again. Gives its rows. One that a campaign names is needed."""
    named = [one.name for one in stored_settings(row).campaigns if one.cost is not None and one.cost.file == name]
    if named:
        raise Rejected(
            f"The campaign {named[0]} names {name} as its cost.",
            remedy="Change the campaign first.",
            reason="costs_needed",
        )
    with catalog.write() as connection:
        removed = costs.remove(connection, row["id"], name)
        if removed:
            announce_analysis(connection, row["id"], "costs", now)
    if not removed:
        raise Rejected(
            f"The data set {row['id']} has no costs of the name {name!r}.",
            remedy=f"`proprocessor costs list {row['id']}` lists them.",
            reason="unknown_costs",
        )
    send(settings, catalog)
    return removed
