"""Whose address a hit is from, where proxies stand before the web server.

``X-Forwarded-For`` is a list, each proxy adding at its end whom it heard from; what stands before the first trusted one
may be invented. So it is read from its end, as long as the one before was a proxy that is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from parser.records import Hit, bare_address
from shared.errors import Misconfigured

REMEMBERED = 50_000
Resolve = Callable[[Hit], Hit]
Network = IPv4Network | IPv6Network
MAPPED = IPv6Network("::ffff:0:0/96")


def resolver(trusted: Iterable[str]) -> Resolve | None:
    """A function that gives a hit its visitor's address; ``None`` where no proxy is trusted.

    ``trusted`` are addresses and CIDR blocks; :class:`Misconfigured` names each that is neither.
    """
    networks, faults = [], []
    for text in trusted:
        try:
            networks.append(_network(text))
        except ValueError:
            faults.append(f"source.trusted_proxies: {text!r} is no address or CIDR block")
    if faults:
        raise Misconfigured("The settings trust what is no address:", faults=faults)
    if not networks:
        return None

    @lru_cache(REMEMBERED)
    def is_trusted(text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in networks)

    def resolve(hit: Hit) -> Hit:
        if hit.forwarded is None or not is_trusted(hit.address):
            return hit
        address = hit.address
        for text in reversed(hit.forwarded.split(",")):
            named = bare_address(text.strip(' \t"'))
            if not named:
                continue  # an empty place in a list says nothing
            if _address(named) is None:
                break
            address = named
            if not is_trusted(named):
                break
        return replace(hit, address=address)

    return resolve


def _network(text: str) -> Network:
    """A block of addresses; one of IPv4 inside IPv6 is what it stands for."""
    found = ip_network(text, strict=False)
    if isinstance(found, IPv6Network) and found.subnet_of(MAPPED):
        return IPv4Network((int(found.network_address) & 0xFFFF_FFFF, found.prefixlen - MAPPED.prefixlen))
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
