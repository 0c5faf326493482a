"""``proprocessor formats``: which log formats there are, and what a file is and says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import AsJson
from console.output import print_json, print_table, say
from shared.errors import EXIT_BAD_INPUT

if TYPE_CHECKING:
    from console.formats import Look

app = typer.Typer(help="Log formats: list them, try them on a file.", rich_markup_mode=None)
COLUMNS = {"name": "Format", "title": "Title", "sample": "Sample"}
SHOWN_HITS = 3
SHOWN_REJECTS = 10
SHOWN_CHARACTERS = 120


@app.callback(invoke_without_command=True)
def formats(context: typer.Context, as_json: AsJson = False) -> None:
    """List the formats; `formats list` is the same."""
    if context.invoked_subcommand is None:
        list_formats(as_json)


@app.command("list")
def list_formats(as_json: AsJson = False) -> None:
    """List the formats, each with a line of it."""
    from parser.formats import FORMATS  # with the readers' libraries, as below, which other commands do not need
    from parser.kept_rejects import visible

    rows = [{"name": one.name, "title": one.title, "sample": one.sample} for one in FORMATS.values()]
    if as_json:
        print_json(rows)
        return
    short = [row | {"sample": visible(row["sample"].rpartition("\n")[2], SHOWN_CHARACTERS)} for row in rows]
    print_table(short, COLUMNS, empty="No formats.")
    say("\nBesides these, any LogFormat of Apache and log_format of nginx may be given as it is: docs/formats.md.")


@app.command("detect")
def detect(
    files: Annotated[list[Path], typer.Argument(help="Log files, plain or packed.")],
    named: Annotated[str, typer.Option("--format", help="Read them as this format, not as the one found.")] = "auto",
    as_json: AsJson = False,
) -> None:
    """Show the format of files, how sure that is, and what their first lines say."""
    from console.formats import look_at

    looks = [look_at(file, named) for file in files]
    if as_json:
        print_json([asdict(look) for look in looks])
    else:
        for at, look in enumerate(looks):
            say(("\n" if at else "") + "\n".join(_sentences(look)))
    if any(look.error for look in looks):
        raise typer.Exit(EXIT_BAD_INPUT)


def _sentences(look: Look) -> list[str]:
    """One line each, for a person."""
    from parser.kept_rejects import visible

    if look.error is not None:
        return [look.error]
    read = len(look.hits) + len(look.rejects)
    packed = f", packed with {look.compression}" if look.compression else ""
    found = [f"{look.file}: {look.format}{packed}. It reads {len(look.hits)} of the first {read} lines."]
    if look.others:
        names = ", ".join(f"{one['format']} ({one['confidence']:.0%})" for one in look.others)
        found.append(
            f"  As well or nearly: {names}. If one of them is meant, name it with --format or [source] format."
        )
    for hit in look.hits[:SHOWN_HITS]:
        found.append(f"  line {hit['line']}:")
        found += [
            f"    {name:<10} {visible(str(value), SHOWN_CHARACTERS)}" for name, value in hit.items() if name != "line"
        ]
    for one in look.rejects[:SHOWN_REJECTS]:
        raw = visible(one["raw"], SHOWN_CHARACTERS)
        found.append(f"  line {one['line']} is rejected ({one['reason']}: {one['means']}) {raw}")
    if len(look.rejects) > SHOWN_REJECTS:
        found.append(f"  ... and {len(look.rejects) - SHOWN_REJECTS} rejects more (--json shows all).")
    return found
