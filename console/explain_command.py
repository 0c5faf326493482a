"""``proprocessor explain``: what the parser makes of a value, and by which rule."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.dataset_settings import DatasetSettings, load_dataset_settings


class Kind(StrEnum):
    """What a value is."""

    AGENT = "agent"
    REFERRER = "referrer"
    ADDRESS = "address"
    PAGE = "page"
    LINE = "line"


def explain(
    kind: Annotated[Kind, typer.Argument(help="What the values are.")],
    values: Annotated[
        list[str] | None, typer.Argument(help="The values; without any, standard input, one a line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Settings of a data set (TOML): its pages, hosts and format.")
    ] = None,
    host: Annotated[list[str] | None, typer.Option("--host", help="A host of the site's own; may be repeated.")] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Format of the lines; else the first 100 decide.")
    ] = None,
    countries: Annotated[
        Path | None, typer.Option("--countries", help="An MMDB file instead of the package's own countries.")
    ] = None,
    referrers: Annotated[
        Path | None,
        typer.Option("--referrers", help="Rows before the package's own: domain part, name, kind, parameters (tabs)."),
    ] = None,
) -> None:
    """Explain agents, referrers, addresses, pages or lines of a log: what they are taken for, and by which rule."""
    from console.explain import explain as explain_values
    from console.explain_context import context_of

    if not values and sys.stdin.isatty():
        raise typer.BadParameter("give at least one value, or pipe some in, one a line.")
    context = context_of(
        load_dataset_settings(settings) if settings else DatasetSettings(),
        hosts=host or (),
        format=format_name,
        countries=countries,
        referrers=referrers,
    )
    show = _show_json if as_json else _show
    try:
        for row in explain_values(kind.value, values or _lines(), context):
            show(row)
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough; nothing more can be written, not even at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _lines() -> Iterator[str]:
    """Standard input, read as a log is: UTF-8, else Latin-1."""
    for line in sys.stdin.buffer:
        line = line.rstrip(b"\r\n")
        try:
            yield line.decode()
        except UnicodeDecodeError:
            yield line.decode("latin-1")


def _show_json(row: Mapping[str, Any]) -> None:
    from console.explain_context import plain

    sys.stdout.write(json.dumps(row, default=lambda value: str(plain(value))) + "\n")


def _show(row: Mapping[str, Any]) -> None:
    """For a person: the value, and what is known of it below. No tables: a pipe may bring a million values."""
    known = {key: value for key, value in row.items() if key not in ("value", "rules") and value is not None}
    lines = [_visible(row["value"]) or "(empty)"]
    lines += [f"  {key:<16} {_visible(value)}" for key, value in known.items()]
    lines += [f"  rule of {key:<8} {_visible(rule)}" for key, rule in row.get("rules", {}).items()]
    sys.stdout.write("\n".join(lines) + "\n\n")


def _visible(value: Any) -> str:
    """No control characters: the text comes from strangers and goes to a terminal."""
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode()
