"""NCSA common and combined: the definition, one line at a time.

``address ident user [time] "request" status bytes "referrer" "agent"``; what stands behind is left alone. Referrer and
agent may be missing or cut off: what yields time, address, request and status is a hit (DOMAIN.md section 2).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from parser.records import BLANKS, Directive, Hit, Record, Reject, bare_address, number, split_url

HEAD = re.compile(r'([^ ]++) ++([^ ]++) ++((?:[^\[]++|\[[^\]"]*+(?!\] +"))*)\[([^\]"]*+)\] +"')
"""To the first bracket before a quote. Possessive, since a line may be nothing but brackets; but not the group, which
Python before 3.11.5 gets wrong: what it gives back begins with no bracket of that kind, so that is over at once."""
QUOTED = re.compile(r'((?:[^"\\]|\\.)*)(?:(")|\\?$)', re.DOTALL)
AFTER = re.compile(r" +([^ ]+)(?: +([^ \"][^ ]*))?")
TIME = re.compile(r"(\d\d)/([A-Z][a-z][a-z])/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", re.ASCII)
METHOD = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}", re.ASCII)
STATUS = re.compile(r"\d{3}", re.ASCII)
ESCAPE = re.compile(r'\\(["\\])')
FIRST_YEAR = 1970
"""An earlier time in a log is no time: there was no web."""
MONTHS = {name: at + 1 for at, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}


def read_line(line: str) -> Record:
    """Read one line without its line end."""
    if not line.strip(BLANKS):
        return Directive()
    head = HEAD.match(line)
    if head is None:
        return Reject("shape")
    time = read_time(head[4])
    if time is None:
        return Reject("time")
    request = QUOTED.match(line, head.end())
    if request is None or request[2] is None:
        return Reject("shape")
    parts = read_request(unescape(request[1]))
    if parts is None:
        return Reject("request")
    after = AFTER.match(line, request.end())
    if after is None or STATUS.fullmatch(after[1]) is None:
        return Reject("status")
    referrer, agent = _quoted_pair(line, after.end())
    method, host, path, query = parts
    size = number(after[2]) if after[2] else None
    return Hit(time, bare_address(head[1]), method, path, int(after[1]), host, query, size, referrer, agent)


def read_time(text: str) -> datetime | None:
    """``17/May/2015:10:05:03 +0000`` as naive UTC."""
    match = TIME.fullmatch(text)
    if match is None or match[2] not in MONTHS or int(match[3]) < FIRST_YEAR:
        return None
    try:
        local = datetime(int(match[3]), MONTHS[match[2]], int(match[1]), int(match[4]), int(match[5]), int(match[6]))
        offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
        return local - offset if match[7] == "+" else local + offset
    except (ValueError, OverflowError):
        return None


def read_request(text: str) -> tuple[str, str | None, str, str | None] | None:
    """Method, host, path and query of ``GET /path?query HTTP/1.1``; a URL with spaces in it is taken as it is."""
    method, _, rest = text.partition(" ")
    if METHOD.fullmatch(method) is None:
        return None
    url = rest.strip(" ")
    before, space, protocol = url.rpartition(" ")
    if space and protocol.startswith("HTTP/"):
        url = before.rstrip(" ")
    if not url or url.startswith("HTTP/"):
        return None
    host, path, query = split_url(url)
    return (method.upper(), host, path, query) if path else None


def unescape(text: str) -> str:
    r"""``\"`` and ``\\`` as the web server wrote them; ``\xhh`` stays, since what bytes mean is not known here."""
    return ESCAPE.sub(r"\1", text) if "\\" in text else text


def _quoted_pair(line: str, start: int) -> tuple[str | None, str | None]:
    """Referrer and agent, each possibly missing or cut off."""
    found: list[str | None] = [None, None]
    at = start
    for which in range(2):
        while at < len(line) and line[at] == " ":
            at += 1
        match = QUOTED.match(line, at + 1) if at < len(line) and line[at] == '"' else None
        if match is None:
            break
        text = unescape(match[1]).strip(" ")
        found[which] = None if text in ("", "-") else text
        at = match.end()
    return found[0], found[1]
