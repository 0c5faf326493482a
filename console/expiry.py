"""What a data set keeps no longer, as its settings say: seen, and removed now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parser.retention import expire
from reporter.retention import announce, due
from shared.catalog import Catalog
from shared.process import make_tools
from shared.retention import Cutoffs
from shared.settings import Settings
from shared.texts import number_of


@dataclass(frozen=True)
class Removed:
    """What was removed, or would be; ``follows``: an analysis or a publication does."""

    found: dict[str, Any]
    follows: bool


def remove_old(settings: Settings, catalog: Catalog, dataset: str, now: datetime, *, dry_run: bool) -> Removed:
    """Remove it, and announce what follows; with ``dry_run`` only look."""
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
    return Removed(found, not dry_run and (expired.analysis_follows or bool(periods)))


def sentences(found: dict[str, Any], limits: Cutoffs, *, dry_run: bool) -> list[str]:
    """The same in words, one a kind of what is removed."""
    if not limits.anything:
        return ["Everything is kept for ever: the settings name nothing in [retention]."]
    number = found["raw_files"]
    told = [f"{number_of(number, 'raw file')} {_would(number, dry_run)} deleted."]
    if limits.hits_from:
        files = number_of(len(found["files"]), "file")
        told.append(f"Hits of days before {limits.hits_from} {_would(2, dry_run)} removed from {files}.")
    if limits.reports_from:
        number = len(found["periods"])
        periods = number_of(number, "published period that ends", "published periods that end")
        told.append(f"{periods} before {limits.reports_from} {_would(number, dry_run)} removed.")
    return told


def _would(number: int, dry_run: bool) -> str:
    if dry_run:
        return "would be"
    return "is" if number == 1 else "are"


def logged(removed: Removed) -> dict[str, Any]:
    """What the log says of it."""
    found = removed.found
    counts = {"raw_files": found["raw_files"], "files": len(found["files"]), "periods": len(found["periods"])}
    return {"hits_from": found["hits_from"], **counts}
