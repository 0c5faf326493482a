"""Rows by column, as writers need them: every different value of a column is turned into text once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Value = Any
"""``int``, ``float``, ``Decimal``, ``str``, ``date``, ``datetime``, ``bool`` or ``None``."""
Numbers = NDArray[np.integer[Any]]
Objects = NDArray[np.object_]


@dataclass(frozen=True)
class Row:
    """One thing and its measures by label."""

    key: tuple[Value, ...]
    values: Mapping[str, Mapping[str, Value]]


class Distinct:
    """The different values of a column, ``None`` as the last: cells say by its number, -1, that they have none."""

    def __init__(self, values: Iterable[Value]) -> None:
        self.values = _objects([*values, None])
        self._texts: dict[str, Objects] = {}
        self._memos: dict[str, _Memo] = {}
        self._numbers: NDArray[np.float64] | None = None
        self._ranks: Numbers | None = None
        self._renamed: tuple[Distinct, Numbers] | None = None

    def numbers(self) -> NDArray[np.float64]:
        """Every value as a number; nothing is zero."""
        if self._numbers is None:
            self._numbers = np.array([float(one or 0) for one in self.values.tolist()])
        return self._numbers

    def ranks(self) -> Numbers:
        """The place of every value among all, from the least to the greatest; nothing is less than anything."""
        if self._ranks is None:
            values = self.values.tolist()
            order = sorted(
                range(len(values)), key=lambda at: (values[at] is not None, 0 if values[at] is None else values[at])
            )
            self._ranks = np.empty(len(values), dtype=np.int64)
            self._ranks[order] = np.arange(len(values))
        return self._ranks

    def renamed(self, names: Mapping[str, str]) -> tuple[Distinct, Numbers]:
        """The same values, each by its number, and behind them the names that some have; and every value's number then.

        Made once, of the first ``names``.
        """
        if self._renamed is None:
            values = self.values.tolist()[:-1]
            codes = np.append(np.arange(len(values)), -1)
            found = [at for at, one in enumerate(values) if isinstance(one, str) and one in names]
            codes[found] = len(values) + np.arange(len(found))
            self._renamed = Distinct([*values, *(names[values[at]] for at in found)]), codes
        return self._renamed

    def texts(self, name: str, write: Callable[[Sequence[Value]], Iterable[str]]) -> Objects:
        """The text of every value. ``name`` tells one way to write from another."""
        if name not in self._texts:
            self._texts[name] = _objects(list(write(self.values.tolist())))
        return self._texts[name]

    def memo(self, name: str, write: Callable[[Value], str]) -> dict[int, str]:
        """The same by number, written when first asked for: of a long column, pages show a part."""
        if name not in self._memos:
            self._memos[name] = _Memo(self.values, write)
        return self._memos[name]


class _Memo(dict[int, str]):
    def __init__(self, values: Objects, write: Callable[[Value], str]) -> None:
        super().__init__()
        self._values, self._write = values, write

    def __missing__(self, code: int) -> str:
        text = self[code] = self._write(self._values[code])
        return text


@dataclass(frozen=True)
class Coded:
    """A column: the number of each cell's value. Columns of several periods share what is distinct, and its texts."""

    distinct: Distinct
    codes: Numbers

    @classmethod
    def of(cls, values: Sequence[Value]) -> Coded:
        """Of plain values, each taken to be different."""
        return cls(Distinct(values), np.arange(len(values)))

    @classmethod
    def of_equal(cls, values: Sequence[Value]) -> Coded:
        """Of plain values, those that are the same taken for one: of keys and labels."""
        # 0 and 0.0 are equal, and written differently.
        named = [one if isinstance(one, str) else (type(one), repr(one)) for one in values]
        known = dict(zip(named, values, strict=True))
        known.pop((NoneType, "None"), None)
        numbers = {name: number for number, name in enumerate(known)}
        return cls(Distinct(known.values()), np.array([numbers.get(name, -1) for name in named], dtype=np.int64))

    def places(self, value: str) -> Numbers:
        """The cells with a value that is once among the different ones, or not at all."""
        found = np.flatnonzero(self.distinct.values == value)
        return np.flatnonzero(self.codes == found[0]) if len(found) else found

    def at(self, places: Numbers | slice) -> Coded:
        """The cells at these places."""
        return Coded(self.distinct, self.codes[places])

    def value(self, place: int) -> Value:
        """That of one cell."""
        return self.distinct.values[self.codes[place]]

    def values(self) -> list[Value]:
        """Those of all cells."""
        found: list[Value] = self.distinct.values[self.codes].tolist()
        return found

    def texts(self, name: str, write: Callable[[Sequence[Value]], Iterable[str]]) -> list[str]:
        """Those of all cells; see :meth:`Distinct.texts`."""
        found: list[str] = self.distinct.texts(name, write)[self.codes].tolist()
        return found


class Rows(Sequence[Row]):
    """The rows of a report: ``keys`` have a cell a row; ``labels`` and ``measures`` one a record, a row's together.

    A record is what a row says of one label. ``starts`` are the places of each row's first record, and their number.
    """

    def __init__(self, keys: Sequence[Coded], labels: Coded, measures: Mapping[str, Coded], starts: Numbers) -> None:
        self.keys, self.labels, self.measures, self.starts = keys, labels, measures, starts
        self._places: dict[str, Numbers] = {}

    @classmethod
    def of(cls, rows: Sequence[Row], dimensions: int, measures: Sequence[str]) -> Rows:
        """Rows by column; what is so already stays as it is."""
        if isinstance(rows, Rows):
            return rows
        records = [(label, values) for row in rows for label, values in row.values.items()]
        return cls(
            [Coded.of_equal([row.key[at] for row in rows]) for at in range(dimensions)],
            Coded.of_equal([label for label, _ in records]),
            {one: Coded.of([values[one] for _, values in records]) for one in measures},
            np.cumsum([0, *(len(row.values) for row in rows)]),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        number = range(len(self))[at]
        return self._row(number) if isinstance(number, int) else tuple(map(self._row, number))

    def _row(self, number: int) -> Row:
        key = tuple(one.value(number) for one in self.keys)
        records = range(self.starts[number], self.starts[number + 1])
        values = {
            self.labels.value(record): {name: one.value(record) for name, one in self.measures.items()}
            for record in records
        }
        return Row(key, values)

    def row_of_record(self) -> Numbers:
        """The number of the row of every record."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def places(self, label: str) -> Numbers:
        """The records of a label, in the order of rows."""
        if label not in self._places:
            self._places[label] = self.labels.places(label)
        return self._places[label]

    def values_of(self, label: str, measure: str, first: int = 0) -> list[Value]:
        """A measure of a label in each row that has it, from the ``first`` row on."""
        places = self.places(label)
        return self.measures[measure].at(places[np.searchsorted(places, self.starts[first]) :]).values()

    def codes_of(self, label: str, number: int) -> dict[str, list[int]]:
        """Of each of the first so many rows the number of the value of a label's measures; -1 where it has none."""
        places = self.places(label)
        places = places[: np.searchsorted(places, self.starts[number])]
        rows = np.searchsorted(self.starts, places, side="right") - 1
        codes = np.full((len(self.measures), number), -1)
        for at, column in enumerate(self.measures.values()):
            codes[at, rows] = column.codes[places]
        return dict(zip(self.measures, codes.tolist(), strict=True))


def _objects(values: Sequence[Value]) -> Objects:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def rows_of_records(columns: Mapping[str, Coded], dimensions: Sequence[str], measures: Sequence[str]) -> Rows:
    """Records, which stand label by label, as rows; these are in the order in which the records first name them."""
    nothing = Coded.of([])
    labels, keys = columns.get("label", nothing), [columns.get(one, nothing) for one in dimensions]
    number: Numbers = np.zeros(len(labels.codes), dtype=np.int64)
    for key in keys:
        number = _numbered(number * len(key.distinct.values) + key.codes + 1)
    # Two records may say the same of two things that are called the same: the last one counts.
    last = _last_places(number * len(labels.distinct.values) + labels.codes)
    order = last[np.argsort(number[last], kind="stable")]
    begins = np.flatnonzero(np.diff(number[order], prepend=-1))
    return Rows(
        [key.at(order[begins]) for key in keys],
        labels.at(order),
        {one: columns.get(one, nothing).at(order) for one in measures},
        np.append(begins, len(order)),
    )


def _numbered(values: Numbers) -> Numbers:
    """Each value's number: those that are the same share one, in the order in which they first come."""
    _, first, number = np.unique(values, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    found: Numbers = order[number]
    return found


def _last_places(values: Numbers) -> Numbers:
    """The places, in their order, of the last of each value."""
    _, behind = np.unique(values[::-1], return_index=True)
    return np.sort(len(values) - 1 - behind)
