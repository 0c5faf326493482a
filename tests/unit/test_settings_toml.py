"""TOML text: written, read back, and every line of it found again."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.dataset_settings import DatasetSettings, parse_dataset_settings, settings_to_toml
from shared.dataset_settings.groups import BOUNDS, CHANNELS, Criterion
from shared.dataset_settings.lines import line_index
from shared.dataset_settings.reserved import REPORTS, RESERVED_LABELS
from shared.dataset_settings.writing import HEADER
from shared.matchers import NumberMatch, TextMatch
from shared.toml_text import WIDTH, toml_text

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMES = TEXTS.filter(bool)
IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda text: text not in RESERVED_LABELS)
LISTS = st.lists(TEXTS, max_size=9)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table with some of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


def one_of_the_keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(*(values.map(lambda value, key=key: {key: value}) for key, values in keys.items()))


MATCHES = one_of_the_keys(
    equals=TEXTS,
    contains=TEXTS,
    starts_with=TEXTS,
    ends_with=TEXTS,
    any_of=LISTS,
    regex=st.sampled_from(["^/a\\.b$", "[\"']", "é|\t"]),
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
MONEY = st.decimals(0, 10**9, places=6).map(str)


def ranges(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    both = st.tuples(numbers, numbers).map(sorted).map(lambda pair: {"min": pair[0], "max": pair[1]})
    return both | numbers.map(lambda number: {"min": number}) | numbers.map(lambda number: {"max": number})


def named(names: st.SearchStrategy[str] = TEXTS, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": names}, optional={"value": MATCHES, **more})


def simple_criteria() -> st.SearchStrategy[dict[str, Any]]:
    """Each criterion that names no label or funnel."""
    known: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in Criterion.model_fields.items():
        if name in ("all", "any", "label", "funnel_stage"):
            continue
        if field.annotation == TextMatch | None:
            known[name] = MATCHES
        elif field.annotation == NumberMatch | None:
            low, high = BOUNDS.get(name, (None, None))
            known[name] = ranges(NUMBERS if low is None else st.integers(int(low), int(high or 0)))
    known["channel"] = st.sampled_from(CHANNELS).map(lambda name: {"equals": name})
    known["referrer"] = st.builds(lambda one, more: one | more, MATCHES, some(parameter=TEXTS))
    known |= dict.fromkeys(("search", "ai", "short"), st.booleans())
    known |= {"visitor": st.sampled_from(["new", "returning"]), "parameter": named(), "custom": named()}
    known["cookie"] = named(first_page=st.booleans())
    assert {*known, "all", "any", "label", "funnel_stage"} == set(Criterion.model_fields)
    return one_of_the_keys(**known)


def criteria(ids: list[str], funnels: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Labels only those before, so that none needs itself."""
    leaf = simple_criteria() | st.sampled_from([{"label": one} for one in ("all", *ids)])
    if funnels:
        leaf |= st.sampled_from([{"funnel_stage": {"name": one}} for one in funnels])
    return st.recursive(
        leaf,
        lambda inner: one_of_the_keys(all=st.lists(inner, max_size=3), any=st.lists(inner, max_size=3)),
        max_leaves=5,
    )


@st.composite
def whole(draw: st.DrawFn) -> dict[str, Any]:
    """A settings file as plain data."""
    strings = some(name=st.text(max_size=5), timezone=st.sampled_from(["UTC", "Europe/Berlin"]), hosts=LISTS)
    days = st.integers(1, 36_500)
    data: dict[str, Any] = {
        "dataset": draw(strings),
        "source": draw(some(location=TEXTS, user=TEXTS, format=TEXTS, reject_limit=st.floats(0, 1))),
        "privacy": draw(some(honour_opt_out=st.booleans(), drop_parameters=LISTS)),
        "retention": draw(some(raw_days=days, hits_days=days, reports_days=days)),
        "visits": draw(some(gap_minutes=st.integers(1, 1440), new_visit_on_external_referrer=st.booleans())),
        "pages": draw(some(ignore_parameters=LISTS, static_extensions=LISTS)),
        "exclude": draw(some(pages=st.lists(MATCHES, max_size=3))),
        "robots": draw(some(pause_seconds=st.floats(0, 3600), by_behaviour=st.sampled_from(["mark", "exclude"]))),
        "revenue": draw(some(parameter=TEXTS)),
    }
    stages = st.lists(st.tuples(NAMES, NAMES, MATCHES), min_size=2, max_size=3, unique_by=lambda one: one[0])
    funnels = draw(st.lists(IDS, max_size=2, unique=True))
    data["funnels"] = [
        {
            "id": one,
            "stages": [
                {"name": name, "groups": [{"name": group, "pages": pages}]} for name, group, pages in draw(stages)
            ],
        }
        for one in funnels
    ]
    ids = draw(st.lists(IDS, max_size=3, unique=True))
    data["labels"] = [
        {"id": one, "match": draw(criteria(ids[:number], funnels))}
        | draw(some(name=TEXTS, inverse=st.booleans(), hide_in=st.lists(st.sampled_from([*REPORTS]), max_size=3)))
        for number, one in enumerate(ids)
    ]
    cost = one_of_the_keys(fixed=MONEY, per_click=MONEY, per_day=MONEY, file=TEXTS)
    match = st.builds(
        lambda one, more: one | more, some(parameter=TEXTS), one_of_the_keys(page=TEXTS, referrer=MATCHES)
    )
    data["campaigns"] = [
        {"name": name, "match": draw(match)} | draw(some(cost=cost))
        for name in draw(st.lists(NAMES, max_size=2, unique=True))
    ]
    return data


@given(whole(), st.booleans())
def test_what_is_written_reads_back_as_the_same_settings(data: dict[str, Any], everything: bool) -> None:
    settings = DatasetSettings.model_validate(data)
    text = settings_to_toml(settings, everything=everything)
    again = parse_dataset_settings(text, name="again")
    assert again == settings
    assert again.digest() == settings.digest()
    assert settings_to_toml(again, everything=everything) == text


@given(whole())
def test_the_catalog_keeps_the_same_settings(data: dict[str, Any]) -> None:
    settings = DatasetSettings.model_validate(data)
    assert DatasetSettings.model_validate(settings.model_dump(mode="json", exclude_none=True)) == settings


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


PLAIN = st.recursive(
    TEXTS | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, PLAIN, max_size=5))
def test_any_plain_data_survives(data: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(data)) == data


def places(value: Any, place: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {place}.union(*(places(one, (*place, key)) for key, one in inner))


@given(st.dictionaries(TEXTS, PLAIN, max_size=5))
def test_every_place_has_its_line(data: dict[str, Any]) -> None:
    text = toml_text(data)
    found = line_index(text)
    assert {(), *found} == places(data)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


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
