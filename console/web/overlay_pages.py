"""Copies of a site's own pages for the link overlay: which there are, fetched now, removed."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.manage import process_rows
from console.overlay_copies import ask_for_round, copy_rows, remove_copies
from console.web.guard import Administrator, Editable, Known, Ours, Readable, note
from console.web.place import Here
from console.web.view import go, page
from reporter.overlay.archive import Archive
from reporter.overlay.schedule import waits_since
from shared.errors import Rejected
from shared.texts import number_of

router = APIRouter(include_in_schema=False)
Several = Annotated[list[str] | None, Form()]


@router.get("/datasets/{dataset}/overlay")
def list_copies(request: Request, place: Here, asker: Known, row: Readable) -> Response:
    """Every page that was tried: when, and why not."""
    reporters = [one for one in process_rows(place.catalog) if one["stage"] == "reporter" and one["alive"]]
    values: dict[str, Any] = {
        "dataset": row["id"],
        "copies": copy_rows(Archive(place.catalog, place.settings.data, row["id"])),
        "waits_since": waits_since(place.catalog, row["id"], place.now()),
        "is_served": bool(reporters),
        "may_edit": asker.account.may_edit,
    }
    return page(request, "overlay.html", asker=asker, **values)


@router.post("/datasets/{dataset}/overlay/fetch", dependencies=[Ours])
def fetch(
    request: Request,
    place: Here,
    asker: Administrator,
    row: Readable,
    page: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Ask for a round, of one page if it is named."""
    wanted = [page.strip()] if page.strip() else []
    try:
        names = ask_for_round(place.settings, place.catalog, row["id"], place.now(), wanted)
    except Rejected as error:
        if not wanted:
            raise
        return go(request, _path(row["id"]), str(error))
    note(place, asker, "overlay.fetch", row["id"], pages=names)
    return go(request, _path(row["id"]), "A round is asked for. A running reporter begins it within a minute.")


@router.post("/datasets/{dataset}/overlay/remove", dependencies=[Ours])
def remove(
    request: Request, place: Here, asker: Known, row: Editable, pages: Several = None, do: Annotated[str, Form()] = ""
) -> Response:
    """Remove the copies of these pages, or all."""
    if not pages and do != "all":
        return go(request, _path(row["id"]), "Nothing was removed: no page was marked.")
    chosen = [] if do == "all" else pages or []
    number = remove_copies(place.settings, place.catalog, row["id"], chosen)
    note(place, asker, "overlay.remove", row["id"], pages=chosen[:100], number=number)
    return go(request, _path(row["id"]), f"{number_of(number, 'copy is', 'copies are')} removed.")


def _path(dataset: str) -> str:
    return f"/datasets/{quote(dataset)}/overlay"
