"""All settings with one part of them put in: what a form would make of them, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.costs import imported
from console.settings_change import SettingsChange, settings_change
from console.settings_rows import faults_of_stages
from console.stored_settings import Row, stored_settings
from console.web.editors.parts import Part
from console.web.place import Place
from console.web.problems import NotFound
from shared.dataset_settings import DatasetSettings, check_settings
from shared.dataset_settings.checks import Fault
from shared.dataset_settings.writing import changed

Data = dict[str, Any]


def plain_of(row: Row) -> Data:
    """The stored settings as plain data; :class:`shared.errors.Misconfigured` where nobody can read them."""
    return changed(stored_settings(row))


def position_of(part: Part, data: Mapping[str, Any], name: str) -> int:
    """Where the item of this name stands; :class:`NotFound` where there is none."""
    for number, item in enumerate(data.get(part.tables[0], ())):
        if item.get(part.named_by) == name:
            return number
    raise NotFound(f"There is no {part.one} {name!r} here.", remedy="Somebody may have removed or renamed it.")


def with_item(part: Part, data: Data, position: int | None, item: Any) -> Data:
    """With an item in place of another, or behind all; ``None`` takes one away."""
    items = list(data.get(part.tables[0], ()))
    if position is None:
        items.append(item)
    elif item is None:
        del items[position]
    else:
        items[position] = item
    return {**data, part.tables[0]: items}


def with_moved(part: Part, data: Data, position: int, by: int) -> Data:
    """With an item so many places further; the first and the last stay."""
    items = list(data[part.tables[0]])
    other = position + by
    if 0 <= other < len(items):
        items[position], items[other] = items[other], items[position]
    return {**data, part.tables[0]: items}


def checked(place: Place, row: Row, data: Data) -> SettingsChange | list[Fault]:
    """What taking them would change, or all that is wrong with them. Costs that they name must have been imported."""
    found = check_settings(data, faults_of_stages(None, imported(place.catalog, row["id"])))
    return settings_change(row, found, place.settings) if isinstance(found, DatasetSettings) else found
