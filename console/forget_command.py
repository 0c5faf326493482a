"""``proprocessor forget``: remove a visitor from hits, visits and published reports, for good."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from console import datasets
from console.arguments import Dataset
from console.local import run_once
from console.options import AsJson, Data, catalog_of
from console.output import complain, err, print_json, say
from console.run_command import report
from console.stored_settings import stored_settings
from shared.dataset_settings import DatasetSettings
from shared.errors import EXIT_DONE, Rejected
from shared.logging import configure
from shared.tombstones import FORGOTTEN


def forget(
    dataset: Dataset,
    visitor: Annotated[
        str | None, typer.Option("--visitor", help="Value of the visitor's persistent or session cookie.")
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Address; all that came from it is removed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Remove a visitor, now and from whatever is fetched later; reports are made anew. It cannot be undone."""
    from parser.forget import Wanted, forget

    settings, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    given = visitor if address is None else address
    if (visitor is None) == (address is None) or not (given or "").strip():
        raise typer.BadParameter("give one of --visitor and --address.")
    if given == FORGOTTEN:
        raise Rejected(f"{FORGOTTEN} stands for those who are forgotten already.")
    if not yes:
        raise typer.BadParameter(f"add --yes to remove this visitor from {dataset}; it cannot be undone.")
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    chosen = stored_settings(row)
    wanted = Wanted("visitor" if address is None else "address", str(given).strip())
    now = datetime.now(UTC)
    receipt = forget(catalog, settings, dataset, wanted, now)
    code = EXIT_DONE
    if receipt["analysis_follows"]:
        stop = threading.Event()
        outcome = run_once(settings, catalog, dataset, watch=lambda _: None, stop=stop, fetch=False, since=now)
        code = outcome.exit_code
        if not as_json:
            code = report(outcome, dataset)
    if as_json:
        print_json(receipt)
    else:
        _show(receipt, chosen)
    return code


def _show(receipt: dict[str, Any], settings: DatasetSettings) -> None:
    say(
        f"Receipt {receipt['id']}: {receipt['hits']:,} hits of {len(receipt['days']):,} days in "
        f"{len(receipt['files']):,} files are removed, {len(receipt['periods']):,} periods touched, "
        f"{receipt['raw_files_deleted']:,} raw files deleted. What is fetched later obeys it."
    )
    if receipt["also_kept_by"]:
        complain(
            f"These data sets have some of the same files and keep them: {', '.join(receipt['also_kept_by'])}. "
            "Forget the visitor there too."
        )
    if receipt["files_not_parsed"]:
        complain(f"{receipt['files_not_parsed']:,} files are not parsed yet; their raw files stay until they are.")
    if receipt["kind"] == "address" and settings.privacy.addresses != "keep":
        complain("Addresses are not stored whole here (see docs/privacy.md): not all that came from it can be told.")
