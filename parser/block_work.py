"""One block of lines into Parquet: what a thread of a parse does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import numpy as np

from parser import w3c
from parser.engine import Bounds, Engine
from parser.engines import Engines
from parser.fast import Fast
from parser.lines import Block
from parser.others import Other
from parser.protect import Protector
from parser.proxies import Resolve
from parser.records import Hit, Record, Reject
from parser.runs import Run

ReadLine = Callable[[str], Record]


@dataclass(frozen=True)
class Treatment:
    """What is done to hits before they are written: whose address it is, what of it may be kept."""

    resolve: Resolve | None = None
    protector: Protector | None = None


@dataclass(frozen=True)
class BlockWork:
    """A block with its place among the blocks of its file, its runs, and the reference reader where W3C is not it."""

    number: int
    block: Block
    runs: Sequence[Run]
    read: ReadLine | None
    treatment: Treatment = Treatment()


@dataclass
class BlockRead:
    """What became of a block. ``bounds`` are naive UTC: earliest, latest, of the first hit and of the last."""

    hits: int = 0
    others: list[Other] = field(default_factory=list)
    bounds: Bounds = (None, None, None, None)
    parts: list[str] = field(default_factory=list)


def read_block(engines: Engines, work: BlockWork) -> BlockRead:
    """Read, enrich and write a block."""
    with engines.lent() as engine:
        whole = _whole_run(work)
        if whole is None:
            return _finish(engine, work, [(run, _slow_places(engine, work.block, run)) for run in work.runs])
        block, number = work.block, work.number
        slow = engine.copy_fast(whole, number, block.data, block.lines, block.first_line)
        if slow == [] and (part := engine.adopt(number)):
            engine.describe(number)
            return BlockRead(block.lines, [], (part.earliest, part.latest, *_outer_times(work)), [part.name])
        if slow is not None:
            engine.load(number)
        places = [line - block.first_line for line in slow] if slow is not None else list(range(block.lines))
        return _finish(engine, work, [(work.runs[0], places)])


def _outer_times(work: BlockWork) -> tuple[datetime | None, datetime | None]:
    """Of the first line and the last, where all are hits."""
    read, block = work.read or partial(_reference, work.runs[0].header), work.block
    first, last = read(block.first_text), read(block.last_text)
    return first.ts if isinstance(first, Hit) else None, last.ts if isinstance(last, Hit) else None


def _whole_run(work: BlockWork) -> Fast | None:
    """The fast reading of the whole block, if it is one run. What may not be kept is not written, not even aside."""
    if work.treatment.protector is not None:
        return None
    return work.runs[0].fast if len(work.runs) == 1 and not work.block.too_long else None


def _finish(engine: Engine, work: BlockWork, slow: Sequence[tuple[Run, list[int]]]) -> BlockRead:
    """Read the lines that are left, and write the block."""
    block, number = work.block, work.number
    others: list[tuple[int, Record, str]] = []
    slow_hits: list[tuple[int, Hit]] = []
    for run, places in slow:
        for line, record, text in _read_slow(work, places, work.read or partial(_reference, run.header)):
            if isinstance(record, Hit):
                slow_hits.append((line, record))
            else:
                others.append((line, record, text))
    engine.add(slow_hits)  # once: a block may be thousands of runs
    hits = block.lines - len(others)
    if not hits:
        return BlockRead(0, [(line, None, record, text) for line, record, text in others])
    hidden = None
    if (protector := work.treatment.protector) is not None:
        protector.protect(engine)
        hidden = protector.hide_addresses(engine)
    engine.describe(number, hidden)
    parts = engine.flush(number, in_order=not slow_hits and protector is None)
    return BlockRead(hits, _timed(others, engine), engine.bounds(), parts)


def _slow_places(engine: Engine, block: Block, run: Run) -> list[int]:
    """The places in the block of those lines of a run that the engine could not read."""
    first = block.first_line + run.place
    numbers = engine.read_fast(run.fast, run.data, run.lines, first) if run.fast is not None else None
    if numbers is None:
        return list(range(run.place, run.place + run.lines))
    slow = {number - block.first_line for number in numbers}
    cut = {place for place in block.too_long if run.place <= place < run.place + run.lines} - slow
    engine.remove(block.first_line + place for place in cut)
    return sorted(slow | cut)


def _read_slow(work: BlockWork, places: Sequence[int], read: ReadLine) -> Iterator[tuple[int, Record, str]]:
    """Read lines with the reference reader."""
    block, resolve = work.block, work.treatment.resolve
    for place, line in zip(places, block.texts(places) if places else (), strict=True):
        record = Reject("too_long") if place in block.too_long else read(line)
        if isinstance(record, Hit) and resolve:
            record = resolve(record)
        yield block.first_line + place, record, line


def _reference(header: w3c.Header, line: str) -> Record:
    return w3c.read_line(line, header)


def _timed(others: Sequence[tuple[int, Record, str]], engine: Engine) -> list[Other]:
    """Each with the time of the last hit before it in this block."""
    if not others:
        return []
    lines, times = engine.times()
    places = np.searchsorted(lines, [line for line, _, _ in others]) - 1
    return [
        (line, times[at].astype("datetime64[us]").item() if at >= 0 else None, record, text)
        for (line, record, text), at in zip(others, places.tolist(), strict=True)
    ]
