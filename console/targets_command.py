"""``proprocessor targets``: where reports are mirrored to, how far that is; bring in step, clear, keep a password."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset, dataset_ids
from console.command_log import log_command
from console.options import AsJson, Data, catalog_of
from console.output import complain, print_json, print_table, say, size
from console.targets import chosen_targets, clear_target, keep_password, target_rows
from shared.errors import EXIT_DONE, Misconfigured, ProprocessorError
from shared.texts import number_of

app = typer.Typer(
    help="Targets that published reports are mirrored to: list, sync, clear, password.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COLUMNS = {
    "dataset": "Data set",
    "target": "Target",
    "location": "Location",
    "state": "State",
    "synced_at": "In step (UTC)",
    "sent_files": "Files",
    "removed_files": "Removed",
    "error": "Error",
}
Name = Annotated[str, typer.Argument(help="Name of the target in the settings.")]


@app.command("list")
def list_targets(
    dataset: Annotated[
        str | None, typer.Argument(help="Id of a data set; without, all.", autocompletion=dataset_ids)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List targets: in step with what is published, behind it, or failed and why; files of the last transfer."""
    _, catalog = catalog_of(data)
    if dataset is not None:
        datasets.find(catalog, dataset)
    rows = target_rows(catalog, dataset)
    if as_json:
        print_json(rows)
        return
    short = [row | {"error": (row["error"] or "").partition("\n")[0] or None} for row in rows]
    print_table(short, COLUMNS, empty="No target: `[[targets]]` in a data set's settings names one (docs/targets.md).")


@app.command("sync")
def sync(
    dataset: Dataset,
    target: Annotated[str | None, typer.Argument(help="Name of one target; without, all of the data set.")] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Bring every file again, whatever is known of the target, in place of what is there."
        ),
    ] = False,
    data: Data = None,
) -> int:
    """Bring targets in step with what is published, now and in this process."""
    from reporter.targets.bring import Bringer, note_success, published_or_refused  # which loads what writes pages

    settings, catalog = catalog_of(data)
    chosen = chosen_targets(datasets.find(catalog, dataset), target)
    published = published_or_refused(catalog, dataset)
    log_command(catalog, "target.sync", dataset, targets=[one.name for one in chosen], everything=everything)
    code = EXIT_DONE
    for one in chosen:
        bringer = Bringer(settings, catalog, dataset, one)
        try:
            done = bringer.bring(published, everything=everything)
        except ProprocessorError as error:
            bringer.note_failure(error, datetime.now(UTC))
            complain(f"{one.name}: {error}")
            code = max(code, error.exit_code)
            continue
        with catalog.write() as connection:
            note_success(connection, bringer, published, done, datetime.now(UTC))
        sent = f"{_files(done.sent_files)} ({size(done.sent_bytes)}) sent"
        say(f"{one.name}: in step with {published['target']}; {sent}, {_files(done.removed_files)} removed.")
    return code


@app.command("clear")
def clear(
    dataset: Dataset,
    target: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
    data: Data = None,
) -> None:
    """Remove from a target all that was brought there of a data set; take it out of the settings afterwards."""
    settings, catalog = catalog_of(data)
    (one,) = chosen_targets(datasets.find(catalog, dataset), target)
    if not yes:
        raise typer.BadParameter(f"add --yes to remove the reports of {dataset} from {one.location}.")
    removed = clear_target(settings, catalog, dataset, one)
    log_command(catalog, "target.clear", dataset, target=one.name, location=one.location, removed=removed)
    say(f"{_files(removed)} removed. While the settings name {target}, they come again when next published.")


@app.command("password")
def password(
    dataset: Dataset,
    target: Name,
    password_env: Annotated[
        str | None, typer.Option("--password-env", help="Environment variable that holds it; else it is asked for.")
    ] = None,
    data: Data = None,
) -> None:
    """Keep the password of a target, sealed; another server is never shown it. `password_env` in the settings wins."""
    settings, catalog = catalog_of(data)
    (one,) = chosen_targets(datasets.find(catalog, dataset), target)
    keep_password(settings, catalog, dataset, one, _secret(password_env))
    log_command(catalog, "target.password", dataset, target=one.name, kept=True)
    say(f"The password of {target} is stored, sealed.")


def _secret(variable: str | None) -> str:
    if variable is not None:
        found = os.environ.get(variable)
        if not found:
            raise Misconfigured(f"--password-env: the environment variable {variable} is not set.")
        return found
    if not sys.stdin.isatty():
        raise typer.BadParameter("give --password-env NAME, since there is no terminal to ask on.")
    return str(typer.prompt("Password", hide_input=True))


def _files(number: int) -> str:
    return number_of(number, "file")
