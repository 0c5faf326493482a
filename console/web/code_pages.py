"""One's own second factor: switched on with a device, new recovery codes, switched off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import sealed
from console.web.asker import Asker
from console.web.guard import ByBrowser, Ours, note
from console.web.place import Here, Place
from console.web.qr import qr_svg
from console.web.view import go, page
from shared import accounts, second_factor, totp
from shared.attempts import Refused
from shared.errors import Rejected
from shared.secrets import open_box

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
PURPOSE = "secret of codes"
LASTS = timedelta(minutes=30)


@router.get("/account/code")
def own(request: Request, place: Here, asker: ByBrowser) -> Response:
    """Whether it is on, and what can be done."""
    return _page(request, place, asker)


@router.post("/account/code/begin", dependencies=[Ours])
def begin(request: Request, place: Here, asker: ByBrowser, password: Text = "") -> Response:
    """A new secret, for who knows the password; nothing is kept before a code of it is given."""
    try:
        _check_password(place, asker, password)
    except Rejected as error:
        return _page(request, place, asker, error=str(error), status=422)
    return _show(request, place, asker, totp.new_secret())


@router.post("/account/code/on", dependencies=[Ours])
def switch_on(request: Request, place: Here, asker: ByBrowser, secret: Text = "", code: Text = "") -> Response:
    """Ask for codes from now on, and show the recovery codes this once."""
    name = asker.account.name
    given = sealed.unseal(place, PURPOSE, secret)
    if given is None or given["account"] != name:
        return go(request, "/account/code", "That took too long. Begin again.")
    keep = asker.session.id if asker.session else ""
    try:
        made = second_factor.switch_on(
            place.catalog, open_box(place.settings), name, given["secret"], code, place.now(), keep=keep
        )
    except Rejected as error:
        return _show(request, place, asker, given["secret"], error=str(error), status=422)
    note(place, asker, "account.totp_on", name)
    return _page(request, place, asker, made=made)


@router.post("/account/code/recovery", dependencies=[Ours])
def renew(request: Request, place: Here, asker: ByBrowser, password: Text = "", code: Text = "") -> Response:
    """Recovery codes in place of those there were."""
    try:
        _check_both(place, asker, password, code)
    except Rejected as error:
        return _page(request, place, asker, error=str(error), status=422)
    note(place, asker, "account.recovery_codes", asker.account.name)
    return _page(request, place, asker, made=second_factor.renew_recovery(place.catalog, asker.account.name))


@router.post("/account/code/off", dependencies=[Ours])
def switch_off(request: Request, place: Here, asker: ByBrowser, password: Text = "", code: Text = "") -> Response:
    """Ask for no code any more."""
    try:
        _check_both(place, asker, password, code)
    except Rejected as error:
        return _page(request, place, asker, error=str(error), status=422)
    second_factor.switch_off(place.catalog, asker.account.name)
    note(place, asker, "account.totp_off", asker.account.name)
    return go(request, "/account/code", "From now on the password alone signs you in.")


def _check_both(place: Place, asker: Asker, password: str, code: str) -> None:
    """The password first: who does not know it learns nothing of codes, and uses none up."""
    _check_password(place, asker, password)
    box = open_box(place.settings)
    found = second_factor.check(place.catalog, box, asker.account.name, code, place.now(), address=asker.address)
    if isinstance(found, Refused):
        raise second_factor.wrong_code()


def _check_password(place: Place, asker: Asker, password: str) -> None:
    """Of an account that has one; who signs in by a provider alone has none to give."""
    name = asker.account.name
    if not asker.account.has_password:
        return
    if isinstance(accounts.sign_in(place.catalog, name, password, place.now(), address=asker.address), Refused):
        raise Rejected("That is not the password.", reason="wrong_password")


def _show(request: Request, place: Place, asker: Asker, secret: str, *, error: str = "", status: int = 200) -> Response:
    name = asker.account.name
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    values = {
        "qr": qr_svg(totp.uri_of(secret, name)),
        "grouped": grouped,
        "sealed": sealed.seal(place, PURPOSE, LASTS, {"account": name, "secret": secret}),
    }
    return page(request, "code_device.html", asker=asker, status_code=status, error=error, **values)


def _page(
    request: Request, place: Place, asker: Asker, *, error: str = "", made: Sequence[str] = (), status: int = 200
) -> Response:
    at, left = second_factor.since(place.catalog, asker.account.name)
    values = {"since": at, "left": left, "required": place.settings.totp_required, "error": error, "made": made}
    return page(request, "code.html", asker=asker, status_code=status, **values)
