"""``proprocessor costs``: what campaigns cost, imported from files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import log_command
from console.costs import forget_costs
from console.options import AsJson, Data, catalog_of
from console.outgoing import announce_analysis, send
from console.output import print_json, print_table, say
from console.stored_settings import stored_settings
from shared import costs
from shared.catalog import Catalog
from shared.cost_files import CostFile, read_cost_file
from shared.texts import number_of

app = typer.Typer(help="Costs of campaigns: import, list, remove.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "name": "File",
    "layout": "Read as",
    "rows": "Rows",
    "campaigns": "Campaigns",
    "first_day": "First day",
    "last_day": "Last day",
    "cost": "Cost",
    "imported_at": "Imported (UTC)",
}


@app.command("import")
def import_costs(
    dataset: Dataset,
    file: Annotated[
        Path,
        typer.Argument(help="CSV: date,campaign,cost[,clicks,impressions], or a Google Ads or Microsoft Ads export."),
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="What it is kept as, in place of an earlier one; else the file's name.")
    ] = None,
    data: Data = None,
) -> None:
    """Import what campaigns cost, in place of a file of that name; of one campaign and day the newest import counts."""
    settings, catalog = catalog_of(data)
    currency = stored_settings(datasets.find(catalog, dataset)).dataset.currency
    read = read_cost_file(file, currency, name)
    now = datetime.now(UTC)
    with catalog.write() as connection:
        replaced = costs.keep(connection, dataset, read, now)
        announce_analysis(connection, dataset, "costs", now)
    log_command(catalog, "costs.import", dataset, file=read.name, rows=len(read.rows), replaced=replaced)
    send(settings, catalog)
    instead = f", in place of {_rows(replaced)} of that name" if replaced else ""
    total = f"{sum(row.cost for row in read.rows):,.2f} {currency}"
    say(
        f"{read.name}: {_rows(len(read.rows))} of {_campaigns(read)}, {_days(read)}, {total} "
        f"(read as {read.layout}){instead}."
    )
    say("A running analyzer takes them into account now.")


@app.command("list")
def list_costs(dataset: Dataset, data: Data = None, as_json: AsJson = False) -> None:
    """List imported files, the newest last: it counts where several tell of one campaign and day."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    with catalog.read() as connection:
        rows = costs.list_costs(connection, dataset)
    if as_json:
        print_json(rows)
        return
    shown = [row | {"cost": f"{row['cost']:,.2f}"} for row in rows]
    print_table(shown, COLUMNS, empty=f"No costs yet: `proprocessor costs import {dataset} FILE` imports some.")


@app.command("remove")
def remove(
    dataset: Dataset,
    name: Annotated[str, typer.Argument(help="What the file is kept as.")],
    data: Data = None,
) -> None:
    """Forget an imported file; what it hid of older ones counts again. One that a campaign names is refused."""
    settings, catalog = catalog_of(data)
    removed = forget_costs(settings, catalog, datasets.find(catalog, dataset), name, datetime.now(UTC))
    log_command(catalog, "costs.remove", dataset, file=name, rows=removed)
    say(f"{name}: {_rows(removed)} removed.")


def keep_named_cost_files(catalog: Catalog, dataset: str, read: Sequence[CostFile], now: datetime) -> None:
    """Import files that the settings name; unchanged ones stay as they are. What is new makes the data set due."""
    with catalog.write() as connection:
        changed = [one for one in read if costs.keep_changed(connection, dataset, one, now)]
        if changed:
            announce_analysis(connection, dataset, "costs", now)
    for one in changed:
        log_command(catalog, "costs.import", dataset, file=one.name, rows=len(one.rows))


def _rows(number: int) -> str:
    return number_of(number, "row")


def _campaigns(read: CostFile) -> str:
    return number_of(len({row.campaign for row in read.rows}), "campaign")


def _days(read: CostFile) -> str:
    """Rows are in order of their days."""
    first_day, last_day = read.rows[0].day, read.rows[-1].day
    return f"{first_day}" if first_day == last_day else f"{first_day} to {last_day}"
