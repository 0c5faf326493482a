"""The progress of an import: a page, its events, and the import by this console itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from console.web.asker import Asker
from console.web.event_streams import Streams
from console.web.guard import Administrator, Ours, Readable, note
from console.web.place import Here
from console.web.view import go, link, page, part
from console.web.wizard_import import Running
from console.web.wizard_state import Progress, figures, progress_of

router = APIRouter(include_in_schema=False)
EVERY_S = 1.0
MOST_EVENTS = 600
"""Then the browser connects anew, and is asked again who it is."""


@router.get("/setup/progress/{dataset}")
def progress(
    request: Request, place: Here, asker: Administrator, row: Readable, imports: Running, dataset: str
) -> Response:
    """How far it is; leads to the first report once that is there and nothing went wrong."""
    found = progress_of(place, imports, dataset)
    if found.state == "done" and not _has_faults(found):
        return go(request, found.address)
    settings = row["settings"] if isinstance(row["settings"], dict) else {}
    name = (settings.get("dataset") or {}).get("name") or dataset
    return page(request, "wizard_progress.html", asker=asker, dataset=dataset, name=name, **_values(found))


@router.get("/setup/progress/{dataset}/events")
async def events(
    request: Request,
    place: Here,
    asker: Administrator,
    row: Readable,
    imports: Running,
    streams: Streams,
    dataset: str,
) -> Response:
    """The same as server-sent events: ``progress`` each second, then ``done`` or ``stopped``."""
    del row

    def now() -> tuple[str, str]:
        return _event(request, asker, dataset, progress_of(place, imports, dataset))

    return streams.open(asker, _told(now))


@router.post("/setup/progress/{dataset}/import", dependencies=[Ours])
def import_here(
    request: Request, place: Here, asker: Administrator, row: Readable, imports: Running, dataset: str
) -> Response:
    """Fetch, read, analyse and publish in this process."""
    if imports.start(place, row["id"]):
        note(place, asker, "dataset.import", dataset)
        said = "The import has begun."
    else:
        said = "An import of this data set is under way here already."
    return go(request, f"/setup/progress/{quote(dataset)}", said)


async def _told(now: Callable[[], tuple[str, str]]) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    for _ in range(MOST_EVENTS):
        name, data = await run_in_threadpool(now)
        yield f"event: {name}\ndata: {data}\n\n"
        if name != "progress":
            return
        await asyncio.sleep(EVERY_S)


def _event(request: Request, asker: Asker, dataset: str, found: Progress) -> tuple[str, str]:
    """Its name and its JSON, on one line; ``html`` is what the page shows of it."""
    name = found.state if found.state in ("done", "stopped") else "progress"
    shown = part(request, "wizard_progress_now.html", asker=asker, dataset=dataset, **_values(found))
    data = found.to_json() | {"html": shown, "leaves": found.state == "done" and not _has_faults(found)}
    if found.address:
        data["address"] = link(request, found.address)
    return name, json.dumps(data, ensure_ascii=False)


def _values(found: Progress) -> dict[str, Any]:
    return {"progress": found, "figures": figures(found)}


def _has_faults(found: Progress) -> bool:
    """Whether a person should read something before the reports."""
    return bool(found.failed or found.dead_letters or found.errors)
