"""``proprocessor views``: pages of reports that are saved under names."""

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
from console.web import views
from shared.errors import Rejected

app = typer.Typer(help="Saved views: add, list, remove.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {"id": "Id", "name": "Name", "path": "Page", "made_by": "By", "created_at": "Made (UTC)"}


@app.command("add")
def add(
    dataset: Dataset,
    path: Annotated[str, typer.Argument(help="Page below /reports/DATASET/, as `all/pages.html?label=country%3DAT`.")],
    name: Annotated[str, typer.Option("--name", help="What readers see.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Save a page, with its days, label and comparison, for all readers of a data set."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    made = views.add(catalog, dataset, name=name, path=path, made_by=COMMAND_LINE, now=datetime.now(UTC))
    log_command(catalog, "view.add", dataset, id=made.id, name=made.name)
    if as_json:
        print_json(asdict(made))
    else:
        say(f"“{made.name}” is saved: {made.path}")


@app.command("list")
def list_views(dataset: Dataset, data: Data = None, as_json: AsJson = False) -> None:
    """List those of a data set, by name."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    rows = [asdict(one) for one in views.of_dataset(catalog, dataset)]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, COLUMNS, empty="No view is saved.")


@app.command("remove")
def remove(
    dataset: Dataset, view: Annotated[str, typer.Argument(metavar="ID", help="As listed.")], data: Data = None
) -> None:
    """Forget one."""
    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    if not views.remove(catalog, view, dataset):
        raise Rejected(
            f"{dataset} has no view {view!r}.", remedy="`proprocessor views list` has ids.", reason="unknown_view"
        )
    log_command(catalog, "view.remove", dataset, id=view)
    say("The view is removed.")
