"""One's own account: password, browsers that are signed in, tokens of programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import sessions, tokens
from console.web.asker import Asker
from console.web.guard import ByBrowser, Known, Ours, note
from console.web.place import Here, Place
from console.web.view import go, number_of, page
from shared import accounts, identities
from shared.attempts import Refused
from shared.errors import Rejected

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form()]


@router.get("/account")
def own(request: Request, place: Here, asker: Known) -> Response:
    """All of it."""
    return _page(request, place, asker)


@router.post("/account/password", dependencies=[Ours])
def password(
    request: Request, place: Here, asker: ByBrowser, old: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Another password, for who knows the one it has; other browsers must sign in again."""
    name = asker.account.name
    try:
        if isinstance(accounts.sign_in(place.catalog, name, old, place.now(), address=asker.address), Refused):
            raise Rejected("The present password is another.", reason="wrong_password")
        if password != again:
            raise Rejected("The two passwords differ.", remedy="Enter the same twice.", reason="passwords_differ")
        others = len(sessions.of_account(place.catalog, name, place.now())) - 1
        keep = asker.session.id if asker.session else ""
        accounts.set_password(place.catalog, name, password, keep=keep, keep_tokens=True)
    except Rejected as error:
        return _page(request, place, asker, error=str(error), status=422)
    note(place, asker, "account.password", name)
    return go(request, "/account", f"The password is changed; {others} other browsers must sign in again.")


@router.post("/account/sessions", dependencies=[Ours])
def end_session(request: Request, place: Here, asker: ByBrowser, id: Text = "") -> Response:
    """Sign another browser out."""
    ended = sessions.end(place.catalog, id, asker.account.name)
    note(place, asker, "session.end", asker.account.name)
    return go(request, "/account", "It is signed out." if ended else "It was signed out already.")


@router.post("/account/tokens", dependencies=[Ours])
def add_token(
    request: Request, place: Here, asker: ByBrowser, name: Text = "", scope: Several = None, days: Text = ""
) -> Response:
    """Make one, and show it this once."""
    try:
        until = place.now() + timedelta(days=_days(days)) if days.strip() else None
        made, text = tokens.add(
            place.catalog, asker.account.name, name=name, scopes=scope or [], now=place.now(), expires_at=until
        )
    except Rejected as error:
        return _page(request, place, asker, error=str(error), status=422)
    note(place, asker, "token.add", asker.account.name, id=made, name=name, scopes=scope or [])
    return _page(request, place, asker, made=text)


@router.post("/account/tokens/remove", dependencies=[Ours])
def remove_token(request: Request, place: Here, asker: ByBrowser, id: Text = "") -> Response:
    """End one."""
    ended = tokens.remove(place.catalog, id, asker.account.name)
    note(place, asker, "token.remove", asker.account.name, id=id)
    return go(request, "/account", "The token is void." if ended else "It was void already.")


def _page(
    request: Request, place: Place, asker: Asker, *, error: str = "", made: str = "", status: int = 200
) -> Response:
    name = asker.account.name
    values = {
        "sessions": sessions.of_account(place.catalog, name, place.now()),
        "tokens": tokens.of_account(place.catalog, name),
        "scopes": tokens.MEANINGS,
        "identities": identities.of_account(place.catalog, name),
        "label": place.settings.oidc_label if place.settings.oidc_issuer else "",
        "error": error,
        "made": made,
    }
    return page(request, "account.html", asker=asker, status_code=status, **values)


def _days(text: str) -> int:
    if not 1 <= number_of(text) <= 3650:
        raise Rejected(
            "A token lasts 1 to 3650 days.", remedy="Leave it empty for one without end.", reason="bad_expiry"
        )
    return number_of(text)
