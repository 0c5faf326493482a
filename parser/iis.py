"""IIS native: comma-separated fields in a fixed order, dates as the server's country writes them, local times.

``address, user, date, time, service, computer, server address, milliseconds, bytes in, bytes out, status, Windows
status, method, target, parameters,``
https://learn.microsoft.com/en-us/previous-versions/iis/6.0-sdk/ms525807(v=vs.90)

Nothing in a line tells 03/04/01 in America from 03/04/01 in Europe, so there are two formats, and the month comes first
where a file fits both. A date with points (``20.03.01``) has the day first in both; four figures in front are the year.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from parser.fields import hit_of
from parser.ncsa import FIRST_YEAR
from parser.records import Record, Reject

FIELDS = (
    "address", "user", "date", "time", "service", "computer", "server", "took_ms", "bytes_in", "bytes", "status",
    "windows_status", "method", "target",
)  # fmt: skip
"""The last holds the parameters too: a target may have commas."""
DATE = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d)", re.ASCII)
CENTURY_FROM = 70
"""A year of two figures from here on is of the twentieth century."""


def reader(*, day_first: bool) -> Callable[[str], Record]:
    """Reads one line; ``day_first`` is how the server's country writes dates."""

    def read(line: str) -> Record:
        values = [value.strip(" ") for value in line.split(",", len(FIELDS) - 1)]
        if len(values) < len(FIELDS):
            return Reject("shape")
        row = dict(zip(FIELDS, values, strict=True))
        path, _, query = row["target"].removesuffix(",").partition(", ")
        return hit_of(_when(row["date"], row["time"], day_first=day_first), row | {"path": path, "query": query})

    return read


def _when(date: str, clock: str, *, day_first: bool) -> datetime | None:
    on, at = DATE.fullmatch(date), CLOCK.fullmatch(clock)
    if on is None or at is None:
        return None
    first, second, last = int(on[1]), int(on[3]), int(on[4])
    if len(on[1]) > 2:
        year, month, day = first, second, last
    else:
        year = last if len(on[4]) > 2 else last + (1900 if last >= CENTURY_FROM else 2000)
        month, day = (second, first) if day_first or on[2] == "." else (first, second)
    try:
        return datetime(year, month, day, int(at[1]), int(at[2]), int(at[3])) if year >= FIRST_YEAR else None
    except ValueError:
        return None
