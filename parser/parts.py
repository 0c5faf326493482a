"""A big plain file cut at line ends into parts, each of which can be parsed by itself, by any process.

What a line means depends on what stands before it in three ways: its number, the W3C header in effect, and the time
that a line which is no hit is given. The first two are found here, in one pass over the file; the third is filled in
when the parts are put together (:mod:`parser.assemble`), since finding it here would be parsing. Packed files have no
places to begin at, so they are not cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from parser import w3c
from parser.archives import compression_of
from parser.detect import LOOKED_AT, choose
from parser.lines import Block, Reader
from parser.readers import family_of
from parser.runs import directives

SEARCHED_BYTES = 1 << 16
WORTH_CUTTING = 1.5
"""A file of fewer part sizes is one part: the second would be so small that nobody is helped."""
NOT_COUNTED = "not counted"
"""In place of the digest of a part, which nobody needs."""


@dataclass(frozen=True)
class Part:
    """Bytes ``start`` to ``end`` of a file: whole lines, the first of which is line ``first_line`` of the file."""

    number: int
    start: int
    end: int
    first_line: int
    header: w3c.Header
    format: str

    @property
    def folder(self) -> str:
        """Its folder within the content's, named by the cut: the same content cut otherwise gives other folders."""
        return f"p{self.number:04d}-{self.start}-{self.end}"


def plan(
    raw: Path, *, named: str, name: str, part_bytes: int, keep_alive: Callable[[], None] = lambda: None
) -> tuple[Part, ...]:
    """The parts of a raw file, in order; none where it is not worth cutting, or packed.

    ``named`` is the format in the settings, ``name`` stands in error messages; :class:`Rejected` as for a whole file.
    """
    size = raw.stat().st_size
    if size <= WORTH_CUTTING * part_bytes or compression_of(raw) is not None:
        return ()
    with raw.open("rb") as file:
        ends = [*_cuts(file, size, part_bytes), size]
        if len(ends) == 1:
            return ()
        chosen = _format_of(file, named, name)
        return tuple(_scanned(file, ends, chosen, keep_alive))


@contextmanager
def open_part(raw: Path, part: Part) -> Iterator[Reader]:
    """A reader of a part's lines; they are numbered as in the whole file."""
    with raw.open("rb") as file:
        yield Reader(_Section(file, part.start, part.end), sha256=NOT_COUNTED, first_line=part.first_line)


def header_to_json(header: w3c.Header) -> dict[str, Any]:
    """A header as plain values."""
    day = header.day.isoformat() if header.day else None
    return asdict(header) | {"fields": list(header.fields), "day": day, "offset": header.offset.total_seconds()}


def header_from_json(data: dict[str, Any]) -> w3c.Header:
    """A header from what :func:`header_to_json` gave."""
    day = date.fromisoformat(data["day"]) if data["day"] else None
    return w3c.Header(tuple(data["fields"]), day, timedelta(seconds=data["offset"]), data["ours"])


class _Section:
    """Some bytes of a file as a stream."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        file.seek(start)
        self._file, self._size, self._left = file, end - start, end - start

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data

    def tell(self) -> int:
        """How many of them are read."""
        return self._size - self._left


def _cuts(file: BinaryIO, size: int, part_bytes: int) -> Iterator[int]:
    """Where lines begin, the first behind each multiple of the size; a line may be longer than a part."""
    last = 0
    for near in range(part_bytes, size - part_bytes // 2, part_bytes):
        if near <= last:
            continue
        last = _line_after(file, near)
        if last >= size:
            return
        yield last


def _line_after(file: BinaryIO, near: int) -> int:
    """Where the first line at this place or behind it begins; the end of the file where none does."""
    at = file.seek(near - 1)
    while data := file.read(SEARCHED_BYTES):
        if (found := data.find(b"\n")) >= 0:
            return at + found + 1
        at += len(data)
    return file.seek(0, os.SEEK_END)


def _format_of(file: BinaryIO, named: str, name: str) -> str:
    """Decided as :func:`parser.read.parse_file` decides it, from the first block."""
    file.seek(0)
    block: Block = next(iter(Reader(file, sha256=NOT_COUNTED).blocks()))
    return choose(named, block.texts(range(min(LOOKED_AT, block.lines))), name).format


def _scanned(file: BinaryIO, ends: list[int], chosen: str, keep_alive: Callable[[], None]) -> Iterator[Part]:
    """The lines of each part are counted, and its directives read, with the reader that will read them again."""
    has_header = family_of(chosen) == "w3c"
    start, first_line, header = 0, 1, w3c.Header()
    for number, end in enumerate(ends):
        yield Part(number, start, end, first_line, header, chosen)
        if end == ends[-1]:
            return
        reader = Reader(_Section(file, start, end), sha256=NOT_COUNTED)
        for block in reader.blocks():
            for _, line in directives(block.data) if has_header else ():
                header = w3c.read_directive(line, header)
            keep_alive()
        start, first_line = end, first_line + reader.lines
