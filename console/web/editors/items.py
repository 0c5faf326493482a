"""Lists of the settings - labels, campaigns, funnels, e-mail events, targets - and the form of one item."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from console.stored_settings import Row
from console.targets import target_rows
from console.web.asker import Asker
from console.web.editors.confirm import Confirmed, confirm
from console.web.editors.document import plain_of, position_of, with_item, with_moved
from console.web.editors.edited import Edited, Sent, last
from console.web.editors.forms import Shown, answer, refuse_closed, show
from console.web.editors.listing import rows_of
from console.web.editors.parts import Part, find_part
from console.web.editors.shapes import blank, table_of
from console.web.guard import Editable, Known, Ours
from console.web.place import Here, Place
from console.web.problems import NotFound
from console.web.view import page
from shared.errors import Rejected
from shared.label_tasks import TASKS

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Query()]


def list_page(request: Request, place: Place, asker: Asker, row: Row, part: Part) -> Response:
    """All items of a part."""
    data = plain_of(row)
    values: dict[str, Any] = {
        "dataset": row["id"],
        "part": part,
        "rows": rows_of(place, row, part, data),
        "tasks": TASKS if part.id == "labels" else (),
        "states": target_rows(place.catalog, row["id"]) if part.id == "targets" else (),
    }
    return page(request, "edit_list.html", asker=asker, **values)


@router.get("/datasets/{dataset}/settings/{part_id}/one")
def item(request: Request, place: Here, asker: Known, row: Editable, part_id: str, name: Name = "") -> Response:
    """The form of an item; without a name, of a new one."""
    edited = edited_of(request, place, asker, row, part_id, name)
    return show(edited, _stored(edited), Shown())


@router.post("/datasets/{dataset}/settings/{part_id}/one", dependencies=[Ours])
def change(
    request: Request, place: Here, asker: Known, row: Editable, part_id: str, texts: Sent, name: Name = ""
) -> Response:
    """Show what a form would change, or take it."""
    return answer(edited_of(request, place, asker, row, part_id, name), texts)


@router.post("/datasets/{dataset}/settings/{part_id}/list", dependencies=[Ours])
def reorder(request: Request, place: Here, asker: Known, row: Editable, part_id: str, texts: Sent) -> Response:
    """Remove an item, or put it one place earlier or later: shown first, then taken."""
    name, move, do, known = (last(texts, one) for one in ("name", "move", "do", "known"))
    edited = edited_of(request, place, asker, row, part_id, name)
    if edited.position is None:
        raise Rejected("No item was named.", remedy="Choose one in the list.", reason="unknown_item")
    match move:
        case "remove":
            data, title = with_item(edited.part, edited.stored, edited.position, None), f"Remove {name}"
        case "up":
            data, title = with_moved(edited.part, edited.stored, edited.position, -1), f"Put {name} one place earlier"
        case "down":
            data, title = with_moved(edited.part, edited.stored, edited.position, 1), f"Put {name} one place later"
        case _:
            raise Rejected("There is no such move.", remedy="Choose one in the list.", reason="unknown_item")
    hidden = [("name", name), ("move", move)]
    return confirm(edited, data, Confirmed(title, f"{edited.base}/list", hidden, do, known))


def edited_of(request: Request, place: Place, asker: Asker, row: Row, part_id: str, name: str) -> Edited:
    """What is edited: the item of this name, or a new one."""
    part = find_part(part_id)
    refuse_closed(asker, part)
    if not part.one:
        raise NotFound("This part has no items.", remedy="The overview of the settings leads to its form.")
    data = plain_of(row)
    return Edited(request, place, asker, row, part, data, name, position_of(part, data, name) if name else None)


def _stored(edited: Edited) -> Any:
    table = edited.part.tables[0]
    return blank(table_of(table)) if edited.position is None else edited.stored[table][edited.position]
