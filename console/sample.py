"""The beginning of one file of a location, read as the parser will read it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.formats import Look, look_at
from fetcher.source import Source
from fetcher.walk import RemoteFile

BEGINNINGS_BYTES = (64 << 10, 1 << 20)
"""What is fetched of a file; more only where that holds no whole line, as with bzip2's large blocks."""
MOST_FILES = 3
"""A file may hold nothing but its head: then the one before it is looked at."""
SHOWN_HITS = 5
SHOWN_REJECTS = 5


@dataclass(frozen=True)
class Sample:
    """The format of a file, and what its first lines say.

    ``lines`` were looked at, ``read`` of them are hits, of which ``hits`` are the first (``line``, ``ts`` and so on);
    ``rejects`` are the first of the others, with their reason. ``error`` where nothing can be said, ``remedy`` in it.
    """

    file: str
    format: str | None = None
    compression: str | None = None
    confidence: float | None = None
    others: tuple[dict[str, Any], ...] = ()
    lines: int = 0
    read: int = 0
    hits: tuple[dict[str, Any], ...] = ()
    rejects: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    reason: str | None = None


def sample_of(source: Source, files: Sequence[RemoteFile], named: str = "auto") -> Sample | None:
    """Look at the newest file, as this format; at those before it where it holds no hit. ``None``: no files."""
    found: Sample | None = None
    for file in sorted(files, key=_recency, reverse=True)[:MOST_FILES]:
        one = _look(source, file, named)
        found = found or one
        if one.read:
            return one
    return found


def _recency(file: RemoteFile) -> tuple[bool, str, str]:
    times = file.times
    moment = times[1].isoformat() if times else file.modified.isoformat() if file.modified else ""
    return (file.size_bytes != 0, moment, file.path)


def _look(source: Source, file: RemoteFile, named: str) -> Sample:
    with tempfile.TemporaryDirectory(prefix="proprocessor-") as folder:
        beginning = Path(folder, "beginning")
        for most in BEGINNINGS_BYTES:
            is_cut = _fetch(source, file, beginning, most)
            look = look_at(beginning, named, name=file.path, is_cut=is_cut)
            if look.lines or look.error or not is_cut:
                break
    return _sample(look)


def _fetch(source: Source, file: RemoteFile, beginning: Path, most: int) -> bool:
    """Get the first bytes of a file; says whether there are more."""
    left = most
    with beginning.open("wb") as kept, source.open(file.path, 0) as chunks:
        for chunk in chunks:
            kept.write(chunk[:left])
            left -= len(chunk)
            if left < 0:
                return True
    return False


def _sample(look: Look) -> Sample:
    return Sample(
        file=look.file,
        format=look.format,
        compression=look.compression,
        confidence=look.confidence,
        others=tuple(look.others),
        lines=look.lines - look.directives,
        read=len(look.hits),
        hits=tuple(look.hits[:SHOWN_HITS]),
        rejects=tuple(look.rejects[:SHOWN_REJECTS]),
        error=look.error,
        reason=look.reason,
    )
