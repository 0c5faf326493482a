"""What events and alerts may be, and what is refused before it is anywhere near a header."""

from __future__ import annotations

import pytest

from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.dataset_settings.writing import settings_to_toml
from shared.errors import Misconfigured
from shared.settings import load_settings

GOOD = '[[mails]]\nid = "a"\nto = ["ann@fruit.test"]\n'


def faults(text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        parse_dataset_settings(text, name="shop.toml")
    return "\n".join(refused.value.faults)


@pytest.mark.parametrize(
    "address",
    [
        "ann", "@fruit.test", "ann@", "ann@fruit.test\\nBcc: eve@evil.test", "ann@fruit.test\\r\\n", "Ann <ann@fruit.test>",
        "ann@fruit.test, bob@fruit.test", "ann bob@fruit.test", "ann@fru..it.test", "änn@fruit.test", "ann@früit.test", "<ann@fruit.test>",
        "ann@fruit.test>", "\\u0000ann@fruit.test", "ann@-fruit.test", f"{'a' * 65}@fruit.test", f"ann@{'a' * 250}.test",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    assert "is not an e-mail address" in faults(f'[[mails]]\nid = "a"\nto = ["{address}"]\n')
    assert "is not an e-mail address" in faults(f'[alerts]\nto = ["{address}"]\n')


@pytest.mark.parametrize("subject", ["a\\nBcc: eve@evil.test", "a\\rb", "\\u0000", "a\\u2028b", "\\u0085"])
def test_a_subject_is_one_line(subject: str) -> None:
    assert "mails.0.subject: should be one line" in faults(f'{GOOD}subject = "{subject}"\n')


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('reports = ["page"]', "mails.0.reports: 'page' is not a report"),
        ("reports = []", "mails.0.reports"),
        ('labels = ["nobody"]', "mails.0.labels.0: there is no label 'nobody'"),
        ('period = "year"', "mails.0.period"),
        ('time = "24:00"', "mails.0.time"),
        ('compare = "years"', "mails.0.compare: Input should be 'none', 'previous' or 'year'"),
        ("compare = 1", "mails.0.compare"),
        ("day_of_month = 29", "mails.0.day_of_month"),
        ("rows = 0", "mails.0.rows"),
        ("wait_hours = 241", "mails.0.wait_hours"),
        ('attach = ["docx"]', "mails.0.attach"),
        ('colour = "red"', "mails.0.colour: is no setting"),
    ],
)
def test_every_fault_names_its_key(line: str, said: str) -> None:
    assert said in faults(f"{GOOD}{line}\n")


def test_events_have_different_names_and_each_recipient_is_named_once() -> None:
    assert "mails.1.id: a is given twice" in faults(GOOD + GOOD)
    settings = parse_dataset_settings(
        '[[mails]]\nid = "a"\nto = ["Ann@fruit.test", "bob@fruit.test", "ann@fruit.test"]\n', name="x"
    )
    assert settings.mails[0].to == ("Ann@fruit.test", "bob@fruit.test")


@pytest.mark.parametrize(
    ("written", "read"),
    [("", "previous"), ('compare = "year"', "year"), ('compare = "none"', "none"), ('compare = "previous"', "previous"),
     ("compare = true", "previous"), ("compare = false", "none")],
)  # fmt: skip
def test_an_event_compares_with_what_it_says_and_once_said(written: str, read: str) -> None:
    settings = parse_dataset_settings(f"{GOOD}{written}\n", name="shop.toml")
    assert settings.mails[0].compare == read
    again = parse_dataset_settings(settings_to_toml(settings), name="shop.toml")
    assert again == settings
    assert DatasetSettings.model_validate(settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize(
    "url",
    ["hooks.fruit.test", "ftp://fruit.test/", "https://user:pw@fruit.test/", "https:///x", "https://fruit.test/a b"],
)
def test_a_webhook_is_an_address_of_the_web(url: str) -> None:
    assert "alerts.webhook" in faults(f'[alerts]\nwebhook = "{url}"\n')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_SENDER", "Reports <reports@fruit.test>"),
        ("MAIL_SENDER", "reports@fruit.test\nBcc: eve@evil.test"),
        ("MAIL_SENDER_NAME", "Re\nports"),
        ("ALERT_TO", "ann@fruit.test; bob@fruit.test"),
        ("SITE_URL", "reports.fruit.test"),
        ("CONSOLE_URL", "javascript:alert(1)"),
        ("SMTP_TLS", "maybe"),
        ("SMTP_PORT", "0"),
    ],
)
def test_process_settings_are_checked_as_well(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_settings({f"PROPROCESSOR_{name}": value})
    assert [one.partition(":")[0] for one in refused.value.faults] == [f"PROPROCESSOR_{name}"]


def test_the_port_follows_the_way_of_tls() -> None:
    ports = [load_settings({"PROPROCESSOR_SMTP_TLS": way}).smtp_port_used for way in ("starttls", "tls", "none")]
    assert ports == [587, 465, 25]
    assert load_settings({"PROPROCESSOR_ALERT_TO": "a@b.test , c@d.test"}).alert_addresses == ("a@b.test", "c@d.test")
