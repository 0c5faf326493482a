"""Text in files that a spreadsheet may open."""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


def safe(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it; visitors write much of a log."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
