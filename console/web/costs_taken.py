"""What campaigns cost, as people and programs bring it: a file read, kept, forgotten again, and all analysed anew."""

from __future__ import annotations

from console.costs import forget_costs
from console.outgoing import announce_analysis, send
from console.stored_settings import Row, stored_settings
from console.web.asker import Asker
from console.web.guard import note
from console.web.place import Place
from shared import costs
from shared.cost_files import CostFile, read_costs
from shared.errors import Rejected

MOST_BYTES = 4 << 20
"""As it travels through the browser a third longer, and a request has an end."""


def read_file(row: Row, data: bytes, name: str) -> CostFile:
    """A file as it was sent; :class:`Rejected` names the line."""
    if not data:
        raise Rejected("No file was chosen, or it is empty.", remedy="Choose a CSV file.", reason="costs_unreadable")
    if len(data) > MOST_BYTES:
        raise Rejected(
            f"This file is bigger than {MOST_BYTES >> 20} MiB.",
            remedy="Split it by date, or use `proprocessor costs import`.",
            reason="costs_unreadable",
        )
    return read_costs(data, name, stored_settings(row).dataset.currency)


def keep_file(place: Place, asker: Asker, row: Row, file: CostFile) -> int:
    """Keep it in place of one of its name; gives how many rows that had."""
    now = place.now()
    with place.catalog.write() as connection:
        replaced = costs.keep(connection, row["id"], file, now)
        announce_analysis(connection, row["id"], "costs", now)
    note(place, asker, "costs.import", row["id"], file=file.name, rows=len(file.rows), replaced=replaced)
    send(place.settings, place.catalog)
    return replaced


def forget_file(place: Place, asker: Asker, row: Row, name: str) -> int:
    """Forget it; what it hid of older ones counts again. Gives its rows. One that a campaign names is needed."""
    removed = forget_costs(place.settings, place.catalog, row, name, place.now())
    note(place, asker, "costs.remove", row["id"], file=name, rows=removed)
    return removed
