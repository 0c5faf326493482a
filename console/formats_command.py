"""``proprocessor formats``: which log formats there are, and what a file is and says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from console.options import AsJson
from console.output import print_json, print_table, say
from parser.archives import compression_of, open_plain
from parser.detect import LOOKED_AT, choose
from parser.formats import FORMATS
from parser.kept_rejects import visible
from parser.readers import reader_of
from parser.records import Hit, Reject
from parser.rejects import REASONS
from shared.errors import EXIT_BAD_INPUT, Rejected

app = typer.Typer(help="Log formats: list them, try them on a file.", rich_markup_mode=None)
COLUMNS = {"name": "Format", "title": "Title", "sample": "Sample"}
SHOWN_HITS = 3
SHOWN_REJECTS = 10
SHOWN_CHARACTERS = 120
HEAD_BYTES = 1 << 20
"""Enough for the lines that decide."""


@dataclass
class Look:
    """What the first lines of a file are; ``error`` where nothing can be said."""

    file: str
    compression: str | None = None
    format: str | None = None
    confidence: float | None = None
    lines: int = 0
    directives: int = 0
    others: list[dict[str, Any]] = field(default_factory=list)
    hits: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    cookies_logged: bool = False
    error: str | None = None
    reason: str | None = None


@app.callback(invoke_without_command=True)
def formats(context: typer.Context, as_json: AsJson = False) -> None:
    """List the formats; `formats list` is the same."""
    if context.invoked_subcommand is None:
        list_formats(as_json)


@app.command("list")
def list_formats(as_json: AsJson = False) -> None:
    """List the formats, each with a line of it."""
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
    looks = [_look(file, named) for file in files]
    if as_json:
        print_json([asdict(look) for look in looks])
    else:
        for at, look in enumerate(looks):
            say(("\n" if at else "") + "\n".join(_sentences(look)))
    if any(look.error for look in looks):
        raise typer.Exit(EXIT_BAD_INPUT)


def _look(file: Path, named: str) -> Look:
    look = Look(str(file))
    try:
        look.compression = compression_of(file)
        lines = _first_lines(file)
        found = choose(named, lines, str(file))
    except OSError as error:
        look.error, look.reason = f"{file}: {error.strerror}.", "file_missing"
    except Rejected as error:
        look.error, look.reason = str(error), error.reason
    else:
        look.format, look.confidence = found.format, found.confidence
        look.others = [{"format": name, "confidence": share} for name, share in found.others]
        _read(look, lines)
        if named != "auto":
            read = len(lines) - look.directives
            look.confidence = (read - len(look.rejects)) / read if read else 0.0
    return look


def _read(look: Look, lines: list[str]) -> None:
    assert look.format is not None
    reader = reader_of(look.format)
    look.lines = len(lines)
    for number, line in enumerate(lines, start=1):
        match reader.read(line):
            case Hit() as hit:
                look.hits.append({"line": number} | {k: v for k, v in asdict(hit).items() if v is not None})
            case Reject(reason):
                look.rejects.append({"line": number, "reason": reason, "means": REASONS[reason], "raw": line})
            case _:
                look.directives += 1
    look.cookies_logged = reader.cookies_logged


def _first_lines(file: Path) -> list[str]:
    """As the parser sees them: a line that is not UTF-8 is Latin-1, one that was cut off by us is left out."""
    with open_plain(file, str(file)) as stream:
        data = b""
        while len(data) < HEAD_BYTES and data.count(b"\n") < LOOKED_AT and (chunk := stream.read(1 << 16)):
            data += chunk
        whole = not stream.read(1)
    lines = data.split(b"\n")
    if not whole or not lines[-1]:
        lines.pop()
    return [_decoded(line) for line in lines[:LOOKED_AT]]


def _decoded(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r")
    except UnicodeDecodeError:
        return line.decode("latin-1").rstrip("\r")


def _sentences(look: Look) -> list[str]:
    """One line each, for a person."""
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
