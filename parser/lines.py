"""A raw file as blocks of whole lines, in bounded memory: every line of it, in valid UTF-8."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader

import numpy as np

from parser.archives import Stream

BLOCK_BYTES = 20 << 20
BLOCK_LINES = 300_000
"""More lines than this make two blocks: a file may be nothing but line ends."""
MAX_LINE_BYTES = 1 << 20
KEPT_BYTES = 8 << 10
"""Of a line that is too long."""
HEAD_BYTES = 1024
LF = ord("\n")
WINDOW = 1 << 18


@dataclass(frozen=True)
class Block:
    """Lines of a file, each with its LF; ``too_long`` are places in it, from 0. Of those only the beginning is here."""

    first_line: int
    data: bytes
    lines: int
    too_long: frozenset[int] = frozenset()

    @property
    def first_text(self) -> str:
        """The first line, without its line end."""
        return self.data[: self.data.index(b"\n")].decode().rstrip("\r\n")

    @property
    def last_text(self) -> str:
        """The last line, without its line end."""
        return self.data[self.data.rfind(b"\n", 0, len(self.data) - 1) + 1 :].decode().rstrip("\r\n")

    def texts(self, places: Iterable[int]) -> list[str]:
        """The lines at these places, without their line ends."""
        starts, ends, data = self._starts, self._ends, self.data
        return [data[starts[at] : ends[at]].decode().rstrip("\r\n") for at in places]

    def start_of(self, place: int) -> int:
        """Where a line begins; the place behind the last line is the end."""
        return int(self._starts[place]) if place < self.lines else len(self.data)

    @cached_property
    def _ends(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.flatnonzero(np.frombuffer(self.data, dtype=np.uint8) == LF)

    @cached_property
    def _starts(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.concatenate(([0], self._ends[:-1] + 1))


class Reader:
    """Reads a stream block by block; afterwards knows its digest, size, head and number of lines."""

    def __init__(
        self, stream: Stream, block_bytes: int | None = None, sha256: str | None = None, first_line: int = 1
    ) -> None:
        """``sha256`` of what the stream gives, where it is known: counting it again costs as much as reading.

        ``first_line`` is the number of the first line, where the stream begins within a file.
        """
        self._stream, self._block_bytes, self._known = stream, block_bytes or BLOCK_BYTES, sha256
        self._first_line = first_line
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        self.head = b""
        self.lines = 0

    @property
    def sha256(self) -> str:
        """Hex digest of all that was read, unpacked."""
        return self._known or self._digest.hexdigest()

    @property
    def raw_bytes(self) -> int:
        """How much of the raw file is read."""
        return self._stream.tell()

    def blocks(self) -> Iterator[Block]:
        """All lines, in order. A line end is LF or CR LF; a last line without one is a line."""
        rest, skipping = b"", False
        while chunk := self._read():
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                rest += chunk
                skipping = skipping or len(rest) > MAX_LINE_BYTES
                rest = rest[: KEPT_BYTES if skipping else len(rest)]
                continue
            # Joined once, if at all: a block is large, and every copy of it costs as much as reading it.
            whole = b"".join((rest, memoryview(chunk)[:cut])) if rest or cut < len(chunk) else chunk
            for piece, lines in _pieces(whole):
                yield self._block(piece, lines, first_too_long=skipping)
                skipping = False
            rest = chunk[cut:]
        if rest:
            yield self._block(rest + b"\n", 1, first_too_long=skipping)

    def _read(self) -> bytes:
        """A whole block, unless it is the last: what is unpacked comes in smaller pieces."""
        pieces, left = [], self._to_a_line_end()
        while left and (piece := self._stream.read(left)):
            pieces.append(piece)
            left -= len(piece)
        chunk = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        if self._known is None:
            self._digest.update(chunk)
        self.size_bytes += len(chunk)
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]
        return chunk

    def _to_a_line_end(self) -> int:
        """How much to read, so that what is read ends with a line where that can be seen beforehand."""
        size = self._block_bytes
        if size < WINDOW or not isinstance(self._stream, BufferedReader):
            return size
        tail = os.pread(self._stream.fileno(), WINDOW, self._stream.tell() + size - WINDOW)
        return size - len(tail) + tail.rfind(b"\n") + 1 if len(tail) == WINDOW and b"\n" in tail else size

    def _block(self, data: bytes, lines: int, *, first_too_long: bool) -> Block:
        too_long = _too_long(data) if len(data) > MAX_LINE_BYTES else set()
        if first_too_long:
            too_long.add(0)
        if too_long or not _is_utf8(data):
            data = _repaired(data, too_long)
        block = Block(self._first_line + self.lines, data, lines, frozenset(too_long))
        self.lines += lines
        return block


def count_lines(data: bytes) -> int:
    """How many line ends there are; several times faster than ``bytes.count``, some cache at a time."""
    array = np.frombuffer(data, dtype=np.uint8)
    return sum(int(np.count_nonzero(array[at : at + WINDOW] == LF)) for at in range(0, len(array), WINDOW))


def _pieces(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Whole lines in pieces of at most :data:`BLOCK_LINES`, and how many they are."""
    if (lines := count_lines(data)) <= BLOCK_LINES:
        yield data, lines
        return
    middle = len(data) // 2
    cut = (data.rfind(b"\n", 0, middle) + 1) or (data.find(b"\n", middle) + 1)
    yield from _pieces(data[:cut])
    yield from _pieces(data[cut:])


def _too_long(data: bytes) -> set[int]:
    """Places of lines that are too long. Each holds a whole window of half the size without a line end."""
    window = MAX_LINE_BYTES // 2
    if all(data.find(b"\n", at, at + window) >= 0 for at in range(0, len(data) - window, window)):
        return set()
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == LF)
    starts = np.concatenate(([0], ends[:-1] + 1))
    return set(np.flatnonzero(ends - starts > MAX_LINE_BYTES).tolist())


def _repaired(data: bytes, too_long: set[int]) -> bytes:
    """The lines one by one: those that are not UTF-8 are read as Latin-1, in which every byte means something."""
    lines = data.split(b"\n")
    for at, line in enumerate(lines):
        kept = line[:KEPT_BYTES] if at in too_long else line
        if kept is line and line.isascii():
            continue
        try:
            kept.decode()
        except UnicodeDecodeError:
            kept = kept.decode("latin-1").encode()
        lines[at] = kept
    return b"\n".join(lines)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
