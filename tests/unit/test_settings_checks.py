"""Faults between tables: all at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.reports import REPORTS
from console.settings_rows import faults_of_stages
from shared.dataset_settings import (
    DatasetSettings,
    load_dataset_settings,
    parse_dataset_settings,
    read_stored_settings,
    reserved,
)
from shared.errors import Misconfigured

FUNNEL = """
[[funnels]]
id = "buy"
stages = [
  { name = "Cart", groups = [{ name = "Cart", pages = { equals = "/cart" } }] },
  { name = "Thanks", groups = [{ name = "Thanks", pages = { equals = "/thanks" } }] },
]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        parse_dataset_settings(text, name="fruit.toml")
    assert f"{len(refused.value.faults)} fault(s)" in str(refused.value)
    return list(refused.value.faults)


def label(identity: str, match: str, more: str = "") -> str:
    return f"[[labels]]\nid = '{identity}'\nmatch = {match}\n{more}\n"


def needing(identity: str, *others: str) -> str:
    wanted = ", ".join(f"{{ label = '{one}' }}" for one in others)
    return label(identity, f"{{ any = [{wanted}] }}")


def test_faults_of_tables_and_between_them_are_told_together_in_order_of_lines() -> None:
    text = label("a", "{ label = 'b' }") + label("visits", "{ shrt = true }") + "[visits]\ngap_minutes = 0\n"
    assert faults(text) == [
        "line 3: labels.0.match.label: there is no label 'b'; there are all, a, visits (found 'b')",
        "line 6: labels.1.id: visits is reserved: it is all visitors or a column of a report (found 'visits')",
        "line 7: labels.1.match.shrt: is no setting; did you mean short? (found True)",
        "line 10: visits.gap_minutes: Input should be greater than or equal to 1 (found 0)",
    ]


def test_names_given_twice_are_named_where_they_stand_again() -> None:
    campaign = "[[campaigns]]\nname = 'spring'\nmatch = { page = '/' }\n"
    found = faults(label("a", "{ short = true }") * 2 + campaign * 2 + FUNNEL * 2)
    assert [one.partition(" (")[0] for one in found] == [
        "line 6: labels.1.id: a is given twice",
        "line 13: campaigns.1.name: spring is given twice",
        "line 24: funnels.1.id: buy is given twice",
    ]


@pytest.mark.parametrize("name", ["all", "visits", "campaign", "z", "short_visits"])
def test_a_label_may_not_be_called_like_a_column(name: str) -> None:
    assert "reserved" in faults(label(name, "{ short = true }"))[0]


def test_reports_and_their_columns_are_those_of_the_analyzer() -> None:
    theirs = {report.id: tuple(one.id for one in (*report.dimensions, *report.measures)) for report in REPORTS}
    assert dict(reserved.REPORTS) == theirs


def test_labels_may_need_one_another_but_not_in_a_circle() -> None:
    chain = needing("a", "b", "all") + needing("b", "c") + label("c", "{ short = true }")
    assert len(parse_dataset_settings(chain, name="x").labels) == 3
    circle = needing("a", "b") + needing("b", "c") + label("c", "{ all = [{ any = [{ label = 'b' }] }] }")
    (one,) = faults(circle)
    assert one.startswith("line 7: labels.1.match.any.0.label: labels need one another: b needs c needs b")
    assert "labels need one another: a needs a" in faults(needing("a", "a"))[0]


def test_every_circle_is_told() -> None:
    two = needing("a", "b") + needing("b", "a") + needing("c", "a", "d") + needing("d", "c")
    found = faults(two)
    assert ["a needs b needs a" in found[0], "c needs d needs c" in found[1], len(found)] == [True, True, 2]


def test_a_very_long_chain_of_labels_is_no_circle() -> None:
    many = [needing(f"l{number}", f"l{number + 1}") for number in range(600)]
    last = label("l600", "{ short = true }")
    assert len(parse_dataset_settings("".join(many) + last, name="x").labels) == 601


def test_funnels_and_stages_that_criteria_name_are_there() -> None:
    named = FUNNEL + label("a", "{ funnel_stage = { name = 'buy', value = { equals = 'Cart' } } }")
    assert parse_dataset_settings(named, name="x").labels
    text = FUNNEL + label("a", "{ funnel_stage = { name = 'sell' } }")
    assert "there is no funnel 'sell'; there are buy" in faults(text)[0]
    text = FUNNEL + label("a", "{ funnel_stage = { name = 'buy', value = { any_of = ['Cart', 'Till'] } } }")
    assert "the funnel buy has no stage 'Till'; there are Cart, Thanks" in faults(text)[0]


def test_how_many_there_must_be_is_said_in_words() -> None:
    stage = '[[funnels]]\nid = "f"\n[[funnels.stages]]\nname = "A"\n[[funnels.stages.groups]]\nname = "A"\npages.equals = "/"\n'
    (one,) = faults(stage)
    assert "funnels.0.stages: needs at least 2 of these" in one
    many = ", ".join(["'a@b.test'"] * 201)
    (one,) = faults(f"[alerts]\nto = [{many}]\n")
    assert "alerts.to: can have no more than 200 of these" in one


def test_stages_and_groups_are_told_apart() -> None:
    assert (
        "stages.1.name: Cart is given twice"
        in faults(FUNNEL.replace('name = "Thanks", groups', 'name = "Cart", groups'))[0]
    )
    group = '{ name = "Cart", pages = { equals = "/cart" } }'
    assert "groups.1.name: Cart is given twice" in faults(FUNNEL.replace(group, f"{group}, {group}"))[0]


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ("{ weekday = { min = 0 } }", "whole numbers from 1 to 7"),
        ("{ weekday = { max = 8 } }", "whole numbers from 1 to 7"),
        ("{ hour = { max = 24 } }", "whole numbers from 0 to 23"),
        ("{ hour = { min = 1.5 } }", "whole numbers from 0 to 23"),
        ("{ hour = { min = 22, max = 5 } }", "min is larger than max"),
        ("{ status = { min = 99 } }", "whole numbers from 100 to 599"),
        ("{ revenue = { min = nan } }", "finite"),
        ("{ seconds = { max = inf } }", "finite"),
        ("{ page_views = { min = 3, max = 2 } }", "min is larger than max"),
        ("{ channel = { equals = 'payed' } }", "'payed' is not a channel"),
        ("{ short = 'yes' }", "boolean"),
        ("{ visitor = 'old' }", "'new' or 'returning'"),
        ("{ short = true, ai = true }", "exactly one criterion; found ai, short"),
        ("{ }", "exactly one criterion; found none"),
        ("{ all = [{ saw_page = { regex = '(' } }] }", "regex does not compile"),
        ("7", "should be a table"),
        ("{ all = 7 }", "should be a list"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(match: str, said: str) -> None:
    (one,) = faults(label("a", match))
    assert one.startswith("line 3: labels.0.match")
    assert said in one


def test_reports_to_hide_in_are_reports() -> None:
    settings = parse_dataset_settings(label("a", "{ ai = true }", "hide_in = ['robots', 'audit']"), name="x")
    assert settings.labels[0].hide_in == ("robots", "audit")
    assert "'robot' is not a report" in faults(label("a", "{ ai = true }", "hide_in = ['robot']"))[0]


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "true", "'30'"])
def test_things_are_kept_for_whole_days(days: str) -> None:
    assert "line 2: retention.raw_days" in faults(f"[retention]\nraw_days = {days}")[0]
    settings = parse_dataset_settings("[retention]\nhits_days = 400", name="x")
    assert settings.retention.model_dump() == {"raw_days": None, "hits_days": 400, "reports_days": None}
    assert settings.digest() == DatasetSettings().digest()


@pytest.mark.parametrize(
    "data",
    [
        {"labels": 5},
        {"labels": [5, {"id": []}, {"id": "a", "match": {"label": [], "all": {"x": 1}, "funnel_stage": 3}}]},
        {"funnels": [{"id": {}, "stages": [{"name": []}, 7]}], "campaigns": [{"name": 1.5}]},
        {
            "labels": [{"id": "a", "match": {"funnel_stage": {"name": "b", "value": {"any_of": 3}}}}],
            "funnels": [{"id": "b"}],
        },
        {"exclude": {"addresses": 7}, "source": {"format": []}, "dataset": []},
        {"campaigns": [{"cost": {"file": []}}, {"cost": 7}], "exclude": 3},
    ],
)
def test_what_has_the_wrong_type_is_a_fault_like_any_other(data: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        read_stored_settings(data, name="shop")
    assert len(refused.value.faults) >= 1
    assert list(faults_of_stages(tmp_path)(data)) == []


def test_what_the_stages_know_is_told_with_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(
        "[source]\nformat = 'combine'\n[exclude]\naddresses = ['10.0.0.0/8',\n'1.2.3.300']\n[visits]\nmax_requests = -1\n"
        "[[campaigns]]\nname = 'a'\nmatch = { page = '/' }\ncost = { file = 'gone.csv' }\n"
    )
    with pytest.raises(Misconfigured) as refused:
        load_dataset_settings(file, also=faults_of_stages(tmp_path))
    starts = [one.partition(" (found")[0][:48] for one in refused.value.faults]
    assert starts == [
        "line 2: source.format: The format 'combine' is n",
        "line 5: exclude.addresses.1: '1.2.3.300': '1.2.3",
        "line 7: visits.max_requests: Input should be gre",
        "line 11: campaigns.0.cost.file: The file of cost",
    ]
    with pytest.raises(Misconfigured) as refused:
        load_dataset_settings(file, also=faults_of_stages(tmp_path, {"gone.csv"}))
    assert len(refused.value.faults) == 3


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(Misconfigured):
        parse_dataset_settings(f"a = {'[' * 5000}{']' * 5000}", name="deep.toml")
    with pytest.raises(Misconfigured):
        parse_dataset_settings(label("a", f"{'{ all = [' * 300}{{ ai = true }}{'] }' * 300}"), name="deep.toml")
