"""Apache's ``LogFormat``: directives into parts. https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats"""

from __future__ import annotations

import re

from parser.fields import HEADERS
from parser.logformat_parts import CLIENT_HEADERS, Field, Part
from parser.logformat_time import NCSA_TIME, WORDS, strftime_parts
from shared.errors import Misconfigured

DIRECTIVE = re.compile(
    r"%(?:(?P<percent>%)|(?P<which>[!\d,<>]*)(?:\{(?P<argument>[^}]*)\})?(?P<late>[<>]?)(?P<name>\^t[io]|[A-Za-z]))"
)
SIMPLE: dict[str, Field] = {
    "a": Field("address", 0),
    "h": Field("address", 1),
    "u": Field("user"),
    "r": Field("request"),
    "m": Field("method"),
    "U": Field("path"),
    "q": Field("query"),
    ">s": Field("status", 0),
    "s": Field("status", 1),
    "<s": Field("status", 2),
    "B": Field("bytes", 0),
    "b": Field("bytes", 0),
    "O": Field("bytes", 1),
    "V": Field("host", 1),
    "v": Field("host", 2),
    "p": Field(shape=r"\d*"),
    "D": Field(shape=r"[\d-]*"),
    "k": Field(shape=r"[\d-]*"),
    "X": Field(shape="[X+-]"),
}
"""Directive to field; one that is not here is passed over, whatever it says."""


def apache_parts(text: str) -> list[Part]:
    """The parts of a format string; of times that begin and end, only the first kind counts."""
    parts: list[Part] = []
    at, moment = 0, ""
    while (percent := text.find("%", at)) >= 0:
        match = DIRECTIVE.match(text, percent)
        if match is None:
            raise Misconfigured(
                f"The format string has a % that begins no directive: {text[percent : percent + 12]!r}.",
                remedy="Write %% for a percent sign.",
                reason="format_incomplete",
            )
        parts.append(text[at:percent])
        if match["name"] == "t":
            found, kind = _time_parts(match["argument"], match[0])
            moment = moment or kind
            parts += found if kind == moment else [_unnamed(part) for part in found]
        else:
            parts.append("%" if match["percent"] else _field(match))
        at = match.end()
    return [*parts, text[at:]]


def _field(match: re.Match[str]) -> Field:
    name, argument = match["name"], match["argument"]
    if argument is None:
        which = (match["which"] + match["late"]).lstrip("!0123456789,")
        found = SIMPLE.get(which + name, SIMPLE.get(name, Field()))
    elif name == "i":
        found = _header(argument.lower())
    elif name == "C":
        found = Field(f"cookie.{argument}")
    elif name in ("a", "h") and argument == "c":
        found = Field("address", 2)
    elif name == "p":
        found = SIMPLE[name]
    else:
        found = Field()
    return Field(found.name, found.rank, found.shape, match[0])


def _header(name: str) -> Field:
    if name in CLIENT_HEADERS:
        return Field("address", 3 + CLIENT_HEADERS.index(name))
    return Field(HEADERS.get(name, ""))


def _time_parts(argument: str | None, written: str) -> tuple[list[Part], str]:
    """The parts, and whether it is the time of the request's begin or end."""
    if argument is None:
        return ["[", *strftime_parts(NCSA_TIME, written), "]"], "begin"
    kind, separator, rest = argument.partition(":")
    if not separator or kind not in ("begin", "end"):
        kind, rest = "begin", argument
    if not rest:
        return ["[", *strftime_parts(NCSA_TIME, written), "]"], kind
    if rest in WORDS:
        name, shape = WORDS[rest]
        return [Field(f"time.{name}", shape=shape, written=written)], kind
    return strftime_parts(rest, written), kind


def _unnamed(part: Part) -> Part:
    return part if isinstance(part, str) else Field(shape=part.shape, written=part.written)
