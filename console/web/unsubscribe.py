"""Where links to unsubscribe lead: shown on GET, done on POST (RFC 8058); nobody needs to sign in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.guard import note_guest
from console.web.place import Here
from console.web.view import page
from reporter.mail.suppression import unsubscribe as suppress
from reporter.mail.unsubscribe import read_token, token_key

router = APIRouter(include_in_schema=False)


@router.get("/unsubscribe/{token}")
def ask(request: Request, place: Here, token: str) -> Response:
    """Ask first: programs that look at mail open its links, too."""
    found = read_token(token_key(place.settings), token)
    return page(request, "unsubscribe.html", asker=None, subscription=found, token=token, done=False)


@router.post("/unsubscribe/{token}")
def unsubscribe(request: Request, place: Here, token: str) -> Response:
    """No more of this to this address. Mail programs ask this themselves, so that no form of ours need be there."""
    found = read_token(token_key(place.settings), token)
    suppress(place.catalog, found, place.now())
    note_guest(request, place, "mail.unsubscribe", found.recipient, found.dataset, event=found.event)
    return page(request, "unsubscribe.html", asker=None, subscription=found, token=token, done=True)
