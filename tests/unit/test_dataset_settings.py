"""The TOML file of a data set: DOMAIN.md section 7."""

import pytest

from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.errors import Misconfigured

EXAMPLE = """
[dataset]
name = "fruit shop"
timezone = "Europe/Berlin"
currency = "EUR"
hosts = ["www.fruit.test", "fruit.test"]
[source]
location = "ftp://jdc.fruit.test/datasets/fruit/ClickTracks_Config.xml"
user = "pro"
password_env = "FRUIT_PASSWORD"
schedule = "15 3 * * *"
format = "auto"
[visits]
gap_minutes = 30
new_visit_on_external_referrer = true
max_requests = 0
short_seconds = 5
[pages]
ignore_parameters = ["sid"]
default_pages = ["index.html"]
[exclude]
addresses = ["10.0.0.0/8", "192.0.2.*"]
pages = [{ starts_with = "/admin" }]
[revenue]
parameter = "ctrev"
order_parameter = "order"
[attribution]
model = "last"
window_days = 30
[[labels]]
id = "paid"
name = "Paid visitors"
color = "#0072B2"
match = { any = [{ campaign = { equals = "spring" } }, { channel = { equals = "paid" } }] }
[[labels]]
id = "no_blog"
name = "Did not see the blog"
match = { saw_page = { starts_with = "/blog/" } }
inverse = true
[[campaigns]]
name = "spring"
match = { parameter = "src=spring" }
cost = { per_click = "0.40" }
[[funnels]]
id = "buy"
name = "Buying"
stages = [
  { name = "Product", groups = [{ name = "Apples", pages = { equals = "/apples" } }] },
  { name = "Thanks", groups = [{ name = "Thanks", pages = { starts_with = "/thanks" } }] },
]
"""


def faults(text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        parse_dataset_settings(text, name="fruit.toml")
    return str(refused.value)


def test_the_example_is_read() -> None:
    settings = parse_dataset_settings(EXAMPLE, name="fruit.toml")
    assert settings.dataset.timezone == "Europe/Berlin"
    assert settings.exclude.pages[0].matches("/admin/users")
    assert str(settings.campaigns[0].cost.per_click) == "0.40"  # type: ignore[union-attr]
    assert settings.labels[1].inverse


def test_nothing_given_is_all_defaults() -> None:
    assert parse_dataset_settings("", name="x") == DatasetSettings()
    assert DatasetSettings().visits.gap_minutes == 30


def test_settings_survive_the_catalog() -> None:
    settings = parse_dataset_settings(EXAMPLE, name="fruit.toml")
    stored = settings.model_dump(mode="json", exclude_none=True)
    assert DatasetSettings.model_validate(stored) == settings
    assert DatasetSettings.model_validate(stored).digest() == settings.digest()


def test_every_fault_is_listed_with_its_line() -> None:
    text = faults("[visits]\ngap_minutes = 0\nfoo = 1\n[dataset]\ntimezone = 'Berlin'\ncurrency = 'euro'\n")
    assert "has 4 fault(s)" in text
    assert "line 2: visits.gap_minutes" in text
    assert "line 3: visits.foo" in text
    assert "line 5: dataset.timezone" in text
    assert "line 6: dataset.currency" in text


def test_a_line_that_is_not_toml_is_named() -> None:
    assert "line 2" in faults("[visits]\ngap_minutes = = 3")


def test_a_matcher_takes_exactly_one_way() -> None:
    assert "exactly one" in faults("[exclude]\npages = [{ equals = '/a', contains = 'b' }]")
    assert "regex does not compile" in faults("[exclude]\npages = [{ regex = '(' }]")


def test_a_label_may_not_be_called_all() -> None:
    assert "reserved" in faults("[[labels]]\nid = 'all'\nmatch = { short = true }")


def test_a_bad_cron_expression_is_named() -> None:
    assert "61 3 * * *" in faults("[source]\nschedule = '61 3 * * *'")


def test_where_the_data_comes_from_changes_no_number() -> None:
    one = parse_dataset_settings("[source]\nlocation = 'a'\nschedule = '1 2 * * *'", name="x")
    assert one.digest() == DatasetSettings().digest()
    other = parse_dataset_settings("[visits]\ngap_minutes = 15", name="x")
    assert other.digest() != DatasetSettings().digest()


def test_privacy_is_off_unless_it_is_asked_for() -> None:
    assert DatasetSettings().privacy.model_dump() == {
        "addresses": "keep",
        "honour_opt_out": False,
        "drop_parameters": (),
    }
    assert "keep" in faults("[privacy]\naddresses = 'encrypt'")
    assert "privacy.honor_opt_out" in faults("[privacy]\nhonor_opt_out = true")


def test_only_addresses_can_be_trusted() -> None:
    settings = parse_dataset_settings("[source]\ntrusted_proxies = ['10.0.0.1', '10.0.0.1/8', '::1']", name="x")
    assert len(settings.source.trusted_proxies) == 3
    assert "'proxy.test'" in faults("[source]\ntrusted_proxies = ['10.0.0.1', 'proxy.test']")


def test_what_is_stored_changes_numbers() -> None:
    texts = (
        "[privacy]\naddresses = 'hash'",
        "[privacy]\nhonour_opt_out = true",
        "[privacy]\ndrop_parameters = ['a']",
        "[source]\ntrusted_proxies = ['10.0.0.1']",
        "[source]\ncountries = 'a.mmdb'",
        "[source]\nreferrers = 'a.tsv'",
        "",
    )
    assert len({parse_dataset_settings(text, name="x").digest() for text in texts}) == len(texts)
