"""Who changed the settings of a data set, what, and how they were before: whatever it was done with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from console import datasets
from console.settings_change import SettingsChange
from console.stored_settings import Row, stored_plain, stored_settings
from console.web import audit
from shared.catalog import Catalog
from shared.dataset_settings import settings_to_toml
from shared.errors import Misconfigured, Rejected
from shared.toml_text import toml_text

WHAT = "settings.change"
"""Its code in the log."""
MANY = 1000


def text_of(row: Row) -> str:
    """The settings as a file; as they are, where they can be read no longer."""
    try:
        return settings_to_toml(stored_settings(row))
    except Misconfigured:
        return toml_text(stored_plain(row))


def told(row: Row, change: SettingsChange, why: str = "") -> dict[str, Any]:
    """What the log keeps of a change; ``row`` is the data set before it."""
    changes = [{key: value for key, value in asdict(one).items() if key != "effect"} for one in change.changes]
    return {"why": why or None, "effect": change.effect, "changes": changes, "before": text_of(row)}


def history(catalog: Catalog, dataset: str, limit: int = 50) -> list[audit.Entry]:
    """Who changed what, the last first."""
    row = datasets.find(catalog, dataset)
    found = audit.entries(catalog, about=dataset, what=WHAT, limit=limit)
    return [one for one in found if one.at >= row["created_at"]]  # not those of another of the same name


def before_of(catalog: Catalog, dataset: str, number: int) -> str:
    """The settings as they were before a change of the history."""
    found: Mapping[int, audit.Entry] = {one.seq: one for one in history(catalog, dataset, MANY)}
    if number not in found:
        raise Rejected(f"There is no change {number} of {dataset}.", reason="unknown_change")
    return str(found[number].detail["before"])
