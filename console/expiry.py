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
    would = "would be" if dry_run else "are"
    told = [f"{found['raw_files']:,} raw files {would} deleted."]
    if limits.hits_from:
        told.append(f"Hits of days before {limits.hits_from} {would} removed from {len(found['files']):,} files.")
    if limits.reports_from:
        number = len(found["periods"])
        told.append(f"{number:,} published periods that end before {limits.reports_from} {would} removed.")
    return told


def logged(removed: Removed) -> dict[str, Any]:
    """What the log says of it."""
    found = removed.found
    counts = {"raw_files": found["raw_files"], "files": len(found["files"]), "periods": len(found["periods"])}
    return {"hits_from": found["hits_from"], **counts}
