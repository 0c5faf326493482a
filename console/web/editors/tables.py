"""The forms of plain tables: general settings, exclusions, alerts, retention."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.stored_settings import Row
from console.web.asker import Asker
from console.web.editors.document import plain_of
from console.web.editors.edited import Edited, Sent
from console.web.editors.forms import Shown, answer, refuse_closed, show
from console.web.editors.items import list_page
from console.web.editors.parts import find_part
from console.web.guard import Editable, Known, Ours
from console.web.place import Here, Place
from console.web.problems import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/datasets/{dataset}/settings/{name}")
def form(request: Request, place: Here, asker: Known, row: Editable, name: str) -> Response:
    """A part: its form, or the list of its items."""
    part = find_part(name)
    refuse_closed(asker, part)
    if part.one:
        return list_page(request, place, asker, row, part)
    edited = edited_tables(request, place, asker, row, name)
    return show(edited, edited.stored, Shown())


@router.post("/datasets/{dataset}/settings/{name}", dependencies=[Ours])
def change(request: Request, place: Here, asker: Known, row: Editable, name: str, texts: Sent) -> Response:
    """Show what a form would change, or take it."""
    return answer(edited_tables(request, place, asker, row, name), texts)


def edited_tables(request: Request, place: Place, asker: Asker, row: Row, name: str) -> Edited:
    """What is edited: the tables of a part."""
    part = find_part(name)
    refuse_closed(asker, part)
    if part.one or not part.tables:
        raise NotFound("This part has no form of its own.", remedy="Choose one of its items.")
    return Edited(request, place, asker, row, part, plain_of(row))
