"""The two cookies that tell visitors apart (DOMAIN.md section 3)."""

from __future__ import annotations

from collections.abc import Sequence


def cookie_value(raw: str | None, names: Sequence[str]) -> str | None:
    """The value of the first of these cookies that a ``Cookie`` header carries; empty values do not count."""
    if not raw:
        return None
    pairs: dict[str, str] = {}
    for piece in raw.split(";"):
        name, _, value = piece.strip().partition("=")
        pairs.setdefault(name.strip(), value.strip().strip('"'))
    return next((pairs[name] for name in names if pairs.get(name)), None)
