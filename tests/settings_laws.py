"""Laws of settings as text and in the catalog, each for any data: few of them are tried in the unit layer, many beside."""

from __future__ import annotations

import tomllib
from typing import Any

from shared.dataset_settings import (
    DatasetSettings,
    changes_between,
    parse_dataset_settings,
    read_stored_settings,
    settings_to_toml,
)
from shared.dataset_settings.lines import line_index
from shared.toml_text import toml_text
from tests.settings_data import places


def what_is_written_reads_back_as_the_same_settings(data: dict[str, Any], everything: bool) -> None:
    chosen = DatasetSettings.model_validate(data)
    text = settings_to_toml(chosen, everything=everything)
    again = parse_dataset_settings(text, name="again")
    assert again == chosen
    assert again.digest() == chosen.digest()
    assert changes_between(chosen, again) == []
    assert settings_to_toml(again, everything=everything) == text


def the_catalog_keeps_the_same_settings(data: dict[str, Any]) -> None:
    chosen = DatasetSettings.model_validate(data)
    stored = chosen.model_dump(mode="json", exclude_none=True)
    assert DatasetSettings.model_validate(stored) == chosen
    again = read_stored_settings(stored, name="shop")
    assert again == chosen
    assert again.digest() == chosen.digest()


def any_plain_data_survives(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(data)) == data


def every_place_has_its_line(data: dict[str, Any]) -> None:
    text = toml_text(data)
    found = line_index(text)
    assert {(), *found} == places(data)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
