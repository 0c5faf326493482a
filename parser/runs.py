"""Stretches of a block that can be read alike: for W3C, the lines under one header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from parser import fast, w3c
from parser.blocks import Block

SHORT_RUN = 64
"""Below this, starting a query costs more than reading line by line."""


@dataclass(frozen=True)
class Run:
    """Consecutive lines, the header that holds for them, and the fast reading if there is one."""

    first_line: int
    text: pa.LargeStringArray
    header: w3c.Header
    fast: fast.Fast | None


def split_runs(block: Block, header: w3c.Header, family: str) -> Iterator[Run]:
    """The runs of a block, in order, all its lines."""
    if family == "ncsa":
        yield Run(block.first_line, block.text, header, None if block.too_long else fast.ncsa())
        return
    start, now = 0, header
    for at in _directives(block.text):
        following = w3c.read_directive(str(block.text[at].as_py()).rstrip("\r\n"), now)
        if following == now:
            continue
        if at > start:
            yield _run(block, start, at, now)
        start, now = at, following
    if start < len(block.text):
        yield _run(block, start, len(block.text), now)


def _directives(text: pa.LargeStringArray) -> list[int]:
    found: list[int] = pc.indices_nonzero(pc.starts_with(text, "#")).to_pylist()
    return found


def _run(block: Block, start: int, end: int, header: w3c.Header) -> Run:
    """The directive that begins a run is in it: it is a line like any other."""
    text = block.text.slice(start, end - start)
    reading = None
    if len(text) >= SHORT_RUN and not block.too_long:
        sample = text[min(1, len(text) - 1)].as_py()
        reading = fast.w3c(header, tabs="\t" in sample)
    return Run(block.first_line + start, text, header, reading)
