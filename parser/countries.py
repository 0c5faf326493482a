"""Address to country, offline: iptocc (what the five registries delegated; MIT), or the user's own MMDB file.

Countries are ISO 3166-1 alpha-2. A registry knows where a range is assigned, not where it is used: for most addresses
that is the same country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

import iptocc
import maxminddb
from maxminddb.errors import InvalidDatabaseError

from shared.errors import Misconfigured

NO_COUNTRIES = frozenset(("EU", "AP", "XX", "ZZ"))
"""What registries write for more than one country, or none."""
MAPPED = "::ffff:"
PRIVATE = re.compile(
    r"(?:0|10|127)\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\."
    r"|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:",
    re.IGNORECASE,
)
"""Addresses of networks at home, whatever a file says: :mod:`ipaddress` knows more, at ten times the price."""
PATHS: tuple[tuple[str, ...], ...] = (
    ("country", "iso_code"),
    ("country_code",),
    ("country",),
    ("registered_country", "iso_code"),
)
"""Where MMDB files keep the country; the first that is there decides."""


@dataclass(frozen=True, slots=True)
class Country:
    """One address explained: its country, and what said so."""

    country: str | None
    rule: str


class Countries(Protocol):
    """A database of countries by address."""

    name: str

    def countries_of(self, addresses: Sequence[str]) -> list[str | None]:
        """The country of each address, in the same order; ``None`` where private, unknown or no address."""
        ...


class Delegations:
    """What the package iptocc holds: ranges as the registries delegated them."""

    def __init__(self) -> None:
        self.name = f"iptocc {version('iptocc')}"

    def countries_of(self, addresses: Sequence[str]) -> list[str | None]:
        """Some millions a second."""
        found = iptocc.country_code([_plain(one) for one in addresses])
        return [None if one in NO_COUNTRIES else one for one in found]


class Mmdb:
    """A file in MaxMind's format, of whatever origin."""

    def __init__(self, path: Path) -> None:
        try:
            self._reader = maxminddb.open_database(path)
        except (OSError, InvalidDatabaseError, ValueError) as error:
            raise Misconfigured(
                f"The country database {path} cannot be read: {error}.", remedy="Name a file in MMDB format, or none."
            ) from error
        self.name = f"{path.name} ({self._reader.metadata().database_type})"

    def countries_of(self, addresses: Sequence[str]) -> list[str | None]:
        """Some hundred thousands a second."""
        return [self._country_of(_plain(one)) for one in addresses]

    def _country_of(self, text: str) -> str | None:
        if PRIVATE.match(text):
            return None
        try:
            return _country_in(self._reader.get(text))
        except (ValueError, InvalidDatabaseError):  # no address; IPv6 in a file of IPv4; damage
            return None


def open_countries(path: Path | None = None) -> Countries:
    """The user's MMDB file, else the package's own data; :class:`Misconfigured` where the file cannot be read."""
    return Delegations() if path is None else Mmdb(path)


def explain_address(address: str, countries: Countries) -> Country:
    """The country of one address and why."""
    plain = _plain(address.strip())
    (found,) = countries.countries_of([plain])
    if found is not None:
        return Country(found, countries.name)
    try:
        known = ip_address(plain)
    except ValueError:
        return Country(None, "not an address")
    return Country(None, f"{countries.name}: no country" if known.is_global else "private, loopback or reserved")


def _plain(address: str) -> str:
    """Without what would hide an address from a database: IPv4 inside IPv6, half a surrogate pair."""
    if address.isascii():
        return address[len(MAPPED) :] if address[: len(MAPPED)].lower() == MAPPED else address
    return ""


def _country_in(record: Any) -> str | None:
    for path in PATHS:
        value = record
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha():
            code = value.upper()
            return None if code in NO_COUNTRIES else code
    return None
