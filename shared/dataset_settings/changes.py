"""What differs between two settings of a data set, and what must be done for it to show in the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.dataset_settings.key import Effect
from shared.dataset_settings.keys import KEYS
from shared.dataset_settings.model import DatasetSettings
from shared.dataset_settings.writing import plain
from shared.toml_text import toml_value

NAMED_BY = {"labels": "id", "campaigns": "name", "funnels": "id", "mails": "id", "targets": "name"}
EFFECTS: tuple[Effect, ...] = ("none", "analysis", "import")
"""From the least to the most work."""


@dataclass(frozen=True)
class Change:
    """One key, or one label, campaign, funnel or target; texts as in the file, ``None`` where there is none."""

    path: str
    before: str | None
    after: str | None
    effect: Effect


def changes_between(before: DatasetSettings, after: DatasetSettings) -> list[Change]:
    """Every difference, in the order of the file."""
    return [
        change
        for name in DatasetSettings.model_fields
        for change in _changes(name, getattr(before, name), getattr(after, name))
    ]


def effect_of(changes: Sequence[Change]) -> Effect:
    """The most that any of them needs."""
    return max((one.effect for one in changes), key=EFFECTS.index, default="none")


def _changes(name: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, BaseModel):
        for key in type(before).model_fields:
            old, new = getattr(before, key), getattr(after, key)
            if old != new:
                yield Change(f"{name}.{key}", _text(old), _text(new), KEYS[f"{name}.{key}"].effect)
        return
    old, new = _by_name(name, before), _by_name(name, after)
    effect = KEYS[f"{name}.{NAMED_BY[name]}"].effect
    for one in dict.fromkeys((*old, *new)):
        if old.get(one) != new.get(one):
            yield Change(f"{name}.{one}", _text(old.get(one)), _text(new.get(one)), effect)
    stayed, stay = [one for one in old if one in new], [one for one in new if one in old]
    if stayed != stay:
        yield Change(f"{name} (order)", _text(stayed), _text(stay), effect)


def _by_name(table: str, values: Sequence[BaseModel]) -> dict[str, BaseModel]:
    return {getattr(value, NAMED_BY[table]): value for value in values}


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else toml_value(plain(value))
