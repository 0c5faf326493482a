"""Every format of the table: its sample is detected as itself and read to a hit written out here; odd lines of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser.detect import Detection, choose, detect
from parser.formats import FORMATS
from parser.read import parse_file
from parser.readers import MAKERS, family_of, reader_of
from parser.records import Directive, Hit, Record, Reject, bare_address
from shared.errors import Misconfigured, Rejected

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 1, 12)


def hit(ts: datetime = NOON, address: str = "192.0.2.7", path: str = "/", **others: Any) -> Hit:
    return Hit(**{"ts": ts, "address": address, "method": "GET", "path": path, "status": 200, **others})


def read(format_name: str, text: str) -> Record:
    """The last of some lines, the others being what stands before it."""
    reader = reader_of(format_name)
    return [reader.read(line) for line in text.split("\n")][-1]


def fruit(**others: Any) -> Hit:
    return hit(path="/apples", **{"bytes": 512, "referrer": "https://a.test/", "agent": "Mozilla/5.0", **others})


SAMPLES: dict[str, Hit] = {
    "nlf": hit(datetime(2026, 1, 10, 0, 7, 26), path="/apples"),
    "cloudfront": hit(
        datetime(2019, 12, 4, 21, 2, 31),
        "192.0.2.100",
        "/index.html",
        bytes=392,
        host="www.fruit.test",
        agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    ),
    "w3c": hit(datetime(2016, 1, 10, 0, 7, 26), "188.68.224.62"),
    "alb": hit(
        datetime(2018, 7, 2, 22, 23, 0, 186641),
        "192.168.131.39",
        "/apples",
        query="a=1",
        host="www.example.com:443",
        bytes=57,
        agent="curl/7.46.0",
    ),
    "elb": hit(
        datetime(2015, 5, 13, 23, 39, 43, 945958),
        "192.168.131.39",
        host="www.example.com:80",
        bytes=29,
        agent="curl/7.38.0",
    ),
    "s3": hit(
        datetime(2019, 2, 6, 0, 0, 38),
        "192.0.2.3",
        "/apples.html",
        host="fruit.s3-website.us-west-1.amazonaws.com",
        bytes=113,
        referrer="https://www.fruit.test/",
        agent="Mozilla/5.0 (X11; Linux x86_64)",
    ),
    "caddy": hit(
        datetime(2022, 3, 9, 21, 30, 1, 524102),
        path="/apples",
        query="a=1",
        host="www.fruit.test",
        bytes=10900,
        referrer="https://a.test/",
        agent="curl/7.82.0",
    ),
    "traefik": hit(
        datetime(2024, 12, 29, 11, 42, 47, 503803),
        path="/apples",
        query="a=1",
        host="www.fruit.test",
        bytes=287,
        referrer="https://a.test/",
        agent="Mozilla/5.0",
    ),
    "nginx_json": hit(
        path="/a", query="b=1", host="www.fruit.test", bytes=512, referrer="https://a.test/", agent="Mozilla/5.0"
    ),
    "haproxy": hit(
        datetime(2009, 2, 6, 12, 14, 14, 655000), "10.0.1.2", "/index.html", host="www.fruit.test", bytes=2750
    ),
    "iis": hit(datetime(2001, 3, 20, 7, 55, 20), "192.168.114.201", "/DeptLogo.gif", bytes=3223),
    "iis_day_first": hit(datetime(2001, 3, 20, 7, 55, 20), "192.168.114.201", "/DeptLogo.gif", bytes=3223),
    "combined_quoted": fruit(),
    "vhost_combined": fruit(host="www.fruit.test"),
    "combined_vhost": fruit(host="www.fruit.test"),
    "combined_extra": fruit(),
    "combined": hit(
        datetime(2015, 5, 17, 10, 5, 3),
        "83.149.9.216",
        "/images/kibana-search.png",
        bytes=203023,
        referrer="http://semicomplete.com/presentations/",
        agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)",
    ),
    "common": hit(datetime(2000, 10, 10, 20, 55, 36), "127.0.0.1", "/apache_pb.gif", bytes=2326),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_sample_of_a_format_is_detected_as_itself_and_read(name: str) -> None:
    lines = FORMATS[name].sample.split("\n")
    found = detect(lines, "any.name")
    assert (found.format, found.confidence, found.lines) == (name, 1.0, 1)
    assert detect(lines * 40, "any.name").format == name
    assert read(name, FORMATS[name].sample) == SAMPLES[name]


def test_every_format_has_a_reader_a_sample_and_a_row_in_the_documentation() -> None:
    assert set(MAKERS) == set(SAMPLES) == set(FORMATS)
    text = (ROOT / "docs" / "formats.md").read_text()
    for one in FORMATS.values():
        sample = "<br>".join(f"`{line.replace(chr(9), ' ⇥ ')}`" for line in one.sample.split("\n"))
        assert f"| `{one.name}` | {one.title} | {sample} |\n" in text


def test_families() -> None:
    assert {name for name in FORMATS if family_of(name) == "ncsa"} == {"common", "combined", "combined_extra"}
    assert {name for name in FORMATS if family_of(name) == "w3c"} == {"w3c", "nlf", "cloudfront"}
    assert family_of('%h %t "%r" %>s') == "other"
    for call in (family_of, reader_of):
        with pytest.raises(Misconfigured, match="combined_extra, combined, common") as caught:
            call("apache")
        assert caught.value.reason == "format_unknown"


# Lines of each kind

CF = (
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie)\n"
)
CF_LINE = "2026-03-01\t12:00:00\tFRA2\t512\t192.0.2.7\tGET\td1.cloudfront.net\t{}\t200\t{}\t{}\t{}\t{}"
IIS = "192.0.2.7, -, {}, 12:00:00, W3SVC2, SERVER, 172.21.13.45, 4502, 163, 512, 200, 0, GET, {}"
ALB = 'h2 {} app/my/50dc 192.0.2.7:2817 10.0.0.1:80 0.0 0.0 0.0 200 200 34 512 {} "Firefox" - - arn "Root=1"'
S3 = "79a5 fruit [01/Mar/2026:12:00:00 +0000] 192.0.2.7 - 3E57 REST.GET.OBJECT a.html {} 200 - 512 512 7 6 {}"
HA = "192.0.2.7:33317 [01/Mar/2026:12:00:00.250] http-in~ static/srv1 {} {} {}"
HA_NOON = datetime(2026, 3, 1, 12, 0, 0, 250000)
NGINX = '{{"time_iso8601":"2026-03-01T12:00:00Z","remote_addr":"192.0.2.7","status":200,{}}}'
CADDY = '{{"ts":1772366400,"request":{{"remote_ip":"192.0.2.7","method":"GET","uri":"/",{}}},"status":200}}'
COMBINED = '192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /apples HTTP/1.1" 200 512 "https://a.test/" "Mozilla/5.0"'

LINES: dict[str, tuple[str, str, Record]] = {
    "CloudFront: encoded twice": (
        "cloudfront",
        CF + CF_LINE.format("/a%2520b", "https://a.test/?q=x%2520y", "M%252F5%2520(X)", "q=%25C3%25A4", "a=1;%2520b=2"),
        hit(
            path="/a%20b",
            host="d1.cloudfront.net",
            bytes=512,
            referrer="https://a.test/?q=x%20y",
            agent="M/5 (X)",
            query="q=%C3%A4",
            cookie="a=1; b=2",
        ),
    ),
    "CloudFront: encoded once, as since 2014": (
        "cloudfront",
        CF + CF_LINE.format("/a%20b", "-", "M/5%20(X;%20100%25)", "-", "-"),
        hit(path="/a%20b", host="d1.cloudfront.net", bytes=512, agent="M/5 (X; 100%)"),
    ),
    "CloudFront: the visitor's host and forwarded address": (
        "cloudfront",
        "#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status x-host-header x-forwarded-for\n"
        "2026-03-01\t12:00:00\tFRA2\t192.0.2.7\tGET\td1.cloudfront.net\t/\t200\tfruit.test\t198.51.100.1,%20192.0.2.1",
        hit(host="fruit.test", forwarded="198.51.100.1, 192.0.2.1"),
    ),
    "CloudFront: a connection that was closed": (
        "cloudfront",
        CF + CF_LINE.format("/", "-", "-", "-", "-").replace("\t200\t", "\t000\t"),
        hit(host="d1.cloudfront.net", bytes=512, status=0),
    ),
    "W3C: language, forwarded address and Do Not Track": (
        "w3c",
        "#Fields: date time c-ip cs-uri-stem sc-status cs(Accept-Language) X-Forwarded-For cs(DNT) cs(Sec-GPC)\n"
        "2026-03-01 12:00:00 192.0.2.7 / 200 de-DE,+en;q=0.5 198.51.100.1,+192.0.2.1 - 1",
        hit(language="de-DE, en;q=0.5", forwarded="198.51.100.1, 192.0.2.1", opted_out=True),
    ),
    "W3C: an address with its port": (
        "w3c",
        "#Fields: date time c-ip cs-uri-stem sc-status cs(DNT)\n2026-03-01 12:00:00 [2001:db8::7]:443 / 200 0",
        hit(address="2001:db8::7", opted_out=False),
    ),
    "NCSA: an address with its port": ("combined", COMBINED.replace("192.0.2.7", "192.0.2.7:5678"), fruit()),
    "NCSA: brackets about an address": (
        "combined",
        COMBINED.replace("192.0.2.7", "[2001:db8::7]"),
        fruit(address="2001:db8::7"),
    ),
    "NCSA: India": ("combined", COMBINED.replace("12:00:00 +0000", "17:30:00 +0530"), fruit()),
    "ALB: an escaped agent, a request for IPv6": (
        "alb",
        ALB.format("2026-03-01T12:00:00.000000Z", '"GET https://[2001:db8::1]:443/a HTTP/2.0"').replace(
            '"Firefox"', r'"a \"b\""'
        ),
        hit(path="/a", host="[2001:db8::1]:443", bytes=512, agent='a "b"'),
    ),
    "ALB: IPv6": (
        "alb",
        ALB.format("2026-03-01T12:00:00Z", '"GET / HTTP/2.0"').replace("192.0.2.7:", "[2001:db8::7]:"),
        hit(address="2001:db8::7", bytes=512, agent="Firefox"),
    ),
    "ALB: no request": ("alb", ALB.format("2026-03-01T12:00:00Z", '"- http://a.test:80- -"'), Reject("request")),
    "ALB: no time": ("alb", ALB.format("2026-13-01T12:00:00Z", '"GET / HTTP/2.0"'), Reject("time")),
    "ALB: no status": (
        "alb",
        ALB.format("2026-03-01T12:00:00Z", '"GET / HTTP/2.0"').replace(" 200 200 ", " - - "),
        Reject("status"),
    ),
    "ALB: a connection log's line": ("alb", "2026-03-01T12:00:00Z 192.0.2.7 2817 443", Reject("shape")),
    "ELB: before agents were logged": (
        "elb",
        '2026-03-01T12:00:00.5Z my 192.0.2.7:1 10.0.0.1:80 0.0 0.0 0.0 200 200 0 29 "GET http://a.test:80/ HTTP/1.1"',
        hit(datetime(2026, 3, 1, 12, 0, 0, 500000), host="a.test:80", bytes=29),
    ),
    "ELB: TCP": (
        "elb",
        '2026-03-01T12:00:00Z my 192.0.2.7:1 10.0.0.1:80 0 0 0 - - 82 305 "- - - " "-" - -',
        Reject("request"),
    ),
    "S3: a quote in the agent": (
        "s3",
        S3.format('"GET /a.html HTTP/1.1"', '"-" "a "b" c" - h SigV4 cipher - fruit.test TLSv1.2'),
        hit(path="/a.html", bytes=512, agent='a "b" c', host="fruit.test"),
    ),
    "S3: broken off in the agent": (
        "s3",
        S3.format('"GET /a.html?versionId=1 HTTP/1.1"', '"https://a.test/" "Mozi'),
        hit(path="/a.html", query="versionId=1", bytes=512, referrer="https://a.test/", agent="Mozi"),
    ),
    "S3: no request": ("s3", S3.format("-", "- - -"), Reject("request")),
    "Caddy: headers": (
        "caddy",
        CADDY.format(
            '"client_ip":"198.51.100.9","host":"a.test:8443","headers":{"Cookie":["REDACTED"],"Dnt":["1"],'
            '"Accept-Language":["de"],"X-Forwarded-For":["198.51.100.1"],"User-Agent":["\\ud83c\\udf4e \\ud800"]}'
        ),
        hit(
            address="198.51.100.9",
            host="a.test:8443",
            language="de",
            forwarded="198.51.100.1",
            opted_out=True,
            agent="🍎 \ufffd",
        ),
    ),
    "Caddy: before 2.5, with a port": (
        "caddy",
        CADDY.replace("remote_ip", "remote_addr").replace("192.0.2.7", "192.0.2.7:41342").format('"headers":{}'),
        hit(),
    ),
    "Caddy: a time as text": (
        "caddy",
        CADDY.replace("1772366400", '"2026/03/01 12:00:00"').format('"headers":null'),
        hit(),
    ),
    "Caddy: a line about something else": ("caddy", '{"level":"info","ts":1772366400,"msg":"hi"}', Reject("address")),
    "Traefik: cookies and an address with its port": (
        "traefik",
        '{"ClientAddr":"[2001:db8::7]:443","DownstreamStatus":200,"RequestMethod":"get","RequestPath":"/",'
        '"request_Cookie":"a=1","request_X-Forwarded-For":"198.51.100.1","request_Sec-Gpc":"1","time":"2026-03-01T13:00:00+01:00"}',
        hit(address="2001:db8::7", cookie="a=1", forwarded="198.51.100.1", opted_out=True),
    ),
    "nginx JSON: the request in pieces": (
        "nginx_json",
        NGINX.format('"request_method":"GET","uri":"/a","args":"b=1","http_dnt":"0","http_cookie":"c=2"'),
        hit(path="/a", query="b=1", opted_out=False, cookie="c=2"),
    ),
    "nginx JSON: milliseconds, numbers as they are": (
        "nginx_json",
        '{"msec":1772366400.250,"remote_addr":"192.0.2.7","request":"GET / HTTP/1.1","status":200,"bytes_sent":18446744073709551616}',
        hit(datetime(2026, 3, 1, 12, 0, 0, 250000)),
    ),
    "nginx JSON: milliseconds since 1970": (
        "nginx_json",
        '{"@timestamp":1772366400250,"client_ip":"192.0.2.7","method":"GET","url":"/","status":"200"}',
        hit(datetime(2026, 3, 1, 12, 0, 0, 250000)),
    ),
    "nginx JSON: the time of NCSA": (
        "nginx_json",
        '{"time_local":"01/Mar/2026:12:00:00 +0000","remote_addr":"192.0.2.7","request":"GET / HTTP/1.1","status":200}',
        hit(),
    ),
    "nginx JSON: the escapes of other logs": (
        "nginx_json",
        NGINX.format(r'"request":"GET /a\x22b HTTP/1.1","http_user_agent":"\xD1\x84 \x5C"'),
        hit(path='/a"b', agent=r"\xD1\x84 " + "\\"),
    ),
    "nginx JSON: an array": ("nginx_json", "[1]", Reject("shape")),
    "nginx JSON: broken off": ("nginx_json", '{"status":200,', Reject("shape")),
    "nginx JSON: nested without end": ("nginx_json", '{"a":' * 100_000, Reject("shape")),
    "nginx JSON: a number that is none": ("nginx_json", NGINX.format('"request":"GET / HTTP/1.1","size":NaN'), hit()),
    "nginx JSON: no time": ("nginx_json", '{"remote_addr":"192.0.2.7","status":200}', Reject("time")),
    "HAProxy: without syslog": (
        "haproxy",
        HA.format("10/0/30/69/109 200 +512", "- - ---- 1/1/1/1/0 0/0", '"GET /a?b HTTP/1.1"'),
        hit(HA_NOON, path="/a", query="b", bytes=512),
    ),
    "HAProxy: captured headers, IPv6": (
        "haproxy",
        "<134>1 2026-03-01T12:00:00Z lb haproxy 12 - - "
        + HA.replace("192.0.2.7", "2001:db8::7").format(
            "1/0/3/6/9 200 512",
            "c=1 - ---- 1/1/1/1/0 0/0",
            '{fruit.test|https://a.test/|Mozilla/5.0 (X11)} {nginx} "GET / HTTP/1.1"',
        ),
        hit(
            HA_NOON,
            address="2001:db8::7",
            host="fruit.test",
            referrer="https://a.test/",
            agent="Mozilla/5.0 (X11)",
            bytes=512,
        ),
    ),
    "HAProxy: a request cut off": (
        "haproxy",
        HA.format("10/0/30/69/109 200 512", "- - ---- 1/1/1/1/0 0/0", '"GET /abc'),
        Reject("shape"),
    ),
    "HAProxy: a bad request": (
        "haproxy",
        HA.format("-1/-1/-1/-1/9 400 0", "- - PR-- 1/1/1/1/0 0/0", '"<BADREQ>"'),
        Reject("request"),
    ),
    "HAProxy: broken off by the client": (
        "haproxy",
        HA.format("0/-1/-1/-1/9 -1 0", "- - CR-- 1/1/1/1/0 0/0", '"GET / HTTP/1.1"'),
        Reject("status"),
    ),
    "IIS native: a query": ("iis", IIS.format("03/01/26", "/a, b=1,"), hit(path="/a", query="b=1", bytes=512)),
    "IIS native: commas": ("iis", IIS.format("3/1/2026", "/a,b, c=1,2,"), hit(path="/a,b", query="c=1,2", bytes=512)),
    "IIS native: nothing behind": ("iis", IIS.format("03/01/26", "/a").replace(", ", ","), hit(path="/a", bytes=512)),
    "IIS native: points": ("iis", IIS.format("01.03.26", "/, -,"), hit(bytes=512)),
    "IIS native: the year first": ("iis_day_first", IIS.format("2026-03-01", "/, -,"), hit(bytes=512)),
    "IIS native: the day first": ("iis_day_first", IIS.format("01/03/26", "/, -,"), hit(bytes=512)),
    "IIS native: a month that is none": ("iis", IIS.format("20/03/01", "/, -,"), Reject("time")),
    "IIS native: the last century": (
        "iis",
        IIS.format("12/31/99", "/, -,"),
        hit(datetime(1999, 12, 31, 12), bytes=512),
    ),
    "IIS native: FTP": ("iis", IIS.format("03/01/26", "-, -,").replace("GET", "[2]USER"), Reject("request")),
    "IIS native: broken off": ("iis", "192.0.2.7, -, 03/01/26, 12:00:00, W3SVC2, SERVER", Reject("shape")),
    "quoted: backslashes": ("combined_quoted", '"' + COMBINED.replace('"', r"\"") + '"', fruit()),
    "quoted: backslashes, a quote in the agent": (
        "combined_quoted",
        '"' + COMBINED.replace("Mozilla/5.0", r"a \"b\"").replace("\\", "\\\\").replace('"', r"\"") + '"',
        fruit(agent='a "b"'),
    ),
    "quoted: doubled, a quote in the agent": (
        "combined_quoted",
        '"' + COMBINED.replace("Mozilla/5.0", r"a \"b\"").replace('"', '""') + '"',
        fruit(agent='a "b"'),
    ),
    "quoted: an empty agent": (
        "combined_quoted",
        '"' + COMBINED.replace("Mozilla/5.0", "").replace('"', '""') + '"',
        fruit(agent=None),
    ),
    "quoted: broken off": ("combined_quoted", '"' + COMBINED.replace('"', '""')[:-4], fruit(agent="Mozilla/5")),
    "quoted: NUL": (
        "combined_quoted",
        '"' + COMBINED.replace("Mozilla/5.0", "a\0b").replace('"', '""') + '"',
        fruit(agent="a\0b"),
    ),
    "quoted: one quote": ("combined_quoted", '"', Reject("shape")),
    "quoted: nothing": ("combined_quoted", '" "', Reject("shape")),
    "quoted: a line without quotes": ("combined_quoted", COMBINED, Reject("shape")),
    "vhost first: no port": ("vhost_combined", f"fruit.test {COMBINED}", fruit(host="fruit.test")),
    "vhost first: common": (
        "vhost_combined",
        "fruit.test:80 " + COMBINED.partition(' "https')[0],
        fruit(host="fruit.test", agent=None, referrer=None),
    ),
    "vhost first: an address as host": ("vhost_combined", f"198.51.100.1:80 {COMBINED}", fruit(host="198.51.100.1")),
    "vhost first: none": ("vhost_combined", f"- {COMBINED}", fruit()),
    "vhost first: left out": ("vhost_combined", COMBINED, Reject("address")),
    "vhost first: a word": ("vhost_combined", "word", Reject("shape")),
    "vhost last: not quoted": ("combined_vhost", f"{COMBINED} fruit.test:443", fruit(host="fruit.test")),
    "vhost last: left out": ("combined_vhost", COMBINED, fruit()),
    "vhost last: left out, an agent of one word": (
        "combined_vhost",
        COMBINED.replace("Mozilla/5.0", "Firefox"),
        fruit(agent="Firefox"),
    ),
    "vhost last: none": ("combined_vhost", f'{COMBINED} "-"', fruit()),
    "extra: an address": ("combined_extra", f'{COMBINED} "198.51.100.1"', fruit()),
}


@pytest.mark.parametrize(("format_name", "text", "expected"), LINES.values(), ids=list(LINES))
def test_a_line(format_name: str, text: str, expected: Record) -> None:
    assert read(format_name, text) == expected


@pytest.mark.parametrize("format_name", [*FORMATS, '%h %t "%r" %>s', '$remote_addr [$msec] "$request" $status'])
def test_a_blank_line_is_a_directive_in_every_format(format_name: str) -> None:
    assert read(format_name, "") == read(format_name, " \t ") == Directive()


PIECES = st.sampled_from([*" \t\"\\[]{}|,:;/?%=&-+#@'", '""', '\\"', "\\x22", "\x00", "\ud7ff", "\u2028", "ä", "🍎", "9" * 20, "HTTP/", "null"])  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A sample's line with pieces put in, left out, repeated."""
    line = draw(st.sampled_from([one.sample for one in FORMATS.values()]))
    for _ in range(draw(st.integers(0, 4))):
        at, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
        line = draw(
            st.sampled_from([line[:at] + draw(PIECES) + line[at:], line[:at] + line[end:], line[:end] + line[at:]])
        )
    return line


STRINGS = (
    '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "%{%s}t,%a,%m,%U%q,%s",
    '{"t":"$msec","a":"$remote_addr","r":"$request","s":$status,"c":"$cookie_a"}',
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(spoilt(), st.text()))
def test_no_line_makes_a_reader_raise(text: str) -> None:
    for format_name in (*FORMATS, *STRINGS):
        reader = reader_of(format_name)
        for line in text.split("\n"):
            record = reader.read(line)
            assert isinstance(record, Hit | Reject | Directive)
            if isinstance(record, Hit):
                str(record).encode()
                assert record.ts.year >= 1969 and record.address and record.path


REPEATED = (" ", '"', "\\", "[", "a:", '" ', "1.", ",", "%25", '{"', "HTTP/1 ", ": ", "'\"")


@pytest.mark.parametrize("format_name", [*FORMATS, *STRINGS])
def test_a_long_line_takes_no_longer_than_its_length(format_name: str) -> None:
    for piece in REPEATED:
        began = process_time()
        long = piece * 20_000
        for line in (long, COMBINED[:70] + long, COMBINED[:12] + long + COMBINED[12:]):
            read(format_name, line)
        assert process_time() - began < 10, piece


AT_NOON = "192.0.2.7 [01/Mar/2026:12:00:00 +0000] "


@pytest.mark.parametrize(
    ("format_name", "line"),
    [
        ("combined", f"192.0.2.7 - {' ' * 200_000}x"),
        ("combined", f"192.0.2.7{' ' * 200_000}-{' ' * 200_000}- x"),
        ("%h %t %v%U%q %>s", AT_NOON + "a" * 20_000),
        ("$remote_addr [$time_local] $host$uri$is_args$args $status", AT_NOON + "a" * 20_000),
        ('%a:%{remote}p %t "%r" %>s', ":7" * 50_000),
    ],
    ids=["blanks", "blanks twice", "host, path, query", "nginx: host, path, query", "colons"],
)
def test_what_was_found_to_take_long(format_name: str, line: str) -> None:
    """More than the square of its length, some of them: for hours."""
    began = perf_counter()
    assert read(format_name, line) == Reject("shape")
    assert perf_counter() - began < 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.7:5678", "192.0.2.7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("2001:db8::7:1", "2001:db8::7:1"),
        ("client.test", "client.test"),
        ("192.0.2.7:", "192.0.2.7:"),
    ],
)
def test_an_address_is_without_its_port(text: str, expected: str) -> None:
    assert bare_address(text) == expected


# Real logs


def test_a_real_log_of_iis_native(shared_data: Path) -> None:
    lines = (shared_data / "logs" / "iis" / "ex010320.log").read_text().splitlines()
    assert detect(lines, "ex010320.log") == Detection("iis", 1.0, 2)
    reader = reader_of("iis")
    assert [reader.read(line) for line in lines] == [
        hit(datetime(2001, 3, 20, 7, 55, 20), "192.168.114.201", "/DeptLogo.gif", bytes=3223),
        hit(datetime(2001, 3, 20, 7, 57, 20), "192.168.110.54", "/style.css", bytes=1967),
    ]


def as_it_is(line: str) -> str:
    return line


REWRITTEN: dict[str, Callable[[str], str]] = {
    "combined_quoted": lambda line: '"' + line.replace('"', '""') + '"',
    "vhost_combined": lambda line: f"fruit.test:80 {line}",
    "combined_vhost": lambda line: f'{line} "fruit.test"',
    "combined_extra": lambda line: f"{line} 0.003",
    '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"': as_it_is,
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"': as_it_is,
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_real_lines_mean_the_same_however_they_are_wrapped(shared_data: Path, name: str) -> None:
    raw = shared_data / "logs" / "combined" / "semicomplete-2015-05-first-5000.log"
    lines = raw.read_bytes().decode("latin-1").splitlines()[:1500]
    reader, plain, rewrite = reader_of(name), reader_of("combined"), REWRITTEN[name]
    host = "fruit.test" if "vhost" in name else None
    for line in lines:
        expected = plain.read(line)
        assert isinstance(expected, Hit)
        assert reader.read(rewrite(line)) == replace(expected, host=host)
    if name in FORMATS:
        assert detect([rewrite(line) for line in lines], "a.log").format == name


@pytest.mark.parametrize(
    ("path", "hits", "rejects"),
    [
        ("broken/nginx-fragments.log.1", 760, 146),
        ("broken/nginx-fragments.log.2", 1068, 130),
        ("broken/nginx-fragments.log.3", 1004, 145),
        ("broken/nginx-fragments.log.4", 1026, 138),
    ],
)
def test_fragments_are_the_same_rejects_by_a_format_string(
    shared_data: Path, path: str, hits: int, rejects: int
) -> None:
    named, string = reader_of("combined"), reader_of(list(REWRITTEN)[-1])
    lines = (shared_data / "logs" / path).read_text().splitlines()
    records = [string.read(line) for line in lines]
    assert records == [named.read(line) for line in lines]
    assert sum(isinstance(one, Hit) for one in records) == hits
    assert sum(isinstance(one, Reject) for one in records) == rejects


@pytest.mark.parametrize("name", ["cloudfront", "caddy", "iis", "combined_extra"])
def test_a_file_of_another_format_is_parsed_with_every_line_accounted_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "raw").write_text(f"{FORMATS[name].sample}\r\n\r\nnonsense\r\n{FORMATS[name].sample}", newline="")
    directives = 1 + 2 * FORMATS[name].sample.count("#")
    result = parse_file(tmp_path / "raw", tmp_path, name="raw")
    assert result.format == name
    assert (result.lines, result.directives, result.hits, result.rejects) == (directives + 3, directives, 2, 1)
    assert result.first_ts == result.last_ts == SAMPLES[name].ts.replace(tzinfo=UTC)
    assert result.cookies_logged is (name == "cloudfront")


# Detection: which of several fits


def lines_of(*parts: tuple[str, int]) -> list[str]:
    return [line for line, times in parts for _ in range(times)]


VHOST = f"fruit.test:443 {COMBINED}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(lines_of((VHOST, 98), (COMBINED, 2)), Detection("vhost_combined", 0.98, 100), id="vhost, mostly"),
        pytest.param(lines_of((COMBINED, 98), (VHOST, 2)), Detection("combined", 1.0, 100), id="combined, mostly"),
        pytest.param(
            [f"{COMBINED} fruit.test", f'{COMBINED} "-"'] * 20 + [f"{COMBINED} fruit.test"] * 60,
            Detection("combined_extra", 1.0, 100),
            id="not always a host",
        ),
        pytest.param(
            [f"{COMBINED} fruit.test"] * 19 + [f'{COMBINED} "-"'],
            Detection("combined_extra", 1.0, 20, (("combined_vhost", 1.0),)),
            id="nearly always a host",
        ),
        pytest.param([f'{COMBINED} "198.51.100.1"'], Detection("combined_extra", 1.0, 1), id="an address is no host"),
        pytest.param([f"{COMBINED} 0.003"], Detection("combined_extra", 1.0, 1), id="a number is no host"),
        pytest.param(["192.0.2.7 - Ann O Nym" + COMBINED[13:]], Detection("combined", 1.0, 1), id="a user with blanks"),
        pytest.param(
            [IIS.format("03/04/01", "/, -,")],
            Detection("iis", 1.0, 1, (("iis_day_first", 1.0),)),
            id="IIS: day or month first",
        ),
        pytest.param(
            [IIS.format("03/04/01", "/, -,"), IIS.format("13/04/01", "/, -,")],
            Detection("iis_day_first", 1.0, 2),
            id="IIS: the day shows later",
        ),
        pytest.param([CF.strip()], Detection("cloudfront", 0.0, 0), id="a header of CloudFront alone"),
        pytest.param(
            [FORMATS["nginx_json"].sample] * 9 + ["{}"], Detection("nginx_json", 0.9, 10), id="JSON with a reject"
        ),
    ],
)
def test_the_format_that_most_lines_fit_is_chosen(lines: list[str], expected: Detection) -> None:
    assert detect(lines, "a.log") == expected


def test_a_format_string_is_taken_by_itself() -> None:
    text = '%h %t "%r" %>s'
    assert choose(text, [COMBINED], "a.log") == Detection(text, 1.0, 1)
    with pytest.raises(Misconfigured, match=r"does not give the status"):
        choose('%h %t "%r"', [COMBINED], "a.log")


def test_json_that_is_no_log_is_of_no_format() -> None:
    with pytest.raises(Rejected, match="LogFormat"):
        detect(['{"a": 1}'], "a.json")


def test_a_hundred_lines_are_detected_in_a_blink() -> None:
    for name in ("combined", "caddy", "w3c", "alb"):
        lines = (FORMATS[name].sample.split("\n") * 100)[:100]
        detect(lines, "a.log")
        took = []
        for _ in range(3):
            began = process_time()
            detect(lines, "a.log")
            took.append(process_time() - began)
        assert min(took) < 1
