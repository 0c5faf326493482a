"""What is offered while somebody writes: values that the data set has, the most frequent first.

Each key has a report whose rows are values of it; the rows are those of the days that are counted.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from console.live_report import AskedDays, ask
from shared.settings import Settings

MOST = 12
KEPT = 16


@dataclass(frozen=True)
class Source:
    """Where values are from: a report, the dimension, the measure that they are told with, and rows of which kind."""

    report: str
    dimension: str
    measure: str
    kind: str = ""

    @property
    def unit(self) -> str:
        """What the numbers are of, in words."""
        return WORDS[self.measure]


PAGES = Source("pages", "page", "views")
SOURCES: dict[str, Source] = {
    "labels.match.saw_page": PAGES,
    "labels.match.entry_page": Source("entries", "page", "visits"),
    "labels.match.exit_page": Source("exits", "page", "visits"),
    "labels.match.referrer": Source("referrers", "url", "visits"),
    "labels.match.search_engine": Source("search", "engine", "visits"),
    "labels.match.search_term": Source("search", "term", "visits"),
    "labels.match.channel": Source("sources", "channel", "visits"),
    "labels.match.campaign": Source("campaigns", "campaign", "visits"),
    "labels.match.country": Source("countries", "country", "visits"),
    "labels.match.browser": Source("technology", "name", "visits", "browser"),
    "labels.match.os": Source("technology", "name", "visits", "os"),
    "labels.match.device": Source("technology", "name", "visits", "device"),
    "labels.match.exit_link": Source("exit_links", "url", "visits"),
    "funnels.stages.groups.pages": PAGES,
    "exclude.pages": PAGES,
    "campaigns.match.page": Source("entries", "page", "visits"),
    "campaigns.match.referrer": Source("referrers", "url", "visits"),
}
"""Key of the settings to what is offered there."""
NO_VALUES = ("(none)", "(unknown)", "(not provided)")
"""What reports say where there is no value, which no criterion is true of."""
WORDS = {"views": "page views", "visits": "visits"}
_kept: OrderedDict[tuple[str, Source, str], list[tuple[str, int]]] = OrderedDict()
_lock = threading.Lock()


def values_of(
    settings: Settings,
    folder: Path,
    days: AskedDays,
    key: str,
    text: str = "",
    *,
    limit: int = MOST,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[tuple[str, int]]:
    """Values that hold the text, those that begin with it first, each with how often it was there.

    ``turn`` is held while the data is asked, which it is but once for a key and days.
    """
    source, wanted = SOURCES[key], text.strip().lower()
    found = [one for one in _values(settings, folder, days, source, turn) if wanted in one[0].lower()]
    found.sort(key=lambda one: not one[0].lower().startswith(wanted))
    return found[:limit]


def _values(
    settings: Settings, folder: Path, days: AskedDays, source: Source, turn: Callable[[], AbstractContextManager[None]]
) -> list[tuple[str, int]]:
    key = (str(folder), source, days.asked.id)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    with turn():
        _, answer = ask(folder, settings, days, None, source.report)
    sums: dict[str, int] = {}
    for row in answer.as_mappings():
        if row["label"] == "all" and row[source.dimension] and (not source.kind or row["kind"] == source.kind):
            value = str(row[source.dimension])
            sums[value] = sums.get(value, 0) + int(row[source.measure] or 0)
    found = sorted(
        ((value, number) for value, number in sums.items() if value not in NO_VALUES),
        key=lambda one: (-one[1], one[0]),
    )
    with _lock:
        _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found
