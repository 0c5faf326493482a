"""``proprocessor rejects``: the lines that were no hits, with their reasons."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from console import datasets
from console.arguments import Dataset
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from shared.store import disk_errors

app = typer.Typer(help="Rejected lines: list, export.", no_args_is_help=True, rich_markup_mode=None)
COLUMNS = {
    "file": "File",
    "line": "Line",
    "reason": "Reason",
    "format": "Format",
    "parser": "Parser",
    "shown": "Text",
}
REASON_COLUMNS = {"reason": "Reason", "number": "Rejects", "meaning": "Meaning"}
SHOWN_CHARACTERS = 100


@app.command("list")
def list_rejects(
    dataset: Dataset,
    file: Annotated[str | None, typer.Option("--file", help="Of one file only, by its path.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Of one reason only.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show so many lines; the counts are of all.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List rejected lines of the current files, those held included, and end with counts by reason."""
    from console import rejects
    from parser.kept_rejects import visible
    from parser.rejects import REASONS

    if reason is not None and reason not in REASONS:
        raise typer.BadParameter(f"--reason: {reason!r} is unknown; there are {', '.join(REASONS)}.")
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset, file)
    chosen = rejects.versions(catalog, dataset, file)
    rows = list(islice(rejects.reject_rows(settings.data, chosen, reason), limit))
    counted = rejects.count_reasons(chosen, reason)
    reasons = rejects.reason_rows(counted)
    if as_json:
        print_json({"rejects": rows, "reasons": reasons, "total": sum(counted.values())})
        return
    for row in rows:
        row["shown"] = visible(row["raw"], SHOWN_CHARACTERS)
    _show(rows, reasons, dataset)


@app.command("export")
def export(
    dataset: Dataset,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="File to write: NAME.csv or NAME.jsonl.")],
    data: Data = None,
) -> None:
    """Write every rejected line of the current files, those held included, with its whole text into a file."""
    from console import rejects

    write = rejects.WRITERS.get(out.suffix.lower())
    if write is None:
        raise typer.BadParameter(f"--out: {out.name!r} should end with {' or '.join(rejects.WRITERS)}.")
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    rows = rejects.reject_rows(settings.data, rejects.versions(catalog, dataset))
    aside = out.with_name(f"{out.name}.part")
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("w", encoding="utf-8", newline="") as file:
                number = write(file, rows)
            aside.replace(out)
        finally:
            aside.unlink(missing_ok=True)
    say(f"{number:,} rejects written to {out}")


def _show(rows: list[dict[str, Any]], reasons: list[dict[str, Any]], dataset: str) -> None:
    total = sum(row["number"] for row in reasons)
    if total == 0:
        say("No rejects.")
        return
    if rows:
        print_table(rows, COLUMNS, empty="")
        say("")
    print_table(reasons, REASON_COLUMNS, empty="")
    if len(rows) < total:
        say(f"{len(rows):,} of {total:,} shown; `proprocessor rejects export {dataset} --out FILE.csv` writes all.")
