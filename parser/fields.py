r"""The fields of a line, by what they mean, made into a hit: what all formats beyond NCSA and W3C share.

A reader finds the values, :func:`hit_of` judges them. A row holds text under these names; ``-`` and empty are nothing:
``address``, ``host``, ``request`` (``METHOD URL PROTOCOL``) or ``method`` with ``url`` (or ``path`` and ``query``),
``status``, ``bytes``, ``referrer``, ``agent``, ``cookie``, ``language``, ``forwarded``, ``dnt``, ``gpc``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from parser.ncsa import METHOD, STATUS, read_request
from parser.records import Hit, Record, Reject, bare_address, number, opted_out, said, split_url

Row = Mapping[str, str | None]
QUOTED = r'(?:[^"\\]|\\.)*'
r"""Inside of quotes, where ``\"`` is a quote; for regular expressions."""
HEADERS: dict[str, str] = {
    "referer": "referrer",
    "referrer": "referrer",
    "user-agent": "agent",
    "cookie": "cookie",
    "host": "host",
    "accept-language": "language",
    "x-forwarded-for": "forwarded",
    "dnt": "dnt",
    "sec-gpc": "gpc",
}
"""Request header, lower case, to what it is here."""
ESCAPES = {'\\"': '"', "\\\\": "\\", "\\x22": '"', "\\x5c": "\\", "\\x5C": "\\", "\\t": "\t"}
ESCAPE = re.compile(r"\\(?:[\"\\t]|x22|x5[cC])")


def hit_of(when: datetime | None, row: Row) -> Record:
    """A hit, or a reject for the first that is missing of time, address, request and status."""
    if when is None:
        return Reject("time")
    address = said(row.get("address"))
    if address is None:
        return Reject("address")
    request = _request(row)
    if request is None:
        return Reject("request")
    status = row.get("status") or ""
    if STATUS.fullmatch(status) is None:
        return Reject("status")
    method, host, path, query = request
    return Hit(
        ts=when,
        address=bare_address(address),
        method=method,
        path=path,
        status=int(status),
        host=said(row.get("host")) or host,
        query=query,
        bytes=number(row.get("bytes") or ""),
        referrer=said(row.get("referrer")),
        agent=said(row.get("agent")),
        cookie=said(row.get("cookie")),
        language=said(row.get("language")),
        forwarded=said(row.get("forwarded")),
        opted_out=opted_out(row.get("dnt"), row.get("gpc")),
    )


def _request(row: Row) -> tuple[str, str | None, str, str | None] | None:
    """Method, host, path, query."""
    if (text := row.get("request")) is not None:
        return read_request(text)
    method = said(row.get("method")) or "GET"
    host, path, query = split_url(said(row.get("url")) or said(row.get("path")) or "")
    if not path or METHOD.fullmatch(method) is None:
        return None
    return method.upper(), host, path, query or said((row.get("query") or "").removeprefix("?"))


def unescape(text: str) -> str:
    r"""Quotes, backslashes and tabs as Apache (``\"``) and nginx (``\x22``) write them; every other ``\xhh`` stays."""
    return ESCAPE.sub(lambda match: ESCAPES[match[0]], text) if "\\" in text else text
