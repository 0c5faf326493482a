"""What a file is and says, from its first lines."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from parser.archives import compression_of, open_plain
from parser.detect import LOOKED_AT, choose
from parser.readers import reader_of
from parser.records import Hit, Reject
from parser.rejects import REASONS
from shared.errors import Rejected

HEAD_BYTES = 1 << 20
"""Enough for the lines that decide."""
CHUNK_BYTES = 1 << 12
"""Small: of an archive that was cut off, what its last piece holds is not given."""
CUT_OFF = ("gzip_truncated", "archive_truncated")


@dataclass
class Look:
    """What the first lines of a file are; ``error`` where nothing can be said."""

    file: str
    compression: str | None = None
    format: str | None = None
    confidence: float | None = None
    lines: int = 0
    directives: int = 0
    others: list[dict[str, Any]] = field(default_factory=list)
    hits: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    cookies_logged: bool = False
    error: str | None = None
    reason: str | None = None


def look_at(file: Path, named: str, *, name: str = "", is_cut: bool = False) -> Look:
    """Read the first lines of a file as a format; ``auto`` finds it.

    ``name`` is what it is called, where that is not its path; ``is_cut``: the file is only the beginning of one.
    """
    look = Look(name or str(file))
    try:
        look.compression = compression_of(file)
        lines = _first_lines(file, look.file, is_cut=is_cut)
        found = choose(named, lines, look.file)
    except OSError as error:
        look.error, look.reason = f"{look.file}: {error.strerror}.", "file_missing"
    except Rejected as error:
        look.error, look.reason = str(error), error.reason
    else:
        look.format, look.confidence = found.format, found.confidence
        look.others = [{"format": name, "confidence": share} for name, share in found.others]
        _read(look, lines)
        if named != "auto":
            read = len(lines) - look.directives
            look.confidence = (read - len(look.rejects)) / read if read else 0.0
    return look


def _read(look: Look, lines: list[str]) -> None:
    assert look.format is not None
    reader = reader_of(look.format)
    look.lines = len(lines)
    for number, line in enumerate(lines, start=1):
        match reader.read(line):
            case Hit() as hit:
                look.hits.append({"line": number} | {k: v for k, v in asdict(hit).items() if v is not None})
            case Reject(reason):
                look.rejects.append({"line": number, "reason": reason, "means": REASONS[reason], "raw": line})
            case _:
                look.directives += 1
    look.cookies_logged = reader.cookies_logged


def _first_lines(file: Path, name: str, *, is_cut: bool) -> list[str]:
    """As the parser sees them: a line that is not UTF-8 is Latin-1, one that was cut off by us is left out."""
    with open_plain(file, name) as stream:
        data, whole = b"", False
        try:
            while len(data) < HEAD_BYTES and data.count(b"\n") < LOOKED_AT and (chunk := stream.read(CHUNK_BYTES)):
                data += chunk
            whole = not is_cut and not stream.read(1)
        except Rejected as error:
            if not (is_cut and error.reason in CUT_OFF):
                raise
    lines = data.split(b"\n")
    if not whole or not lines[-1]:
        lines.pop()
    return [_decoded(line) for line in lines[:LOOKED_AT]]


def _decoded(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r")
    except UnicodeDecodeError:
        return line.decode("latin-1").rstrip("\r")
