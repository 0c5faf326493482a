"""What a line can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A request. Time is naive UTC; what is ``-``, empty or not logged is ``None``."""

    ts: datetime
    address: str
    method: str
    path: str
    status: int
    host: str | None = None
    query: str | None = None
    bytes: int | None = None
    referrer: str | None = None
    agent: str | None = None
    cookie: str | None = None
    order_total: str | None = None
    order_id: str | None = None
    screen: str | None = None
    exit_url: str | None = None
    custom: str | None = None
    language: str | None = None
    """Accept-Language, as it was sent."""
    forwarded: str | None = None
    """X-Forwarded-For, as it was sent: each may claim anything in it."""
    opted_out: bool | None = None
    """Whether DNT or Sec-GPC was ``1``; ``None`` where neither was logged or sent."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that is no hit; ``reason`` is a key of :data:`parser.rejects.REASONS`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Directive:
    """A line that speaks about the log: ``#...`` of W3C, or blank."""


Record = Hit | Reject | Directive
HIT_FIELDS = (
    "ts",
    "address",
    "host",
    "method",
    "path",
    "query",
    "status",
    "bytes",
    "referrer",
    "agent",
    "cookie",
    "order_total",
    "order_id",
    "screen",
    "exit_url",
    "custom",
    "language",
    "opted_out",
)
"""The columns of hits in Parquet, after ``line``."""
SQL_TYPES = dict.fromkeys(HIT_FIELDS, "VARCHAR") | {
    "ts": "TIMESTAMP",
    "status": "SMALLINT",
    "bytes": "BIGINT",
    "opted_out": "BOOLEAN",
}
"""Their types, the same in every part, whatever a format has of them."""
MAX_BYTES = 2**63 - 1
BLANKS = " \t\r\n\v\f"
"""A line of nothing else is a directive, in every format."""
WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}|\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?", re.ASCII)


def number(text: str) -> int | None:
    """Digits as a number that fits 64 bits, else ``None``."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    value = int(text)
    return value if value <= MAX_BYTES else None


def said(text: str | None) -> str | None:
    """The value without blanks around it; ``None`` for ``-`` and empty."""
    text = (text or "").strip(" ")
    return None if text in ("", "-") else text


def opted_out(*headers: str | None) -> bool | None:
    """Whether one of the headers DNT and Sec-GPC says ``1``; ``None`` when none says anything."""
    values = [one for one in map(said, headers) if one is not None]
    return "1" in values if values else None


def bare_address(text: str) -> str:
    """An address without its port: ``192.0.2.7:5678`` and ``[2001:db8::7]:443``; anything else as it is."""
    match = WITH_PORT.fullmatch(text) if ":" in text else None
    return (match[1] or match[2]) if match else text


def split_url(url: str) -> tuple[str | None, str, str | None]:
    """Host (of an absolute URL), path and query of a request's URL."""
    host = None
    head, separator, rest = url.partition("://")
    if separator and head.lower() in ("http", "https"):
        cut = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
        host, url = rest[:cut] or None, rest[cut:]
        if not url.startswith("/"):
            url = "/" + url
    path, _, query = url.partition("?")
    return host, path, query or None
