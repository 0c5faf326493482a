"""``proprocessor alerts``: incidents and who was told, and a test that everybody who would be told is reached."""

from __future__ import annotations

from typing import Annotated

import typer

from console.alerts import incident_rows, incidents_of, missed_words
from console.alerts_trial import told_in_trial
from console.arguments import dataset_ids
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from shared.errors import EXIT_DONE, EXIT_FAILED

app = typer.Typer(help="Alerts: list, test.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "id": "Id",
    "dataset": "Data set",
    "condition": "Condition",
    "state": "State",
    "opened_at": "Since (UTC)",
    "recovered_at": "Until (UTC)",
    "told": "Told",
    "text": "What",
}
TESTED_COLUMNS = {"recipient": "Recipient", "way": "Way", "reached": "Reached", "said": "Said"}


@app.command("list")
def list_alerts(
    dataset: Annotated[str | None, typer.Option("--dataset", help="Of one data set only.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only what is not over.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many of the newest.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List what went wrong, since when and until when, and whether everybody was told."""
    _, catalog = catalog_of(data)
    rows = incident_rows(catalog, incidents_of(catalog, dataset=dataset, only_open=only_open)[-limit:])
    if as_json:
        print_json([{key: value for key, value in row.items() if key != "told"} for row in rows])
        return
    shown = [row | {"id": row["id"][:8], "dataset": row["dataset"] or None} for row in rows]
    print_table(shown, COLUMNS, empty="No alert yet.")
    for row in rows:
        for one in row["notices"]:
            if missed := missed_words(one):
                say(f"{row['id'][:8]} to {missed}")


@app.command("test")
def test(
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="Id of a data set; without, those who are told of the installation.", autocompletion=dataset_ids
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Send a test notice to everybody who would be told, now, by e-mail and webhook."""
    rows = told_in_trial(*catalog_of(data), dataset)
    if as_json:
        print_json(rows)
    else:
        print_table(rows, TESTED_COLUMNS, empty="")
    return EXIT_DONE if all(row["reached"] for row in rows) else EXIT_FAILED
