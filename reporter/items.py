"""What rows are about, as people read it, where that takes more than the one cell: countries among what changed.

CSV and JSON say codes there, as they do of the countries' own report.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reporter import words
from reporter.model import Report
from reporter.report import Names
from reporter.rows import Coded, Value
from reporter.world import names

KIND, ITEM, COUNTRY = "dimension", "item", "country"
"""The columns of ``changes``, and the kind whose items are codes."""


def keys_shown(report: Report) -> Sequence[Coded]:
    """The columns of :attr:`Report.columns` that say what rows are about, with names in place of codes."""
    keys = report.columns.keys
    ids = [one.id for one in report.dimensions]
    if ids != [KIND, ITEM]:
        return keys
    kind, item = keys
    distinct, renamed = item.distinct.renamed(names())
    countries = np.flatnonzero(kind.distinct.values == COUNTRY)
    codes = np.where(np.isin(kind.codes, countries), renamed[item.codes], item.codes)
    return [kind, Coded(distinct, codes)]


def item_named(kind: Value, item: Value) -> Value:
    """Of one row of what changed."""
    return names().get(item, item) if kind == COUNTRY else item


def key_named(key: Sequence[Value], dimensions: Sequence[str], own: Names | None = None) -> tuple[str, ...]:
    """What one row is about; ``own`` are names of the settings, by dimension (:attr:`reporter.report.Report.names`)."""
    if tuple(dimensions) == (KIND, ITEM):
        key = (key[0], item_named(*key))
    mine = own or {}
    return tuple(words.named(mine.get(name, {}).get(one, one), name) for one, name in zip(key, dimensions, strict=True))
