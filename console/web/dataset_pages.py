"""A data set: how fresh it is, its files with lines, hits and rejects, and fetching it now."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from console import datasets
from console.datasets import file_rows
from console.outgoing import make_due
from console.stored_settings import stored_settings
from console.trace import trace_file
from console.web import views
from console.web.guard import Administrator, Editable, Known, Ours, Readable, note
from console.web.home import card_of, next_runs
from console.web.place import Here
from console.web.problems import NotFound
from console.web.view import go, page
from shared import pauses
from shared.catalog.schema import rounds
from shared.errors import Misconfigured

router = APIRouter(include_in_schema=False)
FILES_A_PAGE = 100
ROUNDS = 10
MOST = 2**62
MAX_PATH = 2000
Start = Annotated[int, Query(ge=0, le=MOST)]
Number = Annotated[int, Path(ge=0, le=MOST)]


@router.get("/datasets/{dataset}")
def dataset_page(
    request: Request, place: Here, asker: Known, row: Readable, dataset: str, start: Start = 0
) -> Response:
    """All that is known of one."""
    overview = datasets.overview_of(place.catalog, row)
    with place.catalog.read() as connection:
        last = sa.select(rounds).where(rounds.c.dataset == dataset).order_by(rounds.c.started_at.desc()).limit(ROUNDS)
        fetches = [dict(one) for one in connection.execute(last).mappings()]
    start = min(start, max(0, overview["files"] - 1))
    files = file_rows(place.catalog, dataset, start=start, limit=FILES_A_PAGE)
    try:
        zone = stored_settings(row).dataset.timezone
    except Misconfigured:
        zone = "UTC"
    values: dict[str, Any] = {
        "card": card_of(place, overview, place.now()),
        "fetches": fetches,
        "files": files,
        "start": start,
        "number": overview["files"],
        "a_page": FILES_A_PAGE,
        "runs": next_runs(overview["schedule"], zone, place.now()),
        "may_edit": asker.account.may_edit,
        "views": views.of_dataset(place.catalog, dataset),
        "paused": next(
            (one for one in pauses.every(place.catalog) if (one.kind, one.name) == ("dataset", dataset)), None
        ),
    }
    return page(request, "dataset.html", asker=asker, **values)


@router.get("/datasets/{dataset}/files/{file}")
def file_page(request: Request, place: Here, asker: Known, row: Readable, file: Number) -> Response:
    """Where one file is on its way from fetch to report."""
    trace = trace_file(place.catalog, row["id"], file)
    letters = trace.letters if asker.account.is_administrator else ()
    values: dict[str, Any] = {"trace": trace, "letters": letters, "may_edit": asker.account.may_edit}
    return page(request, "file.html", asker=asker, dataset=row["id"], **values)


@router.post("/datasets/{dataset}/fetch", dependencies=[Ours])
def fetch(request: Request, place: Here, asker: Known, row: Editable, dataset: str) -> Response:
    """Make it due now."""
    make_due(place.settings, place.catalog, row["id"], place.now())
    note(place, asker, "dataset.fetch", dataset)
    return go(request, f"/datasets/{dataset}", "It is due. A running fetcher takes it now.")


@router.post("/datasets/{dataset}/remove", dependencies=[Ours])
def remove(
    request: Request, place: Here, asker: Administrator, row: Readable, confirm: Annotated[str, Form()] = ""
) -> Response:
    """Forget it, for who has written its id. Raw files and published folders stay."""
    dataset = row["id"]
    if confirm.strip() != dataset:
        return go(request, f"/datasets/{dataset}", "Nothing was removed: that is not its id.")
    datasets.remove(place.catalog, dataset, place.settings.data)
    note(place, asker, "dataset.remove", dataset)
    return go(request, "/", f"{dataset} is forgotten. Its raw files and published reports stay where they are.")


def asked_path(text: str) -> str | None:
    """A file's path, as somebody asks for it; ``None``: for none. Not every catalog takes every text."""
    if "\x00" in text or len(text) > MAX_PATH:
        raise NotFound("There is no such file.", reason="unknown_file")
    return text or None
