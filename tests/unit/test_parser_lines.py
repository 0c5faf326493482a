r"""What one line is, for each format: the expected values are written out from DOMAIN.md, not computed.

The definition reads the line, and so does the fast reading in SQL, each case in a file of its own format.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parser import runs
from parser.detect import Detection, choose, detect
from parser.import_settings import ImportSettings
from parser.read import parse_file, read_line
from parser.records import HIT_FIELDS, Directive, Hit, Record, Reject
from parser.rejects import REASONS
from parser.robots import is_robot
from parser.w3c import Header, read_directive
from shared.errors import Misconfigured, Rejected

NOON = datetime(2026, 3, 1, 12)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36"


def hit(ts: datetime = NOON, address: str = "192.0.2.7", path: str = "/", **others: Any) -> Hit:
    return Hit(**{"ts": ts, "address": address, "method": "GET", "path": path, "status": 200, **others})


def seen(ts: datetime = NOON, address: str = "192.0.2.7", path: str = "/", **others: Any) -> Hit:
    """A hit of a combined log whose size, referrer and agent are the ordinary ones."""
    return hit(ts, address, path, **{"bytes": 5, "referrer": "https://a.test/", "agent": "Firefox", **others})


def combined(
    request: str = "GET / HTTP/1.1",
    *,
    who: str = "192.0.2.7 - -",
    when: str = "01/Mar/2026:12:00:00 +0000",
    rest: str = '200 5 "https://a.test/" "Firefox"',
) -> str:
    return f'{who} [{when}] "{request}" {rest}'


NCSA: dict[str, tuple[str, Record]] = {
    "combined": (
        '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /images/kibana-search.png HTTP/1.1" 200 203023 '
        '"http://semicomplete.com/presentations/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)"',
        Hit(
            ts=datetime(2015, 5, 17, 10, 5, 3),
            address="83.149.9.216",
            method="GET",
            path="/images/kibana-search.png",
            status=200,
            bytes=203023,
            referrer="http://semicomplete.com/presentations/",
            agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)",
        ),
    ),
    "common": (
        '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
        hit(datetime(2000, 10, 10, 20, 55, 36), "127.0.0.1", "/apache_pb.gif", bytes=2326),
    ),
    "IPv6": (combined(who="2001:db8::7:1 - -"), seen(address="2001:db8::7:1")),
    "an address with its port": (combined(who="192.0.2.7:5678 - -"), seen()),
    "an IPv6 address with its port": (combined(who="[2001:db8::7]:443 - -"), seen(address="2001:db8::7")),
    "a host name with a port": (combined(who="client.test:443 - -"), seen(address="client.test:443")),
    "a user of many brackets": (combined(who="192.0.2.7 - [[[a] [b] c"), seen()),
    "a host name in place of the address": (combined(who="client.test - -"), seen(address="client.test")),
    "all dashes": ('- - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 - "-" "-"', hit(address="-")),
    "empty referrer and agent": (combined(rest='200 5 "" ""'), hit(bytes=5)),
    "a user with blanks": (combined(who="192.0.2.7 - Ann O Nym"), seen()),
    "a user with a bracket": (combined(who="192.0.2.7 - [x]"), seen()),
    "a user that is missing": ('192.0.2.7 - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5', hit(bytes=5)),
    "several blanks between": (
        '192.0.2.7  -  -  [01/Mar/2026:12:00:00 +0000]  "GET  /  HTTP/1.1"  200  5  "https://a.test/"  "Firefox"',
        seen(),
    ),
    "a query": (combined("GET /a?b=1&c=2 HTTP/1.1"), seen(path="/a", query="b=1&c=2")),
    "an empty query": (combined("GET /a? HTTP/1.1"), seen(path="/a")),
    "a query with a question mark": (combined("GET /a?b=?c HTTP/1.1"), seen(path="/a", query="b=?c")),
    "percent is not decoded": (combined("GET /a%20b?c=%22%ff HTTP/1.1"), seen(path="/a%20b", query="c=%22%ff")),
    "an absolute URL": (
        combined("GET http://www.b.test:8080/a?b=1 HTTP/1.1"),
        seen(path="/a", host="www.b.test:8080", query="b=1"),
    ),
    "an absolute URL without a path": (combined("GET HTTPS://b.test HTTP/1.1"), seen(path="/", host="b.test")),
    "an absolute URL with only a query": (
        combined("GET http://b.test?c=1 HTTP/1.1"),
        seen(path="/", host="b.test", query="c=1"),
    ),
    "a blank in the URL": (combined("GET /a b.html HTTP/1.1"), seen(path="/a b.html")),
    "no protocol, HTTP 0.9": (combined("GET /a"), seen(path="/a")),
    "HTTP 2": (combined("GET / HTTP/2.0"), seen()),
    "a star": (combined("OPTIONS * HTTP/1.1"), seen(method="OPTIONS", path="*")),
    "CONNECT": (combined("CONNECT a.test:443 HTTP/1.1"), seen(method="CONNECT", path="a.test:443")),
    "a method in small letters": (combined("get / HTTP/1.1"), seen(method="GET")),
    "a method with a dash": (combined("M-SEARCH / HTTP/1.1"), seen(method="M-SEARCH")),
    "an escaped quote in the URL": (combined(r"GET /a\"b HTTP/1.1"), seen(path='/a"b')),
    "an escaped backslash": (combined(r"GET /a\\b HTTP/1.1"), seen(path=r"/a\b")),
    "an escaped backslash before the closing quote": (combined("GET /\\\\"), seen(path="/\\")),
    "an escaped byte stays": (combined(r"GET /\xd1\x84 HTTP/1.1"), seen(path=r"/\xd1\x84")),
    "an escaped quote in the agent": (combined(rest=r'200 5 "-" "a \"b\" c"'), hit(bytes=5, agent='a "b" c')),
    "an escaped quote in the referrer": (
        combined(rest=r'200 5 "http://a.test/?q=\"x\"" "b"'),
        hit(bytes=5, referrer='http://a.test/?q="x"', agent="b"),
    ),
    "no size": (combined(rest='304 - "-" "Firefox"'), hit(status=304, agent="Firefox")),
    "a size that is left out": (combined(rest='200 "-" "Firefox"'), hit(agent="Firefox")),
    "a size that is no number": (combined(rest='200 x5 "-" "Firefox"'), hit(agent="Firefox")),
    "the largest size": (combined(rest="200 9223372036854775807"), hit(bytes=2**63 - 1)),
    "a size beyond 64 bits": (combined(rest="200 9223372036854775808"), hit()),
    "status only": (combined(rest="200"), hit()),
    "a status that HTTP does not know": (combined(rest="999 5"), hit(status=999, bytes=5)),
    "nothing behind the referrer": (combined(rest='200 5 "https://a.test/"'), hit(bytes=5, referrer="https://a.test/")),
    "cut off in the agent": (combined(rest='200 5 "-" "Mozilla/5.0 (X11'), hit(bytes=5, agent="Mozilla/5.0 (X11")),
    "cut off in an escape of the agent": (combined(rest='200 5 "-" "Mozi\\'), hit(bytes=5, agent="Mozi")),
    "cut off in the referrer": (combined(rest='200 5 "https://a.te'), hit(bytes=5, referrer="https://a.te")),
    "more fields behind the agent": (
        combined(rest='200 5 "-" "Firefox" "gzip" 0.003 - x'),
        hit(bytes=5, agent="Firefox"),
    ),
    "a blank agent": (combined(rest='200 5 "-" " "'), hit(bytes=5)),
    "east of Greenwich": (combined(when="01/Mar/2026:13:30:00 +0130"), seen()),
    "west of Greenwich, over midnight": (combined(when="28/Feb/2026:23:00:00 -1300"), seen()),
    "a leap day": (combined(when="29/Feb/2024:12:00:00 +0000"), seen(datetime(2024, 2, 29, 12))),
    "an umlaut": (combined("GET /käse HTTP/1.1"), seen(path="/käse")),
    "composed characters and beyond": (
        combined("GET /e\u0301/🍎?q=日本 HTTP/1.1"),
        seen(path="/e\u0301/🍎", query="q=日本"),
    ),
    "NUL in the agent": (combined(rest='200 5 "-" "a\0b"'), hit(bytes=5, agent="a\0b")),
    "a tab in the agent": (combined(rest='200 5 "-" "a\tb"'), hit(bytes=5, agent="a\tb")),
    "blank": ("", Directive()),
    "only blanks": (" \t ", Directive()),
    "a fragment of the end": (' "curl/7.54.0"', Reject("shape")),
    "a fragment of the beginning": ("192.0.2.7 - - [01/Mar/2026:12:0", Reject("shape")),
    "cut off before the request": ("192.0.2.7 - - [01/Mar/2026:12:00:00 +0000]", Reject("shape")),
    "cut off in the request": ('192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /a', Reject("shape")),
    "cut off behind an escaped quote": ('192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /a\\"', Reject("shape")),
    "cut off before the status": (combined(rest=""), Reject("status")),
    "no address": ('[01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5', Reject("shape")),
    "a blank before the address": (" " + combined(), Reject("shape")),
    "words": ("the quick brown fox", Reject("shape")),
    "a line of W3C": ("2026-03-01 12:00:00 192.0.2.7 GET / 200", Reject("shape")),
    "a line of JSON": ('{"remote_addr": "192.0.2.7", "status": 200}', Reject("shape")),
    "a directive of W3C": ("#Fields: date time", Reject("shape")),
    "NULs": ("\0" * 40, Reject("shape")),
    "a day that is none": (combined(when="30/Feb/2026:12:00:00 +0000"), Reject("time")),
    "a month that is none": (combined(when="01/Mai/2026:12:00:00 +0000"), Reject("time")),
    "an hour that is none": (combined(when="01/Mar/2026:24:00:00 +0000"), Reject("time")),
    "a leap second": (combined(when="31/Dec/2016:23:59:60 +0000"), Reject("time")),
    "no time zone": (combined(when="01/Mar/2026:12:00:00"), Reject("time")),
    "before the web": (combined(when="01/Mar/1969:12:00:00 +0000"), Reject("time")),
    "beyond the calendar": (combined(when="31/Dec/9999:23:59:59 -0100"), Reject("time")),
    "Arabic figures": (combined(when="٠١/Mar/2026:12:00:00 +0000"), Reject("time")),
    "a connection closed unused": (combined("-"), Reject("request")),
    "an empty request": (combined(""), Reject("request")),
    "TLS to a plain port": (combined(r"\x16\x03\x01\x02"), Reject("request")),
    "a method alone": (combined("GET"), Reject("request")),
    "no URL": (combined("GET HTTP/1.1"), Reject("request")),
    "no path": (combined("GET ?a=1 HTTP/1.1"), Reject("request")),
    "a method with a figure": (combined("G3T / HTTP/1.1"), Reject("request")),
    "a method that is too long": (combined("A" * 33 + " / HTTP/1.1"), Reject("request")),
    "status of two figures": (combined(rest='20 5 "-" "x"'), Reject("status")),
    "status of four figures": (combined(rest='2000 5 "-" "x"'), Reject("status")),
    "status of letters": (combined(rest='2OO 5 "-" "x"'), Reject("status")),
    "status missing": (combined(rest='- 5 "-" "x"'), Reject("status")),
    "no blank before the status": (
        '192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1"200 5',
        Reject("status"),
    ),
    "a stray quote in the URL": (combined('GET /a"b HTTP/1.1'), Reject("status")),
}

W3C_FIELDS = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer) cs(Cookie)"
NLF_HEAD = "#Software: proprocessor collector\n"
NLF_FIELDS = (
    "#Fields: date time c-ip cs-method cs-host cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer) cs(Cookie) "
    "x-order-total x-order-id x-screen x-exit-url x-custom"
)
NLF_LINE = "2026-03-01\t12:00:00\t192.0.2.7\tGET\tshop.test\t/thanks\ta=1\t200\tFirefox\thttps://a.test/\tpid=7"

W3C: dict[str, tuple[str, str, Record]] = {
    "IIS": (
        W3C_FIELDS,
        "2026-03-01 12:00:00 192.0.2.7 GET /a b=1 200 512 Mozilla/5.0+(X11) https://a.test/ pid=7;+sid=8",
        hit(
            path="/a",
            query="b=1",
            bytes=512,
            agent="Mozilla/5.0 (X11)",
            referrer="https://a.test/",
            cookie="pid=7; sid=8",
        ),
    ),
    "all dashes": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - 200 - - - -", hit()),
    "fewer values than fields": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - 200", hit()),
    "more values than fields": (
        W3C_FIELDS,
        "2026-03-01 12:00:00 192.0.2.7 GET / - 200 512 Mozilla/5.0 (X11) - -",
        Reject("field_count"),
    ),
    "doubled blanks": (W3C_FIELDS, "2026-03-01  12:00:00   192.0.2.7 GET / - 200 5  - - -", hit(bytes=5)),
    "quoted values": (
        W3C_FIELDS,
        '"2026-03-01" "12:00:00" "192.0.2.7" GET / "" 200 5 "Mozilla/5.0 (""X"")" - "-"',
        hit(bytes=5, agent='Mozilla/5.0 ("X")'),
    ),
    "IPv6": (
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 2001:db8::7 / 200",
        hit(address="2001:db8::7"),
    ),
    "an address with its port": (
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 [2001:db8::7]:5678 / 200",
        hit(address="2001:db8::7"),
    ),
    "any order, other letters, unknown fields": (
        "#fields: SC-Status s-port C-IP Time CS-URI-STEM Date cs(USER-agent)",
        "200 80 192.0.2.7 12:00:00 / 2026-03-01 a+b",
        hit(agent="a b"),
    ),
    "no method is GET": ("#Fields: date time c-ip cs-uri-stem sc-status", "2026-03-01 12:00:00 192.0.2.7 / 200", hit()),
    "a host": (
        "#Fields: date time c-ip cs(Host) cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.7 shop.test / 200",
        hit(host="shop.test"),
    ),
    "cs-uri for path and query": (
        "#Fields: date time c-ip cs-uri sc-status bytes cs(Referrer)",
        "2026-03-01 12:00:00 192.0.2.7 http://shop.test/a?b=1 200 7 https://a.test/",
        hit(path="/a", query="b=1", host="shop.test", bytes=7, referrer="https://a.test/"),
    ),
    "the first of two equal fields": (
        "#Fields: date time c-ip c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.7 192.0.2.8 / 200",
        hit(),
    ),
    "the day of #Date:": (
        "#Date: 2026-03-01 00:00:10\n#Fields: time c-ip cs-uri-stem sc-status",
        "12:00:00 192.0.2.7 / 200",
        hit(),
    ),
    "a later #Date: is the day": (
        "#Date: 2026-02-28 00:00:10\n#Fields: time c-ip cs-uri-stem sc-status\n#Date: 2026-03-01 00:00:00",
        "12:00:00 192.0.2.7 / 200",
        hit(),
    ),
    "no day": ("#Fields: time c-ip cs-uri-stem sc-status", "12:00:00 192.0.2.7 / 200", Reject("time")),
    "an hour of one figure and a fraction": (
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 9:05:06.128 192.0.2.7 / 200",
        hit(datetime(2026, 3, 1, 9, 5, 6, 128000)),
    ),
    "#GMT-Offset: west": (
        "#GMT-Offset: -0800\n#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 04:00:00 192.0.2.7 / 200",
        hit(),
    ),
    "#GMT-Offset: east": (
        "#GMT-Offset: +05:30\n#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 17:30:00 192.0.2.7 / 200",
        hit(),
    ),
    "tabs between, plus stays": (
        "#Fields: date time c-ip cs-uri-stem sc-status cs(User-Agent) cs(Cookie)",
        "2026-03-01\t12:00:00\t192.0.2.7\t/a b\t200\ta+b c\tp=1;+q=2",
        hit(path="/a b", agent="a+b c", cookie="p=1;+q=2"),
    ),
    "percent is not decoded": (
        "#Fields: date time c-ip cs-uri-stem cs-uri-query sc-status",
        "2026-03-01 12:00:00 192.0.2.7 /a%20b c=%2D 200",
        hit(path="/a%20b", query="c=%2D"),
    ),
    "before any #Fields:": ("#Version: 1.0", "2026-03-01 12:00:00 192.0.2.7 / 200", Reject("no_fields")),
    "a directive": (W3C_FIELDS, "#Remark: 2026-03-01 12:00:00 192.0.2.7 GET / - 200", Directive()),
    "a blank line": (W3C_FIELDS, "", Directive()),
    "tabs only": (W3C_FIELDS, "\t\t", Directive()),
    "a time that is none": (W3C_FIELDS, "2026-03-01 25:00:00 192.0.2.7 GET / - 200", Reject("time")),
    "a date that is none": (W3C_FIELDS, "2026-02-30 12:00:00 192.0.2.7 GET / - 200", Reject("time")),
    "a date of another country": (W3C_FIELDS, "01.03.2026 12:00:00 192.0.2.7 GET / - 200", Reject("time")),
    "before the web": (W3C_FIELDS, "1969-12-31 12:00:00 192.0.2.7 GET / - 200", Reject("time")),
    "no address": (W3C_FIELDS, "2026-03-01 12:00:00 - GET / - 200", Reject("address")),
    "no path": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET - - 200", Reject("request")),
    "a method that is none": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 [2]USER anonymous - 331", Reject("request")),
    "no status": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - -", Reject("status")),
    "a status of two figures": (W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - 20", Reject("status")),
    "no status among the fields": (
        "#Fields: date time c-ip cs-uri-stem",
        "2026-03-01 12:00:00 192.0.2.7 /",
        Reject("status"),
    ),
    "only the first value left": (W3C_FIELDS, "2026-03-01", Reject("time")),
    "a line of a combined log": (W3C_FIELDS, combined(), Reject("time")),
}

NLF: dict[str, tuple[str, Record]] = {
    "a page view": (
        f"{NLF_LINE}\t-\t-\t1920x1080\t-\tcolour=red&size=9",
        hit(
            path="/thanks",
            host="shop.test",
            query="a=1",
            agent="Firefox",
            referrer="https://a.test/",
            cookie="pid=7",
            screen="1920x1080",
            custom="colour=red&size=9",
        ),
    ),
    "an order": (
        "2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/\t-\t200\t-\t-\t-\t19.90\tF-17\t-\t-\t-",
        hit(order_total="19.90", order_id="F-17"),
    ),
    "an exit click": (
        "2026-03-01\t12:00:00\t192.0.2.7\tEXIT\t-\t/a\t-\t200\t-\t-\t-\t-\t-\t-\thttps://b.test/\t-",
        hit(path="/a", method="EXIT", exit_url="https://b.test/"),
    ),
    "a download": (
        "2026-03-01\t12:00:00\t192.0.2.7\tDOWNLOAD\t-\t/a.pdf\t-\t200\t-\t-\t-\t-\t-\t-\t-\t-",
        hit(path="/a.pdf", method="DOWNLOAD"),
    ),
    "percent is decoded, once": (
        "2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/a%09b\tc=%2525\t200\tx%0D%0Ay\t-\t-\t-\t-\t-\t-\t-",
        hit(path="/a\tb", query="c=%25", agent="x\r\ny"),
    ),
    "a literal dash": (
        "2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/\t%2D\t200\t%2D\t-\t-\t-\t-\t-\t-\t-",
        hit(query="-", agent="-"),
    ),
    "UTF-8 in percent, and what is none": (
        "2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/%C3%A4\t%FF%zz%\t200\t-\t-\t-\t-\t-\t-\t-\t-",
        hit(path="/ä", query="\ufffd%zz%"),
    ),
    "a plus stays": (
        "2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/\t-\t200\ta+b\t-\tp=1;+q=2",
        hit(agent="a+b", cookie="p=1;+q=2"),
    ),
    "an empty field is a dash": ("2026-03-01\t12:00:00\t192.0.2.7\tGET\t\t/\t\t200\t\t\t", hit()),
    "blanks between, as any W3C log": ("2026-03-01 12:00:00 192.0.2.7 GET - /a - 200 a+b", hit(path="/a", agent="a+b")),
    "no address": ("2026-03-01\t12:00:00\t-\tGET\t-\t/\t-\t200", Reject("address")),
    "one value too many": (f"{NLF_LINE}\t-\t-\t-\t-\t-\tx", Reject("field_count")),
    "broken off in the time": ("2026-03-01\t12:0", Reject("time")),
    "broken off before the status": ("2026-03-01\t12:00:00\t192.0.2.7\tGET\t-\t/", Reject("status")),
}


def read_header(text: str) -> Header:
    header = Header()
    for line in text.split("\n"):
        header = read_directive(line, header)
    return header


@pytest.mark.parametrize(("line", "expected"), NCSA.values(), ids=list(NCSA))
def test_ncsa(line: str, expected: Record) -> None:
    assert read_line("combined", line) == expected
    assert read_line("common", line) == expected


@pytest.mark.parametrize(("header", "line", "expected"), W3C.values(), ids=list(W3C))
def test_w3c(header: str, line: str, expected: Record) -> None:
    assert read_line("w3c", line, read_header(header)) == expected


@pytest.mark.parametrize(("line", "expected"), NLF.values(), ids=list(NLF))
def test_nlf(line: str, expected: Record) -> None:
    assert read_line("nlf", line, read_header(NLF_HEAD + NLF_FIELDS)) == expected


# The same cases through files


def parsed(folder: Path, data: bytes, format_name: str = "auto") -> dict[int, Record | tuple[str, str]]:
    """Each line of a file: a hit, a directive, or the reason and raw text of a reject."""
    folder.mkdir()
    raw = folder / "raw"
    raw.write_bytes(data)
    parse_file(raw, folder, settings=ImportSettings(format=format_name), name="raw")
    found: dict[int, Record | tuple[str, str]] = {}
    connection = duckdb.connect()
    names = ", ".join(HIT_FIELDS)
    nothing = ", ".join(f"NULL AS {name}" for name in HIT_FIELDS)
    for part in folder.glob("hits-*.parquet"):
        rows = f"FROM (SELECT {nothing} WHERE false UNION ALL BY NAME FROM read_parquet('{part}'))"
        for line, *values in connection.execute(f"SELECT line, {names} {rows}").fetchall():
            assert line not in found
            found[line] = Hit(**dict(zip(HIT_FIELDS, values, strict=True)))
    for name, columns in (("rejects", "line, reason, raw"), ("directives", "line")):
        for line, *values in connection.execute(f"SELECT {columns} FROM '{folder}/{name}.parquet'").fetchall():
            assert line not in found
            found[line] = (values[0], values[1]) if values else Directive()
    connection.close()
    return found


def as_found(line: str, expected: Record) -> Record | tuple[str, str]:
    return (expected.reason, line) if isinstance(expected, Reject) else expected


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
def test_ncsa_in_a_file(tmp_path: Path, end: str) -> None:
    found = parsed(tmp_path / "a", "".join(line + end for line, _ in NCSA.values()).encode(), "combined")
    for number, (name, (line, expected)) in enumerate(NCSA.items(), start=1):
        assert found[number] == as_found(line, expected), name
    assert len(found) == len(NCSA)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
def test_w3c_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(runs, "SHORT_RUN", 1)
    text, number, expected_at = "", 0, {}
    for name, (header, line, expected) in W3C.items():
        # What the case before it has said must not hold for this one.
        forget = "" if name == "before any #Fields:" else "#GMT-Offset: +0000\n"
        if name in ("no day", "before any #Fields:"):
            continue
        text += f"{forget}{header}\n{line}\n"
        number = text.count("\n")
        expected_at[number] = (name, as_found(line, expected))
    found = parsed(tmp_path / "a", text.replace("\n", end).encode(), "w3c")
    for number, (name, record) in expected_at.items():
        assert found[number] == record, name
    assert len(found) == text.count("\n")
    assert sum(one == Directive() for one in found.values()) == text.count("#") + sum(
        line in ("", "\t\t") for _, line, _ in W3C.values()
    )


def test_nlf_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SHORT_RUN", 1)
    head = f"{NLF_HEAD}{NLF_FIELDS}\n"
    found = parsed(tmp_path / "a", (head + "".join(line + "\n" for line, _ in NLF.values())).encode())
    for number, (name, (line, expected)) in enumerate(NLF.items(), start=3):
        assert found[number] == as_found(line, expected), name
    assert found[1] == found[2] == Directive()


# What only a file can show


def test_a_line_that_is_not_utf_8_is_latin_1_and_its_neighbours_stay_utf_8(tmp_path: Path) -> None:
    lines = (
        combined("GET /käse HTTP/1.1").encode(),
        combined("GET /käse HTTP/1.1").encode("latin-1"),
        b"\xff\xfe junk",
    )
    found = parsed(tmp_path / "a", b"\n".join(lines) + b"\n")
    assert found == {1: seen(path="/käse"), 2: seen(path="/käse"), 3: ("shape", "ÿþ junk")}


def test_a_last_line_without_an_end_is_a_line(tmp_path: Path) -> None:
    assert parsed(tmp_path / "a", combined().encode()) == {1: seen()}
    assert parsed(tmp_path / "b", combined().encode() + b"\n") == {1: seen()}
    assert parsed(tmp_path / "c", combined().encode() + b"\n\n") == {1: seen(), 2: Directive()}


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert parsed(tmp_path / "a", b"") == {}
    assert parsed(tmp_path / "b", b"\n\r\n \n") == {1: Directive(), 2: Directive(), 3: Directive()}


def test_a_line_of_one_mebibyte_is_read_and_a_longer_one_is_not(tmp_path: Path) -> None:
    shortest = len(combined("GET / HTTP/1.1"))
    longest = combined(f"GET /{'a' * ((1 << 20) - shortest)} HTTP/1.1")
    assert len(longest) == 1 << 20
    too_long = combined(f"GET /{'a' * ((1 << 20) - shortest + 1)} HTTP/1.1")
    found = parsed(tmp_path / "a", f"{longest}\n{too_long}\n{combined()}\n".encode())
    assert isinstance(found[1], Hit)
    assert found[2] == ("too_long", too_long[: 8 << 10])
    assert found[3] == seen()


def test_a_long_reject_is_kept_whole(tmp_path: Path) -> None:
    line = "x" * 100_000
    assert parsed(tmp_path / "a", f"{combined()}\n{line}\n".encode()) == {1: seen(), 2: ("shape", line)}


def test_fields_may_change_in_the_middle(tmp_path: Path) -> None:
    lines = (
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.7 / 200",
        "#Fields: c-ip sc-status cs-uri-stem time date",
        "192.0.2.8 404 /b 12:00:00 2026-03-01",
        "2026-03-01 12:00:00 192.0.2.7 / 200",
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.9 / 200",
    )
    found = parsed(tmp_path / "a", "\n".join(lines).encode())
    assert [number for number, one in found.items() if one == Directive()] == [1, 3, 6, 7]
    assert found[2] == hit()
    assert found[4] == hit(address="192.0.2.8", path="/b", status=404)
    assert found[5] == ("time", lines[4])
    assert found[8] == hit(address="192.0.2.9")


# Detection


SAMPLES = {
    "combined": [combined()],
    "common": ['127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'],
    "w3c": [W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - 200"],
    "nlf": [NLF_HEAD.strip(), NLF_FIELDS, NLF_LINE],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_known_by_its_content(name: str) -> None:
    lines = SAMPLES[name]
    assert detect(lines, "any.name") == Detection(name, 1.0, sum(not line.startswith("#") for line in lines))
    assert choose("auto", lines, "any.name").format == name


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["nonsense"] * 60 + [combined()] * 40, Detection("combined", 0.4, 100), id="mostly fragments"),
        pytest.param(["nonsense"] * 99 + [combined()], Detection("combined", 0.01, 100), id="one line of a hundred"),
        pytest.param(["", " ", combined()], Detection("combined", 1.0, 1), id="blank lines are not counted"),
        pytest.param([combined(rest='200 5 "-" "-"')], Detection("combined", 1.0, 1), id="combined without values"),
        pytest.param([W3C_FIELDS], Detection("w3c", 0.0, 0), id="a header alone"),
        pytest.param([NLF_HEAD.strip(), NLF_FIELDS], Detection("nlf", 0.0, 0), id="a header of ours alone"),
        pytest.param(
            [*SAMPLES["w3c"], SAMPLES["w3c"][1], combined()], Detection("w3c", 2 / 3, 3), id="mixed, mostly W3C"
        ),
        pytest.param([], Detection("combined", 0.0, 0), id="no lines"),
        pytest.param(["", "  "], Detection("combined", 0.0, 0), id="blank lines alone"),
    ],
)
def test_the_format_that_reads_most_is_chosen(lines: list[str], expected: Detection) -> None:
    assert detect(lines, "a.log") == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["nonsense"], id="nonsense"),
        pytest.param(["nonsense"] * 100 + [combined()], id="only beyond the first hundred"),
        pytest.param(["#Version: 1.0", "2026-03-01 12:00:00 192.0.2.7 / 200"], id="W3C without #Fields:"),
    ],
)
def test_a_file_of_no_known_format_is_rejected_with_its_first_line(lines: list[str]) -> None:
    with pytest.raises(Rejected, match=r"a\.log") as caught:
        detect(lines, "a.log")
    assert caught.value.reason == "format_unknown"
    assert lines[0][:100] in str(caught.value)


def test_a_format_named_in_the_settings_is_taken_without_looking() -> None:
    assert choose("w3c", SAMPLES["combined"], "a.log").format == "w3c"
    with pytest.raises(Misconfigured, match="nlf, cloudfront, w3c"):
        choose("apache", SAMPLES["combined"], "a.log")


def test_every_reason_of_a_reject_occurs() -> None:
    records = [one for _, one in NCSA.values()] + [one for *_, one in W3C.values()] + [one for _, one in NLF.values()]
    occurring = {one.reason for one in records if isinstance(one, Reject)} | {"too_long"}
    assert occurring == set(REASONS)


# Robots


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "  ",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "msnbot/2.0b (+http://search.msn.com/msnbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "curl/7.54.0",
        "Wget/1.21",
        "python-requests/2.28.1",
        "Go-http-client/1.1",
        "Some-New-Crawler/0.1",
        "Mozilla/5.0 (compatible; NobodyKnowsThisBot/1.0)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    ],
)
def test_a_crawler_or_an_empty_agent_is_a_robot(agent: str | None) -> None:
    assert is_robot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
        "Mozilla/4.5 [en] (WinNT; I)",
    ],
)
def test_a_browser_is_no_robot(agent: str) -> None:
    assert not is_robot(agent)


def test_every_listed_crawler_is_a_robot(shared_data: Path) -> None:
    entries = json.loads((shared_data / "suites" / "crawler-user-agents" / "crawler-user-agents.json").read_text())
    missed = [agent for entry in entries for agent in entry["instances"] if not is_robot(agent)]
    assert len(entries) > 500
    assert missed == []
