"""What campaigns cost, from files: uploaded, shown as they are read, then taken; listed, and forgotten again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.stored_settings import Row, stored_settings
from console.web.asker import Asker
from console.web.costs_taken import MOST_BYTES, forget_file, keep_file, read_file
from console.web.editors.parts import find_part
from console.web.guard import Editable, Known, Ours
from console.web.place import Here, Place
from console.web.view import go, page
from shared import costs
from shared.cost_files import CostFile, CostRow
from shared.errors import ProprocessorError

router = APIRouter(include_in_schema=False)
FIRST_ROWS = 10
Text = Annotated[str, Form()]


@dataclass(frozen=True)
class Tried:
    """A file that was read: its first rows, and what it says of all campaigns; ``packed`` is the file itself."""

    file: CostFile
    packed: str
    first: Sequence[CostRow]
    campaigns: Sequence[tuple[str, int, Decimal]]
    total: Decimal
    unknown: Sequence[str]
    replaced: int


@router.get("/datasets/{dataset}/settings/costs")
def listed(request: Request, place: Here, asker: Known, row: Editable) -> Response:
    """All imported files, and a form for another one."""
    return page(request, "edit_costs.html", asker=asker, **_shown(place, row))


@router.post("/datasets/{dataset}/settings/costs/try", dependencies=[Ours])
def attempt(
    request: Request,
    place: Here,
    asker: Known,
    row: Editable,
    file: Annotated[UploadFile | None, File()] = None,
    name: Text = "",
) -> Response:
    """Show what a file says; nothing is stored."""
    data = file.file.read(MOST_BYTES + 1) if file is not None else b""
    named = name.strip() or (file.filename if file is not None and file.filename else "")
    try:
        tried = _tried(place, row, data, named)
    except ProprocessorError as error:
        return _refused(request, place, asker, row, error, named)
    return page(request, "edit_costs.html", asker=asker, **_shown(place, row, tried=tried, name=named))


@router.post("/datasets/{dataset}/settings/costs", dependencies=[Ours])
def take(
    request: Request, place: Here, asker: Known, row: Editable, dataset: str, name: Text = "", packed: Text = ""
) -> Response:
    """Keep a file that was shown, in place of one of its name."""
    try:
        data = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    try:
        file = _tried(place, row, data, name).file
    except ProprocessorError as error:
        return _refused(request, place, asker, row, error, name)
    replaced = keep_file(place, asker, row, file)
    instead = f", in place of {replaced:,} of that name" if replaced else ""
    said = f"{len(file.rows):,} rows of {file.name} are kept{instead}. Everything is analysed anew with them."
    return go(request, f"/datasets/{dataset}/settings/costs", said)


@router.post("/datasets/{dataset}/settings/costs/remove", dependencies=[Ours])
def remove(request: Request, place: Here, asker: Known, row: Editable, dataset: str, name: Text = "") -> Response:
    """Forget a file; what it hid of older ones counts again. One that a campaign names is needed."""
    removed = forget_file(place, asker, row, name)
    return go(request, f"/datasets/{dataset}/settings/costs", f"{removed:,} rows of {name} are forgotten.")


def _tried(place: Place, row: Row, data: bytes, name: str) -> Tried:
    """Read a file; :class:`Rejected` names the line."""
    settings = stored_settings(row)
    file = read_file(row, data, name)
    sums: dict[str, tuple[int, Decimal]] = {}
    for one in file.rows:
        days, cost = sums.get(one.campaign, (0, Decimal(0)))
        sums[one.campaign] = (days + 1, cost + one.cost)
    ranked = sorted(((name, days, cost) for name, (days, cost) in sums.items()), key=lambda one: -one[2])
    known = {one.name for one in settings.campaigns}
    with place.catalog.read() as connection:
        before = {one["name"]: int(one["rows"]) for one in costs.list_costs(connection, row["id"])}
    return Tried(
        file,
        base64.b64encode(data).decode(),
        file.rows[:FIRST_ROWS],
        ranked,
        sum((cost for _, _, cost in ranked), Decimal(0)),
        [name for name in sums if known and name not in known],
        before.get(file.name, 0),
    )


def _refused(request: Request, place: Place, asker: Asker, row: Row, error: ProprocessorError, name: str) -> Response:
    remedy = error.remedy.replace("Give --name.", "Give it another name below.")
    shown = _shown(place, row, error=f"{error.message} {remedy}".strip(), name=name)
    return page(request, "edit_costs.html", asker=asker, status_code=422, **shown)


def _shown(place: Place, row: Row, **more: Any) -> dict[str, Any]:
    with place.catalog.read() as connection:
        files = costs.list_costs(connection, row["id"])
    values: dict[str, Any] = {"tried": None, "error": "", "name": "", "first_rows": FIRST_ROWS}
    currency = stored_settings(row).dataset.currency
    return values | {"dataset": row["id"], "part": find_part("costs"), "files": files, "currency": currency} | more
