"""Lines of each format, and what each of them is: written out from DOMAIN.md, not computed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parser.records import Directive, Hit, Record, Reject
from parser.w3c import Header, read_directive

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
