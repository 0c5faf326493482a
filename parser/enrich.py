"""What is known of the distinct values of a part's hits: side tables beside it, to be joined.

An agent, an address or a referrer stands in many hits and means the same in each, so it is asked for once a part; what
is asked again in the next is remembered, within bounds. Whether a referrer is the site's own is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa

from parser.agents import Agent, read_agent
from parser.countries import open_countries
from parser.engine import Descriptions
from shared.referrer_table import load_table
from shared.referrers import Referrer, own_table, read_referrer

REMEMBERED = 100_000
TEXT, FLAG = pa.string(), pa.bool_()
T = TypeVar("T", Agent, Referrer)


def descriptions(countries: Path | None = None, referrers: Path | None = None) -> Descriptions:
    """The side tables ``agents``, ``addresses`` and ``referrers``: each value with what it is.

    ``countries`` is a file in MMDB format, ``referrers`` a table of the user's own, each instead of or before ours.
    """
    database, table = open_countries(countries), load_table(referrers) if referrers else own_table()

    def addresses(values: Sequence[str]) -> pa.Table:
        return pa.table({"address": pa.array(values, TEXT), "country": pa.array(database.countries_of(values), TEXT)})

    return {
        "agents": ("agent", _Remembered("agent", Agent, read_agent).table),
        "addresses": ("address", addresses),
        "referrers": ("referrer", _Remembered("referrer", Referrer, lambda one: read_referrer(one, (), table)).table),
    }


class _Remembered(Generic[T]):
    """Asks once for each value; forgets all when it knows too many. Threads that ask at once may ask twice."""

    def __init__(self, name: str, kind: type[T], read: Callable[[str], T]) -> None:
        self._name = name
        self._read: Callable[[str], T] = read
        self._columns = [(one.name, FLAG if one.type in (bool, "bool") else TEXT) for one in fields(kind)]
        self._known: dict[str, T] = {}

    def table(self, values: Sequence[str]) -> pa.Table:
        """The value and every field of what it is."""
        known = self._known if len(self._known) < REMEMBERED else {}
        self._known = known
        found: list[Any] = []
        for value in values:
            if (one := known.get(value)) is None:
                one = known[value] = self._read(value)
            found.append(one)
        columns = {name: pa.array([getattr(one, name) for one in found], kind) for name, kind in self._columns}
        return pa.table({self._name: pa.array(values, TEXT), **columns})
