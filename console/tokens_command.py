"""``proprocessor tokens``: tokens of programs, for who has no browser at hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from console.command_log import log_command
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from console.web import tokens
from shared import accounts
from shared.errors import Rejected

app = typer.Typer(help="Tokens of programs: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "id": "Id",
    "name": "Name",
    "scopes": "Scopes",
    "created_at": "Made (UTC)",
    "expires_at": "Until (UTC)",
    "used_at": "Used (UTC)",
}
Account = Annotated[str, typer.Argument(help="Name of the account that it acts for.")]


@app.command("add")
def add(
    account: Account,
    scope: Annotated[list[str], typer.Option("--scope", help=f"One of {', '.join(tokens.SCOPES)}; may be repeated.")],
    name: Annotated[str, typer.Option("--name", help="What it is for.")] = "token",
    days: Annotated[int | None, typer.Option("--days", min=1, max=3660, help="It ends after so many.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make one, and show it this once. It may do what its account may, as far as its scopes go."""
    _, catalog = catalog_of(data)
    found, now = accounts.find(catalog, account), datetime.now(UTC)
    until = None if days is None else now + timedelta(days=days)
    made, text = tokens.add(catalog, found.name, name=name, scopes=scope, now=now, expires_at=until)
    log_command(catalog, "token.add", found.name, id=made, name=name, scopes=sorted(scope))
    if as_json:
        print_json({"id": made, "account": found.name, "token": text, "expires_at": until})
        return
    say(text)
    say("Keep it: nobody can be shown it again. Programs send it as Authorization: Bearer.")


@app.command("list")
def list_tokens(account: Account, data: Data = None, as_json: AsJson = False) -> None:
    """List the tokens of an account, the newest first; never their texts."""
    _, catalog = catalog_of(data)
    found = [_row(one) for one in tokens.of_account(catalog, accounts.find(catalog, account).name)]
    if as_json:
        print_json(found)
    else:
        rows = [one | {"scopes": ", ".join(one["scopes"])} for one in found]
        print_table(rows, COLUMNS, empty="No token: `proprocessor tokens add` makes one.")


@app.command("remove")
def remove(
    account: Account, token: Annotated[str, typer.Argument(metavar="ID", help="As listed.")], data: Data = None
) -> None:
    """End one: it opens nothing from now on."""
    _, catalog = catalog_of(data)
    name = accounts.find(catalog, account).name
    if not tokens.remove(catalog, token, name):
        raise Rejected(
            f"{name} has no token {token!r}.", remedy="`proprocessor tokens list` has ids.", reason="unknown_token"
        )
    log_command(catalog, "token.remove", name, id=token)
    say("The token opens nothing from now on.")


def _row(one: tokens.Token) -> dict[str, Any]:
    return {key: value for key, value in asdict(one).items() if key != "account"} | {"account": one.account.name}
