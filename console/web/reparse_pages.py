"""Kept raw files read again: all of a data set, or one; first said what will happen."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import datasets
from console.outgoing import send
from console.raw_files import kept_files, read_again
from console.web.asker import Asker
from console.web.dataset_pages import MAX_PATH, asked_path
from console.web.guard import Editable, Known, Ours, note
from console.web.place import Here, Place
from console.web.view import go, page
from parser.formats import FORMATS
from shared.errors import Misconfigured
from shared.store import Store
from shared.texts import number_of

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.get("/datasets/{dataset}/reparse")
def before(request: Request, place: Here, asker: Known, row: Editable, file: str = "") -> Response:
    """What would be read again: all files, or the one of this path."""
    return _page(request, place, asker, row["id"], asked_path(file))


@router.post("/datasets/{dataset}/reparse", dependencies=[Ours])
def reparse(request: Request, place: Here, asker: Known, row: Editable, file: Text = "", format: Text = "") -> Response:
    """Have it read again."""
    id, path, named = row["id"], asked_path(file), format.strip().replace("\x00", "")[:MAX_PATH]
    store, now = Store(place.settings.data), place.now()
    try:
        done = read_again(place.catalog, store, id, now, path=path, format_name=named or None)
    except Misconfigured as error:
        return _page(request, place, asker, id, path, error=str(error), format=format)
    note(place, asker, "dataset.reparse", id, file=path, format=named or None, number=done.announced)
    send(place.settings, place.catalog)
    number = number_of(done.announced, "file is", "files are")
    return go(request, f"/datasets/{quote(id)}", f"{number} announced. A running parser takes them.")


def _page(
    request: Request, place: Place, asker: Asker, dataset: str, path: str | None, *, error: str = "", format: str = ""
) -> Response:
    datasets.find(place.catalog, dataset, path)
    kept, lost = kept_files(place.catalog, Store(place.settings.data), dataset, path)
    values: dict[str, Any] = {"dataset": dataset, "path": path, "kept": len(kept), "lost": lost}
    values |= {"formats": sorted(FORMATS), "error": error, "format": format}
    return page(request, "reparse.html", asker=asker, status_code=422 if error else 200, **values)
