"""HAProxy's HTTP log (``option httplog``), with what syslog writes before it, if anything. Times are taken as UTC.

``address:port [time] frontend backend/server 5 times status bytes 2 cookies state connections queues {headers}
{headers} "request"``; https://docs.haproxy.org/2.8/configuration.html#8.2.3. Captured headers stand there without their
names: what looks like a URL is the referrer, like a name with a point in it the host, like ``Product/1.0`` the agent.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from parser.fields import QUOTED, hit_of, unescape
from parser.ncsa import read_time
from parser.records import Record, Reject

LINE = re.compile(
    r"(?:.*? )?(?P<address>[^ ]+):\d+ \[(?P<time>\d\d/[A-Za-z]{3}/\d{4}:[\d:]{8})\.(?P<ms>\d{3})\] "
    r"[^ ]+ [^ ]+ [-+\d/]+ "
    r"(?P<status>[^ ]+) \+?(?P<bytes>\d+) [^ ]+ [^ ]+ [^ ]{4} [+\d/]+ [\d/]+ "
    r"(?:\{(?P<captured>[^}]*)\} )?(?:\{[^}]*\} )?"
    rf'"(?P<request>{QUOTED})"',
    re.ASCII,
)
LOOKS = {
    "referrer": re.compile(r"https?://.+"),
    "host": re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*(?::\d+)?"),
    "agent": re.compile(r"[A-Za-z][^ /|]*/\d.*"),
}


def read_line(line: str) -> Record:
    """A line whose request was cut off (its closing quote is missing) is a reject: half a URL is another page."""
    match = LINE.match(line)
    if match is None:
        return Reject("shape")
    row: dict[str, str | None] = match.groupdict() | {"request": unescape(match["request"])}
    for value in (match["captured"] or "").split("|"):
        if name := next((name for name, look in LOOKS.items() if look.fullmatch(value)), None):
            row.setdefault(name, value)
    return hit_of(_when(match["time"], match["ms"]), row)


def _when(text: str, ms: str) -> datetime | None:
    when = read_time(f"{text} +0000")
    return when + timedelta(milliseconds=int(ms)) if when else None
