"""Single sign-on: to the provider, back, and one's own account connected or not."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.web.arrival import drop, inside, keep, let_in
from console.web.entrance import is_first_run, sign_in_form
from console.web.guard import ByBrowser, Ours, address_of, asker_of, note, note_guest
from console.web.oidc_accounts import admit, connect
from console.web.oidc_admission import Person, person_of
from console.web.oidc_provider import MaybeProvider, Provider, Started
from console.web.people import disconnect_account
from console.web.place import Here, Place
from console.web.problems import NotFound, status_of
from console.web.sealed import seal, unseal
from console.web.view import go, link, page
from shared import accounts
from shared.attempts import Refused
from shared.errors import Misconfigured, ProprocessorError, Rejected

router = APIRouter(include_in_schema=False)
COOKIE = "proprocessor-oidc"
PURPOSE = "single sign-on"
LASTS = timedelta(minutes=15)
BACK = "/sign-in/oidc/back"
MAX_TEXT = 4096
log = structlog.get_logger()


@router.get("/sign-in/oidc")
def begin(request: Request, place: Here, provider: MaybeProvider, next: str = "/") -> Response:
    """To the provider. A link, no form: our pages' rules let forms go nowhere else."""
    if is_first_run(place):  # somebody must manage this first
        return go(request, "/first-run")
    try:
        return _begin(request, place, _there(provider), {"next": inside(next)})
    except ProprocessorError as error:
        return _refused(request, place, error, inside(next))


@router.post("/account/connect", dependencies=[Ours])
def begin_connecting(
    request: Request, place: Here, asker: ByBrowser, provider: MaybeProvider, password: Annotated[str, Form()] = ""
) -> Response:
    """Let one's own account sign in by the provider, too: for who knows its password, then signs in there."""
    name, label = asker.account.name, place.settings.oidc_label
    _there(provider)
    found = accounts.sign_in(place.catalog, name, password, place.now(), address=asker.address)
    if isinstance(found, Refused):
        return go(request, "/account", "That is not the password: nothing is connected.")
    answer = page(request, "account_connect.html", asker=asker, label=label)
    keep(request, answer, COOKIE, seal(place, PURPOSE, LASTS, {"may_connect": name}), LASTS)
    return answer


@router.get("/account/connect")
def go_connecting(request: Request, place: Here, asker: ByBrowser, provider: MaybeProvider) -> Response:
    """On to the provider, once the password was right."""
    values = unseal(place, PURPOSE, request.cookies.get(COOKIE, "")) or {}
    if values.get("may_connect") != asker.account.name:
        return go(request, "/account", "Enter the password first.")
    try:
        return _begin(request, place, _there(provider), {"next": "/account", "connect": asker.account.name})
    except ProprocessorError as error:
        return go(request, "/account", str(error))


@router.post("/account/disconnect", dependencies=[Ours])
def disconnect(request: Request, place: Here, asker: ByBrowser) -> Response:
    """Let one's own account sign in with its password alone."""
    if not asker.account.has_password:
        return go(request, "/account", "Without the provider nobody could sign in: an administrator sets a password.")
    disconnect_account(place, asker, asker.account.name)
    return go(request, "/account", "The password alone signs you in from now on.")


@router.get(BACK)
def back(
    request: Request,
    place: Here,
    provider: MaybeProvider,
    code: str = "",
    state: str = "",
    error: str = "",
    iss: str = "",
) -> Response:
    """Back from the provider: look at what it says, and let in."""
    kept = unseal(place, PURPOSE, request.cookies.get(COOKIE, "")) or {}
    path = inside(str(kept.get("next", "/")))
    try:
        person = _person(place, _there(provider), kept, code=code, state=state, error=error, iss=iss)
        if "connect" in kept:
            answer = _connected(request, place, person, str(kept["connect"]))
        else:
            account = admit(place, person, address_of(request))
            answer = let_in(request, place, account, path, origin=person.issuer)
    except ProprocessorError as found:
        if "started" in kept:  # anybody can ask for this address, and fill the log
            by = place.settings.oidc_issuer
            note_guest(request, place, "sign_in.refused", "", None, by=by, reason=found.reason)
        answer = _refused(request, place, found, path)
    drop(request, answer, COOKIE)
    return answer


def _begin(request: Request, place: Place, provider: Provider, values: dict[str, Any]) -> Response:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    started = Started(state, nonce, verifier, _redirect_uri(request, place))
    address = provider.authorization_address(started, place.now())
    answer = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    sealed = seal(place, PURPOSE, LASTS, {**values, "started": vars(started)})
    keep(request, answer, COOKIE, sealed, LASTS)
    return answer


def _person(
    place: Place, provider: Provider, kept: dict[str, Any], *, code: str, state: str, error: str, iss: str
) -> Person:
    """Who came back. ``iss`` is compared where it is given (RFC 9207)."""
    if "started" not in kept:
        raise Rejected("This sign-in was begun too long ago, or elsewhere.", remedy="Begin again.", reason="oidc_state")
    started = Started(**kept["started"])
    if not hmac.compare_digest(started.state.encode(), state.encode()) or iss not in ("", provider.issuer):
        raise Rejected("This answer is not to your question.", remedy="Begin again.", reason="oidc_state")
    if error == "access_denied":
        raise Rejected("You did not sign in there.", remedy="Begin again, or use a password.", reason="oidc_refused")
    if error or not 0 < len(code) <= MAX_TEXT:
        said = error[:80] if error.isprintable() else ""
        raise Rejected(f"The provider refuses ({said or 'no code'}).", remedy="Begin again.", reason="oidc_refused")
    claims = provider.claims(started, code, place.now())
    return person_of(provider.issuer, claims, place.settings.oidc_claim)


def _connected(request: Request, place: Place, person: Person, name: str) -> Response:
    asker = asker_of(request, place)
    if asker is None or asker.account.name != name:
        raise Rejected("You are signed in as somebody else by now.", remedy="Begin again.", reason="oidc_state")
    try:
        connect(place, person, name)
    except ProprocessorError as error:
        return go(request, "/account", str(error))
    note(place, asker, "account.connect", name, by=person.issuer, email=person.email)
    return go(request, "/account", "Connected: from now on you may sign in by it, too.")


def _refused(request: Request, place: Place, error: ProprocessorError, path: str) -> Response:
    """The page to sign in with what is wrong; the console's log has it, too."""
    if isinstance(error, NotFound):
        raise error
    log.warning("oidc.refused", reason=error.reason, error=str(error))
    status = 403 if isinstance(error, Rejected) else 503 if isinstance(error, Misconfigured) else status_of(error)
    return sign_in_form(request, place, next=path, error=str(error), status=status)


def _there(provider: Provider | None) -> Provider:
    if provider is None:
        raise NotFound("There is no single sign-on here.", reason="oidc_off")
    return provider


def _redirect_uri(request: Request, place: Place) -> str:
    """As the provider must know it: where the settings say that the console is, else where it was asked."""
    if place.settings.console_url:
        return place.settings.console_url.rstrip("/") + BACK
    return f"{request.url.scheme}://{request.headers.get('host', '')}{link(request, BACK)}"
