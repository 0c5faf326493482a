"""Accounts and the log of who did what, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from console import datasets
from console.web import audit, sessions
from console.web.asker import Asker
from console.web.guard import Administrator, Ours, note
from console.web.place import Here, Place
from console.web.view import go, page
from shared import accounts, identities, second_factor
from shared.accounts import plain_name
from shared.errors import Rejected
from shared.roles import ROLES, Role

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form()]
ENTRIES = 100
Before = Annotated[int | None, Query(ge=0, le=2**62)]


@router.get("/accounts")
def list_accounts(request: Request, place: Here, asker: Administrator) -> Response:
    """All of them, each with what can be done, and a form for another."""
    return _page(request, place, asker)


@router.post("/accounts", dependencies=[Ours])
def add(
    request: Request,
    place: Here,
    asker: Administrator,
    name: Text = "",
    role: Text = "viewer",
    password: Text = "",
    dataset: Several = None,
) -> Response:
    """Make one."""
    try:
        made = accounts.add(
            place.catalog, name, _role(role), password, place.now(), datasets=known_datasets(place, dataset)
        )
    except Rejected as error:
        return _page(request, place, asker, error=str(error), name=name, status=422)
    note(place, asker, "account.add", made.name, role=made.role, datasets=list(made.datasets))
    return go(request, "/accounts", f"{made.name} may sign in now.")


@router.post("/accounts/{name}", dependencies=[Ours])
def change(
    request: Request,
    place: Here,
    asker: Administrator,
    name: str,
    do: Text = "",
    role: Text = "",
    password: Text = "",
    dataset: Several = None,
) -> Response:
    """Give it another role, data sets or password, disable, enable or remove it."""
    name = plain_name(name)
    match do:
        case "change":
            leave_one(place, name, stays=role == "administrator")
            given = known_datasets(place, dataset)
            accounts.change(place.catalog, name, role=_role(role), datasets=given)
            note(place, asker, "account.change", name, role=role, datasets=given)
            said = f"{name} is changed."
        case "password":
            accounts.set_password(place.catalog, name, password)
            note(place, asker, "account.password", name)
            said = f"{name} has a new password and must sign in again; its tokens are void."
        case "disable" | "remove":
            leave_one(place, name, stays=False)
            if do == "disable":
                sessions.end_all(place.catalog, name)
                accounts.disable(place.catalog, name, place.now())
            else:
                accounts.remove(place.catalog, name)
            note(place, asker, f"account.{do}", name)
            said = f"{name} is {do}d."
        case "totp_off":
            switch_totp_off(place, asker, name)
            said = f"{name} signs in without a code from now on."
        case "disconnect":
            disconnect_account(place, asker, name)
            said = f"{name} signs in with its password alone."
        case "enable":
            accounts.enable(place.catalog, name)
            note(place, asker, "account.enable", name)
            said = f"{name} may sign in again."
        case _:
            raise Rejected(f"{do!r} cannot be done with an account.", reason="unknown_action")
    return go(request, "/accounts", said)


@router.get("/audit")
def log(request: Request, place: Here, asker: Administrator, before: Before = None) -> Response:
    """Who did what, the last first."""
    found = audit.entries(place.catalog, before=before, limit=ENTRIES)
    older = found[-1].seq if len(found) == ENTRIES else None
    return page(request, "audit.html", asker=asker, entries=found, older=older)


def disconnect_account(place: Place, asker: Asker, name: str) -> None:
    """Let nobody sign in to an account by a provider any more."""
    if identities.remove_all(place.catalog, accounts.find(place.catalog, name).name):
        note(place, asker, "account.disconnect", name)


def by_account(place: Place) -> dict[str, list[identities.Identity]]:
    """Who signs in by a provider, by the accounts' names."""
    found: dict[str, list[identities.Identity]] = {}
    for one in identities.every(place.catalog):
        found.setdefault(one.account, []).append(one)
    return found


def switch_totp_off(place: Place, asker: Asker, name: str) -> None:
    """For who lost the device. One's own takes a password and a code, at one's own account."""
    if name == asker.account.name:
        raise Rejected(
            "Your own codes are not switched off here.", remedy="Do it at your account, with a code.", reason="own_totp"
        )
    if second_factor.switch_off(place.catalog, accounts.find(place.catalog, name).name):
        note(place, asker, "account.totp_off", name)


def _page(
    request: Request, place: Place, asker: Asker, *, error: str = "", name: str = "", status: int = 200
) -> Response:
    rows = [(row["id"], row["name"]) for row in datasets.overview(place.catalog)]
    values: dict[str, Any] = {"identities": by_account(place), "roles": ROLES, "datasets": rows}
    values |= {"accounts": accounts.every(place.catalog), "error": error, "name": name}
    values["follows"] = bool(place.settings.oidc_rules)
    return page(request, "accounts.html", asker=asker, status_code=status, **values)


def _role(text: str) -> Role:
    if text not in ROLES:
        raise Rejected(f"{text!r} is no role.", remedy=f"Give one of {', '.join(ROLES)}.", reason="unknown_role")
    return text


def known_datasets(place: Place, given: list[str] | None) -> list[str]:
    """Ids of data sets; :class:`Rejected` (``unknown_dataset``) where there is none of an id."""
    for one in given or []:
        datasets.find(place.catalog, one)
    return given or []


def leave_one(place: Place, name: str, *, stays: bool) -> None:
    """Refuse what would leave nobody to manage this installation."""
    able = [one.name for one in accounts.every(place.catalog) if one.is_administrator and one.disabled_at is None]
    if able == [name] and not stays:
        raise Rejected(
            f"{name} is the last administrator.", remedy="Make another one first.", reason="last_administrator"
        )
