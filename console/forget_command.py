"""``proprocessor forget``: remove a visitor from hits, visits and published reports, for good."""

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
from console.output import complain, err, print_json, say
from console.run_command import report
from console.stored_settings import stored_settings
from shared.catalog import Catalog
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.settings import Settings


def forget(
    dataset: Dataset,
    visitor: Annotated[
        str | None, typer.Option("--visitor", help="Value of the visitor's persistent or session cookie.")
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Address; all that came from it is removed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Remove a visitor, now and from whatever is fetched later; reports are made anew. It cannot be undone."""
    from console.forgetting import is_removed, left_over, logged, wanted_of, would_be_removed
    from parser.forget import forget, preview

    settings, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    given = visitor if address is None else address
    if (visitor is None) == (address is None) or not (given or "").strip():
        raise typer.BadParameter("give one of --visitor and --address.")
    wanted, now = wanted_of(visitor, address), datetime.now(UTC)
    if not yes and not dry_run:
        raise typer.BadParameter(f"add --yes to remove this visitor from {dataset}; it cannot be undone.")
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    code = EXIT_DONE
    if dry_run:
        receipt = preview(catalog, settings, dataset, wanted, now)
    else:
        receipt = forget(catalog, settings, dataset, wanted, now)
        log_command(catalog, "visitor.forget", dataset, **logged(receipt))
        if receipt["analysis_follows"]:
            code = _analyse(settings, catalog, dataset, now, as_json=as_json)
    if as_json:
        print_json(receipt)
        return code
    say(would_be_removed(receipt) if dry_run else is_removed(receipt))
    for one in left_over(receipt, stored_settings(row)):
        complain(one)
    return code


def _analyse(settings: Settings, catalog: Catalog, dataset: str, now: datetime, *, as_json: bool) -> int:
    outcome = run_once(settings, catalog, dataset, watch=lambda _: None, stop=threading.Event(), fetch=False, since=now)
    return outcome.exit_code if as_json else report(outcome, dataset)
