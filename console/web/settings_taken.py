"""A data set's settings as people and programs change them: read from a text, allowed, taken, kept in a history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from console import datasets
from console.settings_change import SettingsChange, set_going, store_change
from console.settings_rows import faults_of_stages
from console.stored_settings import Row, stored_plain, stored_settings
from console.web import audit
from console.web.asker import Asker
from console.web.guard import note
from console.web.place import Place
from console.web.problems import Forbidden
from shared.costs import list_costs
from shared.dataset_settings import DatasetSettings, parse_dataset_settings, settings_to_toml
from shared.errors import Misconfigured, Rejected
from shared.toml_text import toml_text

WHAT = "settings.change"
"""Its code in the log."""
ADMINISTRATORS = (
    "source.location", "source.user", "source.password_env", "source.countries", "source.referrers", "targets",
    "overlay", "alerts",
)  # fmt: skip
"""Keys by which this machine reads, writes or asks elsewhere, or shows what stands in its environment."""
ACCESS = ("location", "username", "password_env", "sealed_password")
MANY = 1000


def text_of(row: Row) -> str:
    """The settings as a file; as they are, where they can be read no longer."""
    try:
        return settings_to_toml(stored_settings(row))
    except Misconfigured:
        return toml_text(stored_plain(row))


def read_text(place: Place, row: Row, text: str) -> DatasetSettings:
    """The settings of a text; :class:`Misconfigured` with every fault, each with its line.

    Files of costs that they name must have been imported: nobody brings one along.
    """
    with place.catalog.read() as connection:
        known = {one["name"] for one in list_costs(connection, row["id"])}
    return parse_dataset_settings(text, name=f"of {row['id']}", also=faults_of_stages(None, known))


def check_rights(asker: Asker, row: Row, change: SettingsChange) -> None:
    """Where data comes from and goes to, only administrators change."""
    if asker.account.is_administrator:
        return
    moved = [f"source.{name}" for name in ACCESS if change.columns[name] != row[name]]
    refused = [*moved, *(one for one in paths(change) if one.startswith(ADMINISTRATORS))]
    if refused or change.unreadable:
        raise Forbidden(
            f"Only an administrator changes {', '.join(dict.fromkeys(refused)) or 'settings that cannot be read'}.",
            remedy="Leave that as it is, or ask one.",
            reason="not_administrator",
        )


def take(place: Place, asker: Asker, row: Row, change: SettingsChange, why: str = "") -> None:
    """Store a change, with how it was before, and set going what it needs; unless it changes nothing."""
    check_rights(asker, row, change)
    if change.is_same:
        return
    now, before = place.now(), text_of(row)
    store_change(place.catalog, change, now)
    changes = [{key: value for key, value in asdict(one).items() if key != "effect"} for one in change.changes]
    note(place, asker, WHAT, row["id"], why=why or None, effect=change.effect, changes=changes, before=before)
    set_going(place.settings, place.catalog, change, now)


def paths(change: SettingsChange) -> list[str]:
    """The keys that it changes."""
    return [one.path for one in change.changes]


def history(place: Place, dataset: str, limit: int = 50) -> list[audit.Entry]:
    """Who changed what, the last first."""
    row = datasets.find(place.catalog, dataset)
    found = audit.entries(place.catalog, about=dataset, what=WHAT, limit=limit)
    return [one for one in found if one.at >= row["created_at"]]  # not those of another of the same name


def before_of(place: Place, dataset: str, number: int) -> str:
    """The settings as they were before a change of the history."""
    found: Mapping[int, audit.Entry] = {one.seq: one for one in history(place, dataset, MANY)}
    if number not in found:
        raise Rejected(f"There is no change {number} of {dataset}.", reason="unknown_change")
    detail: Any = found[number].detail
    return str(detail["before"])
