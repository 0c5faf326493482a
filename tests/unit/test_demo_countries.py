"""The countries of the sample: made up, and read as any user's own database."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path

from console.demo.countries import NETWORKS, write_countries
from parser.countries import explain_address, open_countries

DOCUMENTATION = [ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def test_every_address_of_a_network_has_its_country_and_no_other_has_one(tmp_path: Path) -> None:
    countries = open_countries(write_countries(tmp_path))
    assert countries.name == "countries.mmdb (made up for the sample)"
    for text, country in NETWORKS.items():
        network = ip_network(text)
        assert any(network.version == one.version and network.subnet_of(one) for one in DOCUMENTATION), text  # type: ignore[arg-type]
        inside = [network[0], network[network.num_addresses // 3], network[-1]]
        assert countries.countries_of([str(one) for one in inside]) == [country] * 3, text
    every = [str(ip_address("203.0.113.0") + at) for at in range(256)]
    assert countries.countries_of(every).count(None) == 32, "of some nothing is known"
    assert countries.countries_of(["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "::1", "x"]) == [None] * 5
    assert explain_address("192.0.2.130", countries).country == "AT"


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    assert write_countries(tmp_path).read_bytes() == write_countries(tmp_path / "again").read_bytes()
