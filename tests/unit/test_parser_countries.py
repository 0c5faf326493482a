"""Countries by address, from the package's data and from a file of the user's."""

import ipaddress
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser.countries import explain_address, open_countries
from shared.errors import Misconfigured

Network = ipaddress.IPv4Network


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("8.8.8.8", "US"),
        ("::ffff:8.8.8.8", "US"),
        ("2001:4860:4860::8888", "US"),
        ("193.0.6.139", "NL"),
        ("10.1.2.3", None),
        ("127.0.0.1", None),
        ("192.168.0.1", None),
        ("100.64.0.1", None),
        ("::1", None),
        ("fe80::1", None),
        ("fd00::1", None),
        ("", None),
        ("nobody", None),
        ("8.8.8.8.8", None),
        ("\ud800", None),
        ("８.8.8.8", None),
    ],
)
def test_an_address_has_a_country_or_none(address: str, country: str | None) -> None:
    countries = open_countries()
    assert countries.countries_of([address]) == [country]
    found = explain_address(address, countries)
    assert found.country == country
    assert found.rule


def test_the_order_is_kept_and_countries_are_iso_codes() -> None:
    addresses = [f"{first}.{second}.1.1" for first in range(1, 224) for second in range(0, 256, 5)]
    countries = open_countries()
    found = countries.countries_of(addresses)
    assert found[::97] == [countries.countries_of([one])[0] for one in addresses[::97]]
    assert all(one is None or (len(one) == 2 and one.isalpha() and one.isupper()) for one in found)
    assert {"US", "DE", "JP", "BR", "ZA", "AU"} <= set(found)
    assert not {"EU", "AP", "ZZ"} & set(found)


@given(st.lists(st.text(max_size=50), max_size=20))
def test_any_text_has_an_answer(addresses: list[str]) -> None:
    assert len(open_countries().countries_of(addresses)) == len(addresses)


@pytest.mark.parametrize(
    ("record", "country"),
    [
        ({"country": {"iso_code": "FR"}}, "FR"),
        ({"country": "fr"}, "FR"),
        ({"country_code": "FR"}, "FR"),
        ({"registered_country": {"iso_code": "FR"}}, "FR"),
        ({"country": {"iso_code": "EU"}}, None),
        ({"country": {"iso_code": "FRANCE"}}, None),
        ({"city": "Lyon"}, None),
    ],
)
def test_a_file_of_the_users_takes_the_place_of_the_package(tmp_path: Path, record: Any, country: str | None) -> None:
    path = tmp_path / "mine.mmdb"
    path.write_bytes(mmdb({Network("8.0.0.0/8"): record, Network("10.0.0.0/8"): record}))
    countries = open_countries(path)
    assert countries.name == "mine.mmdb (Test)"
    addresses = ["8.8.8.8", "9.9.9.9", "10.1.1.1", "2001:4860:4860::8888", "nobody", "::ffff:8.8.8.8"]
    assert countries.countries_of(addresses) == [country, None, None, None, None, country]


@pytest.mark.parametrize("content", [b"", b"no database", b"\xab\xcd\xefMaxMind.com" + b"\xff" * 40])
def test_a_file_that_is_no_database_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mmdb"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"broken\.mmdb cannot be read"):
        open_countries(path)
    with pytest.raises(Misconfigured, match="cannot be read"):
        open_countries(tmp_path / "absent.mmdb")


def mmdb(records: dict[Network, Any]) -> bytes:
    """A database in the format of https://maxmind.github.io/MaxMind-DB/, IPv4, 24-bit records."""
    nodes: list[list[int | None]] = [[None, None]]
    data, places = b"", {}
    for network, record in records.items():
        text = json.dumps(record)
        if text not in places:
            places[text] = len(data)
            data += field(record)
        bits = f"{int(network.network_address):032b}"[: network.prefixlen]
        node = 0
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = len(nodes) - 1
            node = nodes[node][int(bit)] or 0
        nodes[node][int(bits[-1])] = -places[text] - 1
    count = len(nodes)
    pointers = (count if one is None else one if one >= 0 else count + 16 - one - 1 for node in nodes for one in node)
    about = {"node_count": (4, count), "record_size": (2, 24), "ip_version": (2, 4), "database_type": "Test", "languages": [],
             "binary_format_major_version": (2, 2), "binary_format_minor_version": (2, 0), "build_epoch": (8, 1), "description": {}}  # fmt: skip
    return (
        b"".join(one.to_bytes(3, "big") for one in pointers)
        + bytes(16)
        + data
        + b"\xab\xcd\xefMaxMind.com"
        + field(about)
    )


def field(value: Any) -> bytes:
    """One value of the data section: texts, numbers (size in bytes and value), maps and empty lists."""
    match value:
        case str():
            return bytes([2 << 5 | len(value)]) + value.encode()
        case (size, number):
            kind = {2: bytes([5 << 5 | 2]), 4: bytes([6 << 5 | 4]), 8: bytes([8, 9 - 7])}[size]
            return kind + number.to_bytes(size, "big")
        case dict():
            return bytes([7 << 5 | len(value)]) + b"".join(field(one) for pair in value.items() for one in pair)
        case _:
            return bytes([0, 11 - 7])
