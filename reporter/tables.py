"""The Parquet files of an analysis, read by period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reporter.rows import Coded, Distinct, Value

Bounds = tuple[int, int]


class Table:
    """The rows of one report, those of a period together; NULL is ``None``, a time is one of ``zone``.

    The row groups that were read last are kept: the next periods often stand in them, too.
    """

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self._zone = zone
        self._file = pq.ParquetFile(path, read_dictionary=["period"])
        self._groups: dict[int, Any] = {}
        counts = [self._file.metadata.row_group(at).num_rows for at in range(self._file.num_row_groups)]
        self._starts = np.cumsum([0, *counts])
        self._bounds = _bounds(self._file.read(columns=["period"], use_threads=False).column(0))

    def count(self, period: str) -> int:
        """How many rows a period has."""
        start, end = self._bounds.get(period, (0, 0))
        return end - start

    def columns(self, periods: Sequence[str]) -> Iterator[tuple[str, dict[str, Coded]]]:
        """The columns of each period that has rows, but the period."""
        found = {one: self._bounds[one] for one in periods if one in self._bounds}
        if not found:
            return
        table = pa.concat_tables(self._slices(list(found.values())))
        coded = {name: _coded(table.column(name), self._zone) for name in table.column_names if name != "period"}
        at = 0
        for period, (start, end) in found.items():
            place = slice(at, at := at + end - start)
            yield period, {name: column.at(place) for name, column in coded.items()}

    def _slices(self, bounds: Sequence[Bounds]) -> list[Any]:
        """The rows between these bounds, in their order."""
        pieces = [(at, *self._within(at, one)) for one in bounds for at in self._groups_of(one)]
        known = self._groups
        self._groups = {}
        for at, _, _ in pieces:
            if at not in self._groups:
                self._groups[at] = known[at] if at in known else self._file.read_row_group(at, use_threads=False)
        return [self._groups[at].slice(start, number) for at, start, number in pieces]

    def _groups_of(self, bounds: Bounds) -> range:
        first, last = np.searchsorted(self._starts, [bounds[0], bounds[1] - 1], side="right") - 1
        return range(first, last + 1)

    def _within(self, group: int, bounds: Bounds) -> tuple[int, int]:
        """Where in a row group the rows begin, and how many there are."""
        start = max(bounds[0], self._starts[group])
        return start - self._starts[group], min(bounds[1], self._starts[group + 1]) - start


def _bounds(column: Any) -> dict[str, Bounds]:
    """The place of the first row of each period, and the one after its last."""
    found: dict[str, Bounds] = {}
    at = 0
    for chunk in column.chunks:
        names, codes = chunk.dictionary.to_pylist(), chunk.indices.to_numpy()
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        for begin, end in zip(begins, [*begins[1:], len(codes)], strict=True):
            name, start = names[codes[begin]], at + int(begin)
            first, last = found.get(name, (start, start))
            if last != start:
                raise ValueError(f"The rows of the period {name} do not stand together.")
            found[name] = first, at + int(end)
        at += len(codes)
    return found


def _coded(column: Any, zone: tzinfo) -> Coded:
    encoded = column.dictionary_encode().unify_dictionaries()
    values: list[Value] = encoded.chunk(0).dictionary.to_pylist()
    if pa.types.is_timestamp(column.type):
        values = [None if one is None else one.replace(tzinfo=UTC).astimezone(zone) for one in values]
    return Coded(Distinct(values), np.concatenate([one.indices.fill_null(-1).to_numpy() for one in encoded.chunks]))
