"""W3C Extended Log File Format and ``.nlf`` (DOMAIN.md sections 1 and 2): the definition, one line at a time.

https://www.w3.org/TR/WD-logfile; as IIS writes it, spaces in agents are ``+``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import unquote

from parser.ncsa import FIRST_YEAR, METHOD, STATUS
from parser.records import BLANKS, Directive, Hit, Record, Reject, bare_address, number, opted_out, split_url

OUR_SOFTWARE = "proprocessor"
COLUMNS: dict[str, str] = {
    "date": "date",
    "time": "time",
    "c-ip": "address",
    "cs-method": "method",
    "cs-uri-stem": "path",
    "cs-uri-query": "query",
    "cs-uri": "url",
    "cs-host": "host",
    "cs(host)": "host",
    "sc-status": "status",
    "sc-bytes": "bytes",
    "bytes": "bytes",
    "cs(user-agent)": "agent",
    "cs(referer)": "referrer",
    "cs(referrer)": "referrer",
    "cs(cookie)": "cookie",
    "x-order-total": "order_total",
    "x-order-id": "order_id",
    "x-screen": "screen",
    "x-exit-url": "exit_url",
    "x-custom": "custom",
    "cs(accept-language)": "language",
    "cs(x-forwarded-for)": "forwarded",
    "x-forwarded-for": "forwarded",
    "cs(dnt)": "dnt",
    "cs(sec-gpc)": "gpc",
    "x-host-header": "viewer_host",
}
"""W3C field, lower case, to what it is here. ``viewer_host``: CloudFront's ``cs(Host)`` is a name of its own."""
EDGE = "x-edge-location"
"""The field that only CloudFront has."""
TWICE = re.compile(r"%25(?=[0-9A-Fa-f]{2})")
QUOTED_TOKEN = re.compile(r'"((?:[^"]|"")*)"?|([^ ]+)')
CLOCK = re.compile(r"(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,6})\d*)?", re.ASCII)
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
OFFSET = re.compile(r"([+-]?)(\d\d):?(\d\d)", re.ASCII)


@dataclass(frozen=True)
class Header:
    """What the directives read so far say."""

    fields: tuple[str, ...] = ()
    day: date | None = None
    offset: timedelta = timedelta(0)
    ours: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each of our columns stands; the first of several wins."""
        found: dict[str, int] = {}
        for at, name in enumerate(self.fields):
            if (column := COLUMNS.get(name.lower())) is not None:
                found.setdefault(column, at)
        return found

    @cached_property
    def decodes_twice(self) -> bool:
        """Whether this is CloudFront's: it percent-encodes what it logs, and what is encoded once more."""
        return any(name.lower() == EDGE for name in self.fields)


def read_directive(line: str, header: Header) -> Header:
    """The header after a ``#`` line."""
    name, _, value = line[1:].partition(":")
    value = value.strip()
    match name.strip().lower():
        case "fields":
            return replace(header, fields=tuple(value.split()))
        case "software":
            return replace(header, ours=value.lower().startswith(OUR_SOFTWARE))
        case "date" | "start-date":
            found = DATE.match(value)
            return replace(header, day=_date(found[0]) if found else header.day)
        case "gmt-offset":
            offset = _offset(value)
            return header if offset is None else replace(header, offset=offset)
        case _:
            return header


def is_directive(line: str) -> bool:
    """Whether a line speaks about the log, or is blank."""
    return line.startswith("#") or not line.strip(BLANKS)


def read_line(line: str, header: Header) -> Record:
    """Read one line without its line end, under the header that holds for it."""
    if is_directive(line):
        return Directive()
    if not header.fields:
        return Reject("no_fields")
    values = tokens(line)
    if len(values) > len(header.fields):
        return Reject("field_count")
    row = {column: _value(values[at], header) for column, at in header.places.items() if at < len(values)}
    when = _when(row.get("date"), row.get("time"), header)
    if when is None:
        return Reject("time")
    if header.decodes_twice:
        row = _decoded(row)
    return _hit(row, when, spaces_as_plus="\t" not in line and not header.ours)


def tokens(line: str) -> list[str]:
    """The values of a line: by tabs where there are any, else by spaces; ``"…"`` holds spaces, ``""`` a quote."""
    if "\t" in line:
        return line.rstrip("\r\n").split("\t")
    if '"' not in line:
        return [token for token in line.split(" ") if token]
    return [m[1].replace('""', '"') if m[1] is not None else m[2] for m in QUOTED_TOKEN.finditer(line)]


def _value(text: str, header: Header) -> str | None:
    if text in ("-", ""):
        return None
    return unquote(text, errors="replace") if header.ours and "%" in text else text


def _decoded(row: dict[str, str | None]) -> dict[str, str | None]:
    """CloudFront's values as another log has them: URLs encoded once, headers not at all, the visitor's host."""
    once = {column: TWICE.sub("%", text) if text else text for column, text in row.items()}
    for column in ("agent", "language"):
        once[column] = unquote(once.get(column) or "", errors="replace") or None
    for column in ("cookie", "forwarded"):
        once[column] = (once.get(column) or "").replace("%20", " ") or None
    return once | {"host": once.get("viewer_host") or once.get("host")}


def _hit(row: dict[str, str | None], when: datetime, *, spaces_as_plus: bool) -> Record:
    address, status, method = row.get("address"), row.get("status"), row.get("method") or "GET"
    if address is None:
        return Reject("address")
    host, path, query = row.get("host"), row.get("path"), row.get("query")
    if path is None and (url := row.get("url")) is not None:
        url_host, path, url_query = split_url(url)
        host, query = url_host or host, url_query or query
    if not path or METHOD.fullmatch(method) is None:
        return Reject("request")
    if status is None or STATUS.fullmatch(status) is None:
        return Reject("status")
    agent, cookie = row.get("agent"), row.get("cookie")
    language, forwarded = row.get("language"), row.get("forwarded")
    if spaces_as_plus:
        agent, language, forwarded = (one.replace("+", " ") if one else one for one in (agent, language, forwarded))
        cookie = cookie.replace(";+", "; ") if cookie else cookie
    return Hit(
        ts=when,
        address=bare_address(address),
        method=method.upper(),
        path=path,
        status=int(status),
        host=host,
        query=query,
        bytes=number(row.get("bytes") or ""),
        referrer=row.get("referrer"),
        agent=agent,
        cookie=cookie,
        order_total=row.get("order_total"),
        order_id=row.get("order_id"),
        screen=row.get("screen"),
        exit_url=row.get("exit_url"),
        custom=row.get("custom"),
        language=language,
        forwarded=forwarded,
        opted_out=opted_out(row.get("dnt"), row.get("gpc")),
    )


def _when(day: str | None, clock: str | None, header: Header) -> datetime | None:
    """UTC of a line; a log without a date field takes the day of its ``#Date:``."""
    found = CLOCK.fullmatch(clock or "")
    on = _date(day) if day is not None else header.day
    if found is None or on is None:
        return None
    try:
        at = time(int(found[1]), int(found[2]), int(found[3]), int((found[4] or "0").ljust(6, "0")))
        return datetime.combine(on, at) - header.offset
    except (ValueError, OverflowError):
        return None


def _date(text: str) -> date | None:
    match = DATE.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match and int(match[1]) >= FIRST_YEAR else None
    except ValueError:
        return None


def _offset(text: str) -> timedelta | None:
    match = OFFSET.fullmatch(text)
    if match is None:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size
