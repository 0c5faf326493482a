"""Times in format strings: ``strftime`` and what Apache adds to it, as components that together say when.

https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats. A time without a zone is UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from parser.logformat_parts import Field, Part
from parser.ncsa import FIRST_YEAR, MONTHS
from parser.times import micros, offset, since_epoch
from shared.errors import Misconfigured

NCSA_TIME = "%d/%b/%Y:%H:%M:%S %z"
ISO_TIME = "%Y-%m-%dT%H:%M:%S%z"
DIGITS = r"\d{1,19}"
"""A count since 1970: one of thousands of digits is no number for Python."""
COMPOUND: dict[str, str] = {
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "R": "%H:%M",
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "c": "%a %b %e %H:%M:%S %Y",
    "r": "%I:%M:%S %p",
    "x": "%m/%d/%y",
}
"""Directives that stand for several."""
SIMPLE: dict[str, tuple[str, str]] = {
    "Y": ("year", r"\d{4}"),
    "y": ("year_of_century", r"\d\d"),
    "m": ("month", r"\d\d"),
    "b": ("month_name", r"[A-Za-z]{3,9}"),
    "B": ("month_name", r"[A-Za-z]{3,9}"),
    "h": ("month_name", r"[A-Za-z]{3,9}"),
    "d": ("day", r"\d\d"),
    "e": ("day", r"[ \d]?\d"),
    "j": ("day_of_year", r"\d{3}"),
    "H": ("hour", r"\d\d"),
    "k": ("hour", r"[ \d]?\d"),
    "I": ("hour_of_12", r"\d\d"),
    "l": ("hour_of_12", r"[ \d]?\d"),
    "p": ("half", r"[AaPp][Mm]"),
    "P": ("half", r"[AaPp][Mm]"),
    "M": ("minute", r"\d\d"),
    "S": ("second", r"\d\d"),
    "s": ("sec", DIGITS),
    "z": ("zone", r"(?:[+-]\d\d:?\d\d|Z)"),
    "Z": ("", r"[A-Za-z]+"),
    "a": ("", r"[^\s\d,]{1,24}"),
    "A": ("", r"[^\s\d,]{1,24}"),
    "u": ("", r"\d"),
    "w": ("", r"\d"),
    "V": ("", r"\d\d"),
}
"""Directive to component and the shape of its text; of a named zone nothing is known."""
WORDS: dict[str, tuple[str, str]] = {
    "sec": ("sec", DIGITS),
    "msec": ("msec", DIGITS),
    "usec": ("usec", DIGITS),
    "msec_frac": ("fraction", r"\d{3}"),
    "usec_frac": ("fraction", r"\d{6}"),
}
"""Apache's ``%{...}t`` beyond strftime."""
MSEC = Field("time.sec", shape=rf"{DIGITS}(?:\.{DIGITS})?", written="$msec")
"""nginx: seconds since 1970 with milliseconds."""
DAYS = ({"day_of_year"}, {"month", "day"}, {"month_name", "day"})
HOURS = ({"hour"}, {"hour_of_12", "half"})
CENTURY_FROM = 69
"""As POSIX has it for ``%y``."""


def strftime_parts(text: str, written: str) -> list[Part]:
    """The components and literals of a ``strftime`` format; ``written`` is the field it stands in."""
    parts: list[Part] = []
    for literal, directive in re.findall(r"([^%]+)|%[EO]?(.?)", text, re.DOTALL):
        if literal or directive in ("%", "n", "t"):
            parts.append(literal or {"n": "\n", "t": "\t"}.get(directive, "%"))
        elif directive in COMPOUND:
            parts += strftime_parts(COMPOUND[directive], written)
        elif directive in SIMPLE:
            name, shape = SIMPLE[directive]
            parts.append(Field(f"time.{name}" if name else "", shape=shape, written=written))
        else:
            raise Misconfigured(
                f"The time {written} of the format string has %{directive}, which is not known.",
                remedy=f"Known are {' '.join('%' + one for one in sorted(SIMPLE | COMPOUND))}.",
                reason="format_incomplete",
            )
    return parts


def says_when(names: Iterable[str]) -> bool:
    """Whether these components give a point in time."""
    known = set(names)
    if known & {"sec", "msec", "usec"}:
        return True
    has_year = bool(known & {"year", "year_of_century"})
    return has_year and any(one <= known for one in DAYS) and any(one <= known for one in HOURS) and "minute" in known


@lru_cache(maxsize=1024)
def moment(names: tuple[str, ...], texts: tuple[str, ...]) -> datetime | None:
    """UTC of the components of a line; lines of one second have the same."""
    parts = dict(zip(names, texts, strict=True))
    fraction = micros(parts.get("fraction", ""))
    for name, units in (("sec", 1), ("msec", 1_000), ("usec", 1_000_000)):
        if name in parts:
            whole, _, rest = parts[name].partition(".")
            return since_epoch(int(whole), units, micros(rest) or (fraction if units == 1 else 0))
    try:
        at = _day(parts) + timedelta(hours=_hour(parts), minutes=int(parts["minute"]))
        at += timedelta(seconds=int(parts.get("second", "0")), microseconds=fraction)
        return at - _zone(parts.get("zone", "Z"))
    except (KeyError, ValueError, OverflowError):
        return None


def _day(parts: Mapping[str, str]) -> datetime:
    if "year" in parts:
        year = int(parts["year"])
    else:
        year = int(parts["year_of_century"])
        year += 1900 if year >= CENTURY_FROM else 2000
    if year < FIRST_YEAR:
        raise ValueError(year)
    if "day" not in parts:
        day = datetime(year, 1, 1) + timedelta(days=int(parts["day_of_year"]) - 1)
        if day.year != year:
            raise ValueError(parts["day_of_year"])
        return day
    month = int(parts["month"]) if "month" in parts else MONTHS[parts["month_name"][:3].capitalize()]
    return datetime(year, month, int(parts["day"]))


def _hour(parts: Mapping[str, str]) -> int:
    hour = int(parts["hour"]) if "hour" in parts else int(parts["hour_of_12"]) % 12
    if "hour" not in parts and parts["half"].upper() == "PM":
        hour += 12
    if hour > 23 or int(parts["minute"]) > 59 or int(parts.get("second", "0")) > 59:
        raise ValueError(parts)
    return hour


def _zone(text: str) -> timedelta:
    return timedelta(0) if text == "Z" else offset(text[0], text[1:3], text[-2:])
