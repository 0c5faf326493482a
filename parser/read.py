"""One raw file into hits, rejects and directives, in Parquet, every line accounted for (DOMAIN.md, Law 1)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from parser import fast, ncsa, w3c
from parser.blocks import Block, Reader, open_plain
from parser.detect import LOOKED_AT, Detection, choose
from parser.engine import Engine
from parser.formats import FORMATS
from parser.records import Directive, Hit, Record, Reject
from parser.runs import split_runs

VERSION = 1
"""Raised when the same bytes give other hits: kept parses are then made again."""


@dataclass(frozen=True)
class ParseResult:
    """What became of a file's lines; times are UTC, aware. ``parts`` are names of files in the folder."""

    format: str
    lines: int
    directives: int
    hits: int
    rejects: int
    first_ts: datetime | None
    last_ts: datetime | None
    plain_sha256: str
    plain_size: int
    head: bytes
    parts: tuple[str, ...]
    cookies_logged: bool
    reject_reasons: dict[str, int]


@dataclass
class _Others:
    """Rejects and directives of a block, with the last time read before each; and how many there were in all."""

    rejects: list[tuple[int, datetime | None, str, str]] = field(default_factory=list)
    directives: list[tuple[int, datetime | None]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    directives_in_all: int = 0

    def hand_over(self, engine: Engine) -> None:
        """At the end of a block."""
        self.reasons.update(reason for _, _, reason, _ in self.rejects)
        self.directives_in_all += len(self.directives)
        engine.add_others("rejects", self.rejects)
        engine.add_others("directives", self.directives)
        self.rejects.clear()
        self.directives.clear()


def parse_file(
    raw: Path,
    out_dir: Path,
    *,
    format_name: str = "auto",
    name: str,
    keep_alive: Callable[[], None] = lambda: None,
    threads: int = 2,
) -> ParseResult:
    """Parse a raw file (plain or gzip) into ``out_dir``; ``name`` stands in error messages.

    Writes ``hits-<part>-<UTC day>.parquet``, ``rejects.parquet`` and ``directives.parquet``. :class:`Rejected` when the
    file is damaged or of no known format.
    """
    with open_plain(raw, name) as stream, Engine(out_dir, threads=threads) as engine:
        reader = Reader(stream)
        parse = _Parse(engine, format_name, name)
        for block in reader.blocks():
            parse.read(block)
            engine.flush()
            keep_alive()
        engine.flush(force=True)
        return parse.finish(reader)


def sniff(raw: Path, name: str = "") -> Detection:
    """The format of a raw file, from its first lines."""
    with open_plain(raw, name) as stream:
        block = next(iter(Reader(stream, block_bytes=1 << 16).blocks()), None)
    return choose("auto", _first_lines(block) if block else [], name or raw.name)


class _Parse:
    """The state of one parse: header of a W3C log, counts, times."""

    def __init__(self, engine: Engine, format_name: str, name: str) -> None:
        self._engine, self._format_name, self._name = engine, format_name, name
        self.format: str | None = None
        self._header = w3c.Header()
        self._others = _Others()
        self._hits = 0
        self._cookies = False
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._carried: datetime | None = None
        self._opening: datetime | None = None

    def read(self, block: Block) -> None:
        """Read one block of lines."""
        if self.format is None:
            self.format = choose(self._format_name, _first_lines(block), self._name).format
        family = FORMATS[self.format].family
        for run in split_runs(block, self._header, family):
            self._header = run.header
            self._cookies = self._cookies or "cookie" in run.header.places
            reading = run.fast
            slow = (
                self._engine.read_fast(reading, run.first_line, run.text)
                if reading is not None
                else [(run.first_line + at, line) for at, line in enumerate(run.text.to_pylist())]
            )
            before = self._hits
            self._hits += len(run.text) - len(slow)
            others = self._read_slow(slow, run.header, family, block)
            self._note_times(run.first_line, others, any_hits=self._hits > before)
        self._others.hand_over(self._engine)

    def finish(self, reader: Reader) -> ParseResult:
        """Write what is not hits, and check the sum."""
        others = self._others
        result = ParseResult(
            format=self.format or "empty",
            lines=reader.lines,
            directives=others.directives_in_all,
            hits=self._hits,
            rejects=others.reasons.total(),
            first_ts=self._first.replace(tzinfo=UTC) if self._first else None,
            last_ts=self._last.replace(tzinfo=UTC) if self._last else None,
            plain_sha256=reader.sha256,
            plain_size=reader.size_bytes,
            head=reader.head,
            parts=tuple(self._engine.parts),
            cookies_logged=self._cookies,
            reject_reasons=dict(sorted(others.reasons.items())),
        )
        if result.lines != result.directives + result.hits + result.rejects:
            raise AssertionError(f"Law 1 is broken for {self._name}: {result}")
        self._engine.finish_others(self._opening)
        return result

    def _read_slow(
        self, lines: Sequence[tuple[int, str]], header: w3c.Header, family: str, block: Block
    ) -> list[tuple[int, Record, str]]:
        """Read lines with the reference reader; gives those that are no hits."""
        hits: list[tuple[int, Hit]] = []
        others: list[tuple[int, Record, str]] = []
        for number, text in lines:
            line = text.rstrip("\r\n")
            record = _read_one(line, header, family, too_long=number - block.first_line in block.too_long)
            if isinstance(record, Hit):
                hits.append((number, record))
            else:
                others.append((number, record, line))
        self._engine.add(hits)
        self._hits += len(hits)
        return others

    def _note_times(self, first_line: int, others: Sequence[tuple[int, Record, str]], *, any_hits: bool) -> None:
        lines: list[int] = []
        times: list[datetime] = []
        if any_hits:
            earliest, latest, last = self._engine.bounds(first_line)
            if earliest is not None and latest is not None:
                self._first = min(earliest, self._first or earliest)
                self._last = max(latest, self._last or latest)
            if others or self._opening is None:
                lines, times = self._engine.times(first_line)
                self._opening = self._opening or (times[0] if times else None)
        for number, record, text in others:
            at = bisect_left(lines, number) - 1
            when = times[at] if at >= 0 else self._carried
            if isinstance(record, Reject):
                self._others.rejects.append((number, when, record.reason, text))
            else:
                self._others.directives.append((number, when))
        if any_hits:
            self._carried = last


def read_line(format_name: str, line: str, header: w3c.Header | None = None) -> Record:
    """One line of a named format as a hit, a reject or a directive."""
    return _read_one(line, header or w3c.Header(), FORMATS[format_name].family, too_long=False)


def _read_one(line: str, header: w3c.Header, family: str, *, too_long: bool) -> Record:
    if too_long:
        return Reject("too_long")
    return ncsa.read_line(line) if family == "ncsa" else w3c.read_line(line, header)


def _first_lines(block: Block) -> list[str]:
    return [line.rstrip("\r\n") for line in block.text.slice(0, LOOKED_AT).to_pylist()]


__all__ = ["VERSION", "Directive", "ParseResult", "fast", "parse_file", "read_line", "sniff"]
