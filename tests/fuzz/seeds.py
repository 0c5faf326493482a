"""Inputs to begin with: the samples of the formats, and for each target what its parser knows."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pyarrow as pa

from parser.formats import FORMATS
from tests.integration.test_parser_files import DIRECTIVES, NCSA_LINES, W3C_LINES

SAMPLES = {name: one.sample.encode() for name, one in FORMATS.items()}
LINES: tuple[bytes, ...] = (
    *SAMPLES.values(),
    *NCSA_LINES,
    *(DIRECTIVES[0] + b"\n" + line for line in W3C_LINES),
    b"\n".join(DIRECTIVES),
    b'{"time":1e400,"client":["\\ud800"],"url":"/\\u0000","status":200,"request":"GET /\\n HTTP/1.1"}',
    b'{"ts":"2026/03/01 12:00:00","request":{"headers":{"Cookie":["REDACTED"]}},"status":"200","uri":"\\x22"}',
)

NINE = b'192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 5 "https://a.test/" "Firefox"'
FORMAT_STRINGS: tuple[bytes, ...] = (
    b'%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"\n' + NINE,
    rb'LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" x' + b"\nfruit.test:80 " + NINE,
    b'log_format main \'$remote_addr - $remote_user [$time_local] "$request" \'"$status $body_bytes_sent";\n' + NINE,
    b"%h %{%d/%b/%Y %T}t.%{msec_frac}t %v%U%q %>s %{sid}C\n192.0.2.7 01/Mar/2026 12:00:00.250 fruit.test/a?b=1 200 x",
    b'%{sec}t %{X-Forwarded-For}i "%r" %s\n1772366400 192.0.2.1 "GET /" 200',
    b"%h|%{begin:%c}t|%{end:%s}t|%r|%>s|%{User-Agent}i\n192.0.2.7|Sun Mar  1 12:00:00 2026|1|GET / HTTP/1.1|200|a b",
    b"$msec $http_x_forwarded_for $request_method $scheme://$host$request_uri $status\n"
    b"1772366400.250 192.0.2.7 GET https://fruit.test/a?b=1 200",
    b"$time_iso8601\t$realip_remote_addr\t$uri$is_args$args\t$status\n2026-03-01T12:00:00+00:00\t192.0.2.7\t/a?b=1\t200",
    b'%a:%{remote}p %{%A, %e %B %y %l:%M %p}t "%m %U%q %H" %>s\n::7:80 Sunday,  1 March 26 12:00 PM "GET /a?b HTTP/1.1" 200',
)

WAYS = (b"\x00", b"\x03", b"\x0e", b"\x17", b"\x28")
"""Last bytes: format, block sizes, shortest run (tests/fuzz/targets.py)."""
FILES: tuple[bytes, ...] = (
    *(b"\n".join(NCSA_LINES) + b"\n" + way for way in WAYS),
    *(b"\n".join((DIRECTIVES[0], *W3C_LINES)) + b"\n" + bytes([way[0] + 1]) for way in WAYS),
    *(b"\r\n".join((*DIRECTIVES[:6], *W3C_LINES, *DIRECTIVES)) + bytes([way[0] + 2]) for way in WAYS),
    DIRECTIVES[4] + b"\n" + DIRECTIVES[0] + b"\n" + (W3C_LINES[3].replace(b"%", b"_") + b"\n") * 9 + b"\x02",
    (NINE + b"\n") * 9 + b"\x00",
)
OTHERS = [name for name, one in FORMATS.items() if one.family == "other"]
OTHER_FILES: tuple[bytes, ...] = tuple(
    (SAMPLES[name] + b"\n") * 3 + b"junk\n" + bytes([at]) for at, name in enumerate(OTHERS)
)


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


LOG = (NINE + b"\n") * 20
ARCHIVES: tuple[bytes, ...] = (
    gzip.compress(LOG, mtime=0),
    gzip.compress(b"a", mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(LOG, mtime=0),
    b"\x1f\x8b\x08\x1f" + bytes(6) + b"\x02\0xxname\0comment\0" + gzip.compress(b"a", mtime=0)[10:],
    bz2.compress(LOG),
    bz2.compress(b"") + bz2.compress(b"a"),
    lzma.compress(LOG),
    lzma.compress(LOG, check=lzma.CHECK_NONE) + bytes(4) + lzma.compress(b"", check=lzma.CHECK_CRC32),
    lzma.compress(b"a", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 64 << 20}]),
    _zstd(LOG),
    _zstd(b"a") + b"\x50\x2a\x4d\x18\x04\0\0\0skip" + _zstd(b""),
)

VALUES: tuple[bytes, ...] = (
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Mobile/15E148",
    b"Cubot/1.0 curl/8.0 python-requests",
    b"https://www.google.co.uk/search?q=red+apples%20%FF&hl=en#q=pears",
    b"http://www.baidu.com/s?wd=%C4%E3%BA%C3",
    b"android-app://com.google.android.gm/",
    b"https://user:secret@[2001:db8::7]:443/mail/?p=1",
    b"https://mail.example.co.uk/owa/",
    b"utm_source=chatgpt.com&utm_medium=cpc&UTM_Campaign=a%20b&gclid=&fbclid=x#utm_term=y",
    b"192.0.2.7, 10.0.0.1:80, [2001:db8::7]:443, ::ffff:192.0.2.1, unknown",
    b"/a/../b//c/./%7Eann/index.html?x=1&sid=2&utm_source=a;email=b#c",
    b"/login;sid=1?next=%2Fme%3Femail%3Dann&a%20b=1&x[]=2&amp;x=3",
)

CONFIGS: tuple[bytes, ...] = (
    b"<CLICKTRACKSSERVER><TIMESTAMP>1152902994</TIMESTAMP><SITE><NAME>www.fruit.test</NAME></SITE><SUBDOMAINS><COUNT>1</COUNT>"
    b"<SUBDOMAIN1><NAME>www</NAME><SERVERSCRIPTING>PHP</SERVERSCRIPTING><DEFAULTPAGES>index.html;a</DEFAULTPAGES>"
    b"<ALTWEBSRVNAMES>www.fruit.test;192.0.2.7</ALTWEBSRVNAMES><CASESENSITIVE>0</CASESENSITIVE><SESSIONID>s</SESSIONID>"
    b"<SERVERS><COUNT>2</COUNT><SERVER2><NAME>b</NAME></SERVER2><SERVER1><NAME>a</NAME></SERVER1></SERVERS>"
    b"</SUBDOMAIN1></SUBDOMAINS></CLICKTRACKSSERVER>",
    b'<?xml version="1.0" encoding="ISO-8859-1"?><CLICKTRACKSSERVER xmlns="a:b"><!-- c --><?p i?><SUBDOMAINS>'
    b"<SUBDOMAIN1><NAME><![CDATA[\xe4]]></NAME></SUBDOMAIN1></SUBDOMAINS></CLICKTRACKSSERVER>",
    "<?xml version='1.0' encoding='utf-16'?><CLICKTRACKSSERVER><SITE/></CLICKTRACKSSERVER>".encode("utf-16"),
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><CLICKTRACKSSERVER>&b;</CLICKTRACKSSERVER>",
)

LISTINGS: tuple[bytes, ...] = (
    b"%064x  a.log\n%064X *./b c.log\n" % (7, 1 << 255),
    b"total 12\n-rw-r--r-- 1 ann users 512 Mar 11 10:00 a b.log\nlrwxrwxrwx 1 ann users 5 Mar 11 2026 c -> d\n"
    b"drwxr-xr-x+ 2 0 4096 2026-03-11 10:00 e",
    b"03-11-26  10:00AM       <DIR>          a b\n03-11-2026  10:00 512 c.log",
    b"type=file;size=12;modify=20260311100000; a.log\ntype=dir;UNIX.mode=0755; b\ntype=cdir; .",
    b'[{"name":"a.log","type":"file","mtime":"Wed, 11 Mar 2026 10:00:00 GMT","size":12},{"name":"b","type":"directory"}]',
    b'[{"name":"a.log","is_dir":false,"mod_time":"2026-03-11T10:00:00.5+01:00","size":1e3},{"name":"c/","is_dir":true}]',
    b'<html><body><h1>Index of /</h1><pre><a href="../">../</a>\n<a href="a.log">a.log</a>   11-Mar-2026 10:00   12\n</pre>',
    b'<table><tr><td><a href="/logs/b.gz">b.gz</a></td><td>2026-03-11 10:00</td><td>1.2K</td></tr>'
    b'<tr><td><a href="sub/">sub</a></td><td>2026-Mar-11 10:00:00</td><td>34</td></tr></table>',
    b'<pre><br> 3/11/2026 10:00 AM        12 <A HREF="/logs/c%20d.log">c d.log</A><br></pre>',
    b"<!DOCTYPE html><ul><li><a href='//fruit.test/logs/x%FF'>x</a><li><a href='?C=N;O=D'>N</a></ul>",
)
