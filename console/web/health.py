"""For what watches over us: alive, ready, and figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from console.manage import queue_rows
from console.web.guard import Guest, is_local
from console.web.metrics import CONTENT_TYPE, figures
from console.web.place import Here
from console.web.problems import Forbidden, NotSignedIn
from shared import accounts
from shared.errors import ProprocessorError

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> Response:
    """This process answers, also while all its threads are busy."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def readyz(place: Here) -> Response:
    """So do the catalog and the queue."""
    wrong = []
    try:
        accounts.any_account(place.catalog)
        _, queue_error = queue_rows(place.settings, place.catalog)
        wrong += [queue_error] if queue_error else []
    except ProprocessorError as error:
        wrong.append(str(error))
    text = "".join(f"{one}\n" for one in wrong) or "ready\n"
    return PlainTextResponse(text, 503 if wrong else 200, headers={"Cache-Control": "no-store"})


@router.get("/metrics")
def metrics(request: Request, place: Here, asker: Guest) -> Response:
    """For this machine itself, administrators, and their tokens with the scope ``metrics``."""
    if asker is None and not is_local(request, place):
        raise NotSignedIn
    if asker is not None and not (asker.account.is_administrator and asker.may("metrics")):
        raise Forbidden("This account may not read the metrics.", reason="not_administrator")
    return Response(figures(place), media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})
