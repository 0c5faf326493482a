"""Who changed the settings of a data set, what, and how they were before: whatever it was done with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from console import datasets
from console.settings_change import SettingsChange, changes_from
from console.stored_settings import Row, stored_plain, stored_settings
from console.web import audit
from shared.catalog import Catalog
from shared.dataset_settings import Change, Effect, settings_to_toml
from shared.errors import Misconfigured, Rejected
from shared.toml_text import toml_text

WHAT = "settings.change"
"""Its code in the log."""
OTHERS = ("periods", "documents", "publish")
"""Columns of a data set that are no settings."""
MANY = 1000


def text_of(row: Row) -> str:
    """The settings as a file; as they are, where they can be read no longer."""
    try:
        return settings_to_toml(stored_settings(row))
    except Misconfigured:
        return toml_text(stored_plain(row))


def told(row: Row, change: SettingsChange, why: str = "") -> dict[str, Any]:
    """What the log keeps of a change; ``row`` is the data set before it."""
    return _told(row, change.changes, change.effect, why)


def notes_of(before: Row | None, after: Row, why: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """What the log keeps of a data set that was stored as a whole: each entry's code and detail.

    ``before`` is its row as it was, ``None`` for a new one. Where nothing has changed, there is no entry.
    """
    if before is None:
        known = ("location", "username", "schedule", "periods", "documents", "publish")
        yield "dataset.add", {name: after[name] for name in known if after[name]}
        return
    changes, effect, _ = changes_from(before, stored_settings(after))
    if changes or effect != "none":
        yield WHAT, _told(before, changes, effect, why)
    others: dict[str, Any] = {name: after[name] for name in OTHERS if before[name] != after[name]}
    if before["sealed_password"] != after["sealed_password"]:
        others["changed"] = ["password"]
    if others:
        yield "dataset.change", others


def _told(row: Row, changes: Sequence[Change], effect: Effect, why: str) -> dict[str, Any]:
    plain = [{key: value for key, value in asdict(one).items() if key != "effect"} for one in changes]
    return {"why": why or None, "effect": effect, "changes": plain, "before": text_of(row)}


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
