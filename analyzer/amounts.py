"""Amounts of money as logs have them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qsl

PLAIN = re.compile(r"\d{1,14}(?:\.\d{1,12})?|\.\d{1,12}", re.ASCII)
CENT = Decimal("0.01")


def read_amount(text: str | None) -> Decimal | None:
    """A decimal with two places, half up; ``None`` when it cannot be read or is negative."""
    text = (text or "").strip()
    return Decimal(text).quantize(CENT, ROUND_HALF_UP) if PLAIN.fullmatch(text) else None


def parameter_of(query: str | None, name: str) -> str | None:
    """The first value of a parameter of a query, decoded; ``None`` when it is absent or empty."""
    for key, value in parse_qsl(query or "", keep_blank_values=False, errors="replace"):
        if key == name:
            return value
    return None
