"""A raw file as blocks of lines, unpacked, in bounded memory."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa

from shared.errors import Rejected

BLOCK_BYTES = 32 << 20
BLOCK_LINES = 100_000
"""More lines than this make two blocks: a file may be nothing but line ends."""
MAX_LINE_BYTES = 1 << 20
KEPT_BYTES = 8 << 10
"""Of a line that is too long."""
HEAD_BYTES = 1024
GZIP_MAGIC = b"\x1f\x8b"


class Stream(Protocol):
    """Something that reads bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


@dataclass(frozen=True)
class Block:
    """Lines of a file. ``text`` holds them without line ends; ``too_long`` are places in it."""

    first_line: int
    text: pa.LargeStringArray
    too_long: frozenset[int]


class _Checked:
    """Says a damaged archive in our words."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, name: str) -> None:
        self._stream, self._name = stream, name

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except EOFError as error:
            raise Rejected(
                f"{self._name}: the gzip file ends early.",
                remedy="Fetch it again: the copy at the source may be whole by now.",
                reason="gzip_truncated",
            ) from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise Rejected(
                f"{self._name}: the gzip file is damaged ({error}).",
                remedy="Check the file at the source, then replay.",
                reason="gzip_damaged",
            ) from error


@contextmanager
def open_plain(raw: Path, name: str = "") -> Iterator[Stream]:
    """Open a raw file, unpacked if it is gzip by its first bytes."""
    with raw.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield _Checked(unpacked, name or raw.name)
        else:
            yield _Checked(file, name or raw.name)


class Reader:
    """Reads a stream block by block; afterwards knows its digest, size, head and number of lines."""

    def __init__(self, stream: Stream, block_bytes: int = BLOCK_BYTES) -> None:
        self._stream, self._block_bytes = stream, block_bytes
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        self.head = b""
        self.lines = 0

    @property
    def sha256(self) -> str:
        """Hex digest of all that was read, unpacked."""
        return self._digest.hexdigest()

    def blocks(self) -> Iterator[Block]:
        """All lines, in order. A line end is LF or CR LF; a last line without one is a line."""
        rest, skipping = b"", False
        while chunk := self._read():
            data, cut = (rest + chunk if rest else chunk), chunk.rfind(b"\n")
            if cut < 0:
                skipping = skipping or len(data) > MAX_LINE_BYTES
                rest = data[: KEPT_BYTES if skipping else len(data)]
                continue
            cut += len(data) - len(chunk) + 1
            for piece in _pieces(data[:cut]):
                yield self._block(piece, first_too_long=skipping)
                skipping = False
            rest = data[cut:]
        if rest:
            yield self._block(rest, first_too_long=skipping)

    def _read(self) -> bytes:
        chunk = self._stream.read(self._block_bytes)
        self._digest.update(chunk)
        self.size_bytes += len(chunk)
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]
        return chunk

    def _block(self, data: bytes, *, first_too_long: bool) -> Block:
        ends = _line_ends(data)
        starts = np.concatenate(([0], ends[:-1] + 1))
        too_long = set(np.flatnonzero(ends - starts > MAX_LINE_BYTES).tolist()) | ({0} if first_too_long else set())
        text = _repaired(data, starts, ends, too_long) if too_long or not _is_utf8(data) else _wrapped(data, ends)
        block = Block(self.lines + 1, text, frozenset(too_long))
        self.lines += len(ends)
        return block


def _pieces(data: bytes) -> Iterator[bytes]:
    """Whole lines in pieces of at most :data:`BLOCK_LINES`."""
    if data.count(b"\n") <= BLOCK_LINES:
        yield data
        return
    middle = len(data) // 2
    cut = (data.rfind(b"\n", 0, middle) + 1) or (data.find(b"\n", middle) + 1)
    yield from _pieces(data[:cut])
    yield from _pieces(data[cut:])


def _line_ends(data: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each line ends: its LF, or the end of the data."""
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n"))
    return ends if data.endswith(b"\n") else np.append(ends, len(data))


def _wrapped(data: bytes, ends: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.LargeStringArray:
    """The lines as an Arrow array over the same memory; each still with its line end, which SQL takes off."""
    offsets = np.empty(len(ends) + 1, dtype=np.int64)
    offsets[0] = 0
    offsets[1:] = np.minimum(ends + 1, len(data))
    return pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))


def _repaired(
    data: bytes,
    starts: np.ndarray[tuple[int], np.dtype[np.int64]],
    ends: np.ndarray[tuple[int], np.dtype[np.int64]],
    too_long: set[int],
) -> pa.LargeStringArray:
    """The lines one by one: those that are not UTF-8 are read as Latin-1, in which every byte means something."""
    lines = []
    for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        line = data[start : min(end, start + KEPT_BYTES) if at in too_long else end]
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("latin-1"))
    return pa.array(lines, type=pa.large_string())


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
