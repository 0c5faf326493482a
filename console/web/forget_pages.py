"""A visitor forgotten, by an administrator: first shown what would be removed, then done for good.

Who is meant stands in no address, no log and no catalog.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.forgetting import is_removed, left_over, logged, wanted_of
from console.outgoing import send
from console.stored_settings import Row, stored_settings
from console.web.asker import Asker
from console.web.guard import Administrator, Ours, Readable, note
from console.web.place import Here, Place
from console.web.turns import PATIENCE_S, a_turn
from console.web.view import go, page
from parser.forget import Wanted, forget, preview
from shared.errors import ProprocessorError, Rejected

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.get("/datasets/{dataset}/forget")
def ask(request: Request, asker: Administrator, row: Readable) -> Response:
    """Who is to be forgotten?"""
    return _page(request, asker, row, {})


@router.post("/datasets/{dataset}/forget", dependencies=[Ours])
def do(
    request: Request,
    place: Here,
    asker: Administrator,
    row: Readable,
    kind: Text = "",
    value: Text = "",
    do: Text = "",
    confirm: Text = "",
) -> Response:
    """Show what would be removed; remove it for who then wrote the data set's id."""
    given: dict[str, Any] = {"kind": kind, "value": value}
    try:
        wanted = wanted_of(value if kind == "visitor" else None, value if kind == "address" else None)
        if do != "forget":
            with a_turn(PATIENCE_S):
                given |= {"found": preview(place.catalog, place.settings, row["id"], wanted, place.now())}
            return _page(request, asker, row, given)
        if confirm.strip() != row["id"]:
            error = "Nothing was removed: that is not the id of the data set."
            return _page(request, asker, row, given, error=error)
        receipt = forget_visitor(place, asker, row, wanted, patience_s=PATIENCE_S)
    except Rejected as error:
        return _page(request, asker, row, given, error=str(error))
    said = " ".join((is_removed(receipt), *left_over(receipt, stored_settings(row))))
    return go(request, f"/datasets/{quote(row['id'])}", said)


def forget_visitor(place: Place, asker: Asker, row: Row, wanted: Wanted, *, patience_s: float = 0.0) -> dict[str, Any]:
    """Do it, and have running stages make the reports anew; gives the receipt."""
    with a_turn(patience_s):
        receipt = forget(place.catalog, place.settings, row["id"], wanted, place.now())
    note(place, asker, "visitor.forget", row["id"], **logged(receipt))
    with suppress(ProprocessorError):  # it is announced all the same, and is sent when the queue answers again
        send(place.settings, place.catalog)
    return receipt


def _page(request: Request, asker: Asker, row: Row, given: dict[str, Any], *, error: str = "") -> Response:
    found = given.get("found")
    values = {"kind": "visitor", "value": "", **given, "found": found, "dataset": row["id"], "error": error}
    values["left"] = left_over(found, stored_settings(row)) if found else []
    return page(request, "forget.html", asker=asker, status_code=422 if error else 200, **values)
