"""``proprocessor users``: accounts made, listed, changed, disabled, removed."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from console import datasets as registry
from console.command_log import log_command
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from shared import accounts, identities, second_factor
from shared.accounts import Account
from shared.catalog import Catalog
from shared.errors import Misconfigured
from shared.roles import ROLES, Role

app = typer.Typer(
    help="Accounts: add, list, change, password, totp-off, disconnect, disable, enable, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COLUMNS = {
    "name": "Name",
    "role": "Role",
    "datasets": "Data sets",
    "created_at": "Made (UTC)",
    "has_totp": "Codes",
    "disabled_at": "Disabled (UTC)",
}
Name = Annotated[str, typer.Argument(help="Name of the account.")]
RoleOption = Annotated[str | None, typer.Option("--role", help=f"One of: {', '.join(ROLES)}.")]
Datasets = Annotated[
    list[str] | None,
    typer.Option("--dataset", help="Data set it may read; may be repeated. An administrator reads all."),
]
PasswordEnv = Annotated[
    str | None,
    typer.Option("--password-env", help="Environment variable that holds the password; else it is asked for."),
]


@app.command("add")
def add(
    name: Name,
    role: RoleOption = None,
    datasets: Datasets = None,
    password_env: PasswordEnv = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an account; its password is asked for twice, or taken from an environment variable."""
    _, catalog = catalog_of(data)
    chosen = _role(role or "viewer")
    known = _known(catalog, datasets or [])
    accounts.check_name(name)
    made = accounts.add(catalog, name, chosen, _password(password_env), datetime.now(UTC), datasets=known)
    log_command(catalog, "account.add", made.name, role=made.role, datasets=list(made.datasets))
    if as_json:
        print_json(asdict(made))
    else:
        say(f"{made.name} is made: {made.role}, reads {_reads(made)}.")


@app.command("list")
def list_users(data: Data = None, as_json: AsJson = False) -> None:
    """List accounts with their roles and data sets."""
    _, catalog = catalog_of(data)
    found = accounts.every(catalog)
    connected = {one.account for one in identities.every(catalog)}
    if as_json:
        print_json([asdict(one) | {"connected": one.name in connected} for one in found])
    else:
        rows = [asdict(one) | {"datasets": _reads(one), "has_totp": "yes" if one.has_totp else ""} for one in found]
        print_table(rows, COLUMNS, empty="No account yet: `proprocessor users add NAME` makes one.")


@app.command("change")
def change(
    name: Name,
    role: RoleOption = None,
    datasets: Datasets = None,
    no_datasets: Annotated[bool, typer.Option("--no-datasets", help="Let it read no data set.")] = False,
    data: Data = None,
) -> None:
    """Give an account another role, or these data sets in place of those it had."""
    _, catalog = catalog_of(data)
    chosen = None if role is None else _role(role)
    known = [] if no_datasets else None if datasets is None else _known(catalog, datasets)
    made = accounts.change(catalog, name, role=chosen, datasets=known)
    log_command(catalog, "account.change", made.name, role=made.role, datasets=list(made.datasets))
    say(f"{made.name}: {made.role}, reads {_reads(made)}.")


@app.command("password")
def password(name: Name, password_env: PasswordEnv = None, data: Data = None) -> None:
    """Give an account another password."""
    _, catalog = catalog_of(data)
    found = accounts.find(catalog, name)
    accounts.set_password(catalog, found.name, _password(password_env))
    log_command(catalog, "account.password", found.name)
    say(f"{found.name} has another password.")


@app.command("totp-off")
def totp_off(name: Name, data: Data = None, as_json: AsJson = False) -> None:
    """Ask for no one-time code any more, for who lost the device."""
    _, catalog = catalog_of(data)
    found = accounts.find(catalog, name)
    was_on = second_factor.switch_off(catalog, found.name)
    if was_on:
        log_command(catalog, "account.totp_off", found.name)
    if as_json:
        print_json({"name": found.name, "was_on": was_on, "has_totp": False})
    else:
        say(f"{found.name} signs in without a code{' from now on' if was_on else ' already'}.")


@app.command("disconnect")
def disconnect(name: Name, data: Data = None) -> None:
    """Let nobody sign in to an account by the provider of single sign-on; it knows its account no more."""
    _, catalog = catalog_of(data)
    found = accounts.find(catalog, name)
    gone = identities.remove_all(catalog, found.name)
    if gone:
        log_command(catalog, "account.disconnect", found.name)
    say(f"{found.name}: {gone} {'identity is' if gone == 1 else 'identities are'} disconnected.")


@app.command("disable")
def disable(name: Name, data: Data = None) -> None:
    """Let nobody sign in with an account; it stays, and `enable` gives it back."""
    _, catalog = catalog_of(data)
    accounts.disable(catalog, name, datetime.now(UTC))
    log_command(catalog, "account.disable", accounts.plain_name(name))
    say(f"{accounts.plain_name(name)} is disabled.")


@app.command("enable")
def enable(name: Name, data: Data = None) -> None:
    """Let an account that was disabled be signed in with again."""
    _, catalog = catalog_of(data)
    accounts.enable(catalog, name)
    log_command(catalog, "account.enable", accounts.plain_name(name))
    say(f"{accounts.plain_name(name)} is enabled.")


@app.command("remove")
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False, data: Data = None
) -> None:
    """Remove an account."""
    _, catalog = catalog_of(data)
    found = accounts.find(catalog, name)
    if not yes:
        raise typer.BadParameter(f"add --yes to remove {found.name}.")
    accounts.remove(catalog, found.name)
    log_command(catalog, "account.remove", found.name)
    say(f"{found.name} is removed.")


def _role(text: str) -> Role:
    if text not in ROLES:
        raise typer.BadParameter(f"--role: {text} is unknown; there are {', '.join(ROLES)}.")
    return text


def _known(catalog: Catalog, names: list[str]) -> list[str]:
    return [str(registry.find(catalog, name)["id"]) for name in names]


def _password(variable: str | None) -> str:
    if variable is not None:
        found = os.environ.get(variable)
        if found is None:
            raise Misconfigured(f"--password-env: the environment variable {variable} is not set.")
        return found
    if not sys.stdin.isatty():
        raise typer.BadParameter("give --password-env NAME, since there is no terminal to ask on.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _reads(account: Account) -> str:
    return "all data sets" if account.role == "administrator" else ", ".join(account.datasets) or "no data set"
