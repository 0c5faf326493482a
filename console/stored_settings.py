"""The settings of a data set as its row in the catalog has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.dataset_settings import DatasetSettings, read_stored_settings

Row = Mapping[str, Any]
SOURCE_COLUMNS = {"user": "username", "password_env": "password_env", "schedule": "schedule", "location": "location"}
"""Keys of ``[source]`` that stand in columns of their own, which win: a command's options are written there."""


def stored_settings(row: Row) -> DatasetSettings:
    """Those of a row; :class:`Misconfigured` lists every key that can no longer be read, and says what to do."""
    settings = read_stored_settings(row["settings"], name=row["id"])
    return with_source(settings, **{key: row[column] for key, column in SOURCE_COLUMNS.items()})


def stored_plain(row: Row) -> dict[str, Any]:
    """The same as plain data, whatever is wrong with them; what has its default is left out."""
    data: dict[str, Any] = _without_null(row["settings"]) if isinstance(row["settings"], Mapping) else {}
    known, columns = data.get("source"), {key: row[column] for key, column in SOURCE_COLUMNS.items()}
    data["source"] = _without_null({**(known if isinstance(known, Mapping) else {}), **columns})
    for table, defaults in DatasetSettings().model_dump(mode="json").items():
        if isinstance(defaults, Mapping) and isinstance(given := data.get(table), Mapping):
            data[table] = {key: value for key, value in given.items() if value != defaults.get(key, ...)}
    return {table: value for table, value in data.items() if value not in ({}, [])}


def with_source(settings: DatasetSettings, **keys: Any) -> DatasetSettings:
    """The settings with these keys of ``[source]``."""
    return settings.model_copy(update={"source": settings.source.model_copy(update=keys)})


def _without_null(value: Any) -> Any:
    """JSON's ``null`` has no form in TOML; it says the same as a key that is not there."""
    match value:
        case Mapping():
            return {str(key): _without_null(one) for key, one in value.items() if one is not None}
        case list():
            return [_without_null(one) for one in value if one is not None]
        case _:
            return value
