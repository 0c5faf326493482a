"""Whether everything is well, and what to do where it is not."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.doctor import examine
from console.web.guard import Administrator, Ours, note
from console.web.place import Here
from console.web.turns import PATIENCE_S, a_turn
from console.web.view import page

router = APIRouter(include_in_schema=False)
ORDER = ("wrong", "look", "good")


@router.get("/operations/check")
def asked(request: Request, asker: Administrator) -> Response:
    """What would be looked at; it takes seconds, so nobody comes upon it by a link."""
    return page(request, "doctor.html", asker=asker, found=None, sources=True)


@router.post("/operations/check", dependencies=[Ours])
def check(request: Request, place: Here, asker: Administrator, sources: Annotated[str, Form()] = "") -> Response:
    """Look at everything now, what is wrong first."""
    with a_turn(PATIENCE_S):
        found = list(examine(place.settings, sources=bool(sources)))
    note(place, asker, "doctor", sources=bool(sources))
    found.sort(key=lambda one: ORDER.index(one.state))
    return page(request, "doctor.html", asker=asker, found=found, sources=bool(sources))
