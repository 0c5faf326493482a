"""One raw file into hits, rejects and directives, in Parquet, every line accounted for (DOMAIN.md, Law 1).

Blocks of lines are read by several threads; what they give is put together in the order of the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from parser import ncsa, w3c
from parser.archives import compression_of, open_plain
from parser.block_work import BlockRead, BlockWork, Treatment, read_block
from parser.days import cut_by_day
from parser.detect import LOOKED_AT, Detection, choose
from parser.engines import Engines
from parser.enrich import descriptions
from parser.formats import Family
from parser.import_settings import ImportSettings
from parser.lines import Block, Reader
from parser.others import Others
from parser.parts import Part, open_part
from parser.privacy import Salts
from parser.protect import Protector
from parser.proxies import resolver
from parser.readers import LineReader, family_of, reader_of
from parser.records import Directive, Hit, Record
from parser.runs import split_runs

VERSION = 2
"""Raised when the same bytes give other hits: kept parses are then made again."""
AS_LOGGED = ImportSettings()


Watch = Callable[[int, int], None]
"""Is told after each block how many lines and how many bytes of the raw file are read."""


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
    opening_ts: datetime | None = None
    closing_ts: datetime | None = None
    """Of the first line that is a hit, and of the last."""


def parse_file(
    raw: Path,
    out_dir: Path,
    *,
    name: str,
    sha256: str | None = None,
    settings: ImportSettings = AS_LOGGED,
    salts: Salts | None = None,
    watch: Watch | None = None,
    threads: int = 2,
) -> ParseResult:
    """Parse a raw file (plain or packed) into ``out_dir``; ``name`` stands in error messages, ``sha256`` is the file's.

    ``salts`` are needed where the settings hash addresses.
    Writes ``hits-<block>-<UTC day>.parquet``, the side tables of :mod:`parser.enrich` for each block, and
    ``rejects.parquet`` and ``directives.parquet``. :class:`Rejected` when the file is damaged or of no known format.
    """
    with open_plain(raw, name) as stream, _parse(out_dir, settings, salts, threads) as parse:
        reader = Reader(stream, sha256=None if compression_of(raw) else sha256)
        for block in reader.blocks():
            parse.begin(block, settings.format, name)
            if watch is not None:
                watch(reader.lines, reader.raw_bytes)
        result = parse.finish(reader, name)
    return replace(result, head=settings.kept_head(result.head))


def parse_part(
    raw: Path,
    out_dir: Path,
    part: Part,
    *,
    name: str,
    settings: ImportSettings = AS_LOGGED,
    salts: Salts | None = None,
    watch: Watch | None = None,
    threads: int = 2,
) -> ParseResult:
    """Parse a part of a plain file as :func:`parse_file` does the whole; digest, size and head are not the file's.

    What stands before the part's first hit is left without a time: that is told by the parts before, or behind.
    """
    with open_part(raw, part) as reader, _parse(out_dir, settings, salts, threads, part) as parse:
        for block in reader.blocks():
            parse.begin(block, settings.format, name)
            if watch is not None:
                watch(reader.lines, reader.raw_bytes)
        return parse.finish(reader, name)


def sniff(raw: Path, name: str = "") -> Detection:
    """The format of a raw file, from its first lines."""
    with open_plain(raw, name) as stream:
        block = next(iter(Reader(stream, block_bytes=1 << 16).blocks()), None)
    return choose("auto", _first_lines(block) if block else [], name or raw.name)


def read_line(format_name: str, line: str, header: w3c.Header | None = None) -> Record:
    """One line of a named format as a hit, a reject or a directive."""
    match family_of(format_name):
        case "ncsa":
            return ncsa.read_line(line)
        case "w3c":
            return w3c.read_line(line, header or w3c.Header())
        case _:
            return reader_of(format_name).read(line)


@contextmanager
def _parse(
    folder: Path, settings: ImportSettings, salts: Salts | None, threads: int, part: Part | None = None
) -> Iterator[_Parse]:
    described = descriptions(settings.path(settings.countries), settings.path(settings.referrers))
    treatment = Treatment(resolver(settings.trusted_proxies), _protector(settings, salts))
    engines, others = Engines(folder, described, threads), Others(folder, keep_raw=not settings.privacy.hides_raw_files)
    pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="parse")
    try:
        yield _Parse(engines, others, treatment, pool, threads, part)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        engines.close()
        others.close()


def _protector(settings: ImportSettings, salts: Salts | None) -> Protector | None:
    privacy = settings.privacy
    return Protector(privacy, salts.of if salts else _no_salt, settings.forgotten) if privacy.is_on else None


class _Parse:
    """The state of one parse: header of a W3C log, counts, times, blocks under way."""

    def __init__(
        self,
        engines: Engines,
        others: Others,
        treatment: Treatment,
        pool: ThreadPoolExecutor,
        threads: int,
        part: Part | None,
    ) -> None:
        self._engines, self._others, self._treatment = engines, others, treatment
        self._pool, self._ahead, self._part = pool, threads, part
        self._format: str | None = part.format if part else None
        self._reader: LineReader | None = None
        self._header = part.header if part else w3c.Header()
        self._cookies = False
        self._number = 0
        self._under_way: deque[Future[BlockRead]] = deque()
        self._whole = BlockRead()

    def begin(self, block: Block, format_name: str, name: str) -> None:
        """Have a block read, and take in those that are done."""
        if self._format is None:
            self._format = choose(format_name, _first_lines(block), name).format
        family = family_of(self._format)
        if family == "other" and self._reader is None:
            self._reader = reader_of(self._format)
        pieces = [block] if family == "other" else cut_by_day(block, partial(_day_of, family, self._header))
        for piece in pieces:
            self._submit(piece, family)

    def _submit(self, block: Block, family: Family) -> None:
        runs = list(split_runs(block, self._header, family))
        self._header = runs[-1].header
        self._cookies = self._cookies or any("cookie" in run.header.places for run in runs)
        # A reader of other formats may remember what it has read: one block at a time.
        while len(self._under_way) > (self._ahead if self._reader is None else 0):
            self._take_in(self._under_way.popleft().result())
        read = ncsa.read_line if family == "ncsa" else self._reader.read if self._reader is not None else None
        work = BlockWork(self._number, block, runs, read, self._treatment)
        self._under_way.append(self._pool.submit(read_block, self._engines, work))
        self._number += 1

    def finish(self, reader: Reader, name: str) -> ParseResult:
        """Take in the rest, and check the sum."""
        while self._under_way:
            self._take_in(self._under_way.popleft().result())
        earliest, latest, opening, closing = (at.replace(tzinfo=UTC) if at else None for at in self._whole.bounds)
        others = self._others
        result = ParseResult(
            format=self._format or "empty",
            lines=reader.lines,
            directives=others.directives,
            hits=self._whole.hits,
            rejects=others.reasons.total(),
            first_ts=earliest,
            last_ts=latest,
            plain_sha256=reader.sha256,
            plain_size=reader.size_bytes,
            head=reader.head,
            parts=tuple(self._whole.parts),
            cookies_logged=self._cookies or (self._reader is not None and self._reader.cookies_logged),
            reject_reasons=dict(sorted(others.reasons.items())),
            opening_ts=opening,
            closing_ts=closing,
        )
        if result.lines != result.directives + result.hits + result.rejects:
            raise AssertionError(f"Law 1 is broken for {name}: {result}")
        others.finish(None if self._part else self._whole.bounds[2])
        return result

    def _take_in(self, read: BlockRead) -> None:
        whole = self._whole
        earliest, latest, opening, carried = whole.bounds
        self._others.add(read.others, carried)
        whole.hits += read.hits
        whole.parts += read.parts
        if read.bounds[0] is not None and read.bounds[1] is not None:
            earliest = min(read.bounds[0], earliest or read.bounds[0])
            latest = max(read.bounds[1], latest or read.bounds[1])
            whole.bounds = (earliest, latest, opening or read.bounds[2], read.bounds[3])


def _day_of(family: Family, header: w3c.Header, line: str) -> date | None:
    record = ncsa.read_line(line) if family == "ncsa" else w3c.read_line(line, header)
    return record.ts.date() if isinstance(record, Hit) else None


def _no_salt(_day: date) -> bytes:
    raise AssertionError("addresses are to be hashed, and there is no salt")


def _first_lines(block: Block) -> list[str]:
    return block.texts(range(min(LOOKED_AT, block.lines)))


__all__ = ["VERSION", "Directive", "ParseResult", "parse_file", "parse_part", "read_line", "sniff"]
