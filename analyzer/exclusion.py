"""Addresses that are not counted (DOMAIN.md section 7, ``[exclude] addresses``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from shared.errors import Misconfigured

Address = IPv4Address | IPv6Address
Test = Callable[[Address], bool]
OCTET = re.compile(r"(\d{1,3})(?:-(\d{1,3}))?|\*")


def address_rule(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A function that says whether an address fits any pattern; what is no address fits none.

    Patterns: a single address, CIDR, ``192.0.2.1-192.0.2.9``, or up to four octets each a number, a range ``214-219``
    or ``*`` (those left out are any). :class:`Misconfigured` names every pattern that is none of these.
    """
    tests, faults = [], []
    for pattern in patterns:
        try:
            tests.append(_test(pattern.strip()))
        except ValueError as error:
            faults.append(f"exclude.addresses: {pattern!r}: {error}")
    if faults:
        raise Misconfigured("The settings exclude what is no address:", faults=faults)

    def excluded(text: str) -> bool:
        address = _read(text)
        return address is not None and any(test(address) for test in tests)

    return excluded


def _read(text: str) -> Address | None:
    """An address; IPv4 within IPv6 is what it stands for."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _test(pattern: str) -> Test:
    low, dash, high = pattern.partition("-")
    first, last = _read(low), _read(high)
    if dash and first is not None and last is not None:
        return _between(first, last)
    if "*" in pattern or dash:
        return _octets(pattern)
    network = ip_network(pattern, strict=False)
    return lambda address: address in network


def _between(first: Address, last: Address) -> Test:
    if first.version != last.version or int(first) > int(last):
        raise ValueError("the first address must not be after the last")
    return lambda address: address.version == first.version and int(first) <= int(address) <= int(last)


def _octets(pattern: str) -> Test:
    bounds = []
    for part in pattern.split("."):
        match = OCTET.fullmatch(part)
        if match is None:
            raise ValueError("an octet is a number, a range such as 214-219, or *")
        low = int(match[1]) if match[1] else 0
        bounds.append((low, int(match[2]) if match[2] else low if match[1] else 255))
    if len(bounds) > 4:
        raise ValueError("an address has four octets")

    def inside(address: Address) -> bool:
        octets = zip(address.packed, bounds, strict=False)
        return address.version == 4 and all(low <= one <= high for one, (low, high) in octets)

    return inside
