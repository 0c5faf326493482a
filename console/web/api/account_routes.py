"""Accounts, for administrators."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field, StringConstraints

from console.web import sessions
from console.web.api.contract import Told, problems, router
from console.web.asker import Asker
from console.web.guard import Administrator, OursApi, by_browser, note
from console.web.people import by_account, disconnect_account, known_datasets, leave_one, switch_totp_off
from console.web.place import Here, Place
from console.web.problems import NotFound
from shared import accounts, identities
from shared.accounts import NAME, plain_name
from shared.passwords import MAX_LENGTH, MIN_LENGTH, check_password
from shared.roles import Role

routes = router("accounts")
Password = Annotated[str, StringConstraints(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]
Datasets = list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,100}$")]]
Name = Annotated[str, Path(description="Name of the account.")]


class AccountTold(Told):
    """An account; never with its password."""

    name: str
    role: Role
    datasets: list[str] = Field(description="Ids of those it reads; an administrator reads all.")
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool = Field(description="Whether it signs in with one; else by a provider alone.")
    has_totp: bool = Field(description="Whether signing in with it needs a one-time code besides.")
    connected: bool = Field(description="Whether somebody signs in to it by the provider of single sign-on.")


class Accounts(Told):
    """All of them, by name."""

    items: list[AccountTold]


class NewAccount(Told):
    """An account to be made."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$")
    role: Role = "viewer"
    password: Password
    datasets: Datasets = Field(default=[])


class AccountChange(Told):
    """What is not given stays."""

    role: Role | None = None
    datasets: Datasets | None = None
    disabled: bool | None = Field(default=None, description="Whether nobody may sign in with it.")
    password: Password | None = Field(default=None, description="Another one; set in a browser's session alone.")
    totp: Literal[False] | None = Field(
        default=None, description="`false`: no one-time code is asked for any more; in a browser's session alone."
    )
    connected: Literal[False] | None = Field(
        default=None, description="`false`: nobody signs in to it by the provider any more."
    )


@routes.get("/accounts")
def list_accounts(place: Here, asker: Administrator) -> Accounts:
    """All accounts."""
    del asker
    connected = by_account(place)
    return Accounts(items=[_told(one, connected=one.name in connected) for one in accounts.every(place.catalog)])


@routes.get("/accounts/{name}")
def get_account(place: Here, asker: Administrator, name: Name) -> AccountTold:
    """One of them."""
    del asker
    return _account(place, _name(name))


@routes.post("/accounts", status_code=201, dependencies=[OursApi], responses=problems(400, 409))
def add_account(place: Here, asker: Administrator, new: NewAccount) -> AccountTold:
    """Make one."""
    datasets = known_datasets(place, new.datasets)
    made = accounts.add(place.catalog, new.name, new.role, new.password, place.now(), datasets=datasets)
    note(place, asker, "account.add", made.name, role=made.role, datasets=list(made.datasets))
    return _told(made, connected=False)


@routes.patch("/accounts/{name}", dependencies=[OursApi], responses=problems(400))
def change_account(place: Here, asker: Administrator, name: Name, change: AccountChange) -> AccountTold:
    """Give it another role, data sets or password; disable or enable it; switch its one-time codes off."""
    name = accounts.find(place.catalog, _name(name)).name
    if change.password is not None or change.totp is not None:
        by_browser(asker)
    if change.password is not None:
        check_password(name, change.password)
    datasets = None if change.datasets is None else known_datasets(place, change.datasets)
    leave_one(place, name, stays=change.role in (None, "administrator") and not change.disabled)
    if change.role is not None or datasets is not None:
        accounts.change(place.catalog, name, role=change.role, datasets=datasets)
        note(place, asker, "account.change", name, role=change.role, datasets=datasets)
    if change.password is not None:
        accounts.set_password(place.catalog, name, change.password)
        note(place, asker, "account.password", name)
    if change.totp is not None:
        switch_totp_off(place, asker, name)
    if change.connected is not None:
        disconnect_account(place, asker, name)
    if change.disabled is not None:
        _disable(place, asker, name, disabled=change.disabled)
    return _account(place, name)


@routes.delete("/accounts/{name}", status_code=204, dependencies=[OursApi])
def remove_account(place: Here, asker: Administrator, name: Name) -> None:
    """Remove one."""
    name = accounts.find(place.catalog, _name(name)).name
    leave_one(place, name, stays=False)
    accounts.remove(place.catalog, name)
    note(place, asker, "account.remove", name)


def _disable(place: Place, asker: Asker, name: str, *, disabled: bool) -> None:
    if disabled:
        sessions.end_all(place.catalog, name)
        accounts.disable(place.catalog, name, place.now())
    else:
        accounts.enable(place.catalog, name)
    note(place, asker, "account.disable" if disabled else "account.enable", name)


def _name(text: str) -> str:
    name = plain_name(text)
    if NAME.fullmatch(name) is None:
        raise NotFound(f"There is no account {text!r}.", reason="unknown_account")
    return name


def _account(place: Place, name: str) -> AccountTold:
    return _told(accounts.find(place.catalog, name), connected=bool(identities.of_account(place.catalog, name)))


def _told(account: accounts.Account, *, connected: bool) -> AccountTold:
    return AccountTold.model_validate({**asdict(account), "connected": connected})
