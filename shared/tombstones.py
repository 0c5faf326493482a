"""Who was forgotten (``proprocessor forget``): keyed digests, by which every later parse knows what it must not keep.

A tombstone does not tell whose it is. Whether an address or a cookie is one that was forgotten can be told only with
the key of the installation, and only of what is tried.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Literal

import sqlalchemy as sa

from shared.catalog.schema import tombstones
from shared.errors import Misconfigured
from shared.secrets import digest_key
from shared.settings import Settings

FORGOTTEN = "(forgotten)"
"""Stands for the address of a hit, and the text of a reject, of who was forgotten: no address is written like this."""
PURPOSE = "tombstones"
STAMP_CHARACTERS = 8
ADDRESS_LIKE = re.compile(r"(?<!\d)(?<!\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+")
WORD = re.compile(r"[^\s\"';=,&?]+")
Kind = Literal["address", "visitor"]


@dataclass(frozen=True)
class Tombstone:
    """One thing that was forgotten: an address, or the value of one cookie."""

    kind: Kind
    cookie: str
    digest: str


@dataclass(frozen=True)
class Forgotten:
    """All that a data set has forgotten. ``codes`` are hashed addresses that are meant too."""

    key: bytes = field(repr=False)
    stones: frozenset[Tombstone]
    gap: timedelta = timedelta(minutes=30)
    codes: frozenset[str] = frozenset()

    @property
    def stamp(self) -> str:
        """Names this set of tombstones."""
        return stamp_of(self.stones)

    @property
    def cookies(self) -> frozenset[str]:
        """The names of the cookies that tell who is meant."""
        return frozenset(one.cookie for one in self.stones if one.kind == "visitor")

    def has_address(self, text: str) -> bool:
        """Whether an address, as logged or as a code, was forgotten."""
        return text in self.codes or address_stone(self.key, text) in self.stones

    def has_cookie(self, header: str) -> bool:
        """Whether a ``Cookie`` header names a visitor who was forgotten."""
        pairs = cookie_pairs(header)
        return any(cookie_stone(self.key, name, pairs[name]) in self.stones for name in self.cookies if pairs.get(name))

    def names_visitor(self, header: str) -> bool:
        """Whether a ``Cookie`` header carries one of these cookies, with whatever value."""
        pairs = cookie_pairs(header)
        return any(pairs.get(name) for name in self.cookies)

    def has_text(self, text: str) -> bool:
        """Whether a line that could not be read holds an address or a cookie's value that was forgotten."""
        if any(self.has_address(found) for found in set(ADDRESS_LIKE.findall(text))):
            return True
        words = set(WORD.findall(text)) if self.cookies else ()
        return any(cookie_stone(self.key, name, word) in self.stones for name in self.cookies for word in words)


def key_of(settings: Settings) -> bytes:
    """The installation's key for tombstones."""
    return digest_key(settings, PURPOSE)


def made_with(key: bytes) -> str:
    """Tells one key from another, and nothing else of it."""
    return hmac.digest(key, b"which key", "sha256").hex()[:STAMP_CHARACTERS]


def address_stone(key: bytes, address: str) -> Tombstone:
    """The tombstone of an address, however it is written."""
    return Tombstone("address", "", _digest(key, "address", plain_address(address)))


def cookie_stone(key: bytes, name: str, value: str) -> Tombstone:
    """The tombstone of the visitor whose cookie of this name has this value."""
    return Tombstone("visitor", name, _digest(key, "visitor", name, value))


def stamp_of(stones: Iterable[Tombstone]) -> str:
    """Names a set of tombstones; empty for none."""
    listed = sorted((one.kind, one.cookie, one.digest) for one in stones)
    return hashlib.sha256(repr(listed).encode()).hexdigest()[:STAMP_CHARACTERS] if listed else ""


def stones_of(connection: sa.Connection, dataset: str) -> frozenset[Tombstone]:
    """The tombstones of a data set."""
    columns = (tombstones.c.kind, tombstones.c.cookie, tombstones.c.digest)
    rows = connection.execute(sa.select(*columns).where(tombstones.c.dataset == dataset))
    return frozenset(Tombstone(*row) for row in rows)


def forgotten_by(
    connection: sa.Connection, dataset: str, settings: Settings, gap_minutes: int = 30
) -> Forgotten | None:
    """What a data set has forgotten; ``None`` if nothing. :class:`Misconfigured` where the key is another now."""
    stones = stones_of(connection, dataset)
    if not stones:
        return None
    key = key_of(settings)
    others = sa.select(tombstones.c.digest).where(
        tombstones.c.dataset == dataset, tombstones.c.made_with != made_with(key)
    )
    if connection.execute(others.limit(1)).first() is not None:
        raise Misconfigured(
            f"{dataset}: those who were forgotten cannot be recognised: that was done with another secret key.",
            remedy="Restore PROPROCESSOR_SECRET_KEY or the file secret.key; until then its files are not read.",
            reason="wrong_secret_key",
        )
    return Forgotten(key, stones, timedelta(minutes=gap_minutes))


def plain_address(text: str) -> str:
    """One way to write an address; IPv4 within IPv6 is what it stands for. What is no address stays, in lower case."""
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return text.strip().lower()
    return str(getattr(found, "ipv4_mapped", None) or found)


def cookie_pairs(header: str) -> dict[str, str]:
    """Names to values of a ``Cookie`` header; of a name that comes twice, the first."""
    pairs: dict[str, str] = {}
    for piece in header.split(";"):
        name, _, value = piece.strip().partition("=")
        pairs.setdefault(name.strip(), value.strip().strip('"'))
    return pairs


def _digest(key: bytes, *values: str) -> str:
    return hmac.digest(key, "\0".join(values).encode(errors="surrogatepass"), "sha256").hex()
