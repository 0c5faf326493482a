"""What a format string consists of: literal text and fields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A value in a line.

    ``name`` is a name of :mod:`parser.fields`, ``time.`` and a component, ``cookie.`` and its name, or empty for what
    nobody asks for. Of several with one name the lowest ``rank`` that says something is taken. ``shape`` is a regular
    expression without groups, ``None`` for anything up to what follows. ``written`` is how the format string has it.
    """

    name: str = ""
    rank: int = 0
    shape: str | None = None
    written: str = ""


Part = str | Field
CLIENT_HEADERS = ("x-real-ip", "cf-connecting-ip", "true-client-ip")
"""Request headers in which a proxy states the visitor's address."""
