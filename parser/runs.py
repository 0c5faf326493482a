"""Stretches of a block that can be read alike: for W3C, the lines under one header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parser import fast, w3c
from parser.formats import Family
from parser.lines import Block

SHORT_RUN = 64
"""Below this, starting a query costs more than reading line by line."""
MARK = b"\xef\xbb\xbf"
"""A byte order mark, which DuckDB would take off the line that it stands in."""


@dataclass(frozen=True)
class Run:
    """Consecutive lines, the header that holds for them, and the fast reading if there is one."""

    place: int
    lines: int
    data: bytes
    header: w3c.Header
    fast: fast.Fast | None


def split_runs(block: Block, header: w3c.Header, family: Family) -> Iterator[Run]:
    """The runs of a block, in order, all its lines."""
    if family != "w3c":
        marked = 1 if block.data.startswith(MARK) else 0
        if marked:
            yield _run(block, 0, 1, header, None)
        if marked < block.lines:
            yield _run(
                block,
                marked,
                block.lines,
                header,
                fast.ncsa(backslashes=b"\\" in block.data) if family == "ncsa" else None,
            )
        return
    start, now = 0, header
    for at, line in directives(block.data):
        following = w3c.read_directive(line, now)
        if following == now:
            continue
        if at > start:
            yield _w3c_run(block, start, at, now)
        start, now = at, following
    if start < block.lines:
        yield _w3c_run(block, start, block.lines, now)


def directives(data: bytes) -> Iterator[tuple[int, str]]:
    """Places and texts of the lines that begin with ``#``."""
    at = 0 if data.startswith(b"#") else data.find(b"\n#") + 1 or -1
    place = counted = 0
    while at >= 0:
        place, counted = place + data.count(b"\n", counted, at), at
        yield place, data[at : data.index(b"\n", at)].decode().rstrip("\r\n")
        at = data.find(b"\n#", at) + 1 or -1


def _w3c_run(block: Block, start: int, end: int, header: w3c.Header) -> Run:
    """The directive that begins a run is in it: it is a line like any other."""
    reading = None
    first = block.start_of(start)
    if end - start >= SHORT_RUN and not block.data.startswith(MARK, first):
        sample = block.texts([min(start + 1, end - 1)])[0]
        reading = fast.w3c(header, tabs="\t" in sample)
    return _run(block, start, end, header, reading)


def _run(block: Block, start: int, end: int, header: w3c.Header, reading: fast.Fast | None) -> Run:
    if (start, end) == (0, block.lines):
        return Run(0, block.lines, block.data, header, reading)
    data = block.data[block.start_of(start) : block.start_of(end)]
    return Run(start, end - start, data, header, reading)
