"""Text as a printed page can show it: nothing invisible, nothing that runs out of its cell. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 160
ZERO_WIDTH_SPACE = "\u200b"
UNBROKEN = re.compile(r"\S{13,}")
PIECE = re.compile(r"[^/?&=_.,;:@+%~-]{0,16}[/?&=_.,;:@+%~-]*")
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Control characters, marks that turn the direction of writing, and what is no character: written out."""
JOINER = "\u200d"
"""Parts of one emoji are joined by it."""


def printed(text: str) -> str:
    """The text as :func:`visible` makes it, and not too long."""
    return visible(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def visible(text: str) -> str:
    """The text with everything that cannot be seen written out."""
    return text if text.isprintable() else "".join(map(_seen, text))


def breakable(text: str) -> str:
    """The same, with places where a long word may go on in the next line."""
    return UNBROKEN.sub(lambda found: ZERO_WIDTH_SPACE.join(filter(None, PIECE.findall(found[0]))), text)


def _seen(one: str) -> str:
    if unicodedata.category(one) not in UNSEEN or one == JOINER:
        return one
    number = ord(one)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
