"""``proprocessor failures``: dead letters listed, explained, replayed, discarded."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from console import datasets
from console.command_log import log_command
from console.options import AsJson, Data, catalog_of
from console.outgoing import send
from console.output import print_json, print_table, say
from shared import failures
from shared.catalog import Catalog
from shared.errors import Rejected
from shared.failures import DeadLetter
from shared.messages import FileFetched, PartDue

app = typer.Typer(help="Dead letters: list, show, replay, discard.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "id": "Id",
    "died_at": "Died (UTC)",
    "queue": "Queue",
    "dataset": "Data set",
    "subject": "About",
    "reason": "Reason",
    "attempts": "Attempts",
    "state": "State",
}
Ids = Annotated[list[str] | None, typer.Argument(help="Ids, or their beginnings.")]
Everything = Annotated[bool, typer.Option("--all", help="All that wait.")]
Reason = Annotated[str | None, typer.Option("--reason", help="All that wait for this reason.")]
Format = Annotated[
    str | None,
    typer.Option("--format", help="Read these files, and what comes later under their names, as this format."),
]


@app.command("list")
def list_failures(
    data: Data = None,
    as_json: AsJson = False,
    settled: Annotated[bool, typer.Option("--settled", help="Also those replayed or discarded.")] = False,
    dataset: Annotated[str | None, typer.Option("--dataset", help="Of one data set only.")] = None,
) -> None:
    """List dead letters, oldest first."""
    _, catalog = catalog_of(data)
    rows = [letter_row(one) for one in failures.letters(catalog, dataset=dataset, state=None if settled else "waiting")]
    if as_json:
        print_json(rows)
    else:
        short = [row | {"id": row["id"][:8]} for row in rows]
        print_table(short, COLUMNS, empty="No dead letters.")


@app.command("show")
def show(
    failure: Annotated[str, typer.Argument(help="Id, or its beginning.")], data: Data = None, as_json: AsJson = False
) -> None:
    """Show one dead letter: what it was about, why it died, its message."""
    _, catalog = catalog_of(data)
    row = letter_row(failures.one(catalog, failure))
    if as_json:
        print_json(row)
        return
    for key in ("id", "state", "queue", "type", "dataset", "subject", "reason", "error", "attempts", "died_at"):
        say(f"{key:<9} {row[key] if row[key] is not None else '–'}")
    say(f"{'message':<9} {json.dumps(row['message'], ensure_ascii=False)}")


@app.command("replay")
def replay(
    ids: Ids = None,
    everything: Everything = False,
    reason: Reason = None,
    format_name: Format = None,
    data: Data = None,
) -> None:
    """Send dead letters on their way again; those of files, if wanted, to be read as another format."""
    settings, catalog = catalog_of(data)
    chosen = _chosen(catalog, ids, everything, reason)
    if format_name is not None:
        _name_format(catalog, chosen, format_name)
    number = failures.replay(catalog, chosen, datetime.now(UTC))
    _log(catalog, "replay", chosen, reason, number)
    send(settings, catalog)
    say(f"{number} replayed. A running process takes them; `proprocessor status` shows how far it is.")


@app.command("discard")
def discard(ids: Ids = None, everything: Everything = False, reason: Reason = None, data: Data = None) -> None:
    """Mark dead letters as seen and not wanted; `failures list --settled` still shows them."""
    _, catalog = catalog_of(data)
    chosen = _chosen(catalog, ids, everything, reason)
    number = failures.discard(catalog, chosen, datetime.now(UTC))
    _log(catalog, "discard", chosen, reason, number)
    say(f"{number} discarded.")


def _log(catalog: Catalog, do: str, chosen: list[DeadLetter], reason: str | None, number: int) -> None:
    log_command(catalog, f"failures.{do}", reason=reason, number=number, ids=[one.id for one in chosen][:100])


def _chosen(catalog: Catalog, ids: list[str] | None, everything: bool, reason: str | None) -> list[DeadLetter]:
    if sum((bool(ids), everything, reason is not None)) != 1:
        raise typer.BadParameter("give ids, --all or --reason (one of them).")
    if ids:
        chosen = [failures.one(catalog, one) for one in ids]
        if settled := [one.id[:8] for one in chosen if one.state != "waiting"]:
            raise Rejected(f"Already replayed or discarded: {', '.join(settled)}.", reason="already_settled")
        return chosen
    return [one for one in failures.letters(catalog) if everything or one.reason == reason]


def _name_format(catalog: Catalog, chosen: list[DeadLetter], name: str) -> None:
    """First for all to be replayed: interrupted, the command does the same again."""
    if others := [one.id[:8] for one in chosen if one.type not in (FileFetched.TYPE, PartDue.TYPE)]:
        raise Rejected(
            f"--format is for files that could not be read, and {', '.join(others)} is about something else.",
            remedy="Replay it without --format.",
            reason="not_about_a_file",
        )
    for letter in chosen:
        datasets.name_format(catalog, str(letter.dataset), [str(letter.subject)], name)


def letter_row(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter as plain values, with its message."""
    row = asdict(letter)
    body = row.pop("body")
    try:
        row["message"] = json.loads(body)
    except ValueError:
        row["message"] = body.decode(errors="replace")
    return row
