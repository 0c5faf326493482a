"""The table of keys says what the model, the parser and the digest do; changes are told by it."""

from __future__ import annotations

from typing import Any

import pytest

from parser.import_settings import ImportSettings
from shared.dataset_settings import KEYS, DatasetSettings, changes_between, effect_of, parse_dataset_settings
from shared.dataset_settings.key import Key
from shared.dataset_settings.keys import REQUIRED, default_of, default_text, model_paths

OTHER: dict[str, Any] = {
    "dataset.name": "shop",
    "dataset.timezone": "Europe/Berlin",
    "dataset.currency": "USD",
    "source.location": "/logs",
    "source.user": "pro",
    "source.password_env": "SECRET",
    "source.schedule": "1 2 * * *",
    "source.format": "combined",
    "source.reject_limit": 0.25,
    "source.trusted_proxies": ["10.0.0.1"],
    "source.countries": "/a.mmdb",
    "source.referrers": "/a.tsv",
    "privacy.addresses": "hash",
    "exclude.addresses": ["192.0.2.1"],
    "exclude.pages": [{"equals": "/"}],
    "robots.by_behaviour": "exclude",
    "attribution.model": "first",
    "robots.pause_seconds": 2.5,
    "revenue.parameter": "total",
    "revenue.order_parameter": "order",
    "alerts.to": ["ann@fruit.test"],
    "alerts.webhook": "https://hooks.fruit.test/",
    "alerts.webhook_secret_env": "HOOK_SECRET",
    "alerts.data_by": "06:00",
    "alerts.change_share": 0.5,
    "alerts.reject_share": 0.2,
    "overlay.base": "https://www.fruit.test",
    "overlay.schedule": "1 2 * * 1",
    "overlay.user_agent": "shop copies",
}
"""Another value than the default, where none can be made of it."""
LISTED = ("labels.", "campaigns.", "funnels.")
UNCOUNTED = ("mails.", "targets.")
PLAIN = [key for key in KEYS.values() if not key.path.startswith((*LISTED, *UNCOUNTED))]
TARGETS = [key for key in KEYS.values() if key.path.startswith("targets.")]
LABEL = {"id": "a", "match": {"short": True}}


def changed(key: Key) -> DatasetSettings:
    """All defaults but this key."""
    table, _, name = key.path.partition(".")
    default = default_of(key.path)
    match default:
        case _ if key.path in OTHER:
            value = OTHER[key.path]
        case bool():
            value = not default
        case int():
            value = default + 7
        case tuple():
            value = ["x"]
        case _:
            value = 30
    return DatasetSettings.model_validate({table: {name: value}})


def test_every_key_of_the_model_is_told_and_no_other() -> None:
    assert list(model_paths()) == list(KEYS)


def test_each_is_told_in_full() -> None:
    for key in KEYS.values():
        assert key.unit and key.meaning.endswith((".", ")")), key
        assert "|" not in key.meaning + key.example and "\n" not in key.meaning, key
        assert default_text(key), key


@pytest.mark.parametrize("key", PLAIN, ids=[key.path for key in PLAIN])
def test_the_effect_of_a_key_is_what_happens(key: Key) -> None:
    """The reject limit decides which parsed files count: it is judged when they are read again, and stands nowhere."""
    before, after = DatasetSettings(), changed(key)
    assert before != after
    told = changes_between(before, after)
    assert [(one.path, one.effect) for one in told] == [(key.path, key.effect)]
    judged = key.path == "source.reject_limit"
    reads_again = ImportSettings.of(before) != ImportSettings.of(after)
    assert reads_again == (key.effect == "import" and not judged)
    assert (before.digest() != after.digest()) == (key.effect != "none" and not judged)


def test_mails_change_no_number() -> None:
    before = DatasetSettings()
    after = DatasetSettings.model_validate({"mails": [{"id": "weekly", "to": ["ann@fruit.test"]}]})
    assert {key.effect for key in KEYS.values() if key.path.startswith("mails.")} == {"none"}
    assert [(one.path, one.effect) for one in changes_between(before, after)] == [("mails.weekly", "none")]
    assert before.digest() == after.digest()


def test_labels_campaigns_and_funnels_only_need_an_analysis() -> None:
    groups = [key for key in KEYS.values() if key.path.startswith(LISTED)]
    assert {key.effect for key in groups} == {"analysis"}
    assert DatasetSettings.model_validate({"labels": [LABEL]}).digest() != DatasetSettings().digest()


def test_targets_change_no_number_and_are_told_by_name() -> None:
    assert {key.effect for key in TARGETS} == {"none"}
    before = DatasetSettings()
    after = DatasetSettings.model_validate({"targets": [{"name": "web", "location": "/srv/www"}]})
    assert before.digest() == after.digest()
    told = [(one.path, one.before, one.after, one.effect) for one in changes_between(before, after)]
    assert told == [("targets.web", None, '{ name = "web", location = "/srv/www" }', "none")]


def test_defaults_are_written_as_in_the_file() -> None:
    wanted = {
        "visits.gap_minutes": "30",
        "visits.new_visit_on_external_referrer": "true",
        "dataset.timezone": "UTC",
        "dataset.hosts": "[]",
        "pages.static_extensions": "css js mjs … mid",
        "source.schedule": "–",
        "labels.id": REQUIRED,
        "labels.match.cookie.first_page": "false",
    }
    assert {path: default_text(KEYS[path]) for path in wanted} == wanted


@pytest.mark.parametrize("key", [key for key in KEYS.values() if key.example], ids=lambda key: key.path)
def test_each_example_is_read_and_shows_its_key(key: Key) -> None:
    if key.path.startswith("labels.match."):
        *_, table, name = key.path.split(".")
        assert name in key.example and (table == "match" or table in key.example)
        text = f"[[labels]]\nid = 'a'\nmatch = {key.example}\n"
        text += "[[labels]]\nid = 'paid'\nmatch = { channel = { equals = 'paid' } }\n"
    elif key.path.startswith("funnels."):
        text = f"[[funnels]]\nid = 'a'\nstages = [{{ name = 'x', groups = [{{ name = 'a', pages = {key.example} }}] }},"
        text += " { name = 'y', groups = [{ name = 'b', pages = { equals = '/b' } }] }]\n"
    else:
        name = key.path.split(".")[1]
        other = "" if name == "match" else "match = { page = '/' }\n"
        text = f"[[campaigns]]\nname = 'a'\n{other}{name} = {key.example}\n"
    funnel = (
        "[[funnels]]\nid = 'buy'\nstages = [{ name = 'Product', groups = [{ name = 'a', pages = { equals = '/' } }] },"
    )
    funnel += " { name = 'Cart', groups = [{ name = 'b', pages = { equals = '/b' } }] }]\n"
    assert parse_dataset_settings(text + funnel, name=key.path) != DatasetSettings()


def test_changes_are_told_by_name() -> None:
    before = {"labels": [LABEL, {"id": "b", "match": {"ai": True}}], "visits": {"gap_minutes": 15}}
    after = {
        "labels": [
            {"id": "b", "match": {"ai": True}},
            LABEL | {"inverse": True},
            {"id": "c", "match": {"search": True}},
        ],
        "source": {"schedule": "1 2 * * *"},
    }
    found = changes_between(DatasetSettings.model_validate(before), DatasetSettings.model_validate(after))
    assert [(one.path, one.before, one.after) for one in found] == [
        ("source.schedule", None, '"1 2 * * *"'),
        ("visits.gap_minutes", "15", "30"),
        (
            "labels.a",
            '{ id = "a", match = { short = true } }',
            '{ id = "a", match = { short = true }, inverse = true }',
        ),
        ("labels.c", None, '{ id = "c", match = { search = true } }'),
        ("labels (order)", '["a", "b"]', '["b", "a"]'),
    ]
    assert [effect_of(found), effect_of(found[:1]), effect_of([])] == ["analysis", "none", "none"]
