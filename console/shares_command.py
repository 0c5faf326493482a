"""``proprocessor shares``: links by which anybody reads the reports of one data set."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import COMMAND_LINE, log_command
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from console.web import shares
from shared.errors import Misconfigured, Rejected

app = typer.Typer(help="Share links: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "id": "Id",
    "name": "Name",
    "made_by": "By",
    "created_at": "Made (UTC)",
    "expires_at": "Until (UTC)",
    "used_at": "Used (UTC)",
}


@app.command("add")
def add(
    dataset: Dataset,
    name: Annotated[str, typer.Option("--name", help="Whom it is for.")] = "link",
    days: Annotated[int, typer.Option("--days", help=f"It ends after so many, 1 to {shares.MOST_DAYS}.")] = 30,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make one, and show it this once: who follows it reads the reports, and nothing else."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    if settings.console_url is None:
        raise Misconfigured(
            "Nobody knows under which address the console is reached.",
            remedy="Set PROPROCESSOR_CONSOLE_URL, such as https://stats.example.org.",
            reason="no_console_url",
        )
    made, text = shares.add(catalog, dataset, name=name, made_by=COMMAND_LINE, days=days, now=datetime.now(UTC))
    log_command(catalog, "share.add", dataset, id=made, name=name, days=days)
    link = shares.address_of(settings.console_url, text)
    if as_json:
        print_json({"id": made, "link": link})
        return
    say(link)
    say(f"It ends after {days} {'day' if days == 1 else 'days'}. Nobody can be shown it again.")


@app.command("list")
def list_shares(dataset: Dataset, data: Data = None, as_json: AsJson = False) -> None:
    """List those that are not over, the newest first; never their addresses."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    rows = [asdict(one) for one in shares.of_dataset(catalog, dataset, datetime.now(UTC))]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, COLUMNS, empty="No link: `proprocessor shares add` makes one.")


@app.command("remove")
def remove(
    dataset: Dataset, share: Annotated[str, typer.Argument(metavar="ID", help="As listed.")], data: Data = None
) -> None:
    """Take one back: it leads nowhere at once."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    if not shares.remove(catalog, share, dataset):
        raise Rejected(
            f"{dataset} has no link {share!r}.", remedy="`proprocessor shares list` has ids.", reason="unknown_share"
        )
    log_command(catalog, "share.remove", dataset, id=share)
    say("The link leads nowhere now.")
