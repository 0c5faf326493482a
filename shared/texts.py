"""What holds of any text, wherever it comes from."""

from __future__ import annotations


def encodable(text: str) -> str:
    """Half a surrogate pair is in no UTF-8, and engines do not know it: a question mark stands for it."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def number_of(number: int, thing: str, things: str = "") -> str:
    """``1 file``, ``2,000 files``; ``things`` are several, where that is not ``thing`` and an s."""
    return f"1 {thing}" if number == 1 else f"{number:,} {things or f'{thing}s'}"
