"""The settings of a data set at a glance: a card for each part, the whole as a file, who changed what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from console import settings_history
from console.stored_settings import Row, stored_settings
from console.web.asker import Asker
from console.web.editors.parts import PARTS, Part, number_in
from console.web.guard import Editable, Known, Ours
from console.web.place import Here, Place
from console.web.settings_pages import change
from console.web.view import page
from shared.costs import list_costs
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured, Rejected

router = APIRouter(include_in_schema=False)
MOST_BYTES = 1 << 20


@router.get("/datasets/{dataset}/settings")
def overview(request: Request, place: Here, asker: Known, row: Editable) -> Response:
    """All parts, each with what it holds."""
    try:
        settings, unreadable = stored_settings(row), ""
    except Misconfigured as error:
        settings, unreadable = DatasetSettings(), str(error)
    values: dict[str, Any] = {
        "dataset": row["id"],
        "cards": [] if unreadable else [(part, _told(place, row, settings, part)) for part in PARTS],
        "unreadable": unreadable,
        "history": settings_history.history(place.catalog, row["id"]),
        "may": asker.account.is_administrator,
    }
    return page(request, "settings_overview.html", asker=asker, **values)


@router.post("/datasets/{dataset}/settings/import", dependencies=[Ours])
def import_file(
    request: Request, place: Here, asker: Known, row: Editable, dataset: str, file: Annotated[UploadFile, File()]
) -> Response:
    """A file that was uploaded, in the editor of the file, with what it would change."""
    return change(request, place, asker, row, dataset, _text_of(file))


def is_closed(asker: Asker, part: Part) -> bool:
    """Whether only administrators open a part."""
    return part.for_administrators and not asker.account.is_administrator


def _told(place: Place, row: Row, settings: DatasetSettings, part: Part) -> str:
    """What a card says of its part."""
    if part.id == "costs":
        with place.catalog.read() as connection:
            number = len(list_costs(connection, row["id"]))
        return f"{number} {'file' if number == 1 else 'files'}" if number else "none yet"
    number = number_in(part, settings)
    if part.one:
        return f"{number} {part.one}{'' if number == 1 else 's'}" if number else "none yet"
    if not number:
        return "all as by default"
    return f"{number} {'differs from its default' if number == 1 else 'differ from their defaults'}"


def _text_of(file: UploadFile) -> str:
    data = file.file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Rejected("This file is bigger than 1 MiB: it is no settings file.", reason="no_settings")
    if not data.strip():
        raise Rejected(
            "No file was chosen, or it is empty.", remedy="Choose a TOML file of settings.", reason="no_settings"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(f"This file is not UTF-8: {error}.", remedy="Save it as UTF-8.", reason="no_settings") from error
