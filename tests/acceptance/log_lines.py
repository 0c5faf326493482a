"""Lines of a log in combined format, each a page view of one browser in May 2015."""

from __future__ import annotations

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


def page_view(number: int, day: int, path: str, *, hour: int = 12, referrer: str = "-") -> str:
    """``number`` is the last octet of the address."""
    moment = f"{day:02}/May/2015:{hour:02}:00:00 +0000"
    return f'192.0.2.{number} - - [{moment}] "GET {path} HTTP/1.1" 200 10 "{referrer}" "{AGENT}"\n'
