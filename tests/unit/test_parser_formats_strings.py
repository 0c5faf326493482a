"""Format strings of Apache and nginx: what each reads, what is said of those that cannot be read, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser.logformat import FormatReader
from parser.readers import reader_of
from parser.records import Hit, Record, Reject
from shared.errors import Misconfigured

NOON = datetime(2026, 3, 1, 12)
COMBINED = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'
MAIN = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" '
    '"$http_user_agent" "$http_x_forwarded_for"'
)
LINE = '192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 5 "https://a.test/" "Firefox"'


def hit(ts: datetime = NOON, address: str = "192.0.2.7", path: str = "/", **others: Any) -> Hit:
    return Hit(**{"ts": ts, "address": address, "method": "GET", "path": path, "status": 200, **others})


def seen(**others: Any) -> Hit:
    return hit(path="/a", **{"query": "b=1", "bytes": 5, "referrer": "https://a.test/", "agent": "Firefox", **others})


HOUR = timedelta(hours=1)
EXAMPLES: dict[str, tuple[str, str, Record]] = {
    "combined": (COMBINED, LINE, seen()),
    "combined, a user with blanks": (COMBINED, LINE.replace("- -", "- Ann O Nym"), seen()),
    "combined, escapes": (COMBINED, LINE.replace("Firefox", r"a \"b\" \\ \t \xd1"), seen(agent='a "b" \\ \t \\xd1')),
    "combined, more behind": (COMBINED, f"{LINE} 0.003 -", seen()),
    "combined, cut off in the agent": (COMBINED, LINE[:-4], seen(agent="Fire")),
    "combined, cut off in an escape": (COMBINED, LINE[:-4] + "\\", seen(agent="Fire")),
    "combined, cut off in the referrer": (COMBINED, LINE.partition("a.test")[0], seen(agent=None, referrer="https://")),
    "combined, cut off behind the status": (
        COMBINED,
        LINE.partition(" 5 ")[0],
        seen(agent=None, referrer=None, bytes=None),
    ),
    "combined, cut off in the request": (COMBINED, LINE.partition(" HTTP")[0], Reject("shape")),
    "combined, a fragment": (COMBINED, '" "Firefox"', Reject("shape")),
    "combined, a day that is none": (COMBINED, LINE.replace("01/Mar", "31/Feb"), Reject("time")),
    "combined, a month that is none": (COMBINED, LINE.replace("Mar", "Mai"), Reject("time")),
    "combined, no request": (COMBINED, LINE.replace("GET /a?b=1 HTTP/1.1", "-"), Reject("request")),
    "combined, no status": (COMBINED, LINE.replace(" 200 ", " - "), Reject("status")),
    "combined, no address": (COMBINED, LINE.replace("192.0.2.7", "-"), Reject("address")),
    "combined, as it stands in the configuration": (
        r'LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined',
        LINE,
        seen(),
    ),
    "escapes of the format": (r"%h\t%t\t\x22%r\x22\t%>s\t\\", '192.0.2.7\t[01/Mar/2026:12:00:00 +0000]\t"GET /"\t200\t\\', hit()),  # fmt: skip
    "virtual host first": (
        "%v:%p " + COMBINED,
        f"fruit.test:443 {LINE}",
        seen(host="fruit.test"),
    ),
    "everything that Apache has": (
        '%a %{c}a %A %B %O %I %D %T %X %k %L %f %P %{tid}P %p %R %{Foo}o %{BAR}e %{note}n %V %s %% %t "%m %U%q %H"',
        '192.0.2.7 10.0.0.1 10.0.0.2 5 900 80 1234 0 + 3 - /srv/a 77 78 443 h - - x fruit.test 200 % [01/Mar/2026:12:00:00 +0000] "GET /a?b=1 HTTP/1.1"',
        hit(path="/a", query="b=1", host="fruit.test", bytes=5),
    ),
    "no query, a comma behind": ("%h,%U%q,%>s,%t", "192.0.2.7,/a,200,[01/Mar/2026:12:00:00 +0000]", hit(path="/a")),
    "no query": ('%h %t %>s "%U%q"', '192.0.2.7 [01/Mar/2026:12:00:00 +0000] 200 "/a"', hit(path="/a")),
    "conditions on the status": (
        '%h %t "%r" %>s %400,501{User-Agent}i %!200,304{Referer}i',
        '192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 Firefox -',
        hit(agent="Firefox"),
    ),
    "the last status before the first": (
        '%h %t "%r" %s %>s',
        '192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 302 200',
        hit(),
    ),
    "cookies one by one": (
        '%h %t "%r" %>s "%{sid}C" "%{pid}C" "%{no}C"',
        '192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 "a" "b" "-"',
        hit(cookie="pid=b; sid=a"),
    ),
    "headers": (
        '%h %t "%r" %>s "%{Host}i" "%{Cookie}i" "%{Accept-Language}i" "%{X-Forwarded-For}i" %{DNT}i %{Sec-GPC}i',
        '192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 "a.test:80" "p=1; q=2" "de" "198.51.100.1, 192.0.2.1" - 1',
        hit(
            host="a.test:80", cookie="p=1; q=2", language="de", forwarded="198.51.100.1, 192.0.2.1", opted_out=True
        ),
    ),
    "an address only from a proxy": (
        '%{X-Forwarded-For}i %t "%r" %>s',
        '192.0.2.7, 10.0.0.1 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
        Reject("shape"),
    ),
    "an address only from a proxy, in quotes": (
        '"%{X-Forwarded-For}i" %t "%r" %>s',
        '"192.0.2.7, 10.0.0.1" [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
        hit(forwarded="192.0.2.7, 10.0.0.1"),
    ),
    "the header of a proxy, where the server knows none": (
        '%h %{X-Real-IP}i %t "%r" %>s',
        '- 192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
        hit(),
    ),
    "an address with its port": (
        '%h:%{remote}p %t "%r" %>s',
        '2001:db8::7:5678 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
        hit(address="2001:db8::7"),
    ),
    "blanks alone": (
        "%h %t %r %>s %{User-Agent}i",
        "192.0.2.7 [01/Mar/2026:12:00:00 +0000] GET /a b HTTP/1.1 200 Mozilla/5.0 (X11; Linux)",
        hit(path="/a b", agent="Mozilla/5.0 (X11; Linux)"),
    ),
    "bars": (
        "%h|%t|%r|%>s|%{User-Agent}i|%D",
        "192.0.2.7|[01/Mar/2026:12:00:00 +0000]|GET / HTTP/1.1|200|a b|7",
        hit(agent="a b"),
    ),
    "strftime": (
        '%h %{%Y-%m-%d %H:%M:%S %z}t "%r" %>s',
        '192.0.2.7 2026-03-01 17:30:00 +0530 "GET / HTTP/1.1" 200',
        hit(),
    ),
    "strftime, several": (
        '%h [%{%d/%b/%Y:%T}t.%{usec_frac}t %{%z}t] "%r" %>s',
        '192.0.2.7 [01/Mar/2026:12:00:00.000250 -0000] "GET / HTTP/1.1" 200',
        hit(NOON + timedelta(microseconds=250)),
    ),
    "strftime, words": (
        '%h "%{%A, %e %B %y %l:%M %p}t" "%r" %>s',
        '192.0.2.7 "Sunday,  1 March 26 12:00 PM" "GET / HTTP/1.1" 200',
        hit(),
    ),
    "strftime, midnight of twelve hours": (
        '%h %{%D %r}t "%r" %>s',
        '192.0.2.7 03/01/26 12:00:00 AM "GET / HTTP/1.1" 200',
        hit(NOON - 12 * HOUR),
    ),
    "strftime, the day of the year": (
        '%h %{%Y.%j %R}t "%r" %>s',
        '192.0.2.7 2026.060 12:00 "GET / HTTP/1.1" 200',
        hit(),
    ),
    "strftime, a day beyond the year": (
        '%h %{%Y.%j %R}t "%r" %>s',
        '192.0.2.7 2026.366 12:00 "GET / HTTP/1.1" 200',
        Reject("time"),
    ),
    "strftime, the default of C": (
        '%h [%{%c}t] "%r" %>s',
        '192.0.2.7 [Sun Mar  1 12:00:00 2026] "GET / HTTP/1.1" 200',
        hit(),
    ),
    "seconds": ('%{sec}t.%{msec_frac}t %h "%r" %>s', '1772366400.250 192.0.2.7 "GET /" 200', hit(NOON + timedelta(milliseconds=250))),  # fmt: skip
    "milliseconds": ('%{msec}t %h "%r" %>s', '1772366400250 192.0.2.7 "GET /" 200', hit(NOON + timedelta(milliseconds=250))),  # fmt: skip
    "microseconds": ('%{usec}t %h "%r" %>s', '1772366400000250 192.0.2.7 "GET /" 200', hit(NOON + timedelta(microseconds=250))),  # fmt: skip
    "seconds beyond number": ('%{sec}t %h "%r" %>s', f'{"9" * 5000} 192.0.2.7 "GET /" 200', Reject("shape")),
    "nginx, seconds beyond number": ('$msec $remote_addr "$request" $status', f'1.{"9" * 5000} 192.0.2.7 "GET /" 200', Reject("shape")),
    "seconds beyond the calendar": ('%{sec}t %h "%r" %>s', f'{"9" * 19} 192.0.2.7 "GET /" 200', Reject("time")),
    "host, path and query in one": ('%h %t %v%U%q %>s', '192.0.2.7 [01/Mar/2026:12:00:00 +0000] fruit.test/a?b=1 200', hit(path="/a", query="b=1", host="fruit.test")),
    "a host before a year": ('%h %v%{%Y-%m-%dT%T}t %U %s', '192.0.2.7 fruit.test2026-03-01T12:00:00 / 200', hit(host="fruit.test")),
    "a target before another value": ('$remote_addr [$time_local] $status $request_uri$sent_http_x', '192.0.2.7 [01/Mar/2026:12:00:00 +0000] 200 /a', hit(path="/a")),
    "begin and end": (
        '%{end:%s}t %{begin:%T}t %h "%r" %>s',
        '1772366400 11:59:59 192.0.2.7 "GET /" 200',
        hit(),
    ),
    "only the time of the end": (
        '%h %{end:%F %T}t "%r" %>s',
        '192.0.2.7 2026-03-01 12:00:00 "GET /" 200',
        hit(),
    ),
    "nginx main": (MAIN, f'{LINE} "198.51.100.1"', seen(forwarded="198.51.100.1")),
    "nginx main, as it stands in the configuration": (
        "log_format  main  '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
        "                  '$status $body_bytes_sent \"$http_referer\" '\n"
        "                  '\"$http_user_agent\" \"$http_x_forwarded_for\"';",
        f'{LINE} "-"',
        seen(),
    ),
    "nginx, escapes": (MAIN, LINE.replace("Firefox", r"a \x22b\x22 \x5C \x0A"), seen(agent='a "b" \\ \\x0A')),
    "nginx, ISO and pieces": (
        "$time_iso8601 $remote_addr:$remote_port $request_method $scheme://$host$request_uri $status ${bytes_sent}B $cookie_sid",
        "2026-03-01T13:00:00+01:00 192.0.2.7:5678 GET https://fruit.test/a?b=1 200 5B abc",
        hit(path="/a", query="b=1", host="fruit.test", bytes=5, cookie="sid=abc"),
    ),
    "nginx, path and arguments": (
        "$msec $remote_addr $request_method $uri$is_args$args $status $upstream_addr $request_time",
        "1772366400.250 192.0.2.7 POST /a?b=1 200 10.0.0.1:80, 10.0.0.2:80 0.003",
        hit(NOON + timedelta(milliseconds=250), path="/a", query="b=1", method="POST"),
    ),
    "nginx, no arguments": (
        "$msec $remote_addr $uri$is_args$args $status",
        "1772366400.000 192.0.2.7 /a 200",
        hit(path="/a"),
    ),
    "nginx, JSON as a format": (
        'log_format json escape=json \'{"t":"$time_iso8601","a":"$remote_addr","r":"$request","s":$status,"ua":"$http_user_agent"}\';',
        '{"t":"2026-03-01T12:00:00Z","a":"192.0.2.7","r":"GET /a\\"b HTTP/1.1","s":200,"ua":"x \\\\ y"}',
        hit(path='/a"b', agent="x \\ y"),
    ),
    "nginx, the host that was asked for": (
        '$server_name $http_host $remote_addr [$time_local] "$request" $status',
        '_ fruit.test 192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200',
        hit(host="fruit.test"),
    ),
    "nginx, headers": (
        '$remote_addr [$time_local] "$request" $status "$http_accept_language" $http_dnt $http_sec_gpc "$http_cookie"',
        '192.0.2.7 [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 "de" 0 - "a=1"',
        hit(language="de", opted_out=False, cookie="a=1"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "expected"), EXAMPLES.values(), ids=list(EXAMPLES))
def test_a_format_string_reads(text: str, line: str, expected: Record) -> None:
    assert reader_of(text).read(line) == expected


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('%h "%r" %>s', "does not give the time"),
        ('%h %{%H:%M}t "%r" %>s', "does not give the time"),
        ('%h %{%Y-%m-%d}t "%r" %>s', "does not give the time"),
        ('%h %{usec_frac}t "%r" %>s', "does not give the time"),
        ('%t "%r" %>s', "does not give the address"),
        ("%h %t %>s %b", "does not give the request"),
        ('%h %t "%r" %b', "does not give the status"),
        ("%b", "the time .* nor the address .* nor the request .* nor the status"),
        ('$remote_addr "$request" $status', r"the time \(%t or \$time_local\)"),
        ('[$time_local] "$request" $status', "the address"),
        ("$remote_addr [$time_local] $status", "the request"),
        ('$remote_addr [$time_local] "$request"', "the status"),
        ("100 %", "begins no directive"),
        ('%h %{%Q}t "%r" %>s', "%Q, which is not known"),
        ('%h%l %t "%r" %>s', "%h and %l stand side by side"),
        ('$remote_addr$remote_user [$time_local] "$request" $status', r"\$remote_addr and \$remote_user"),
    ],
)
def test_a_format_string_that_cannot_do_says_why(text: str, missing: str) -> None:
    with pytest.raises(Misconfigured, match=missing) as caught:
        reader_of(text)
    assert caught.value.reason == "format_incomplete"


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        (COMBINED, False),
        (f'{COMBINED} "%{{Cookie}}i"', True),
        (f"{COMBINED} %{{sid}}C", True),
        (f"{MAIN} $cookie_sid", True),
        (f'{MAIN} "$http_cookie"', True),
    ],
)
def test_a_format_string_says_whether_cookies_are_logged(text: str, logged: bool) -> None:
    assert reader_of(text).cookies_logged is logged


# The way back: a hit written as a server writes it is read as it was


@dataclass(frozen=True)
class Way:
    """How one value is logged: in the format string, and in a line."""

    apache: str
    nginx: str
    write: Callable[[Hit], str]
    quoted: bool = False


def local(hit: Hit, offset_min: int, form: str) -> str:
    sign, size = ("-" if offset_min < 0 else "+"), abs(offset_min)
    there = hit.ts + timedelta(minutes=offset_min)
    return there.strftime(form) + f"{sign}{size // 60:02}{size % 60:02}"


def seconds(hit: Hit) -> int:
    return int((hit.ts - datetime(1970, 1, 1)) // timedelta(seconds=1))


def times(offset_min: int) -> list[tuple[timedelta, Way]]:
    """Ways to write the time, with the unit down to which they are exact."""
    second, milli, micro = timedelta(seconds=1), timedelta(milliseconds=1), timedelta(microseconds=1)
    return [
        (second, Way("%t", "[$time_local]", lambda hit: f"[{local(hit, offset_min, '%d/%b/%Y:%H:%M:%S ')}]")),
        (second, Way("%{%FT%T%z}t", "$time_iso8601", lambda hit: local(hit, offset_min, "%Y-%m-%dT%H:%M:%S"))),
        (second, Way("%{sec}t", "$time_iso8601", lambda hit: str(seconds(hit)))),
        (milli, Way("%{sec}t.%{msec_frac}t", "$msec", lambda hit: f"{seconds(hit)}.{hit.ts.microsecond // 1000:03}")),
        (micro, Way("%{usec}t", "", lambda hit: f"{seconds(hit)}{hit.ts.microsecond:06}")),
        (micro, Way("[%{%d/%b/%Y %T}t.%{usec_frac}t]", "", lambda hit: f"[{hit.ts:%d/%b/%Y %H:%M:%S.%f}]")),
        (milli, Way("%{begin:%Y%j}t/%{begin:%H%M%S}t/%{msec_frac}t", "", lambda hit: f"{hit.ts:%Y%j/%H%M%S}/{hit.ts.microsecond // 1000:03}")),
    ]  # fmt: skip


def url(hit: Hit) -> str:
    return hit.path + (f"?{hit.query}" if hit.query else "")


REQUEST = Way("%r", "$request", lambda hit: f"{hit.method} {url(hit)} HTTP/1.1", quoted=True)
METHOD = Way("%m", "$request_method", lambda hit: hit.method)
TARGET = Way("%U%q", "$request_uri", url)
OTHERS = {
    "bytes": Way("%b", "$body_bytes_sent", lambda hit: str(hit.bytes)),
    "host": Way("%{Host}i", "$http_host", lambda hit: str(hit.host)),
    "referrer": Way("%{Referer}i", "$http_referer", lambda hit: str(hit.referrer), quoted=True),
    "agent": Way("%{User-agent}i", "$http_user_agent", lambda hit: str(hit.agent), quoted=True),
    "cookie": Way("%{Cookie}i", "$http_cookie", lambda hit: str(hit.cookie), quoted=True),
    "language": Way("%{Accept-Language}i", "$http_accept_language", lambda hit: str(hit.language), quoted=True),
    "forwarded": Way("%{X-Forwarded-For}i", "$http_x_forwarded_for", lambda hit: str(hit.forwarded), quoted=True),
    "opted_out": Way("%{DNT}i", "$http_dnt", lambda hit: "1" if hit.opted_out else "0"),
}
JUNK = Way("%{X-Whatever}o", "$upstream_http_x", lambda hit: "0.001-x", quoted=False)
WORD = st.text(st.sampled_from("abcXYZ019._~/:=&+*()!äß日🍎"), min_size=1, max_size=12).filter(lambda text: text != "-")
TEXT = st.text(st.sampled_from("abcXYZ019._~/:=&+* ,;|[]{}()!?'\"\\xäß日🍎$%\x85\u2028"), min_size=1, max_size=25)
SEPARATORS = (" ", "\t", ",", ";", "|", " | ", " - ", "|-|")


def filled(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return text.filter(lambda one: one == one.strip(" ") and one not in ("", "-"))


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    return Hit(
        ts=draw(st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 30))),
        address=draw(st.sampled_from(("192.0.2.7", "2001:db8::7", "::1", "client.test"))),
        method=draw(st.sampled_from(("GET", "POST", "M-SEARCH"))),
        path="/" + draw(WORD),
        status=draw(st.integers(100, 999)),
        query=draw(st.none() | WORD),
    )


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, Hit]:
    """A format string, a line in it, the hit that the line is."""
    hit, is_nginx = draw(hits()), draw(st.booleans())
    exact, when = draw(
        st.sampled_from([one for one in times(draw(st.integers(-48, 56)) * 15) if one[1].nginx or not is_nginx])
    )
    if is_nginx and when.apache == "%{sec}t":
        exact, when = times(0)[1]
    hit = replace(hit, ts=hit.ts - (hit.ts - datetime(1970, 1, 1)) % exact)
    chosen = draw(st.lists(st.sampled_from(sorted(OTHERS)), unique=True))
    for name in chosen:
        value: Any = draw(filled(TEXT))
        value = {"bytes": draw(st.integers(0, 2**63 - 1)), "opted_out": draw(st.booleans()), "host": draw(WORD)}.get(
            name, value
        )
        hit = replace(hit, **{name: value})
    request = [REQUEST] if draw(st.booleans()) else [METHOD, TARGET]
    ways = [
        when,
        Way("%h", "$remote_addr", lambda hit: hit.address),
        *request,
        Way("%>s", "$status", lambda hit: str(hit.status)),
    ]
    ways += [OTHERS[name] for name in chosen] + [JUNK] * draw(st.integers(0, 2))
    text = line = ""
    for at, way in enumerate(draw(st.permutations(ways))):
        separator = draw(st.sampled_from(SEPARATORS)) if at else ""
        quote = '"' if way.quoted or (draw(st.booleans()) and "[" not in way.apache) else ""
        value = way.write(hit)
        if quote:
            value = (
                value.replace("\\", r"\x5C").replace('"', r"\x22")
                if is_nginx
                else value.replace("\\", "\\\\").replace('"', '\\"')
            )
        text += f"{separator}{quote}{way.nginx if is_nginx else way.apache}{quote}"
        line += f"{separator}{quote}{value}{quote}"
    return text, line, hit


@settings(max_examples=80, deadline=None)
@given(written())
def test_a_hit_written_in_any_format_is_read_back(one: tuple[str, str, Hit]) -> None:
    text, line, hit = one
    assert FormatReader(text).read(line) == hit
