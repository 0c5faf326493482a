"""``proprocessor retention``: remove what a data set keeps no longer, now; else it is done once a day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import log_command
from console.local import run_once
from console.options import AsJson, Data, catalog_of
from console.output import err, print_json, say
from console.stored_settings import stored_settings
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.retention import cutoffs


def retention(
    dataset: Dataset,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Remove raw files, hits and published periods that are older than the data set's settings say."""
    from console.expiry import logged, remove_old, sentences

    settings, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    now = datetime.now(UTC)
    limits = cutoffs(stored_settings(row), now)
    removed = remove_old(settings, catalog, dataset, now, dry_run=dry_run)
    if not dry_run:
        log_command(catalog, "dataset.retention", dataset, **logged(removed))
    code = EXIT_DONE
    if removed.follows:
        stop = threading.Event()
        outcome = run_once(settings, catalog, dataset, watch=lambda _: None, stop=stop, fetch=False, since=now)
        code = outcome.exit_code
    if as_json:
        print_json({"dataset": dataset, "dry_run": dry_run, **removed.found})
        return code
    for one in sentences(removed.found, limits, dry_run=dry_run):
        say(one)
    return code
