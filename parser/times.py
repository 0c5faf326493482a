"""Times as formats other than NCSA and W3C write them: ISO 8601 and seconds since 1970; all give naive UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from parser.ncsa import FIRST_YEAR

EPOCH = datetime(1970, 1, 1)
ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)? ?(?:([+-])(\d\d):?(\d\d)?|Z|UTC)?", re.ASCII
)
SECONDS = re.compile(r"(\d{1,19})(?:\.(\d*))?", re.ASCII)
UNITS_A_SECOND = (1, 1_000, 1_000_000, 1_000_000_000)
LATEST_S = 100_000_000_000
"""A number beyond this (the year 5138) counts milliseconds, micro- or nanoseconds."""


def read_iso(text: str) -> datetime | None:
    """``2026-03-01T12:00:00.5+05:30``; without a zone it is UTC."""
    match = ISO.fullmatch(text)
    if match is None or int(match[1]) < FIRST_YEAR:
        return None
    year, month, day, hour, minute, second = (int(match[at]) for at in range(1, 7))
    try:
        local = datetime(year, month, day, hour, minute, second, micros(match[7] or ""))
        return local - offset(match[8] or "+", match[9] or "0", match[10] or "0")
    except (ValueError, OverflowError):
        return None


def read_epoch(text: str) -> datetime | None:
    """``1646861401.524`` seconds, or a whole number of milli-, micro- or nanoseconds."""
    match = SECONDS.fullmatch(text)
    if match is None:
        return None
    whole = int(match[1])
    unit = next((unit for unit in UNITS_A_SECOND if whole < LATEST_S * unit), UNITS_A_SECOND[-1])
    return since_epoch(whole, unit) if unit > 1 else since_epoch(whole, 1, micros(match[2] or ""))


def since_epoch(number: int, units_a_second: int, microseconds: int = 0) -> datetime | None:
    """The time so many units after 1970, and some microseconds."""
    seconds, rest = divmod(number, units_a_second)
    try:
        return EPOCH + timedelta(seconds=seconds, microseconds=rest * 1_000_000 // units_a_second + microseconds)
    except OverflowError:
        return None


def micros(digits: str) -> int:
    """The microseconds that digits behind a point mean; what is finer is cut off."""
    return int(digits[:6].ljust(6, "0"))


def offset(sign: str, hours: str, minutes: str) -> timedelta:
    """How far a clock is ahead of UTC."""
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size
