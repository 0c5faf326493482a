"""Which format a file has, from its first lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parser import ncsa, w3c
from parser.formats import FORMATS
from parser.records import Hit
from shared.errors import Misconfigured, Rejected

LOOKED_AT = 100
SHOWN = 120


@dataclass(frozen=True)
class Detection:
    """The format, and the share of the lines looked at (without directives) that it reads; 0..1."""

    format: str
    confidence: float
    lines: int


def choose(named: str, lines: Sequence[str], name: str) -> Detection:
    """The format named in the settings, or the one that reads most of the first lines."""
    if named != "auto":
        if named not in FORMATS:
            raise Misconfigured(
                f"The format {named!r} is not known.",
                remedy=f"Known are auto, {', '.join(FORMATS)}.",
                reason="format_unknown",
            )
        return Detection(named, 1.0, len(lines))
    return detect(lines, name)


def detect(lines: Sequence[str], name: str) -> Detection:
    """:class:`Rejected` when no format reads any of the lines."""
    lines = lines[:LOOKED_AT]
    if not any(line.strip() for line in lines):
        return Detection("combined", 0.0, 0)
    candidates = [_ncsa(lines), _w3c(lines)]
    best = max(candidates, key=lambda one: one.confidence)
    if best.confidence > 0 or any(line.lower().startswith("#fields:") for line in lines):
        return best if best.confidence > 0 else candidates[1]
    first = next(line for line in lines if line.strip())
    raise Rejected(
        f"{name}: none of the first {len(lines)} lines is of a known format. The first is {first[:SHOWN]!r}.",
        remedy=f"Name the format with --format or [source] format; known are {', '.join(FORMATS)}.",
        reason="format_unknown",
    )


def _ncsa(lines: Sequence[str]) -> Detection:
    records = [ncsa.read_line(line) for line in lines if not w3c.is_directive(line)]
    hits = [one for one in records if isinstance(one, Hit)]
    kind = "combined" if any(one.agent or one.referrer for one in hits) else "common"
    if hits and kind == "common" and any(line.count('"') > 2 for line in lines):
        kind = "combined"
    return Detection(kind, len(hits) / len(records) if records else 0.0, len(records))


def _w3c(lines: Sequence[str]) -> Detection:
    header, hits, number = w3c.Header(), 0, 0
    for line in lines:
        if line.startswith("#"):
            header = w3c.read_directive(line, header)
        elif line.strip():
            number += 1
            hits += isinstance(w3c.read_line(line, header), Hit)
    return Detection("nlf" if header.ours else "w3c", hits / number if number else 0.0, number)
