"""``proprocessor retention``: remove what a data set keeps no longer, now; else it is done once a day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from console import datasets
from console.arguments import Dataset
from console.local import run_once
from console.options import AsJson, Data, catalog_of
from console.output import err, print_json, say
from console.stored_settings import stored_settings
from shared.catalog import Catalog
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.process import make_tools
from shared.retention import Cutoffs, cutoffs
from shared.settings import Settings


def retention(
    dataset: Dataset,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Remove raw files, hits and published periods that are older than the data set's settings say."""
    settings, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    now = datetime.now(UTC)
    limits = cutoffs(stored_settings(row), now)
    found, follows = _expire(settings, catalog, dataset, now, dry_run=dry_run)
    code = EXIT_DONE
    if follows:
        stop = threading.Event()
        outcome = run_once(settings, catalog, dataset, watch=lambda _: None, stop=stop, fetch=False, since=now)
        code = outcome.exit_code
    if as_json:
        print_json({"dataset": dataset, "dry_run": dry_run, **found})
    else:
        _show(found, limits, dry_run=dry_run)
    return code


def _expire(
    settings: Settings, catalog: Catalog, dataset: str, now: datetime, *, dry_run: bool
) -> tuple[dict[str, Any], bool]:
    """What was removed, or would be, and whether an analysis or a publication follows."""
    from parser.retention import expire
    from reporter.retention import announce, due

    tools = make_tools(settings, catalog, "console")
    try:
        expired = expire(catalog, tools.store, dataset, now, dry_run=dry_run)
        periods = due(tools, dataset)
        if periods and not dry_run:
            announce(tools, dataset)
    finally:
        tools.transport.close()
    found = {
        "raw_files": expired.raw_files,
        "files": expired.files,
        "hits_from": expired.hits_from.isoformat() if expired.hits_from else None,
        "periods": periods,
    }
    return found, not dry_run and (expired.analysis_follows or bool(periods))


def _show(found: dict[str, Any], limits: Cutoffs, *, dry_run: bool) -> None:
    if not limits.anything:
        say("Everything is kept for ever: the settings name nothing in [retention].")
        return
    would = "would be" if dry_run else "are"
    say(f"{found['raw_files']:,} raw files {would} deleted.")
    if limits.hits_from:
        say(f"Hits of days before {limits.hits_from} {would} removed from {len(found['files']):,} files.")
    if limits.reports_from:
        say(f"{len(found['periods']):,} published periods that end before {limits.reports_from} {would} removed.")
