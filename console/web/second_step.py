"""The second step of signing in: a one-time code, or a recovery code where the device is lost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.arrival import complete, duration, half_of
from console.web.guard import FromHere, address_of, note_guest
from console.web.place import Here, Place
from console.web.view import go, page
from shared import second_factor
from shared.attempts import Refused
from shared.second_factor import Passed
from shared.secrets import open_box

router = APIRouter(include_in_schema=False)
TOO_LATE = "That took too long, or the account was changed meanwhile. Sign in again."


@router.get("/sign-in/code")
def ask(request: Request, place: Here) -> Response:
    """Ask for the code."""
    half = half_of(request, place)
    if half is None:
        return go(request, "/sign-in")
    return _page(request, half.account)


@router.post("/sign-in/code", dependencies=[FromHere])
def take(request: Request, place: Here, code: Annotated[str, Form()] = "") -> Response:
    """Look at it; who fails too often waits."""
    half = half_of(request, place)
    if half is None:
        return go(request, "/sign-in", TOO_LATE)
    found = second_factor.check(
        place.catalog, open_box(place.settings), half.account, code, place.now(), address=address_of(request)
    )
    match found:
        case Passed(is_recovery=True, left=left):
            said = f"That recovery code is used up; {left} are left. Make new ones, or another device, at your name."
            return complete(request, place, half, code="recovery", said=said)
        case Passed():
            return complete(request, place, half, code="device")
        case Refused(wait_s) if wait_s:
            said = f"Too many attempts. Try again in {duration(wait_s)}."
            return _page(request, half.account, said, 429)
        case Refused():
            return _refuse(request, place, half.account)


def _refuse(request: Request, place: Place, account: str) -> Response:
    note_guest(request, place, "sign_in.code_refused", account, account)
    return _page(request, account, str(second_factor.wrong_code()), 403)


def _page(request: Request, account: str, error: str = "", status: int = 200) -> Response:
    return page(request, "sign_in_code.html", asker=None, status_code=status, account=account, error=error)
