"""Made-up countries of the sample's made-up addresses, as a database that a user could have, too (MMDB).

No range of documentation (RFC 5737, RFC 3849) is anywhere; nobody's data is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

NETWORKS = {
    "192.0.2.0/25": "DE",
    "192.0.2.128/26": "AT",
    "192.0.2.192/26": "CH",
    "203.0.113.0/26": "FR",
    "203.0.113.64/26": "GB",
    "203.0.113.128/27": "US",
    "203.0.113.160/27": "JP",
    "203.0.113.192/27": "BR",
    "2001:db8::/33": "DE",
    "2001:db8:8000::/35": "NL",
    "2001:db8:a000::/35": "PL",
    "2001:db8:c000::/35": "US",
}
"""Of what is left nothing is known, as of some addresses in any table."""
NAME = "countries.mmdb"
STRING, UINT16, UINT32, MAP, ARRAY, UINT64 = 2, 5, 6, 7, 11, 9
"""Types of a data section (MaxMind DB File Format Specification 2.0); those beyond 7 stand in a byte of their own."""
SIZES = {UINT16: 2, UINT32: 4, UINT64: 8}
IPV4_BITS = 96
"""So far below the root, behind noughts alone, the addresses of IPv4 begin."""
APART = 16


def write_countries(folder: Path) -> Path:
    """Write the database into a folder; gives its absolute path."""
    path = folder.resolve() / NAME
    path.write_bytes(mmdb(NETWORKS))
    return path


def mmdb(networks: Mapping[str, str]) -> bytes:
    """A database of networks that do not overlap."""
    tree: list[list[int | str | None]] = [[None, None]]
    for text, country in networks.items():
        _put(tree, _bits(text), country)
    data, places = b"", {}
    for country in dict.fromkeys(networks.values()):
        places[country] = len(data)
        data += _map({"country": _map({"iso_code": _string(country)})})

    def record(value: int | str | None) -> bytes:
        if isinstance(value, str):
            value = len(tree) + APART + places[value]
        return (len(tree) if value is None else value).to_bytes(3, "big")

    nodes = b"".join(record(left) + record(right) for left, right in tree)
    told = _map(
        {
            "node_count": _number(UINT32, len(tree)),
            "record_size": _number(UINT16, 24),
            "ip_version": _number(UINT16, 6),
            "database_type": _string("made up for the sample"),
            "languages": _head(ARRAY, 0),
            "binary_format_major_version": _number(UINT16, 2),
            "binary_format_minor_version": _number(UINT16, 0),
            "build_epoch": _number(UINT64, 1),
            "description": _map({}),
        }
    )
    return nodes + bytes(APART) + data + b"\xab\xcd\xefMaxMind.com" + told


def _bits(text: str) -> str:
    """The way to a network, from the root."""
    network = ip_network(text)
    way = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
    return "0" * IPV4_BITS + way if network.version == 4 else way


def _put(tree: list[list[int | str | None]], way: str, country: str) -> None:
    at = 0
    for bit in map(int, way[:-1]):
        following = tree[at][bit]
        if not isinstance(following, int):
            following = tree[at][bit] = len(tree)
            tree.append([None, None])
        at = following
    tree[at][int(way[-1])] = country


def _head(kind: int, size: int) -> bytes:
    return bytes([kind << 5 | size]) if kind <= MAP else bytes([size, kind - MAP])


def _string(text: str) -> bytes:
    return _head(STRING, len(text)) + text.encode("ascii")


def _number(kind: int, value: int) -> bytes:
    return _head(kind, SIZES[kind]) + value.to_bytes(SIZES[kind], "big")


def _map(values: Mapping[str, bytes]) -> bytes:
    return _head(MAP, len(values)) + b"".join(_string(key) + value for key, value in values.items())
