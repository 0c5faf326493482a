"""What of a visitor is stored (settings, ``[privacy]``): decided on distinct values, before anything is written.

``truncate`` keeps the network of an address: an IPv4 address without its last octet, an IPv6 address's first 48 bits.
``hash`` keeps a code that is the same for one address within one UTC day and tells nothing of it; the salt of a day is
forgotten after :data:`KEPT_SALTS`, and then nobody can tell whose code it was.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Literal

from shared.errors import Transient
from shared.store import disk_errors

KEPT_SALTS = timedelta(days=2)
"""Since the salt was made: long enough for a day's last file, which may come late."""
SALT_BYTES = 32
CODE_CHARACTERS = 32
IPV4_HIDDEN_BITS, IPV6_HIDDEN_BITS = 8, 80
Addresses = Literal["keep", "truncate", "hash"]
Salt = Callable[[date], bytes]


@dataclass(frozen=True)
class Privacy:
    """The settings of ``[privacy]``."""

    addresses: Addresses = "keep"
    honour_opt_out: bool = False
    drop_parameters: tuple[str, ...] = ()

    @property
    def is_on(self) -> bool:
        """Whether anything is stored otherwise than it was logged."""
        return self.addresses != "keep" or self.honour_opt_out or bool(self.drop_parameters)

    @property
    def hides_raw_files(self) -> bool:
        """Whether the raw file holds what may not be kept: of those who opted out, it holds everything."""
        return self.is_on

    def kept_head(self, head: bytes) -> bytes:
        """The beginning of a file as it may be kept: a digest still tells whether two files begin alike."""
        return hashlib.sha256(head).digest() if self.hides_raw_files else head


def truncated(address: str) -> str:
    """The network of an address, written as its first address; what is no address becomes empty.

    An IPv6 address made of an IPv4 address (mapped; 6to4, where the first 48 bits are all of it) is that IPv4 address.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    if isinstance(found, IPv4Address):
        return str(IPv4Address(int(found) >> IPV4_HIDDEN_BITS << IPV4_HIDDEN_BITS))
    return str(IPv6Address(int(found) >> IPV6_HIDDEN_BITS << IPV6_HIDDEN_BITS))


def hashed(address: str, salt: bytes) -> str:
    """A code for an address: HMAC-SHA-256, the first 128 bits as hex."""
    return hmac.digest(salt, address.encode(errors="surrogatepass"), "sha256").hex()[:CODE_CHARACTERS]


class Salts:
    """A secret for each UTC day, in files that only this user may read; several processes agree on one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[date, bytes] = {}

    def of(self, day: date) -> bytes:
        """The salt of a day, made when it is first asked for."""
        if day not in self._known:
            path = self._folder / f"{day.isoformat()}.salt"
            with disk_errors(path):
                self._known[day] = _read_or_make(path)
        return self._known[day]

    def forget(self, now_s: float) -> None:
        """Throw away what is older than :data:`KEPT_SALTS`, and what a killed process left lying aside."""
        for path in (*self._folder.glob("*.salt"), *self._folder.glob(".*.salt.*")):
            with suppress(FileNotFoundError):  # another process was faster
                if now_s - path.stat().st_mtime > KEPT_SALTS.total_seconds():
                    path.unlink()


def _read_or_make(path: Path) -> bytes:
    for _ in range(3):
        with suppress(FileNotFoundError):
            salt = path.read_bytes()
            if len(salt) == SALT_BYTES:
                return salt
            path.unlink()  # damaged: whoever can guess a salt can try out every address
        _make(path)
    raise Transient(f"The salt {path} vanishes or is damaged again and again.")


def _make(path: Path) -> None:
    """Whole or not at all; the first of several makers wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SALT_BYTES))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)
