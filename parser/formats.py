"""The formats: one row each, beside a real line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["ncsa", "w3c"]


@dataclass(frozen=True)
class Format:
    """One named format. ``has_cookies``: a field for cookies always exists; W3C says so in its header."""

    name: str
    family: Family
    title: str
    sample: str


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "combined",
            "ncsa",
            "NCSA combined (Apache, nginx)",
            '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /images/kibana-search.png HTTP/1.1" 200 203023 '
            '"http://semicomplete.com/presentations/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)"',
        ),
        Format(
            "common",
            "ncsa",
            "NCSA common",
            '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
        ),
        Format(
            "w3c",
            "w3c",
            "W3C Extended (IIS and others)",
            "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2016-01-10 00:07:26 188.68.224.62 GET / 200",
        ),
        Format(
            "nlf",
            "w3c",
            "JDC log (.nlf)",
            "#Software: proprocessor collector\n#Fields: date\ttime\tc-ip\tcs-method\tcs-uri-stem\tsc-status\n"
            "2026-01-10\t00:07:26\t192.0.2.7\tGET\t/apples\t200",
        ),
    )
}
"""By name; ``auto`` means that the first lines decide."""
