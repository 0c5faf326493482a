"""Whose address a hit is from where proxies stand before the server: X-Forwarded-For, read from its end."""

from datetime import datetime
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser.proxies import resolver
from parser.records import Hit
from shared.errors import Misconfigured

TRUSTED = ("10.0.0.0/8", "2001:db8:ffff::/48", "::ffff:172.16.0.0/108")


def visitor(address: str, forwarded: str | None, trusted: tuple[str, ...] = TRUSTED) -> str:
    resolve = resolver(trusted)
    assert resolve is not None
    hit = Hit(datetime(2026, 3, 1), address, "GET", "/", 200, agent="Firefox", forwarded=forwarded)
    found = resolve(hit)
    assert (found.agent, found.forwarded, found.path) == ("Firefox", forwarded, "/")
    return found.address


@pytest.mark.parametrize(
    ("address", "forwarded", "found"),
    [
        # One proxy, several, and all that are named
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7,10.0.0.2 ,\t10.0.0.3", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
        # What the visitor put there stands at the left
        ("10.0.0.1", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.5, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "<script>, ' OR 1=1, 192.0.2.7", "192.0.2.7"),
        # Nobody trusted says it
        ("203.0.113.5", "192.0.2.7", "203.0.113.5"),
        ("proxy.fruit.test", "192.0.2.7", "proxy.fruit.test"),
        # Nothing said
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", " , ,", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, ,", "192.0.2.7"),
        # IPv6, ports, quotes
        ("2001:db8:ffff::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("172.16.0.1", "192.0.2.7, ::ffff:172.16.0.2", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7:5678", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.2:443", "192.0.2.7"),
        ("10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("10.0.0.1", '"[2001:db8::7]", "10.0.0.2"', "2001:db8::7"),
        ("10.0.0.1", '"192.0.2.7, 10.0.0.2"', "192.0.2.7"),
        # What is no address ends it: behind it stands the last that is known
        ("10.0.0.1", "192.0.2.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, _hidden, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "192.0.2.7, 10.0.0.300", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7 10.0.0.2", "10.0.0.1"),
        ("10.0.0.1", "for=192.0.2.7", "10.0.0.1"),
        ("10.0.0.1", "\x00\ud800, 10.0.0.2", "10.0.0.2"),
    ],
)
def test_the_visitor_is_the_last_whom_no_trusted_proxy_is(address: str, forwarded: str | None, found: str) -> None:
    assert visitor(address, forwarded) == found


def test_who_trusts_nobody_reads_nothing() -> None:
    assert resolver(()) is None


def test_one_address_may_be_trusted() -> None:
    assert visitor("10.0.0.1", "192.0.2.7", ("10.0.0.1",)) == "192.0.2.7"
    assert visitor("10.0.0.2", "192.0.2.7", ("10.0.0.1",)) == "10.0.0.2"


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(Misconfigured) as refused:
        resolver(("10.0.0.0/8", "10.0.0.0/33", "proxy.fruit.test"))
    assert "'10.0.0.0/33'" in str(refused.value)
    assert "'proxy.fruit.test'" in str(refused.value)
    assert "10.0.0.0/8" not in str(refused.value)


ADDRESSES = st.one_of(
    st.ip_addresses(v=4, network="10.0.0.0/8"),
    st.ip_addresses(v=4),
    st.ip_addresses(v=6, network="2001:db8:ffff::/48"),
    st.ip_addresses(v=6),
).map(str)
GARBAGE = st.text(alphabet=st.characters(exclude_characters=","), max_size=20)


def is_proxy(address: str) -> bool:
    networks = [ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "2001:db8:ffff::/48")]
    found = ip_address(address)
    return any((getattr(found, "ipv4_mapped", None) or found) in one for one in networks)


@given(ADDRESSES, st.lists(ADDRESSES, max_size=6))
def test_read_from_the_end_as_long_as_proxies_are_trusted(address: str, forwarded: list[str]) -> None:
    heard = [*forwarded, address]
    expected = next((one for one in reversed(heard) if not is_proxy(one)), heard[0])
    assert visitor(address, ", ".join(forwarded)) == expected


@given(st.lists(GARBAGE | ADDRESSES, max_size=5), st.ip_addresses(v=4, network="198.18.0.0/15"), st.booleans())
def test_nothing_that_a_visitor_sends_changes_who_it_is(sent: list[str], visitor_is: object, two: bool) -> None:
    added = [str(visitor_is), "10.0.0.2"] if two else [str(visitor_is)]
    assert visitor("10.0.0.1", ",".join([*sent, *added])) == str(visitor_is)


@given(GARBAGE, st.text(max_size=80))
def test_any_text_gives_an_address_or_the_proxy(address: str, forwarded: str) -> None:
    assert visitor(address, forwarded) == address or is_proxy(address)
    found = visitor("10.0.0.1", forwarded)
    assert ip_address(found)
