"""``proprocessor pull``: a local copy of what another machine's console has published, kept in step."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from console.options import AsJson, read_periods
from console.output import print_json, say, size
from shared.errors import Misconfigured, ProprocessorError, Rejected, Unreachable

TOKEN_ENV = "PROPROCESSOR_TOKEN"  # noqa: S105 - the name of a variable
AWAY = (502, 503, 504)
"""Statuses of a server that cannot answer now."""
REFUSED = (401, 403)


def pull(
    url: Annotated[str, typer.Argument(help="Address of a console, such as https://stats.example.org.")],
    dataset: Annotated[str, typer.Argument(help="Id of the data set.")],
    folder: Annotated[Path, typer.Argument(help="Folder of the copy; the data set gets one of its own in it.")],
    token_env: Annotated[
        str, typer.Option("--token-env", help="Environment variable that holds a token with the scope read.")
    ] = TOKEN_ENV,
    periods: Annotated[
        str | None,
        typer.Option("--periods", help="Only these kinds: day,week,month,year,all; others stay as they are."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a local copy of a data set's published reports in step: only what changed is transferred."""
    from proprocessor_client import Client, ClientError

    kinds = read_periods(periods)
    token = os.environ.get(token_env, "").strip()
    if not token:
        raise Misconfigured(
            f"--token-env: the environment variable {token_env} holds no token.",
            remedy="The console makes one at /account.",
            reason="no_token",
        )
    try:
        with Client(url, token) as client:
            pulled = client.pull(folder, dataset, kinds)
    except ClientError as error:
        raise _error_of(error.status, error.reason)(str(error), reason=error.reason) from error
    if as_json:
        print_json({"dataset": dataset, "folder": folder / dataset, **asdict(pulled)})
        return
    counts = f"{len(pulled.changed):,} changed, {len(pulled.unchanged):,} unchanged, {len(pulled.removed):,} removed"
    say(f"{dataset}: {counts}; {size(pulled.bytes)} transferred. The copy is {folder / dataset}.")


def _error_of(status: int, reason: str) -> Callable[..., ProprocessorError]:
    """Who can act."""
    if status in REFUSED or reason in ("bad_address", "not_writable", "link_leads_out"):
        return Misconfigured
    if reason == "unreachable" or status in AWAY:
        return Unreachable
    return Rejected
