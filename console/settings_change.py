"""A change of a data set's settings: what it is, what it needs, and how it is stored and set going."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console import raw_files
from console.costs import imported
from console.outgoing import send
from console.settings_rows import faults_of_stages, settle_access, store_settings
from console.stored_settings import Row, stored_settings
from shared.catalog import Catalog
from shared.dataset_settings import Change, DatasetSettings, Effect, changes_between, effect_of, parse_dataset_settings
from shared.errors import Misconfigured
from shared.settings import Settings
from shared.store import Store

FOLLOWS: dict[Effect, str] = {
    "import": "Raw files are read again, and everything is analysed anew.",
    "analysis": "Everything is analysed anew from what is parsed; no raw file is read again.",
    "none": "No number changes.",
}


@dataclass(frozen=True)
class SettingsChange:
    """Settings on their way into the catalog; ``columns`` are those of the row that go with them.

    ``unreadable`` says why what is stored cannot be read, if so: then the changes are those from the defaults.
    """

    dataset: str
    after: DatasetSettings
    columns: Mapping[str, Any]
    changes: tuple[Change, ...]
    effect: Effect
    is_same: bool
    unreadable: str = ""

    @property
    def mirrors(self) -> bool:
        """Whether targets are to be brought in step."""
        return any(one.path.startswith("targets") for one in self.changes)


def read_settings(catalog: Catalog, dataset: str, text: str) -> DatasetSettings:
    """The settings of a text; :class:`Misconfigured` with every fault, each with its line.

    Files of costs that they name must have been imported: nobody brings one along.
    """
    return parse_dataset_settings(text, name=f"of {dataset}", also=faults_of_stages(None, imported(catalog, dataset)))


def settings_change(row: Row, wanted: DatasetSettings, settings: Settings) -> SettingsChange:
    """What taking these settings, whole, would change of a data set."""
    after, columns = settle_access(wanted, row, settings)
    changes, effect, unreadable = changes_from(row, after)
    same = not unreadable and not changes and all(row[name] == value for name, value in columns.items())
    return SettingsChange(str(row["id"]), after, columns, changes, effect, same, unreadable)


def changes_from(before: Row, after: DatasetSettings) -> tuple[tuple[Change, ...], Effect, str]:
    """What is another than in a row, and what that needs; the text says why the row can be read no longer, if so: then
    the changes are those from the defaults, and nobody knows what it did to the numbers.
    """
    try:
        changes = tuple(changes_between(stored_settings(before), after))
    except Misconfigured as error:
        return tuple(changes_between(DatasetSettings(), after)), "import", error.message
    return changes, effect_of(changes), ""


def store_change(catalog: Catalog, change: SettingsChange, now: datetime) -> None:
    """Write it, in one transaction with what lets an analyzer or reporter look; messages go out with the next sweep."""
    store_settings(
        catalog,
        change.dataset,
        change.after,
        change.columns,
        now,
        analyse=change.effect != "none",
        mirror=change.mirrors,
    )


def set_going(settings: Settings, catalog: Catalog, change: SettingsChange, now: datetime) -> None:
    """After :func:`store_change`: put raw files on their way again where they must be read, and send all messages."""
    if change.effect == "import":
        kept, _ = raw_files.kept_files(catalog, Store(settings.data), change.dataset)
        raw_files.announce(catalog, change.dataset, kept, now)
    send(settings, catalog)


def settings_header(row: Row) -> str:
    """What stands above the settings of a data set when they are written as a file."""
    head = f"Settings of the data set {row['id']}. What is not here has its default: `proprocessor settings explain`."
    return f"{head}\nIts password is stored sealed and stands nowhere else." if row["sealed_password"] else head
