"""Dates and amounts as people and advertising accounts write them. Pure; a column is read as a whole.

What one cell leaves open another of its column may settle: ``3/4/2024`` is clear beside ``13/4/2024``, and ``1,234``
beside ``1.50``. A date that stays open is an error, never a guess. :class:`ValueError` says what is wrong with a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
YEARS = range(1990, 2201)
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?$")
YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
NAMED = re.compile(r"(?:(\d{1,2})[ -])?([A-Za-z]{3,9})\.?[ -](?:(\d{1,2}),? )?(\d{4})", re.ASCII)
SPACES = re.compile(r"[\s'’]")
AMOUNT = re.compile(r"(?P<before>[^\d.,()+-]{0,5})(?P<number>[\d.,]*\d[.,]?)(?P<after>[^\d.,()+-]{0,5})", re.ASCII)
WHOLE = re.compile(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)?|\d+", re.ASCII)
MONTH_FIRST, DAY_FIRST, EITHER = "month first", "day first", "either"
PLACES = Decimal("0.000001")
MOST_DIGITS = 12
NO_VALUE = frozenset(("", "-", "--", "–", "—"))
SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₪": "ILS", "₺": "TRY"}
"""Signs of one currency only; a dollar sign may be anybody's."""


def is_date(text: str) -> bool:
    """Whether it has the shape of a day."""
    text = MIDNIGHT.sub("", text)
    return any(shape.fullmatch(text) for shape in (YEAR_FIRST, YEAR_LAST, NAMED))


def is_open(text: str) -> bool:
    """Whether a date may be read in two ways."""
    found = YEAR_LAST.fullmatch(MIDNIGHT.sub("", text))
    if found is None or found[2] == ".":
        return False
    first, second = int(found[1]), int(found[3])
    return first != second and max(first, second) <= 12


def date_order(texts: Iterable[str]) -> str:
    """Which of ``3/4/2024`` is the day, by all dates of a column; ``either`` where they leave it open."""
    order = ""
    for text in texts:
        found = YEAR_LAST.fullmatch(MIDNIGHT.sub("", text))
        if found is None or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first == second:
            continue
        one = DAY_FIRST if first > 12 else MONTH_FIRST if second > 12 else EITHER
        if one != EITHER and order not in ("", EITHER, one):
            raise ValueError(f"{text!r} has the {one}, a date before it the other way round")
        order = one if one != EITHER else order or EITHER
    return order


def read_date(text: str, order: str) -> date:
    """A day."""
    plain = MIDNIGHT.sub("", text)
    if (found := YEAR_FIRST.fullmatch(plain)) and (found[2] or len(plain) == 8):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    elif found := YEAR_LAST.fullmatch(plain):
        month_first = found[2] != "." and order == MONTH_FIRST
        first, second = int(found[1]), int(found[3])
        year, month, day = int(found[4]), *((first, second) if month_first else (second, first))
    elif (found := NAMED.fullmatch(plain)) and found[2][:3].lower() in MONTHS and bool(found[1]) != bool(found[3]):
        year, month, day = int(found[4]), MONTHS.index(found[2][:3].lower()) + 1, int(found[1] or found[3])
    else:
        raise ValueError(f"{text!r} is no day such as 2024-05-17")
    if year not in YEARS:
        raise ValueError(f"{text!r} is not between {YEARS[0]} and {YEARS[-1]}")
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001 - a day of the data set, whatever its zone
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None


def decimal_mark(texts: Iterable[str], usual: str) -> str:
    """What parts cents from the whole in a column of amounts: ``.`` or ``,``; ``usual`` where it does not say."""
    mark = ""
    for text in texts:
        one = _decimal_mark_of(SPACES.sub("", text))
        if one and mark and one != mark:
            raise ValueError(f"{text!r} has its cents behind {one!r}, an amount before it behind {mark!r}")
        mark = one or mark
    return mark or usual


def read_amount(text: str, mark: str) -> Decimal:
    """An amount, with at most six decimal places; a currency may stand at either side. ``--`` is nothing."""
    if text in NO_VALUE - {""}:
        return Decimal(0)
    found = AMOUNT.fullmatch(SPACES.sub("", text))
    if found is None or any("%" in found[side] for side in ("before", "after")):
        negative = "-" in text or "(" in text
        raise ValueError(f"{text!r} is {'below zero or ' if negative else ''}no amount such as 12.50")
    whole, _, cents = found["number"].partition(mark)
    thousands = "," if mark == "." else "."
    groups = whole.split(thousands)
    if mark in cents or thousands in cents or not _well_grouped(groups):
        raise ValueError(f"{text!r} is no amount with {mark!r} before the cents")
    digits = "".join(groups) or "0"
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"{text!r} is too much: at most {MOST_DIGITS} digits stand before the cents")
    return Decimal(f"{digits}.{cents or 0}").quantize(PLACES, ROUND_HALF_UP)


def read_count(text: str) -> int | None:
    """A whole number; ``None`` where there is none."""
    if text in NO_VALUE:
        return None
    plain = SPACES.sub("", text)
    if not WHOLE.fullmatch(plain) or len(plain) > 20:
        raise ValueError(f"{text!r} is no whole number")
    return int(plain.replace(",", "").replace(".", ""))


def currency_of(text: str) -> str | None:
    """The currency that an amount names beyond doubt."""
    found = AMOUNT.fullmatch(SPACES.sub("", text))
    for side in (found["before"], found["after"]) if found else ():
        if side in SYMBOLS:
            return SYMBOLS[side]
        if re.fullmatch(r"[A-Z]{3}", side):
            return side
    return None


def _decimal_mark_of(text: str) -> str:
    """What one amount says of it; empty where it says nothing, or where it is no amount."""
    found = AMOUNT.fullmatch(text)
    if found is None:
        return ""
    number: str = found["number"]
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        return "." if number.rfind(".") > number.rfind(",") else ","
    for mark, times, other in ((".", dots, ","), (",", commas, ".")):
        if times > 1:
            return other
        whole, _, rest = number.partition(mark)
        if times == 1 and (len(rest) != 3 or whole in ("", "0") or len(whole) > 3):
            return mark
    return ""


def _well_grouped(groups: list[str]) -> bool:
    """``1 234 567``, and as India has it ``12 34 567``."""
    if len(groups) == 1:
        return True
    return 1 <= len(groups[0]) <= 3 and all(len(one) in (2, 3) for one in groups[1:-1]) and len(groups[-1]) == 3
