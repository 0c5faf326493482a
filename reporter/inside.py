"""Which addresses of the network are asked: public ones, and, if that is allowed, private ones."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
"""Networks (RFC 6052, 8215, 4291) whose addresses end in an IPv4 address, to which they lead."""


def refusal(text: str, *, allow_private: bool) -> str | None:
    """Why an address is not asked, in words; ``None``: it may be. An address within another one counts, too."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return f"{text} is no address"
    for one in (address, *_within(address)):
        if one.is_multicast or one.is_unspecified or one.is_link_local:
            return f"{text} is no address of a web server"
        if one.is_global:
            continue
        if not allow_private:
            return f"{text} is a private address"
        if one.is_reserved and not one.is_loopback:
            return f"{text} is no address of a web server"
    return None


def _within(address: Address) -> Iterator[Address]:
    if isinstance(address, IPv4Address) or address.is_loopback or address.is_unspecified:
        return
    for one in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if one is not None:
            yield one
    if any(address in network for network in TRANSLATED):
        yield IPv4Address(address.packed[-4:])
