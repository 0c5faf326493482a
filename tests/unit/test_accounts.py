"""What makes a name, a password and a waiting time, and who may read what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts import Account, check_name
from shared.attempts import (
    ADDRESS_EVERY,
    FREE_FAILURES,
    LONGEST_WAIT,
    left_of_address,
    left_to_wait,
    network_of,
    wait_after,
)
from shared.errors import Rejected
from shared.passwords import check_password

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("text, name", [("Anna", "anna"), (" a.b@shop.test ", "a.b@shop.test"), ("x" * 64, "x" * 64)])
def test_a_name_is_small_letters(text: str, name: str) -> None:
    assert check_name(text) == name


@pytest.mark.parametrize("text", ["", "-a", "a b", "a/b", "../a", "ü", "a\nb", "x" * 65, "a:b", ".a"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        check_name(text)
    assert caught.value.reason == "bad_name"


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "Anna@shop.test", "x" * 1001, "abababababababab"]
)
def test_weak_passwords_are_refused_and_never_repeated(password: str) -> None:
    with pytest.raises(Rejected) as caught:
        check_password("anna@shop.test", password)
    assert caught.value.reason == "weak_password"
    assert not password or password not in str(caught.value)


def test_a_good_password_is_taken() -> None:
    for password in ("correct horse", "pässwörd 123", "日本語のパスワードです"):
        assert check_password("anna", password) == password


def test_the_first_failures_are_free_then_each_costs_twice_as_much_up_to_a_limit() -> None:
    waits = [wait_after(number).total_seconds() for number in range(FREE_FAILURES - 1, FREE_FAILURES + 5)]
    assert waits == [0, 2, 4, 8, 16, 32]
    assert wait_after(10_000) == LONGEST_WAIT


@given(st.integers(0, 100), st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_nobody_waits_longer_than_the_failures_are_worth(failures: int, ago_s: int, later_s: int) -> None:
    last_at = NOW - timedelta(seconds=ago_s)
    left = left_to_wait(failures, last_at, NOW)
    assert timedelta(0) <= left <= wait_after(failures)
    assert left_to_wait(failures, last_at, NOW + timedelta(seconds=later_s)) <= left
    if ago_s >= 0:
        assert left_to_wait(failures, last_at, NOW + left) == timedelta(0)


def test_who_may_read_what() -> None:
    def account(role: str, *datasets: str, disabled: bool = False) -> Account:
        return Account("a", role, datasets, NOW, NOW if disabled else None)  # type: ignore[arg-type]

    assert account("administrator").may_read("shop")
    assert account("viewer", "shop").may_read("shop") and account("editor", "shop").may_read("shop")
    assert not account("viewer", "other").may_read("shop") and not account("editor").may_read("shop")
    assert not account("administrator", disabled=True).may_read("shop")


@pytest.mark.parametrize(
    "address, network",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


@given(st.integers(0, 200), st.integers(0, 100_000), st.integers(0, 100_000))
def test_an_address_regains_a_failure_each_minute(failures: int, first_s: int, then_s: int) -> None:
    """In one step, or in two."""
    between, end = NOW + timedelta(seconds=first_s), NOW + timedelta(seconds=first_s + then_s)
    left, since = left_of_address(failures, NOW, end)
    assert 0 <= left <= failures
    assert left_of_address(*left_of_address(failures, NOW, between), end)[0] == left
    assert left == max(0, failures - int((first_s + then_s) // ADDRESS_EVERY.total_seconds()))
    assert since <= end
