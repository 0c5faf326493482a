"""When something is wrong, when nothing is, and when nobody can say."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.alerts.conditions import CONDITIONS, Right, Wrong, change, dead_letters, disk, no_data, rejects
from reporter.alerts.facts import expected_day
from reporter.alerts.webhook import name_of, signature
from reporter.inside import refusal

DAY = date(2026, 3, 2)
USUAL = (431, 440, 402, 466, 425, 433, 428, 435)


@pytest.mark.parametrize(
    ("visits", "before", "limit", "share", "kind"),
    [
        (112, USUAL, 5, 0.3, Wrong),
        (900, USUAL, 5, 0.3, Wrong),
        (431, USUAL, 5, 0.3, Right),
        (340, USUAL, 5, 0.3, Right),  # further than usual, but not by 30 %
        (340, USUAL, 4, 0.1, Wrong),
        (0, (3, 2, 4, 3, 2, 3), 5, 0.3, Right),  # nothing out of three is chance
        (0, (60, 2, 4, 3, 2, 3), 5, 0.3, Right),
        (0, (40, 41, 38, 42), 5, 0.3, Wrong),
        (40, (0, 0, 0, 0), 5, 0.3, Wrong),
        (5, (0, 0, 0, 0), 5, 0.3, Right),
        (112, (431, 440, 4000, 466, 425, 433, 0, 435), 5, 0.3, Wrong),  # two odd weeks move nothing
        (112, USUAL[:3], 5, 0.3, None),
        (112, USUAL, 0, 0.3, None),
    ],
)
def test_a_sudden_change(visits: int, before: tuple[int, ...], limit: float, share: float, kind: type | None) -> None:
    found = change(DAY, visits, before, limit, share)
    assert isinstance(found, kind) if kind else found is None


def test_a_change_in_words() -> None:
    fell, rose = change(DAY, 112, USUAL, 5, 0.3), change(DAY, 1, (60,) * 5, 5, 0.3)
    assert fell == Wrong(
        "Visits fell: 112 visits on Monday, 2 March 2026; on the last 8 Mondays the median was 432 (402 to 466)."
    )
    assert rose == Wrong(
        "Visits fell: 1 visit on Monday, 2 March 2026; on the last 5 Mondays the median was 60 (60 to 60)."
    )
    assert isinstance(change(DAY, 900, USUAL, 5, 0.3), Wrong) and "rose" in str(change(DAY, 900, USUAL, 5, 0.3))


COUNTS = st.lists(st.integers(0, 10_000), min_size=4, max_size=8)


@given(COUNTS, st.integers(0, 10_000))
def test_the_median_itself_is_never_wrong_and_order_does_not_matter(before: list[int], visits: int) -> None:
    assert isinstance(change(DAY, round(median(before)), before, 5, 0.3), Right)
    assert type(change(DAY, visits, before, 5, 0.3)) is type(change(DAY, visits, sorted(before), 5, 0.3))


@given(COUNTS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_further_away_is_no_less_wrong(before: list[int], one: int, other: int) -> None:
    middle = median(before)
    if (one - middle) * (other - middle) >= 0:
        near, far = sorted((one, other), key=lambda value: abs(value - middle))
        if isinstance(change(DAY, near, before, 5, 0.3), Wrong):
            assert isinstance(change(DAY, far, before, 5, 0.3), Wrong)


def test_no_data() -> None:
    found = no_data(date(2026, 3, 1), "06:00", ["web2 (nothing yet)"], 2)
    assert found == Wrong(
        "Sunday, 1 March 2026 should have been delivered by 06:00 of the day after. 1 of 2 servers has not: web2 (nothing yet)."
    )
    for late, said in (
        ("the only one (to 1 March 2026, 10:05)", "has not (to 1 March 2026, 10:05)."),
        ("web (nothing yet)", "has not: web (nothing yet)."),
    ):
        found = no_data(date(2026, 3, 1), "06:00", [late], 1)
        assert str(found).endswith(f"The only server {said}')"), found
    assert "2 of 3 servers have not: a (x); b (y)." in str(no_data(DAY, "06:00", ["a (x)", "b (y)"], 3))
    assert isinstance(no_data(DAY, "06:00", [], 2), Right)
    assert isinstance(no_data(DAY, "06:00", [], 0), Wrong)


def test_rejects() -> None:
    assert rejects(1000, 101, 0.1) == Wrong(
        "101 of 1,000 lines of the last 24 hours' files could not be read (10.1 %)."
    )
    assert isinstance(rejects(1000, 100, 0.1), Right)
    assert rejects(99, 99, 0.1) is None


def test_dead_letters() -> None:
    assert isinstance(dead_letters(0, ""), Right)
    assert dead_letters(1, "a.log: x (y)") == Wrong(
        "1 dead letter waits for a person (`proprocessor failures list`). It says: a.log: x (y)"
    )
    assert "2 dead letters wait for a person (`proprocessor failures list`). The newest: a" in str(dead_letters(2, "a"))


def test_a_disk_that_was_told_of_must_have_somewhat_more() -> None:
    assert isinstance(disk("d", 99, 1000, 0.1, is_open=False), Wrong)
    assert isinstance(disk("d", 105, 1000, 0.1, is_open=False), Right)
    assert isinstance(disk("d", 105, 1000, 0.1, is_open=True), Wrong)
    assert isinstance(disk("d", 111, 1000, 0.1, is_open=True), Right)
    assert disk("d", 1, 1000, 0, is_open=False) is None and disk("d", 0, 0, 0.1, is_open=False) is None
    assert disk("the data folder", 2**30, 2**34, 0.1, is_open=False) == Wrong(
        "1.0 GiB of 16.0 GiB are free on the disk of the data folder (6.2 %)."
    )


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-03-02T04:59", "2026-02-28"),
        ("2026-03-02T05:00", "2026-03-01"),
        ("2026-03-02T22:59", "2026-03-01"),
        ("2026-03-02T23:00", "2026-03-01"),
        ("2026-03-29T03:59", "2026-03-27"),
        ("2026-03-29T04:00", "2026-03-28"),
    ],
)
def test_the_day_that_is_expected(now: str, day: str) -> None:
    """By 6 o'clock in Berlin, also on the day the clocks change."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert expected_day(at, "06:00", ZoneInfo("Europe/Berlin")) == date.fromisoformat(day)


def test_every_condition_has_a_title() -> None:
    assert set(CONDITIONS) == {"no_data", "change", "rejects", "dead_letters", "disk"}


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
     "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "ff02::1", "::", "192.0.2.1", "64:ff9b::a00:1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert refusal(address, allow_private=False)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111"])
def test_addresses_that_are(address: str) -> None:
    assert refusal(address, allow_private=False) is None


def test_the_signature_is_what_the_documentation_says() -> None:
    secret, body, timestamp = b"s3cret", b'{"a": 1}', "1772431231"
    expected = "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signature(secret, int(timestamp), body) == expected
    assert signature(secret, int(timestamp) + 1, body) != expected != signature(secret, int(timestamp), body + b" ")


def test_the_name_of_a_webhook_hides_its_path() -> None:
    name = name_of("https://hooks.fruit.test/services/s3cret")
    assert name.startswith("hooks.fruit.test (") and "s3cret" not in name
    assert name != name_of("https://hooks.fruit.test/services/other")
