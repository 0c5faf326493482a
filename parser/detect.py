"""Which format a file has, from its first lines.

Each format reads all of them. Lenient readers read lines of other formats too, so a line *fits* a format when it is
read and has its shape; the format that most lines fit is chosen, of equals the first in the order of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parser import w3c
from parser.formats import FORMATS, Format
from parser.readers import HeaderReader, is_format_string, reader_of, unknown
from parser.records import Hit
from shared.errors import Rejected

LOOKED_AT = 100
SHOWN = 120
UNKNOWN = "combined"
"""What is taken where nothing tells."""
NEARLY = 0.1
"""A format that this share of lines less fits is worth naming beside the chosen one."""


@dataclass(frozen=True)
class Detection:
    """The format, and the share of the lines looked at (without directives) that it reads; 0..1.

    ``others`` are formats that fit as well or nearly, with their shares: a person who knows better names one of them.
    """

    format: str
    confidence: float
    lines: int
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class _Candidate:
    name: str
    read: float
    fits: float


def choose(named: str, lines: Sequence[str], name: str) -> Detection:
    """The format named in the settings (a format string too), or the one that fits most of the first lines."""
    if named == "auto":
        return detect(lines, name)
    if is_format_string(named):
        reader_of(named)
    elif named not in FORMATS:
        raise unknown(named)
    return Detection(named, 1.0, len(lines))


def detect(lines: Sequence[str], name: str) -> Detection:
    """:class:`Rejected` when no format reads any of the lines."""
    lines = lines[:LOOKED_AT]
    if not any(line.strip() for line in lines):
        return Detection(UNKNOWN, 0.0, 0)
    plain = [line for line in lines if not w3c.is_directive(line)]
    candidates = list(_candidates(lines, plain))
    fitting = [one for one in candidates if one.fits > 0]
    best = max(fitting or [one for one in candidates if one.name == UNKNOWN], key=lambda one: (one.fits, one.read))
    if best.read == 0:
        return Detection(_by_header(lines, name), 0.0, len(plain))
    others = [one for one in fitting if one is not best and one.fits >= best.fits - NEARLY]
    return Detection(best.name, best.read, len(plain), tuple((one.name, one.read) for one in others))


def _candidates(lines: Sequence[str], plain: Sequence[str]) -> Iterator[_Candidate]:
    """Every format with the shares of lines that it reads and that fit it. NCSA is read once for all its formats.

    A format of whose shape no line is need not read any.
    """
    number = max(1, len(plain))
    header, hits = HeaderReader(), 0
    for line in lines:
        hits += isinstance(header.read(line), Hit)
    told = _told_by(header.header)
    known: dict[str, list[bool]] = {}
    for one in FORMATS.values():
        if one.family == "w3c":
            share = hits / number if one.name == told else 0.0
            yield _Candidate(one.name, share, share)
            continue
        shaped = [one.shape.match(line) is not None for line in plain]
        if one.name != UNKNOWN and not any(shaped):
            yield _Candidate(one.name, 0.0, 0.0)  # whatever it would read, nothing fits
            continue
        key = "ncsa" if one.family == "ncsa" else one.name
        if key not in known:
            known[key] = _read(one, plain)
        fits = sum(is_read and has_shape for is_read, has_shape in zip(known[key], shaped, strict=True))
        yield _Candidate(one.name, sum(known[key]) / number, fits / number)


def _read(one: Format, lines: Sequence[str]) -> list[bool]:
    reader = reader_of(one.name)
    return [isinstance(reader.read(line), Hit) for line in lines]


def _told_by(header: w3c.Header) -> str:
    if header.decodes_twice:
        return "cloudfront"
    return "nlf" if header.ours else "w3c"


def _by_header(lines: Sequence[str], name: str) -> str:
    """The format of a file of which no line can be read, by its ``#Fields:``; without one it is rejected."""
    if any(line.lower().startswith("#fields:") for line in lines):
        reader = HeaderReader()
        for line in lines:
            reader.read(line)
        return _told_by(reader.header)
    first = next(line for line in lines if line.strip())
    raise Rejected(
        f"{name}: none of the first {len(lines)} lines is of a known format. The first is {first[:SHOWN]!r}.",
        remedy="Name the format with --format or [source] format, or give the server's LogFormat or log_format there; "
        f"known are {', '.join(FORMATS)}.",
        reason="format_unknown",
    )
