"""Whole settings files, of any content: what is written reads back, and the catalog keeps the same."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.dataset_settings import (
    DatasetSettings,
    changes_between,
    parse_dataset_settings,
    read_stored_settings,
    settings_to_toml,
)
from shared.dataset_settings.lines import line_index
from shared.toml_text import toml_text
from tests.settings_data import PLAIN, places, whole

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(whole(), st.booleans())
def test_what_is_written_reads_back_as_the_same_settings(data: dict[str, Any], everything: bool) -> None:
    chosen = DatasetSettings.model_validate(data)
    text = settings_to_toml(chosen, everything=everything)
    again = parse_dataset_settings(text, name="again")
    assert again == chosen
    assert again.digest() == chosen.digest()
    assert changes_between(chosen, again) == []
    assert settings_to_toml(again, everything=everything) == text


@many
@given(whole())
def test_the_catalog_keeps_the_same_settings(data: dict[str, Any]) -> None:
    chosen = DatasetSettings.model_validate(data)
    again = read_stored_settings(chosen.model_dump(mode="json", exclude_none=True), name="shop")
    assert again == chosen
    assert again.digest() == chosen.digest()


@many
@given(PLAIN)
def test_any_plain_data_survives(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(data)) == data


@many
@given(PLAIN)
def test_every_place_has_its_line(data: dict[str, Any]) -> None:
    text = toml_text(data)
    found = line_index(text)
    assert {(), *found} == places(data)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
