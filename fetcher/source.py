"""What every protocol does: list a folder, open a file. The laws are in tests/contract/test_source_laws.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.errors import ProprocessorError

CHUNK_BYTES = 256 << 10


class Gone(ProprocessorError):
    """The file or folder is not there (any more)."""


class CannotResume(ProprocessorError):
    """The server sends files from their beginning only, or the file is no longer the one that was begun."""


@dataclass(frozen=True)
class Entry:
    """A name in a folder; size in bytes and time where the listing says them."""

    name: str
    is_folder: bool
    size_bytes: int | None = None
    modified: datetime | None = None


@dataclass(frozen=True)
class Listing:
    """The entries of a folder, by name.

    ``checksums``: of its ``SHA256SUMS``, which is no entry. ``skipped``: names that were refused, and links.
    """

    entries: tuple[Entry, ...]
    checksums: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()


class Source(Protocol):
    """One connection to a location, for one thread. Paths are relative to its base, with ``/``, decoded.

    :class:`Gone` where nothing is; :class:`Unreachable` when the server fails, now or in the middle;
    :class:`Misconfigured` when it does not let us in (``credentials_refused``) or not read (``forbidden``).
    After any error, and after :meth:`close`, the next call connects anew.
    """

    def list_folder(self, folder: str, names: tuple[str, ...] = ()) -> Listing:
        """What lies in a folder; ``""`` is the base. ``names`` are asked for where the folder itself is not listed."""

    def open(self, path: str, offset: int) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a file from an offset on; :class:`CannotResume` if that cannot be."""

    def close(self) -> None:
        """Disconnect."""
