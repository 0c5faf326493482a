"""A log file, read line by line in plain Python: slow, obvious, sharing nothing with the parser.

Written from DOMAIN.md sections 1, 2 and 8 and docs/formats.md. Characters are looked at one after the other; there is no
regular expression, so that a mistake in one of the parser's is not repeated here. The reason of a reject is the first of
what is wrong, in the order in which a reader meets it: shape, time, request, status; for W3C no_fields, field_count,
time, address, request, status.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

Family = Literal["ncsa", "w3c"]
FIELDS = (
    "ts", "address", "host", "method", "path", "query", "status", "bytes", "referrer", "agent", "cookie",
    "order_total", "order_id", "screen", "exit_url", "custom",
)  # fmt: skip
LONGEST = 1024 * 1024
KEPT_OF_TOO_LONG = 8 * 1024
DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
BLANKS = " \t\r\n\v\f"

Hit = dict[str, object]


class Wrong(Exception):
    """Why a line is a reject."""


@dataclass(frozen=True)
class Line:
    """One line: its hit, or its reason, or neither for a directive."""

    number: int
    text: str
    hit: Hit | None = None
    reason: str | None = None


@dataclass
class Expected:
    """What must be in the parser's three tables, in order of lines."""

    hits: list[tuple[object, ...]] = field(default_factory=list)
    rejects: list[tuple[int, datetime | None, str, str]] = field(default_factory=list)
    directives: list[tuple[int, datetime | None]] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Lines, directives, hits, rejects."""
        kinds = (len(self.directives), len(self.hits), len(self.rejects))
        return sum(kinds), *kinds


def expect(data: bytes, family: Family) -> Expected:
    """The three tables of a file. A line that is no hit has the time of the last hit before it, else of the first."""
    found = Expected()
    lines = read(data, family)
    before = next((line.hit["ts"] for line in lines if line.hit is not None), None)
    for line in lines:
        assert before is None or isinstance(before, datetime)
        if line.hit is not None:
            before = line.hit["ts"]
            found.hits.append((line.number, *(line.hit[name] for name in FIELDS)))
        elif line.reason is not None:
            found.rejects.append((line.number, before, line.reason, line.text))
        else:
            found.directives.append((line.number, before))
    return found


def read(data: bytes, family: Family) -> list[Line]:
    """Every line of a file."""
    reader = W3C() if family == "w3c" else None
    lines = []
    for number, raw in enumerate(split(data), start=1):
        if len(raw) > LONGEST:
            lines.append(Line(number, decoded(raw[:KEPT_OF_TOO_LONG]), reason="too_long"))
            continue
        text = decoded(raw).rstrip("\r\n")
        try:
            hit = ncsa(text) if reader is None else reader.line(text)
        except Wrong as wrong:
            lines.append(Line(number, text, reason=str(wrong)))
        else:
            lines.append(Line(number, text, hit=hit))
    return lines


def split(data: bytes) -> list[bytes]:
    """Lines end at LF; what stands behind the last LF is a line if there is anything."""
    pieces = data.split(b"\n")
    return pieces[:-1] if pieces[-1] == b"" else pieces


def decoded(raw: bytes) -> str:
    """UTF-8, else Latin-1, decided for each line by itself."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def is_blank(text: str) -> bool:
    return all(char in BLANKS for char in text)


def new_hit(**values: object) -> Hit:
    return {name: values.get(name) for name in FIELDS}


def value_or_none(text: str) -> str | None:
    return None if text in ("", "-") else text


def is_number(text: str, digits: int | None = None) -> bool:
    return text != "" and all(char in DIGITS for char in text) and (digits is None or len(text) == digits)


def size_of(text: str) -> int | None:
    """A number of bytes that fits 64 bits."""
    return int(text) if is_number(text) and len(text) <= 19 and int(text) < 2**63 else None


def is_method(text: str) -> bool:
    return 0 < len(text) <= 32 and text[0] in LETTERS and all(char in LETTERS + "_-" for char in text)


def url_parts(url: str) -> tuple[str | None, str, str | None]:
    """Host, path and query of ``/path?query`` or ``http://host/path?query``."""
    host = None
    for scheme in ("http://", "https://"):
        if url.lower().startswith(scheme):
            rest, host = url[len(scheme) :], ""
            while rest and rest[0] not in "/?":
                host, rest = host + rest[0], rest[1:]
            url = rest if rest.startswith("/") else "/" + rest
            break
    path, query, seen = "", "", False
    for char in url:
        if seen:
            query += char
        elif char == "?":
            seen = True
        else:
            path += char
    return host or None, path, query or None


# NCSA common and combined


def ncsa(text: str) -> Hit | None:
    """``address ident user [time] "request" status bytes "referrer" "agent"``; ``None`` for a blank line."""
    if is_blank(text):
        return None
    address, at = word(text, 0)
    ident, at = word(text, at)
    if not address or not ident or at >= len(text) or text[at] != " ":
        raise Wrong("shape")
    when, at = bracket_before_quote(text, at)
    ts = ncsa_time(when)
    request, at, closed = quoted(text, at)
    if not closed:
        raise Wrong("shape")
    method, host, path, query = ncsa_request(request)
    if at >= len(text) or text[at] != " ":
        raise Wrong("status")
    status, at = word(text, spaces(text, at))
    if not is_number(status, 3):
        raise Wrong("status")
    size = None
    after = spaces(text, at)
    if after < len(text) and text[after] != '"':
        written, at = word(text, after)
        size = size_of(written)
    found: list[str | None] = []
    while len(found) < 2:
        at = spaces(text, at)
        if at >= len(text) or text[at] != '"':
            break
        value, at, _ = quoted(text, at + 1)
        found.append(value_or_none(value.strip(" ")))
    found += [None, None]
    return new_hit(
        ts=ts, address=address, host=host, method=method, path=path, query=query, status=int(status), bytes=size,
        referrer=found[0], agent=found[1],
    )  # fmt: skip


def spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] == " ":
        at += 1
    return at


def word(text: str, at: int) -> tuple[str, int]:
    """The characters up to the next space, and where that is; spaces before it are passed over, not at a line's start."""
    start = at = spaces(text, at) if at else at
    while at < len(text) and text[at] != " ":
        at += 1
    return text[start:at], at


def bracket_before_quote(text: str, at: int) -> tuple[str, int]:
    """What stands in the first ``[...]`` that a quote follows, and the place behind that quote. A user may have blanks."""
    for start in range(at, len(text)):
        if text[start] != "[":
            continue
        end = start + 1
        while end < len(text) and text[end] not in ']"':
            end += 1
        if end >= len(text) or text[end] == '"':
            continue
        quote = spaces(text, end + 1)
        if quote > end + 1 and quote < len(text) and text[quote] == '"':
            return text[start + 1 : end], quote + 1
    raise Wrong("shape")


def quoted(text: str, at: int) -> tuple[str, int, bool]:
    r"""From behind a quote to the next: the value, the place behind it, whether it was closed.

    ``\"`` and ``\\`` are a quote and a backslash, every other backslash stays. One at the very end was cut off.
    """
    value = ""
    while at < len(text):
        if text[at] == '"':
            return value, at + 1, True
        if text[at] == "\\":
            if at + 1 == len(text):
                return value, at + 1, False
            value += text[at + 1] if text[at + 1] in '"\\' else text[at : at + 2]
            at += 2
        else:
            value += text[at]
            at += 1
    return value, at, False


def ncsa_time(text: str) -> datetime:
    """``17/May/2015:10:05:03 +0000`` as UTC."""
    shape = "dd/aaa/dddd:dd:dd:dd sdddd"
    if len(text) != len(shape):
        raise Wrong("time")
    for char, kind in zip(text, shape, strict=True):
        allowed = {"d": DIGITS, "a": LETTERS, "s": "+-"}.get(kind, kind)
        if char not in allowed:
            raise Wrong("time")
    if text[3:6] not in MONTHS or int(text[7:11]) < 1970:
        raise Wrong("time")
    try:
        local = datetime(
            int(text[7:11]), MONTHS.index(text[3:6]) + 1, int(text[0:2]), int(text[12:14]), int(text[15:17]), int(text[18:20])
        )  # fmt: skip
        ahead = timedelta(hours=int(text[22:24]), minutes=int(text[24:26]))
        return local + ahead if text[21] == "-" else local - ahead
    except (ValueError, OverflowError):
        raise Wrong("time") from None


def ncsa_request(text: str) -> tuple[str, str | None, str, str | None]:
    """``METHOD URL PROTOCOL``: the protocol may be missing, blanks in the URL are the URL's."""
    words = text.split(" ")
    method, rest = words[0], words[1:]
    while rest and rest[0] == "":
        rest = rest[1:]
    while rest and rest[-1] == "":
        rest = rest[:-1]
    if len(rest) > 1 and rest[-1].startswith("HTTP/"):
        rest = rest[:-1]
        while rest and rest[-1] == "":
            rest = rest[:-1]
    url = " ".join(rest)
    if not is_method(method) or not url or url.startswith("HTTP/"):
        raise Wrong("request")
    host, path, query = url_parts(url)
    if not path:
        raise Wrong("request")
    return method.upper(), host, path, query


# W3C Extended and .nlf

COLUMNS = {
    "date": "date", "time": "time", "c-ip": "address", "cs-method": "method", "cs-uri-stem": "path",
    "cs-uri-query": "query", "cs-uri": "url", "cs-host": "host", "cs(host)": "host", "sc-status": "status",
    "sc-bytes": "bytes", "bytes": "bytes", "cs(user-agent)": "agent", "cs(referer)": "referrer",
    "cs(referrer)": "referrer", "cs(cookie)": "cookie", "x-order-total": "order_total", "x-order-id": "order_id",
    "x-screen": "screen", "x-exit-url": "exit_url", "x-custom": "custom",
}  # fmt: skip


class W3C:
    """What the directives have said so far."""

    def __init__(self) -> None:
        self.fields: list[str] = []
        self.day: date | None = None
        self.ahead = timedelta(0)
        self.ours = False

    def line(self, text: str) -> Hit | None:
        """``None`` for a directive."""
        if text.startswith("#"):
            self.directive(text[1:])
            return None
        if is_blank(text):
            return None
        if not self.fields:
            raise Wrong("no_fields")
        values = w3c_values(text)
        if len(values) > len(self.fields):
            raise Wrong("field_count")
        row: dict[str, str | None] = {}
        for name, value in zip(self.fields, values, strict=False):
            column = COLUMNS.get(name.lower())
            if column is not None and column not in row:
                row[column] = self.value(value)
        return self.hit(row, plus_is_blank="\t" not in text and not self.ours)

    def directive(self, text: str) -> None:
        name, _, value = text.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "fields":
            self.fields = value.split()
        elif name == "software":
            self.ours = value.lower().startswith("proprocessor")
        elif name in ("date", "start-date"):
            if is_date_shaped(value[:10]):
                self.day = w3c_date(value[:10])
        elif name == "gmt-offset":
            sign, figures = (value[0], value[1:]) if value[:1] in ("+", "-") else ("+", value)
            figures = figures[:2] + figures[3:] if figures[2:3] == ":" else figures
            if is_number(figures, 4):
                size = timedelta(hours=int(figures[:2]), minutes=int(figures[2:]))
                self.ahead = -size if sign == "-" else size

    def value(self, text: str) -> str | None:
        if text in ("", "-"):
            return None
        return percent_decoded(text) if self.ours else text

    def hit(self, row: dict[str, str | None], *, plus_is_blank: bool) -> Hit:
        ts = self.time(row)
        address = row.get("address")
        if address is None:
            raise Wrong("address")
        host, path, query = row.get("host"), row.get("path"), row.get("query")
        url = row.get("url")
        if path is None and url is not None:
            url_host, path, url_query = url_parts(url)
            host, query = url_host or host, url_query or query
        method = row.get("method") or "GET"
        if not path or not is_method(method):
            raise Wrong("request")
        status = row.get("status")
        if status is None or not is_number(status, 3):
            raise Wrong("status")
        agent, cookie = row.get("agent"), row.get("cookie")
        if plus_is_blank:
            agent = " ".join(agent.split("+")) if agent is not None else None
            cookie = "; ".join(cookie.split(";+")) if cookie is not None else None
        rest = {name: row.get(name) for name in ("referrer", "order_total", "order_id", "screen", "exit_url", "custom")}
        return new_hit(
            ts=ts, address=address, host=host, method=method.upper(), path=path, query=query, status=int(status),
            bytes=size_of(row.get("bytes") or ""), agent=agent, cookie=cookie, **rest,
        )  # fmt: skip

    def time(self, row: dict[str, str | None]) -> datetime:
        written = row.get("date")
        day = w3c_date(written) if written is not None else self.day
        hours, colon, rest = (row.get("time") or "").partition(":")
        minutes, seconds = rest[:2], rest[3:5]
        shaped = colon and is_number(hours) and len(hours) <= 2 and is_number(minutes, 2) and is_number(seconds, 2)
        if day is None or not shaped or rest[2] != ":":
            raise Wrong("time")
        fraction = rest[5:]
        if fraction and (fraction[0] not in ".," or not is_number(fraction[1:])):
            raise Wrong("time")
        parts = int((fraction[1:] + "000000")[:6])
        try:
            return datetime(day.year, day.month, day.day, int(hours), int(minutes), int(seconds), parts) - self.ahead
        except (ValueError, OverflowError):
            raise Wrong("time") from None


def w3c_values(text: str) -> list[str]:
    """By tabs where there is one; else by blanks, where ``"..."`` may hold blanks and ``""`` in it is a quote."""
    if "\t" in text:
        return text.split("\t")
    values, at = [], spaces(text, 0)
    while at < len(text):
        value = ""
        if text[at] == '"':
            at += 1
            while at < len(text):
                if text[at : at + 2] == '""':
                    value, at = value + '"', at + 2
                elif text[at] == '"':
                    at += 1
                    break
                else:
                    value, at = value + text[at], at + 1
        else:
            while at < len(text) and text[at] != " ":
                value, at = value + text[at], at + 1
        values.append(value)
        at = spaces(text, at)
    return values


def is_date_shaped(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and is_number(text[:4] + text[5:7] + text[8:], 8)


def w3c_date(text: str) -> date | None:
    if not is_date_shaped(text) or int(text[:4]) < 1970:
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def percent_decoded(text: str) -> str:
    """Once; a ``%`` without two hexadecimal digits stays; bytes that are no UTF-8 become U+FFFD."""
    pieces, run, at = "", b"", 0
    while at < len(text):
        digits = text[at + 1 : at + 3]
        if text[at] == "%" and len(digits) == 2 and all(char in "0123456789abcdefABCDEF" for char in digits):
            run, at = run + bytes([int(digits, 16)]), at + 3
            continue
        pieces, run = pieces + run.decode("utf-8", "replace") + text[at], b""
        at += 1
    return pieces + run.decode("utf-8", "replace")
