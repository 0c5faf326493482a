"""Packed files, known by their first bytes: gzip, bzip2, xz, zstd. Several members in one file are one content.

What stands behind a member must be a member too: a file that goes on with something else is damaged, and nothing of it
is passed over in silence.
"""

from __future__ import annotations

import bz2
import lzma
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import pyarrow as pa
from isal import igzip_lib

from shared.errors import Rejected

MAGIC_BYTES = 16
CHUNK_BYTES = 1 << 18
GZIP_MAGIC = b"\x1f\x8b"
GZIP_ERROR = cast("type[Exception]", igzip_lib.IsalError)  # its stub takes it for an instance
XZ_MEMORY_BYTES = 256 << 20
"""``xz -9`` needs a quarter of it."""


class Unpacked(Protocol):
    """Gives the bytes of what was packed."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Decompressor(Protocol):
    """Of one member, as in the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Members:
    """Members one behind the other; ``EOFError`` when one ends early. ``padding`` may stand between them.

    Each begins with ``magic``: what is none is damage and not a member that ends early, as a short one could seem.
    """

    def __init__(
        self, file: BinaryIO, begin: Callable[[], Decompressor], padding: bytes = b"", magic: bytes = b""
    ) -> None:
        self._file, self._begin, self._padding, self._magic = file, begin, padding, magic
        self._member: Decompressor | None = None
        self._packed = b""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        found = b""
        while not found and (self._member is not None or self._next_member()):
            member = self._member
            assert member is not None
            if member.needs_input and not self._packed:
                self._packed = self._file.read(CHUNK_BYTES)
                if not self._packed:
                    raise EOFError
            found, self._packed = member.decompress(self._packed, size), b""
            if member.eof:
                self._member, self._packed = None, member.unused_data
        return found

    def _next_member(self) -> bool:
        while True:
            self._packed = self._packed.lstrip(self._padding) if self._padding else self._packed
            if self._packed:
                if not self._packed.startswith(self._magic[: len(self._packed)]):
                    raise OSError(f"no member begins with {self._packed[: len(self._magic)]!r}")
                self._member = self._begin()
                return True
            self._packed = self._file.read(CHUNK_BYTES)
            if not self._packed:
                return False


@dataclass(frozen=True)
class Archive:
    """One way to pack. ``fault`` begins the reasons of what is truncated or damaged."""

    name: str
    magic: re.Pattern[bytes]
    unpack: Callable[[BinaryIO], Unpacked]
    fault: str = "archive"


def _gzip() -> Decompressor:
    # Of the standard library's interface, at four times the speed of zlib: a log is unpacked in no time beside parsing.
    member: Decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return member


def _xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)


ARCHIVES: tuple[Archive, ...] = (
    Archive(
        "gzip",
        re.compile(re.escape(GZIP_MAGIC)),
        lambda file: Members(file, _gzip, padding=b"\0", magic=GZIP_MAGIC),
        fault="gzip",
    ),
    Archive(
        "bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90|$)"), lambda file: Members(file, bz2.BZ2Decompressor)
    ),
    Archive("xz", re.compile(rb"\xfd7zXZ\x00"), lambda file: Members(file, _xz, padding=b"\0")),
    Archive(
        "zstd",
        re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
        lambda file: pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd"),
    ),
)
"""By first bytes; bzip2's alone could be a word, so what every file has behind them must follow."""


class Checked:
    """Says a damaged archive in our words."""

    def __init__(self, archive: Archive, file: BinaryIO, name: str) -> None:
        self._archive, self._file, self._name = archive, file, name
        self._stream = archive.unpack(file)

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        try:
            return self._stream.read(size)
        except EOFError as error:
            raise self._truncated() from error
        except (GZIP_ERROR, lzma.LZMAError) as error:
            raise self._damaged(error) from error
        except OSError as error:
            # Errors of content, Arrow's, bz2's and ours, have no number; the system's have, and are not about it.
            if error.errno is not None:
                raise
            raise (self._truncated() if "Truncated" in str(error) else self._damaged(error)) from error

    def tell(self) -> int:
        """How much of the packed file is read."""
        return self._file.tell()

    def _truncated(self) -> Rejected:
        return Rejected(
            f"{self._name}: the {self._archive.name} file ends early.",
            remedy="Fetch it again: the copy at the source may be whole by now.",
            reason=f"{self._archive.fault}_truncated",
        )

    def _damaged(self, error: Exception) -> Rejected:
        return Rejected(
            f"{self._name}: the {self._archive.name} file is damaged ({error}).",
            remedy="Check the file at the source, then replay.",
            reason=f"{self._archive.fault}_damaged",
        )


def archive_by(beginning: bytes) -> Archive | None:
    """How a content that begins so is packed; ``None`` when it is not."""
    return next((one for one in ARCHIVES if one.magic.match(beginning)), None)


def compression_of(raw: Path) -> str | None:
    """``gzip``, ``bzip2``, ``xz`` or ``zstd``; ``None`` for a plain file."""
    with raw.open("rb") as file:
        archive = archive_by(file.read(MAGIC_BYTES))
    return archive.name if archive else None


class Stream(Protocol):
    """Something that reads bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""

    def tell(self) -> int:
        """How many bytes of the raw file are read; where it is packed, packed ones."""


@contextmanager
def open_plain(raw: Path, name: str = "") -> Iterator[Stream]:
    """Open a raw file, unpacked if it is packed by its first bytes; ``name`` stands in error messages."""
    with raw.open("rb") as file:
        archive = archive_by(file.read(MAGIC_BYTES))
        file.seek(0)
        yield file if archive is None else Checked(archive, file, name or raw.name)
