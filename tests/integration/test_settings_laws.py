"""Whole settings files, of any content: what is written reads back, and the catalog keeps the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import settings_laws
from tests.examples import examples
from tests.settings_data import PLAIN, whole

many = settings(max_examples=examples(120), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(whole(), st.booleans())
def test_what_is_written_reads_back_as_the_same_settings(data: dict[str, Any], everything: bool) -> None:
    settings_laws.what_is_written_reads_back_as_the_same_settings(data, everything)


@many
@given(whole())
def test_the_catalog_keeps_the_same_settings(data: dict[str, Any]) -> None:
    settings_laws.the_catalog_keeps_the_same_settings(data)


@many
@given(PLAIN)
def test_any_plain_data_survives(data: dict[str, Any]) -> None:
    settings_laws.any_plain_data_survives(data)


@many
@given(PLAIN)
def test_every_place_has_its_line(data: dict[str, Any]) -> None:
    settings_laws.every_place_has_its_line(data)
