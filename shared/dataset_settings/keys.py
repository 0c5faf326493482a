"""Every key of the settings file: its default, unit, effect and meaning, in one table.

It feeds ``proprocessor settings explain``, the commented form of :func:`settings_to_toml`, what an import says of its
effect, and docs/settings.md with docs/labels.md. Tests hold them, the model and the parser's import settings together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from shared.dataset_settings.group_keys import GROUP_KEYS
from shared.dataset_settings.key import Key
from shared.dataset_settings.mail_keys import ALERT_KEYS, MAIL_KEYS
from shared.dataset_settings.model import DatasetSettings
from shared.dataset_settings.overlay import OVERLAY_KEYS
from shared.dataset_settings.table_keys import TABLE_KEYS
from shared.dataset_settings.target_keys import TARGET_KEYS
from shared.matchers import NumberMatch, TextMatch

REQUIRED = "required"
KEYS: dict[str, Key] = {
    key.path: key for key in (*TABLE_KEYS, *OVERLAY_KEYS, *ALERT_KEYS, *GROUP_KEYS, *MAIL_KEYS, *TARGET_KEYS)
}
"""In the model's order."""


def model_paths() -> Iterator[str]:
    """The path of every key, in the model's order."""
    for table, field in DatasetSettings.model_fields.items():
        yield from _paths(_models_in(field.annotation)[0], f"{table}.")


def default_of(path: str) -> Any:
    """The default of a key; :data:`REQUIRED` where there is none."""
    model: type[BaseModel] = DatasetSettings
    *tables, key = path.split(".")
    for table in tables:
        model = _models_in(model.model_fields[table].annotation)[0]
    field = model.model_fields[key]
    return REQUIRED if field.is_required() else field.default


def default_text(key: Key) -> str:
    """The default as it stands in the file; ``–`` for none, and the ends of a long list."""
    value = default_of(key.path)
    match value:
        case None | "":
            return "–"
        case bool():
            return str(value).lower()
        case tuple() if len(value) > 6:
            return f"{' '.join(value[:3])} … {value[-1]}"
        case tuple():
            return f"[{', '.join(map(repr, value))}]"
        case _:
            return str(value)


def _paths(model: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{before}{name}"
        for inner in _models_in(field.annotation):
            if inner is not model:  # criteria hold criteria
                yield from _own_paths(inner, f"{before}{name}.")


def _own_paths(model: type[BaseModel], before: str) -> Iterator[str]:
    """Of a matcher only what it adds to every matcher."""
    shared = {*TextMatch.model_fields, *NumberMatch.model_fields} if issubclass(model, TextMatch | NumberMatch) else ()
    yield from (path for path in _paths(model, before) if path.removeprefix(before) not in shared)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The tables that a field holds, itself or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for one in get_args(annotation) for found in _models_in(one)]
