"""The way in: the first administrator, signing in, signing out."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import sessions
from console.web.arrival import begin, drop, duration, inside, let_in
from console.web.guard import COOKIE, FromHere, Guest, Known, Ours, address_of, is_local, note, note_guest
from console.web.place import Here, Place
from console.web.view import go, page
from shared import accounts
from shared.attempts import Refused
from shared.errors import Rejected
from shared.secrets import digest_key

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
NO_PASSWORDS = "Passwords are taken here only from administrators who sit at this machine: use single sign-on."


def first_run_code(place: Place) -> str:
    """What who makes the first administrator from another machine must know: it stands in the console's log."""
    return hmac.digest(digest_key(place.settings, "first run"), b"", "sha256").hex()[:12]


def is_first_run(place: Place) -> bool:
    """Whether there is no account yet."""
    return not accounts.any_account(place.catalog)


@router.get("/first-run")
def first_run(request: Request, place: Here, code: str = "") -> Response:
    """A form that makes the administrator."""
    if not is_first_run(place):
        return go(request, "/sign-in")
    return page(
        request, "first_run.html", asker=None, name="", code=code, asks_code=not is_local(request, place), error=""
    )


@router.post("/first-run", dependencies=[FromHere])
def make_administrator(
    request: Request, place: Here, name: Text = "", password: Text = "", again: Text = "", code: Text = ""
) -> Response:
    """Make it, and sign in."""
    if not is_first_run(place):
        return go(request, "/sign-in")
    asks = not is_local(request, place)
    try:
        if asks and not hmac.compare_digest(code.strip().encode(), first_run_code(place).encode()):
            raise Rejected("That is not the code.", remedy="It stands in the log of the console.", reason="bad_code")
        if password != again:
            raise Rejected("The two passwords differ.", remedy="Enter the same twice.", reason="passwords_differ")
        made = accounts.add(place.catalog, name, "administrator", password, place.now(), only_first=True)
    except Rejected as error:
        values = {"name": name, "code": code, "asks_code": asks, "error": str(error)}
        return page(request, "first_run.html", asker=None, status_code=422, **values)
    note_guest(request, place, "account.first", made.name, made.name)
    return begin(request, place, made.name, "/", said="You are the administrator of this installation.")


@router.get("/sign-in")
def sign_in_page(request: Request, place: Here, asker: Guest, next: str = "/") -> Response:
    """Name and password."""
    if is_first_run(place):
        return go(request, "/first-run")
    if asker is not None:
        return go(request, inside(next))
    return sign_in_form(request, place, next=inside(next))


def sign_in_form(
    request: Request, place: Place, *, next: str, name: str = "", error: str = "", status: int = 200
) -> Response:
    """The page to sign in, with what went wrong."""
    settings = place.settings
    values = {
        "label": settings.oidc_label if settings.oidc_issuer else "",
        "takes_passwords": not settings.oidc_only or is_local(request, place),
        "name": name,
        "next": next,
        "error": error,
    }
    return page(request, "sign_in.html", asker=None, status_code=status, **values)


@router.post("/sign-in", dependencies=[FromHere])
def sign_in(
    request: Request,
    place: Here,
    name: Text = "",
    password: Text = "",
    next: Text = "/",
) -> Response:
    """Look at them; who fails too often waits."""
    if place.settings.oidc_only and not is_local(request, place):
        return sign_in_form(request, place, next=inside(next), error=NO_PASSWORDS, status=403)
    found = accounts.sign_in(place.catalog, name, password, place.now(), address=address_of(request))
    if isinstance(found, Refused):
        said = "Name and password do not belong together."
        if found.wait_s:
            whose = "from your address" if found.is_address else "under this name"
            said = f"Too many attempts {whose}. Try again in {duration(found.wait_s)}."
        else:
            tried = accounts.plain_name(name)[:64]
            note_guest(request, place, "sign_in.refused", tried, tried)
        status = 429 if found.wait_s else 403
        return sign_in_form(request, place, name=name, next=inside(next), error=said, status=status)
    if place.settings.oidc_only and not found.account.is_administrator:
        return sign_in_form(request, place, name=name, next=inside(next), error=NO_PASSWORDS, status=403)
    return let_in(request, place, found.account, inside(next))


@router.post("/sign-out", dependencies=[Ours])
def sign_out(request: Request, place: Here, asker: Known) -> Response:
    """End this session, here and in the catalog."""
    if asker.session is not None:
        sessions.end(place.catalog, asker.session.id, asker.account.name)
        note(place, asker, "sign_out")
    answer = go(request, "/sign-in", "You are signed out.")
    drop(request, answer, COOKIE)
    return answer
