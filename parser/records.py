"""What a line can be."""

from __future__ import annotations

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
)
"""The columns of hits in Parquet, after ``line`` and before ``robot``."""
MAX_BYTES = 2**63 - 1


def number(text: str) -> int | None:
    """Digits as a number that fits 64 bits, else ``None``."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    value = int(text)
    return value if value <= MAX_BYTES else None


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
