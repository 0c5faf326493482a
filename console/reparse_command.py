"""``proprocessor reparse``: read kept raw files again, after an update of the parser or a change of import settings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from console.arguments import Dataset
from console.command_log import log_command
from console.options import Data, catalog_of
from console.outgoing import send
from console.output import complain, err, say
from console.raw_files import read_again
from console.run_command import run_dataset
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.store import Store
from shared.texts import number_of


def reparse(
    dataset: Dataset,
    file: Annotated[str | None, typer.Option("--file", help="One file only, by its path.")] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Read it, and what comes later under its name, as this format.")
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Run all stages in this process, as `process` does, and wait for the end.")
    ] = False,
    data: Data = None,
) -> int:
    """Read kept raw files again. What the same parser has read with the same settings is recognised, not made again."""
    settings, catalog = catalog_of(data)
    done = read_again(catalog, Store(settings.data), dataset, datetime.now(UTC), path=file, format_name=format_name)
    log_command(catalog, "dataset.reparse", dataset, file=file, format=format_name, number=done.announced)
    if done.lost:
        number = number_of(done.lost, "file has", "files have")
        complain(f"{number} no raw file any more: what was parsed of it stays.")
    if now:
        configure(
            settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console"
        )
        return run_dataset(settings, catalog, dataset, fetch=False)
    send(settings, catalog)
    number = number_of(done.announced, "file is", "files are")
    say(f"{number} announced. A running parser takes them, else add --now; `proprocessor status` shows how far it is.")
    return EXIT_DONE
