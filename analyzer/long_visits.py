"""Where visits start when their length has a limit (``max_requests``).

A limit makes each start depend on the one before, so stretches that are long enough are gone through in plain Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from analyzer.dimensions import NUMBER
from analyzer.engine import Engine

View = tuple[int, object, bool]
"""Hit, what a reload repeats, whether it comes from outside."""


def starts_of(views: Iterable[View], limit: int, split_on_referrer: bool) -> Iterator[int]:
    """The hits that start a visit, of one stretch in order."""
    entry: object = None
    number = 0
    for hit, arrival, external in views:
        arrives = external and split_on_referrer and arrival != entry
        if number == 0 or number >= limit or arrives:
            entry, number = arrival, 0
            yield hit
        number += 1


def split_long_stretches(engine: Engine, limit: int, split_on_referrer: bool) -> None:
    """Put right in the table ``starts`` the stretches with more page views than the limit."""
    engine.run_file("prepare/long_stretches.sql", limit=limit)
    rows = engine.rows("SELECT stretch, hit, arrival, referrer, external FROM long_views ORDER BY stretch, hit")
    hits = [
        hit
        for _, stretch in groupby(rows, key=itemgetter(0))
        for hit in starts_of(((row[1], row[2:4], row[4]) for row in stretch), limit, split_on_referrer)
    ]
    engine.run("DELETE FROM starts WHERE hit IN (SELECT hit FROM long_views)")
    engine.make("more_starts", {"hit": NUMBER}, {"hit": hits})
    engine.run("INSERT INTO starts SELECT hit FROM more_starts")
