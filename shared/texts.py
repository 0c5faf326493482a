"""What holds of any text, wherever it comes from."""

from __future__ import annotations


def encodable(text: str) -> str:
    """Half a surrogate pair is in no UTF-8, and engines do not know it: a question mark stands for it."""
    return text if text.isascii() else text.encode(errors="replace").decode()
