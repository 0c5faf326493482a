"""What is answered while somebody writes: how many visits are meant, what is wrong so far, what may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from console.report_label import ASKED
from console.settings_change import SettingsChange
from console.settings_values import SOURCES, values_of
from console.web.editors.counts import Counting, counted, days_of
from console.web.editors.edited import Edited, Sent
from console.web.editors.faults import Faults
from console.web.editors.forms import planned_of
from console.web.editors.items import edited_of
from console.web.editors.parts import find_part
from console.web.editors.reading import MISSING
from console.web.editors.tables import edited_tables
from console.web.guard import Editable, Known, Ours
from console.web.place import Here
from console.web.turns import a_turn
from console.web.view import part as piece
from shared.dataset_settings.checks import Fault
from shared.errors import ProprocessorError, Transient

router = APIRouter(include_in_schema=False)
SUGGEST_PATIENCE_S = 5.0
Text = Annotated[str, Query(max_length=200)]


@router.get("/datasets/{dataset}/settings/suggest")
def suggest(request: Request, place: Here, row: Editable, of: Text = "", text: Text = "") -> Response:
    """Values of a key that hold a text, with how often they are there; none where too much else is asked just now."""
    counting = days_of(place, row, {name: [value] for name, value in request.query_params.items()})
    if of not in SOURCES or counting.folder is None or counting.days is None:
        return JSONResponse([], headers={"Cache-Control": "no-store"})
    turn = partial(a_turn, SUGGEST_PATIENCE_S)
    try:
        found = values_of(place.settings, counting.folder, counting.days, of, text, turn=turn)
    except Transient:  # whoever writes can go on without, and the next letter asks again
        found = []
    answer = [{"value": value, "told": f"{number:,} {SOURCES[of].unit}"} for value, number in found]
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.post("/datasets/{dataset}/settings/{part_id}/count", dependencies=[Ours])
def count(
    request: Request,
    place: Here,
    asker: Known,
    row: Editable,
    part_id: str,
    texts: Sent,
    name: Annotated[str, Query()] = "",
) -> Response:
    """The number of visits that a form means; what is wrong stands beside its field."""
    edited = (
        edited_of(request, place, asker, row, part_id, name)
        if find_part(part_id).one
        else edited_tables(request, place, asker, row, part_id)
    )
    data, empty = _without_name(edited, *edited.read(texts))
    found = planned_of(edited, data, empty)
    faults = Faults([] if isinstance(found, SettingsChange) else found, edited.root)
    widgets = edited.widgets(data, faults)
    values: dict[str, Any] = {
        "part": edited.part,
        "widgets": [one for widget in widgets for one in widget.every()],
        "is_only_empty": not isinstance(found, SettingsChange) and all(one.text == MISSING for one in found),
        "counting": Counting.of(place, row, edited.part, texts),
        "counted": None,
        "error": "",
    }
    counting: Counting | None = values["counting"]
    item = _item(edited.part.tables[0], found, edited.root)
    if item is not None and counting is not None and counting.folder is not None:
        try:
            values["counted"] = counted(place, counting, edited.part, item)
        except ProprocessorError as error:
            values["error"] = str(error)
    text = piece(request, "edit_count.html", asker=asker, **values)
    return HTMLResponse(text, headers={"Cache-Control": "no-store"})


def _without_name(edited: Edited, data: Any, empty: Sequence[Fault]) -> tuple[Any, list[Fault]]:
    """Visits are counted of what has no name yet."""
    data, left = edited.named(data, empty)
    key = edited.part.named_by
    if key and not data.get(key):
        return {**data, key: ASKED}, [one for one in left if one.place != (key,)]
    return data, left


def _item(table: str, found: Any, root: Any) -> Any:
    """The item of the form, where nothing is wrong with it."""
    if not isinstance(found, SettingsChange):
        return None
    value = getattr(found.after, table)
    return value[root[1]] if root else value
