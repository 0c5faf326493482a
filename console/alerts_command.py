"""``proprocessor alerts``: incidents and who was told, and a test that everybody who would be told is reached."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from console.alerts_trial import tell_in_trial
from console.arguments import dataset_ids
from console.mail import delivery_rows
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from shared.errors import EXIT_DONE, EXIT_FAILED, Rejected

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
    from reporter.alerts.incidents import find

    _, catalog = catalog_of(data)
    where: dict[str, Any] = {"dataset": dataset} if dataset is not None else {}
    rows = [asdict(one) for one in find(catalog, **where, **({"state": "open"} if only_open else {}))][-limit:]
    notices = delivery_rows(catalog, kind=("alert", "webhook"))
    for row in rows:
        row["notices"] = [one for one in notices if one["period"].partition("/")[0] == row["id"]]
    if as_json:
        print_json(rows)
        return
    shown = [
        row | {"id": row["id"][:8], "dataset": row["dataset"] or None, "told": _told(row["notices"])} for row in rows
    ]
    print_table(shown, COLUMNS, empty="No alert yet.")
    for row in rows:
        for one in row["notices"]:
            if one["state"] in ("failed", "unknown"):
                say(f"{row['id'][:8]} to {one['recipient']}: {one['state']}. {one['reason']}")


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
    from reporter.alerts.audience import INSTALLATION, settings_of

    settings, catalog = catalog_of(data)
    found = settings_of(catalog, dataset) if dataset is not None else None
    if dataset is not None and found is None:
        raise Rejected(
            f"There is no data set {dataset!r}.", remedy="`proprocessor datasets` lists them.", reason="unknown_dataset"
        )
    rows = [*tell_in_trial(settings, dataset or INSTALLATION, found)]
    if not rows:
        raise Rejected(
            "Nobody is told.",
            remedy="Name somebody in `[alerts]` of its settings, or by PROPROCESSOR_ALERT_TO or _ALERT_WEBHOOK.",
            reason="nobody_told",
        )
    if as_json:
        print_json(rows)
    else:
        print_table(rows, TESTED_COLUMNS, empty="")
    return EXIT_DONE if all(row["reached"] for row in rows) else EXIT_FAILED


def _told(notices: list[dict[str, Any]]) -> str:
    sent = sum(one["state"] == "sent" for one in notices)
    return f"{sent} of {len(notices)}"
