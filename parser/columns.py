"""Hits of a whole block as columns of Arrow, for lines of the plainest shape: what readings of all formats share.

Arrow's CSV reader cuts the lines and numbers the texts that come again, so that each different request, referrer and
agent is judged, taken apart and written once, however many lines have it. Every other line goes to the reference
reader, which is the definition; property tests compare the two on lines of all kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from parser.records import HIT_FIELDS, Hit

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

TEXT = pa.dictionary(pa.int32(), pa.string())
TYPES: dict[str, pa.DataType] = dict.fromkeys(HIT_FIELDS, TEXT) | {
    "ts": pa.timestamp("us"),
    "status": pa.int16(),
    "bytes": pa.int64(),
    "opted_out": pa.bool_(),
}
FEW = 20
"""Where more than one line of so many is of another shape, most of a block is read in another way."""
MOST_DATES = 1000
"""Changes of date within a block, or different ones: more are no log."""
FIRST_DATE, LAST_DATE = date(1970, 1, 2), date(9999, 12, 24)
"""Of their times Python knows what they are in UTC, after the largest offset that can be written, some four days."""
EPOCH = date(1970, 1, 1).toordinal()
SIZE, MOST_DIGITS = r"^\d{1,18}\z", 18
ZERO = np.uint8(ord("0"))
COLONS = np.frombuffer(b"::", dtype=np.uint8)
ROWS_OF_A_GROUP = 122_880
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Columns:
    """Hits in order of lines: ``line`` and some of :data:`HIT_FIELDS`; texts are numbered, those that there are."""

    table: pa.Table

    def with_hits(self, hits: Sequence[tuple[int, Hit]]) -> Columns:
        """These, and hits that the reference reader made, in order."""
        if not hits:
            return self
        made = as_columns(hits)
        kept = [name for name in made if name in self.table.column_names or made[name].null_count < len(hits)]
        joined = pa.concat_tables([self.table, pa.table(made).select(kept)], promote_options="default")
        joined = joined.unify_dictionaries().combine_chunks()
        return Columns(joined.take(pc.sort_indices(joined["line"])).combine_chunks())

    def times(self) -> tuple[Numbers, np.ndarray[tuple[int], np.dtype[np.datetime64]]]:
        """Numbers and times, in order of lines."""
        return self.table["line"].to_numpy(), self.table["ts"].to_numpy()

    def bounds(self) -> tuple[datetime, datetime, datetime, datetime]:
        """Earliest and latest time, and the times of the first and the last line."""
        ts = self.table["ts"]
        found = pc.min_max(ts)
        return found["min"].as_py(), found["max"].as_py(), ts[0].as_py(), ts[-1].as_py()

    def distinct(self, column: str) -> list[str]:
        """Different values of a column of texts, but for NULL."""
        if column not in self.table.column_names or not self.table.num_rows:
            return []
        texts: list[str] = self.table[column].combine_chunks().dictionary.to_pylist()
        return texts

    def by_day(self) -> Iterator[tuple[date, Columns]]:
        """The hits of each UTC day."""
        days = self.table["ts"].cast(pa.int64()).to_numpy() // DAY_US
        different = np.unique(days).tolist()
        for day in different:
            rows = self if len(different) == 1 else Columns(_only(self.table, days == day))
            yield date.fromordinal(EPOCH + day), rows

    def write(self, path: Path) -> None:
        """Write them as Parquet; of times and lines alone it is told what the least and the greatest are."""
        texts = [field.name for field in self.table.schema if pa.types.is_dictionary(field.type)]
        numbers = [name for name in ("line", "ts", "bytes") if name in self.table.column_names]
        pq.write_table(
            self.table,
            path,
            row_group_size=ROWS_OF_A_GROUP,
            compression="zstd",
            compression_level=1,
            use_dictionary=[*texts, "status"],
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
            write_statistics=["line", "ts"],
            store_schema=False,
        )


Found = tuple[Columns, list[int]]
"""The hits of a block, and the numbers of the lines that are for the reference reader."""


def as_columns(hits: Sequence[tuple[int, Hit]]) -> dict[str, pa.Array]:
    """``line`` and all of :data:`HIT_FIELDS`, of hits with the numbers of their lines."""
    columns = {"line": pa.array([line for line, _ in hits], pa.int64())}
    return columns | {name: pa.array([getattr(hit, name) for _, hit in hits], TYPES[name]) for name in HIT_FIELDS}


class Rows:
    """Which rows of a block may be trusted: each condition leaves fewer."""

    def __init__(self, number: int) -> None:
        self.good: Flags = np.ones(number, dtype=np.bool_)

    def only(self, good: Any) -> None:
        """Those of these rows."""
        self.good &= good

    def only_texts(self, column: pa.DictionaryArray, good: pa.BooleanArray) -> None:
        """Those with these texts of a column; what is nothing is not good."""
        flags = good.fill_null(False).to_numpy(zero_copy_only=False)
        if not flags.all():
            self.good &= flags[column.indices.to_numpy()]


def cut(
    data: bytes, delimiter: str, pieces: int, kinds: Mapping[str, pa.DataType], lines: int
) -> tuple[dict[str, Any], Numbers] | None:
    """Columns ``p1`` and so on, those of these kinds, of the lines with so many pieces; and the lines' places.

    ``None`` where too many lines have more or fewer.
    """
    left_out: list[int] = []

    def leave_out(row: Any) -> str:
        left_out.append(row.number - 1)
        return "skip"

    found = csv.read_csv(
        pa.BufferReader(data),
        read_options=csv.ReadOptions(
            column_names=[f"p{at + 1}" for at in range(pieces)], block_size=len(data) + 1, use_threads=False
        ),
        parse_options=csv.ParseOptions(
            delimiter=delimiter,
            quote_char=False,
            ignore_empty_lines=False,
            invalid_row_handler=leave_out,
        ),
        convert_options=csv.ConvertOptions(
            column_types=kinds, include_columns=list(kinds), check_utf8=False, strings_can_be_null=False
        ),
    )
    if not found.num_rows or found.num_rows + len(left_out) != lines or len(left_out) * FEW > lines:
        return None
    places = np.delete(np.arange(lines), left_out)
    return {name: found[name].combine_chunks() for name in kinds}, places


def found(columns: Mapping[str, pa.Array], places: Numbers, rows: Rows, lines: int, first_line: int) -> Found:
    """The hits of the rows that may be trusted, and the numbers of all other lines."""
    table = pa.table({"line": pa.array(places + first_line), **columns})
    if not rows.good.all():
        table = _only(table, rows.good)
    slow = np.ones(lines, dtype=np.bool_)
    slow[places[rows.good]] = False
    return Columns(table), (np.flatnonzero(slow) + first_line).tolist()


def clock(texts: Bytes, rows: Rows) -> Numbers:
    """Seconds since midnight, of rows of eight bytes: ``10:05:03``."""
    digits = texts[:, [0, 1, 3, 4, 6, 7]] - ZERO
    rows.only((texts[:, [2, 5]] == COLONS).all(axis=1) & (digits <= 9).all(axis=1))
    hours, minutes, seconds = (10 * digits[:, 0::2] + digits[:, 1::2]).T.astype(np.int64)
    rows.only((hours < 24) & (minutes < 60) & (seconds < 60))
    seconds_of_day: Numbers = 3600 * hours + 60 * minutes + seconds
    return seconds_of_day


def day_number(year: int, month: int, day: int) -> int | None:
    """Days since 1970, where every time of that day can be told in UTC."""
    try:
        one = date(year, month, day)
    except ValueError:
        return None
    return one.toordinal() - EPOCH if FIRST_DATE <= one <= LAST_DATE else None


def times(seconds: Numbers) -> pa.TimestampArray:
    """Seconds since 1970 as times."""
    return pa.array(seconds * 1_000_000).view(pa.timestamp("us"))


def long_enough(texts: pa.BinaryArray, shortest: bytes, rows: Rows) -> pa.BinaryArray:
    """The texts, with another in place of those too short to be good, so that what is looked for in each is there."""
    starts, ends, _ = laid_out(texts)
    good = ends - starts >= len(shortest)
    if good.all():
        return texts
    rows.only(good)
    return pc.if_else(pa.array(good), texts, shortest)


def sizes(texts: pa.BinaryArray, rows: Rows) -> pa.Int64Array:
    """Texts of digits as numbers; ``-`` is nothing."""
    texts = pc.if_else(pc.equal(texts, b"-"), None, texts)
    starts, ends, text = laid_out(texts)
    none = np.asarray(texts.is_null())
    plain = none | ((ends > starts) & (ends - starts <= MOST_DIGITS))
    if not plain.all() or (text - ZERO > 9).any():
        plain &= none | pc.match_substring_regex(texts, SIZE).fill_null(False).to_numpy(zero_copy_only=False)
        rows.only(plain)
        texts = pc.if_else(pa.array(plain), texts, None)
    return texts.view(pa.string()).cast(pa.int64())


def numbered(texts: pa.StringArray, rows: pa.Int32Array) -> pa.DictionaryArray:
    """The texts that the rows have, each once."""
    found = texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(found.indices.take(rows), found.dictionary)


def _only(table: pa.Table, good: Flags) -> pa.Table:
    """These rows; texts that no row has any more are forgotten."""
    kept = table.filter(pa.array(good)).combine_chunks()
    if not kept.num_rows:
        return kept
    return pa.table({name: _used(kept[name].chunk(0)) for name in kept.column_names})


def _used(column: pa.Array) -> pa.Array:
    if not pa.types.is_dictionary(column.type):
        return column
    none = np.asarray(column.is_null())
    numbers = column.indices.fill_null(0).to_numpy()
    used = np.unique(numbers[~none])
    if len(used) == len(column.dictionary):
        return column
    new = np.zeros(max(len(column.dictionary), 1), dtype=np.int32)
    new[used] = np.arange(len(used), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(new[numbers], mask=none), column.dictionary.take(pa.array(used)))


def laid_out(texts: pa.BinaryArray) -> tuple[Numbers, Numbers, Bytes]:
    """Where each text begins and ends, and all their bytes."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return places[:-1], places[1:], np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)


def gathered(data: Bytes, places: Numbers, size: int) -> Bytes:
    """So many bytes from each of these places: an array of rows. There must be so many behind each."""
    pieces = np.ndarray((len(data) - size + 1,), dtype=f"V{size}", buffer=data, strides=(1,))
    return pieces[places].view(np.uint8).reshape(len(places), size)
