"""TOML text: written, read back, and every line of it found again."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.dataset_settings import DatasetSettings, settings_to_toml
from shared.dataset_settings.lines import line_index
from shared.dataset_settings.writing import HEADER
from shared.toml_text import WIDTH, toml_text
from tests import settings_laws
from tests.settings_data import PLAIN, places, whole

some_of_them = settings(max_examples=25, deadline=None)
"""They take long to make; tests/integration/test_settings_laws.py tries many more by the same laws."""


@some_of_them
@given(whole(), st.booleans())
def test_what_is_written_reads_back_as_the_same_settings(data: dict[str, Any], everything: bool) -> None:
    settings_laws.what_is_written_reads_back_as_the_same_settings(data, everything)


@some_of_them
@given(whole())
def test_the_catalog_keeps_the_same_settings(data: dict[str, Any]) -> None:
    settings_laws.the_catalog_keeps_the_same_settings(data)


def test_defaults_are_left_out() -> None:
    assert settings_to_toml(DatasetSettings()) == f"# {HEADER}\n"
    settings = DatasetSettings.model_validate({"visits": {"gap_minutes": 15}, "pages": {"default_pages": ["a"]}})
    assert settings_to_toml(settings, header="shop") == (
        '# shop\n\n[visits]\ngap_minutes = 15\n\n[pages]\ndefault_pages = ["a"]\n'
    )


def test_everything_explains_each_key() -> None:
    text = settings_to_toml(DatasetSettings(), everything=True)
    assert (
        "# A longer pause ends a visit; 1 to 1440. Default 30; unit minutes; effect analysis.\ngap_minutes = 30" in text
    )
    assert "\n# raw_days =\n" in text
    assert "# [[labels]] : none" in text


def test_it_is_pleasant_to_read() -> None:
    label = {"id": "paid", "match": {"any": [{"campaign": {"equals": "x" * 40}}, {"entry_page": {"equals": "y" * 40}}]}}
    settings = DatasetSettings.model_validate({"labels": [label], "campaigns": [{"name": "a", "match": {"page": "/"}}]})
    assert settings_to_toml(settings, header="h") == (
        '# h\n\n[[labels]]\nid = "paid"\nmatch = { any = [\n'
        f'  {{ campaign = {{ equals = "{"x" * 40}" }} }},\n  {{ entry_page = {{ equals = "{"y" * 40}" }} }},\n] }}\n\n'
        '[[campaigns]]\nname = "a"\nmatch = { page = "/" }\n'
    )


def test_money_is_written_as_it_was_given() -> None:
    campaign = {"name": "a", "match": {"page": "/"}, "cost": {"per_click": "0.40"}}
    settings = DatasetSettings.model_validate({"campaigns": [campaign]})
    assert 'cost = { per_click = "0.40" }' in settings_to_toml(settings)
    tiny = DatasetSettings.model_validate({"campaigns": [campaign | {"cost": {"per_click": Decimal("1E-6")}}]})
    assert 'per_click = "0.000001"' in settings_to_toml(tiny)


@some_of_them
@given(PLAIN)
def test_any_plain_data_survives(data: dict[str, Any]) -> None:
    settings_laws.any_plain_data_survives(data)


@some_of_them
@given(PLAIN)
def test_every_place_has_its_line(data: dict[str, Any]) -> None:
    settings_laws.every_place_has_its_line(data)


def test_lines_are_those_a_person_counts() -> None:
    text = '''# comment = 1
"a b".c = """x
] = """     # 2
[t]
list = [ # 5
  'one', # 6
  { k = 1, "l.m" = [2] }, # 7
]
[[p.q]] # 9
a = 1
[[p.q]]
[p.q.inner] # 12
d = 2026-01-02 03:04:05
e = """a\\""""""
f = 'it' # 15
'''
    data = tomllib.loads(text)
    assert {(), *line_index(text)} == places(data)
    wanted = {
        ("a b", "c"): 2,
        ("t",): 4,
        ("t", "list"): 5,
        ("t", "list", 0): 6,
        ("t", "list", 1, "l.m", 0): 7,
        ("p", "q"): 9,
        ("p", "q", 1): 11,
        ("p", "q", 1, "inner"): 12,
        ("p", "q", 1, "inner", "d"): 13,
        ("p", "q", 1, "inner", "f"): 15,
    }
    found = line_index(text)
    assert {place: found[place] for place in wanted} == wanted


def test_what_toml_has_not_is_named() -> None:
    with pytest.raises(TypeError, match="None"):
        toml_text({"a": {"b": None}})


def test_lines_stay_short() -> None:
    text = toml_text({"t": {"list": ["some words"] * 20, "short": [1, 2]}})
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "short = [1, 2]" in text
