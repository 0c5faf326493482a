r"""Any Apache ``LogFormat`` or nginx ``log_format`` string as a reader: one regular expression, made once.

Up to the last of time, address, request and status a line must be as the format says; behind that it may break off, and
what stands beyond the format is left alone, as in :mod:`parser.ncsa`. Every part of the expression ends at a character
that it cannot hold, so a line of any length is read in one go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from parser.fields import QUOTED, hit_of, unescape
from parser.logformat_apache import apache_parts
from parser.logformat_nginx import VARIABLE, nginx_parts
from parser.logformat_parts import Field, Part
from parser.logformat_time import moment, says_when
from parser.records import BLANKS, Directive, Record, Reject, said
from shared.errors import Misconfigured

NEEDED: dict[str, tuple[str, tuple[str, ...]]] = {
    "time": ("the time (%t or $time_local)", ("time",)),
    "address": ("the address (%h or $remote_addr)", ("address", "forwarded")),
    "request": ("the request (%r or $request)", ("request", "url", "path")),
    "status": ("the status (%>s or $status)", ("status",)),
}
"""What every line must say, in words, and the fields that say it."""
ESSENTIAL = ("time", "address", "request", "method", "url", "path", "query", "status")
TARGETS = ("request", "url", "path", "query")
WORDS = ("status", "bytes", "address", "method", "host")
"""Values without blanks, also at the end of a line."""
SIDE_BY_SIDE = {"host": r"/?\s\"", "path": r"?\s\"", "url": r"?\s\""}
"""Values that end by themselves, where the next field follows with nothing between, and what they cannot hold."""
REQUEST = r"(?:[^ ]+ .*? HTTP/[\d.]+|[^ ]+ [^ ]+|[^ ]*)"
"""A request that only blanks set apart."""
LOG_FORMAT = re.compile(r'\s*LogFormat\s+"((?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*', re.DOTALL)
LOG_FORMAT_NGINX = re.compile(r"\s*log_format\s+\w+\s+(?:escape=\w+\s+)?(['\"].*['\"])\s*;?\s*", re.DOTALL)
NGINX_PIECE = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
LITERAL_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


class FormatReader:
    """Reads the lines that a format string describes. :class:`Misconfigured` says what the string lacks."""

    def __init__(self, text: str) -> None:
        parts = _joined(_parts(bare(text)))
        fields = [part for part in parts if isinstance(part, Field)]
        _require(text, fields)
        self._match = _compiled(text, parts).match
        named = sorted((field.name, field.rank, at) for at, field in enumerate(fields) if field.name)
        places = {name: [at for *_, at in found] for name, found in groupby(named, key=lambda one: one[0])}
        times = {name[5:]: found[0] for name, found in places.items() if name.startswith("time.")}
        self._time_names, self._time_places = tuple(times), tuple(times.values())
        self._places = [(name, found) for name, found in places.items() if not name.startswith("time.")]
        self._is_proxied = "address" not in places
        self.cookies_logged = any(name.startswith("cookie") for name in places)

    def read(self, line: str) -> Record:
        """One line without its line end."""
        match = self._match(line)
        if match is None:
            return Reject("shape") if line.strip(BLANKS) else Directive()
        groups = match.groups()
        row: dict[str, str | None] = {}
        for name, places in self._places:
            for at in places:
                text = said(groups[at])
                if text is not None:
                    row[name] = unescape(text)
                    break
        if self._is_proxied:
            row["address"] = (row.get("forwarded") or "").partition(",")[0]
        if self.cookies_logged and row.get("cookie") is None:
            row["cookie"] = _cookies(row)
        return hit_of(moment(self._time_names, tuple([groups[at] for at in self._time_places])), row)


def bare(text: str) -> str:
    r"""The format alone, of a whole line of a server's configuration too; ``\"`` and the like are what they mean."""
    if match := LOG_FORMAT.fullmatch(text):
        text = match[1]
    elif match := LOG_FORMAT_NGINX.fullmatch(text):
        text = "".join(first or second for first, second in NGINX_PIECE.findall(match[1]))
    return LITERAL_ESCAPE.sub(_literal, text)


def _literal(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return {"t": "\t", "n": "\n"}.get(match[2], match[2])


def _parts(text: str) -> list[Part]:
    return nginx_parts(text) if VARIABLE.search(text) else apache_parts(text)


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Literals that follow one another as one, empty ones left out."""
    joined: list[Part] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return joined


def _require(text: str, fields: Sequence[Field]) -> None:
    names = {field.name for field in fields}
    known = {name for name in names if not name.startswith("time.")}
    if says_when(name[5:] for name in names if name.startswith("time.")):
        known.add("time")
    if missing := [words for words, any_of in NEEDED.values() if known.isdisjoint(any_of)]:
        raise Misconfigured(
            f"The format string {text!r} does not give {' nor '.join(missing)}.",
            remedy="Every line must give time, address, request and status: log them all, and give that format.",
            reason="format_incomplete",
        )


def _compiled(text: str, parts: Sequence[Part]) -> re.Pattern[str]:
    last = max(at for at, part in enumerate(parts) if isinstance(part, Field) and _is_essential(part))
    pieces = [_piece(parts, at) for at in range(len(parts))]
    must, may = "".join(pieces[: last + 1]), ""
    end = parts[last]
    assert isinstance(end, Field)
    following = parts[last + 1] if last + 1 < len(parts) else None
    if end.name in TARGETS and isinstance(following, str):
        must += f"(?={re.escape(following[0])})"
    for at in range(len(parts) - 1, last, -1):
        if isinstance(parts[at], Field) and not isinstance(parts[at - 1], Field):
            may = f"(?:{pieces[at - 1]}{pieces[at]}{may})?"
        elif isinstance(parts[at], Field):
            may = f"{pieces[at]}{may}"
    try:
        return re.compile(must + may, re.ASCII | re.DOTALL)
    except (re.error, RecursionError, OverflowError) as error:
        raise Misconfigured(f"The format string {text[:80]!r} is too long.", reason="format_incomplete") from error


def _is_essential(field: Field) -> bool:
    return field.name.partition(".")[0] in ESSENTIAL


def _piece(parts: Sequence[Part], at: int) -> str:
    part = parts[at]
    if isinstance(part, str):
        return re.escape(part)
    return f"({part.shape or _shape(part, parts[at + 1 :])})"


def _shape(field: Field, rest: Sequence[Part]) -> str:
    """An expression for a value, by what stands behind it."""
    following = rest[0] if rest else None
    match following:
        case None:
            return "[^ ]*" if field.name in WORDS else ".*"
        case Field():
            if field.name in SIDE_BY_SIDE:
                end = next((part[0] for part in rest if isinstance(part, str)), "")
                # What follows may need some of it back; otherwise nothing is tried twice.
                needs_some = following.shape is not None and re.fullmatch(following.shape, "") is None
                return f"[^{SIDE_BY_SIDE[field.name]}{re.escape(end)}]*{'' if needs_some else '+'}"
            raise Misconfigured(
                f"In the format string {field.written} and {following.written} stand side by side: nothing tells where "
                "one ends.",
                remedy="Log them with a blank or a comma between.",
                reason="format_incomplete",
            )
        case str() if following[0] == '"':
            return QUOTED
        case str() if following.startswith(" [") and field.name == "user":
            return ".*?"
        case str() if following[0] == " " and field.name == "request":
            return REQUEST
        case str() if following[0] == ":" and field.name == "address":
            return r'[^ "]*'
        case _:
            return f"[^{re.escape(following[0])}]*"


def _cookies(row: dict[str, str | None]) -> str | None:
    """Cookies that are logged one by one, as one header."""
    found = [f"{name[7:]}={value}" for name, value in row.items() if name.startswith("cookie.") and value]
    return "; ".join(found) or None
