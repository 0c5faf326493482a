"""How fresh a data set is, in words, of its line in :func:`console.datasets.overview`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

LATE_AFTER = timedelta(hours=1)
"""A fetch that was due so long ago and has not begun is late; so is a message that has waited as long."""


def lateness(row: Mapping[str, Any], now: datetime) -> str:
    """That a fetch is late; empty where none is."""
    due = row["next_due"]
    if due is None or now - due <= LATE_AFTER:
        return ""
    return f"A fetch was due at {due:%Y-%m-%d %H:%M} UTC and has not begun."


def freshness(row: Mapping[str, Any], now: datetime) -> tuple[str, bool]:
    """How fresh it is, and whether something is wrong with it."""
    if row["last_fetch_state"] == "failed":
        return f"The last fetch failed: {row['last_fetch_error']}", True
    if row["files_failed"]:
        number = row["files_failed"]
        return f"{number} {'file' if number == 1 else 'files'} could not be read.", True
    if late := lateness(row, now):
        return late, True
    if row["last_fetch"] is None:
        return "Nothing has been fetched yet.", False
    if row["files_waiting"]:
        return f"{row['files_waiting']:,} files wait to be read.", False
    if row["published_at"] is None:
        return "Fetched, not published yet.", False
    return f"Published {row['published_at']:%Y-%m-%d %H:%M} UTC.", False
