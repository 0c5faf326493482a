"""What a data set keeps no longer, shown to its editors; an administrator removes it at once."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.expiry import Removed, logged, remove_old, sentences
from console.outgoing import send
from console.stored_settings import Row, stored_settings
from console.web.asker import Asker
from console.web.guard import Administrator, Editable, Known, Ours, Readable, note
from console.web.place import Here, Place
from console.web.turns import PATIENCE_S, a_turn
from console.web.view import go, page
from shared.errors import ProprocessorError
from shared.retention import cutoffs

router = APIRouter(include_in_schema=False)


@router.get("/datasets/{dataset}/retention")
def before(request: Request, place: Here, asker: Known, row: Editable) -> Response:
    """What would be removed now."""
    limits = cutoffs(stored_settings(row), place.now())
    removed = remove_old(place.settings, place.catalog, row["id"], place.now(), dry_run=True)
    found = removed.found
    values = {"dataset": row["id"], "limits": limits, "found": found}
    values["told"] = sentences(found, limits, dry_run=True)
    values["anything"] = bool(found["raw_files"] or found["files"] or found["periods"])
    return page(request, "retention.html", asker=asker, **values)


@router.post("/datasets/{dataset}/retention", dependencies=[Ours])
def remove(request: Request, place: Here, asker: Administrator, row: Readable) -> Response:
    """Remove it."""
    limits = cutoffs(stored_settings(row), place.now())
    removed = remove_for(place, asker, row, patience_s=PATIENCE_S)
    said = " ".join(sentences(removed.found, limits, dry_run=False))
    return go(request, f"/datasets/{quote(row['id'])}", said)


def remove_for(place: Place, asker: Asker, row: Row, *, patience_s: float = 0.0) -> Removed:
    """Remove it, and have running stages do what follows."""
    with a_turn(patience_s):
        removed = remove_old(place.settings, place.catalog, row["id"], place.now(), dry_run=False)
    note(place, asker, "dataset.retention", row["id"], **logged(removed))
    with suppress(ProprocessorError):  # it is announced all the same, and is sent when the queue answers again
        send(place.settings, place.catalog)
    return removed
