"""The parts of a file put together: the same counts, rejects and directives as of the file parsed whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parser.import_settings import ImportSettings
from parser.lines import HEAD_BYTES
from parser.others import SCHEMAS
from parser.parts import Part
from parser.read import ParseResult

AS_LOGGED = ImportSettings()
COUNTS = ("lines", "directives", "hits", "rejects")
TIMES = ("first_ts", "last_ts", "opening_ts", "closing_ts")
OTHERS = tuple(f"{kind}.parquet" for kind in SCHEMAS)


@dataclass(frozen=True)
class PartResult:
    """What became of the lines of one part; as :class:`ParseResult`, without what is told of whole files only."""

    lines: int
    directives: int
    hits: int
    rejects: int
    first_ts: datetime | None
    last_ts: datetime | None
    opening_ts: datetime | None
    closing_ts: datetime | None
    parts: tuple[str, ...]
    cookies_logged: bool
    reject_reasons: dict[str, int]

    @classmethod
    def of(cls, result: ParseResult) -> PartResult:
        """What counts of a parse of a part."""
        return cls(**{name: getattr(result, name) for name in cls.__dataclass_fields__})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PartResult:
        """From what :meth:`to_json` gave."""
        times = {name: datetime.fromisoformat(data[name]) if data[name] else None for name in TIMES}
        return cls(**(data | times | {"parts": tuple(data["parts"])}))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        times = {name: values[name].isoformat() if values[name] else None for name in TIMES}
        return values | times | {"parts": list(self.parts)}


Done = tuple[Part, PartResult]


def whole(done: Sequence[Done], raw: Path, sha256: str, name: str, settings: ImportSettings = AS_LOGGED) -> ParseResult:
    """The result of the file, from those of all its parts in order."""
    results = [result for _, result in done]
    counts = {count: sum(getattr(one, count) for one in results) for count in COUNTS}
    reasons: Counter[str] = Counter()
    for one in results:
        reasons.update(one.reject_reasons)
    with raw.open("rb") as file:
        head = settings.kept_head(file.read(HEAD_BYTES))
    result = ParseResult(
        format=done[0][0].format,
        **counts,
        first_ts=min((one.first_ts for one in results if one.first_ts), default=None),
        last_ts=max((one.last_ts for one in results if one.last_ts), default=None),
        plain_sha256=sha256,
        plain_size=raw.stat().st_size,
        head=head,
        parts=tuple(f"{part.folder}/{file}" for part, one in done for file in one.parts),
        cookies_logged=any(one.cookies_logged for one in results),
        reject_reasons=dict(sorted(reasons.items())),
        opening_ts=next((one.opening_ts for one in results if one.opening_ts), None),
        closing_ts=next((one.closing_ts for one in reversed(results) if one.closing_ts), None),
    )
    _assert_laws(done, result, name)
    return result


def join_others(done: Sequence[Done], folder: Path, aside: Path, keep_alive: Callable[[], None]) -> None:
    """``rejects.parquet`` and ``directives.parquet`` of the file into ``aside``, from those in the parts' folders."""
    for kind, schema in SCHEMAS.items():
        with pq.ParquetWriter(aside / f"{kind}.parquet", schema, compression="zstd") as joined:
            for (part, _), time in zip(done, _times_before([result for _, result in done]), strict=True):
                with pq.ParquetFile(folder / part.folder / f"{kind}.parquet") as file:
                    for at in range(file.num_row_groups):
                        joined.write_table(_timed(file.read_row_group(at), time))
                keep_alive()


def _times_before(results: Sequence[PartResult]) -> Iterator[datetime | None]:
    """For each part the time of the last hit before it, else of the first (DOMAIN.md section 8)."""
    time = next((one.opening_ts for one in results if one.opening_ts), None)
    for one in results:
        yield time
        time = one.closing_ts or time


def _timed(rows: pa.Table, time: datetime | None) -> pa.Table:
    if time is None:
        return rows
    naive = pa.scalar(time.astimezone(UTC).replace(tzinfo=None), rows.schema.field("ts").type)
    return rows.set_column(1, rows.schema.field("ts"), rows["ts"].fill_null(naive))


def _assert_laws(done: Sequence[Done], result: ParseResult, name: str) -> None:
    """No line is missing or there twice: Law 1 over the whole, and each part begins where the one before ended."""
    place, line = 0, 1
    for part, one in done:
        if (part.start, part.first_line) != (place, line):
            raise AssertionError(f"The parts of {name} do not meet: part {part.number} should begin at line {line}.")
        place, line = part.end, line + one.lines
    if place != result.plain_size or result.lines != result.directives + result.hits + result.rejects:
        raise AssertionError(f"Law 1 is broken for {name}: {result}")
