"""``proprocessor notes``: notes on days, which stand above reports and in their charts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import COMMAND_LINE, log_command
from console.options import AsJson, Data, catalog_of, day_of, read_day
from console.output import print_json, print_table, say
from console.stored_settings import stored_settings
from console.web import day_notes

app = typer.Typer(help="Notes on days: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {"id": "Id", "first": "First", "last": "Last", "text": "Note", "label": "Label", "made_by": "By"}


@app.command("add")
def add(
    dataset: Dataset,
    first: Annotated[str, typer.Argument(metavar="DAY", help="As 2026-03-01.")],
    text: Annotated[str, typer.Argument(help="What happened.")],
    last: Annotated[str | None, typer.Option("--to", help="Last day of a range.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="Id of the label it is about.")] = None,
    color: Annotated[str | None, typer.Option("--color", help="Of its mark, as #0072B2.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a note on a day, or on all days to another."""
    _, catalog = catalog_of(data)
    labels = [one.id for one in stored_settings(datasets.find(catalog, dataset)).labels]
    begin = read_day("DAY", first)
    values = {"first": begin, "last": day_of("--to", last) or begin, "text": text, "label": label, "color": color}
    made = day_notes.add(catalog, dataset, values, labels, made_by=COMMAND_LINE, now=datetime.now(UTC))
    log_command(catalog, "annotation.add", dataset, **day_notes.told(made))
    if as_json:
        print_json(asdict(made))
    else:
        say(f"{_days(made)}: {made.text}")


@app.command("list")
def list_notes(
    dataset: Dataset,
    first: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List those that have a day among these, by their days."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    found = day_notes.of_dataset(catalog, dataset, day_of("--from", first), day_of("--to", last))
    rows: list[dict[str, Any]] = [asdict(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, COLUMNS, empty="No note: `proprocessor notes add` makes one.")


@app.command("remove")
def remove(
    dataset: Dataset, note: Annotated[str, typer.Argument(metavar="ID", help="As listed.")], data: Data = None
) -> None:
    """Remove one."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    gone = day_notes.remove(catalog, dataset, note)
    log_command(catalog, "annotation.remove", dataset, **day_notes.told(gone))
    say(f"The note on {_days(gone)} is removed.")


def _days(one: day_notes.Annotation) -> str:
    return f"{one.first}" if one.first == one.last else f"{one.first} to {one.last}"
