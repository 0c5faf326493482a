"""Names and numbers as servers write them: hostile until read here."""

from __future__ import annotations

import re
from datetime import UTC, datetime

UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f\ud800-\udfff]")
SIZE = re.compile(r"[0-9]{1,18}")


def is_safe_name(name: str) -> bool:
    """Whether a name stays inside its folder and on its line, and is text."""
    return name not in ("", ".", "..") and UNSAFE.search(name) is None


def read_name(raw: bytes) -> str:
    """A name as text: UTF-8, else Latin-1. :func:`spellings` finds the way back."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def spellings(path: str) -> tuple[bytes, ...]:
    """The bytes a server may know a path by: all UTF-8; only its last name Latin-1; all Latin-1.

    Stateless, so that a connection that never listed the folder finds the file, too.
    """
    folder, slash, name = path.rpartition("/")
    ways = [path.encode(errors="surrogateescape")]
    for before, encoding in ((folder + slash, "utf-8"), (folder + slash, "latin-1")):
        try:
            ways.append(before.encode(encoding) + name.encode("latin-1"))
        except UnicodeEncodeError:
            continue
    return tuple(dict.fromkeys(ways))


def read_size(text: str) -> int | None:
    """A number of bytes; ``None`` for all that is not one."""
    return int(text) if SIZE.fullmatch(text) else None


def read_epoch(seconds: float | None) -> datetime | None:
    """Unix seconds as a moment; ``None`` where they are none of this calendar."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
