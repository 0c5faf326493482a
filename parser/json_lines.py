"""JSON lines: Caddy and Traefik with the names they have, nginx with those that people give in ``log_format``.

Numbers are kept as they are written, so that nothing is rounded. Names are compared in lower case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from parser.fields import HEADERS, hit_of
from parser.ncsa import read_time
from parser.records import BLANKS, Directive, Hit, Record, Reject
from parser.times import read_epoch, read_iso

Values = dict[str, Any]
Row = dict[str, str | None]
Places = dict[str, tuple[str, int]]
NOWHERE = ("", 100)


def _places(names: dict[str, tuple[str, ...]]) -> Places:
    """Name in the log to column and rank."""
    return {name: (column, rank) for column, some in names.items() for rank, name in enumerate(some)}


NGINX = _places(
    {
        "time": ("time_iso8601", "msec", "time_local", "@timestamp", "timestamp", "time", "datetime", "date", "ts"),
        "address": (
            "remote_addr",
            "remote_address",
            "client_ip",
            "remote_ip",
            "clientip",
            "client",
            "remote_host",
            "ip",
        ),
        "request": ("request", "request_line"),
        "method": ("request_method", "method", "http_method", "verb"),
        "url": ("request_uri", "uri", "url", "path", "request_path"),
        "query": ("args", "query_string", "query"),
        "status": ("status", "status_code", "response_code", "response_status", "code"),
        "bytes": ("body_bytes_sent", "bytes_sent", "bytes", "body_size", "size"),
        "referrer": ("http_referer", "http_referrer", "referer", "referrer"),
        "agent": ("http_user_agent", "user_agent", "useragent", "agent"),
        "cookie": ("http_cookie", "cookie", "cookies"),
        "host": ("http_host", "host", "server_name", "vhost", "domain"),
        "language": ("http_accept_language", "accept_language"),
        "forwarded": ("http_x_forwarded_for", "x_forwarded_for", "xff"),
        "dnt": ("http_dnt", "dnt"),
        "gpc": ("http_sec_gpc", "sec_gpc"),
    }
)
"""What it is here to the names it may have, the first that is there wins."""
TRAEFIK = _places(
    {
        "time": ("startutc", "time", "startlocal"),
        "address": ("clienthost", "clientaddr"),
        "method": ("requestmethod",),
        "url": ("requestpath",),
        "status": ("downstreamstatus", "originstatus"),
        "bytes": ("downstreamcontentsize", "origincontentsize"),
        "host": ("requesthost", "requestaddr"),
        **{name: (f"request_{header}",) for header, name in HEADERS.items() if name not in ("host", "referrer")},
        "referrer": ("request_referer", "request_referrer"),
    }
)
CADDY = _places({"time": ("ts",), "status": ("status",), "bytes": ("size",)})
CADDY_REQUEST = _places(
    {
        "address": ("client_ip", "remote_ip", "remote_addr"),
        "method": ("method",),
        "url": ("uri",),
        "host": ("host",),
    }
)
CADDY_HEADERS = {name: (column, 0) for name, column in HEADERS.items()}
REDACTED = "REDACTED"
"""What Caddy writes in place of a cookie."""
BAD_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})")
SLASHED_DATE = re.compile(r"(\d{4})/(\d\d)/(\d\d) ")


class JsonReader:
    """Reads lines with one of the functions below; whether cookies are logged shows when the first is seen."""

    def __init__(self, row_of: Callable[[Values], Row]) -> None:
        self._row_of = row_of
        self.cookies_logged = False

    def read(self, line: str) -> Record:
        """One line; what is no object of JSON is a reject."""
        values = read_object(line)
        if values is None:
            return Reject("shape") if line.strip(BLANKS) else Directive()
        row = self._row_of(values)
        record = hit_of(read_any_time(row.get("time") or ""), row)
        self.cookies_logged = self.cookies_logged or (isinstance(record, Hit) and record.cookie is not None)
        return record


def nginx_row(values: Values) -> Row:
    """By the names of nginx's variables, and those that people often give instead."""
    return _named(values, NGINX)


def traefik_row(values: Values) -> Row:
    """By Traefik's names; headers are there when they are set to be kept."""
    return _named(values, TRAEFIK)


def caddy_row(values: Values) -> Row:
    """The request is an object in the object, its headers lists in another."""
    row, request = _named(values, CADDY), values.get("request")
    if not isinstance(request, dict):
        return row
    headers = request.get("headers")
    if isinstance(headers, dict):
        row |= _named(headers, CADDY_HEADERS)
    if row.get("cookie") == REDACTED:
        row["cookie"] = None
    return row | _named(request, CADDY_REQUEST)


def read_object(line: str) -> Values | None:
    r"""The object of a line. nginx without ``escape=json`` writes ``\x22``, which is no JSON, but is understood."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        values = _loads(line)
    except ValueError:
        try:
            values = _loads(BAD_ESCAPE.sub(_as_json, line))
        except (ValueError, RecursionError):
            return None
    except RecursionError:
        return None
    return values if isinstance(values, dict) else None


def read_any_time(text: str) -> datetime | None:
    """ISO 8601, seconds since 1970, or as in NCSA; ``2026/03/01 12:00:00`` as some write it."""
    text = SLASHED_DATE.sub(r"\1-\2-\3 ", text.strip("[] "))
    return read_iso(text) or read_epoch(text) or read_time(text)


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _as_json(match: re.Match[str]) -> str:
    """Quote and backslash as JSON has them; every other byte stays as it is written."""
    return {"22": r"\"", "5c": r"\\"}.get(match[1].lower(), rf"\\x{match[1]}")


def _named(values: Values, places: Places) -> Row:
    """The columns of an object; of several names for one the first that says something."""
    row: Row = {}
    ranks: dict[str, int] = {}
    for name, value in values.items():
        column, rank = places.get(name.lower(), NOWHERE)
        if rank < ranks.get(column, NOWHERE[1]) and (text := _text(value)) not in (None, "", "-"):
            row[column], ranks[column] = text, rank
    return row


def _text(value: Any) -> str | None:
    """A value as text; of a list the first. A lone surrogate, which no file can hold, becomes U+FFFD."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
