"""A data set's settings as the text of a TOML file that reads back as the same settings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from shared.dataset_settings.keys import KEYS, default_text
from shared.dataset_settings.model import DatasetSettings
from shared.matchers import NumberMatch, as_float
from shared.toml_text import toml_text, toml_value

WHOLE = 2**53
"""Below it, every whole number is also a binary fraction."""
HEADER = "Settings of a data set. What is not here has its default: `proprocessor settings explain` tells every key."


def settings_to_toml(settings: DatasetSettings, *, everything: bool = False, header: str = HEADER) -> str:
    """The TOML text: what differs from the defaults, in the model's order, or ``everything`` with each key explained.

    Without ``everything``, all defaults are a header and nothing else.
    """
    head = "".join(f"# {line}\n" for line in header.splitlines())
    body = _everything(settings) if everything else toml_text(changed(settings))
    return "\n".join(part for part in (head, body) if part)


def changed(model: BaseModel) -> dict[str, Any]:
    """The plain values that differ from their defaults; keys without a default always stand there."""
    found = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value is None or (not field.is_required() and value == field.default):
            continue
        found[name] = plain(value)
    return found


def plain(value: Any) -> Any:
    """As TOML has it: tables and lists; amounts of money are texts, since they are no binary fractions.

    Bounds are numbers: a :class:`Decimal` only where no other number has the same digits.
    """
    match value:
        case NumberMatch():
            given = {"min": value.min, "max": value.max}
            return {name: _number(bound) for name, bound in given.items() if bound is not None}
        case BaseModel():
            return changed(value)
        case tuple():
            return [plain(one) for one in value]
        case Decimal():
            return f"{value:f}"
        case _:
            return value


def _number(value: Decimal) -> int | float | Decimal:
    number = as_float(value)
    return value if number is None else int(number) if number.is_integer() and abs(number) < WHOLE else number


def _everything(settings: DatasetSettings) -> str:
    given = changed(settings)
    parts = []
    for table in DatasetSettings.model_fields:
        if isinstance(getattr(settings, table), BaseModel):
            parts.append(_whole_table(table, getattr(settings, table)))
        elif table in given:
            parts.append(toml_text({table: given[table]}))
        else:
            parts.append(f"# [[{table}]] : none\n")
    return "\n".join(parts)


def _whole_table(name: str, table: BaseModel) -> str:
    """Every key of a table below what it means; one without a value is a comment."""
    lines = [f"[{name}]"]
    for key in type(table).model_fields:
        about = KEYS[f"{name}.{key}"]
        lines.append(f"# {about.meaning} Default {default_text(about)}; unit {about.unit}; effect {about.effect}.")
        value = getattr(table, key)
        lines.append(f"# {key} =" if value is None else f"{key} = {toml_value(plain(value))}")
    return "\n".join(lines) + "\n"


def as_json(settings: DatasetSettings, *, everything: bool = False) -> Mapping[str, Any]:
    """The same as plain JSON values."""
    return settings.model_dump(mode="json") if everything else changed(settings)
