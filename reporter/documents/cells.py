"""Values as typed cells: what number stands in a cell, and in which format it is shown. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from reporter import words
from reporter.model import Column
from reporter.rows import Value

EPOCH = date(1899, 12, 30)
"""Day 0, as far as days from March 1900 on are concerned; Excel believes that there was a 29 February 1900."""
FIRST_DAY = date(1900, 3, 1)
DAY_S = 86_400
NAMED = ("weekday", "country", "channel", "kind", "name", "direction", "dimension", "purpose")
"""Dimensions whose numbers and short forms have names."""
WIDEST = 60
NARROWEST = 8
FORMATS = {
    "count": "#,##0",
    "number": "#,##0.00##",
    "probability": '[<0.001]"< 0.001";0.000',
    "rate": "0.0%",
    "points": '+0.0" pp";"−"0.0" pp";0.0" pp"',
    "seconds": "[h]:mm:ss",
    "timestamp": "yyyy-mm-dd hh:mm",
    "date": "ddd d mmm yyyy",
    "month": "mmmm yyyy",
    "hour": '00":00"',
    "status": "0",
    "flag": "General",
    "text": "General",
}
"""Format of a number by unit, or by what a dimension is."""


def money_format(currency: str) -> str:
    """``1,234.50 €``, known as an amount of this currency."""
    return f"#,##0.00\\ [${words.SYMBOLS.get(currency, currency)}]"


def key_kind(column: Column, value: Value) -> str:
    """In which of the ``FORMATS`` a cell of a dimension is."""
    if isinstance(value, date):
        return "text" if value < FIRST_DAY else "month" if column.id == "month" else "date"
    if isinstance(value, int):
        return "hour" if column.id == "hour" else "text" if column.id == "weekday" else "status"
    return "text"


def key_cell(column: Column, value: Value) -> Any:
    """What stands in the cell of a dimension: text, a number, or ``None``."""
    match key_kind(column, value):
        case "date" | "month":
            return (value - EPOCH).days
        case "hour" | "status":
            return value
        case _:
            if column.id in NAMED and value is not None:
                return words.named(value, column.id)
            return None if value is None else value.isoformat() if isinstance(value, date) else str(value)


def number_of(column: Column, value: Value) -> Any:
    """The number (or answer) of a measure; of times, days and their parts in their zone, of points a hundred times."""
    return None if value is None else _NUMBERS.get(column.unit, float)(value)


def _serial(value: datetime) -> float:
    plain = value.replace(tzinfo=None)
    return (plain - datetime(EPOCH.year, EPOCH.month, EPOCH.day)).total_seconds() / DAY_S  # noqa: DTZ001 - both of one zone


_NUMBERS: dict[str, Callable[[Value], Any]] = {
    "count": int,
    "flag": bool,
    "points": lambda value: float(value) * 100,
    "seconds": lambda value: float(value) / DAY_S,
    "timestamp": _serial,
}
