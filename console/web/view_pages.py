"""Saving a page of reports under a name, and forgetting it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import views
from console.web.guard import Known, Ours, Readable, note
from console.web.place import Here
from console.web.problems import Forbidden
from console.web.view import go

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.post("/datasets/{dataset}/views", dependencies=[Ours])
def save(request: Request, place: Here, asker: Known, row: Readable, name: Text = "", path: Text = "") -> Response:
    """Keep a page; whoever reads the data set finds it on its page."""
    made = views.add(place.catalog, row["id"], name=name, path=path, made_by=asker.account.name, now=place.now())
    note(place, asker, "view.add", row["id"], id=made.id, name=made.name)
    return go(request, f"/datasets/{quote(row['id'])}", f"“{made.name}” is saved.")


@router.post("/datasets/{dataset}/views/remove", dependencies=[Ours])
def forget(request: Request, place: Here, asker: Known, row: Readable, id: Text = "") -> Response:
    """Forget one of one's own; an editor, anybody's."""
    whose = None if asker.account.may_edit else asker.account.name
    if not views.remove(place.catalog, id, row["id"], made_by=whose):
        raise Forbidden("There is no such view of yours.", remedy="An editor can forget any.", reason="not_editor")
    note(place, asker, "view.remove", row["id"], id=id)
    return go(request, f"/datasets/{quote(row['id'])}", "It is forgotten; the page itself is as it was.")
