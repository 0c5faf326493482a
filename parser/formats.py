"""The formats: one row each, beside a line of it; from the most specific down, so that the first of equals is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Family = Literal["ncsa", "w3c", "other"]
"""``ncsa``: :mod:`parser.ncsa` reads it as it stands; ``w3c``: :mod:`parser.w3c`; ``other``: a reader of its own."""

QUOTED = r'"(?:[^"\\]|\\.)*"'
ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+|(?:[A-Za-z0-9_-]+\.)+[A-Za-z]+)"
TO_SIZE = rf'[^\["]*\[[^\]"]*\] +{QUOTED} +\d{{3}} +[^ "]+'
"""From the address to the size in bytes."""
NCSA = rf"(?![^ ]+ +{ADDRESS} )[^ ]+ {TO_SIZE}"
BEHIND_AGENT = rf"{NCSA} +{QUOTED} +{QUOTED} *"
HOST = r"(?:(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]*|localhost)(?::\d{1,5})?"
IIS_START = r"[^,]+,[^,]*, *\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}, *\d{1,2}:\d\d:\d\d,"


@dataclass(frozen=True)
class Format:
    """One named format; ``shape`` is how its lines begin or look, by which it is told from others that read them too.

    W3C is told by its header. A shape is for telling formats apart only: lines of other shapes are read as well.
    """

    name: str
    family: Family
    title: str
    sample: str
    shape: re.Pattern[str] = re.compile("")


def _format(name: str, family: Family, title: str, sample: str, shape: str = "") -> Format:
    return Format(name, family, title, sample, re.compile(shape, re.ASCII | re.DOTALL))


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        _format(
            "nlf",
            "w3c",
            "JDC log (.nlf)",
            "#Software: proprocessor collector\n#Fields: date\ttime\tc-ip\tcs-method\tcs-uri-stem\tsc-status\n"
            "2026-01-10\t00:07:26\t192.0.2.7\tGET\t/apples\t200",
        ),
        _format(
            "cloudfront",
            "w3c",
            "Amazon CloudFront standard log",
            "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
            "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header\n"
            "2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111111abcdef8.cloudfront.net\t/index.html\t200\t-\t"
            "Mozilla/5.0%2520(Windows%2520NT%252010.0;%2520Win64;%2520x64)\t-\t-\tHit\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGl=="
            "\twww.fruit.test",
        ),
        _format(
            "w3c",
            "w3c",
            "W3C Extended (IIS and others)",
            "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2016-01-10 00:07:26 188.68.224.62 GET / 200",
        ),
        _format(
            "alb",
            "other",
            "Amazon application load balancer",
            "https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 "
            '0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/apples?a=1 HTTP/1.1" "curl/7.46.0" '
            "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my/7 "
            '"Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "-" 1 2018-07-02T22:22:48.364000Z "forward" '
            '"-" "-" "10.0.0.1:80" "200" "-" "-"',
            r"(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT",
        ),
        _format(
            "elb",
            "other",
            "Amazon classic load balancer",
            "2015-05-13T23:39:43.945958Z my-loadbalancer 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 "
            '200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
            r"\d{4}-\d\d-\d\dT[0-9:.]+Z ",
        ),
        _format(
            "s3",
            "other",
            "Amazon S3 server access log",
            "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be fruit [06/Feb/2019:00:00:38 +0000] "
            '192.0.2.3 - 3E57427F3EXAMPLE WEBSITE.GET.OBJECT apples.html "GET /apples.html HTTP/1.1" 200 - 113 113 7 6 '
            '"https://www.fruit.test/" "Mozilla/5.0 (X11; Linux x86_64)" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa= '
            "SigV4 ECDHE-RSA-AES128-GCM-SHA256 - fruit.s3-website.us-west-1.amazonaws.com TLSv1.2 - -",
            r"[0-9a-z]+ [^ ]+ \[[^\]]*\] [^ \"]+ [^ ]+ [^ ]+ [A-Z0-9]+\.",
        ),
        _format(
            "caddy",
            "other",
            "Caddy JSON",
            '{"level":"info","ts":1646861401.5241024,"logger":"http.log.access","msg":"handled request","request":'
            '{"remote_ip":"192.0.2.7","client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"www.fruit.test",'
            '"uri":"/apples?a=1","headers":{"User-Agent":["curl/7.82.0"],"Referer":["https://a.test/"]}},"bytes_read":0,'
            '"duration":0.000929675,"size":10900,"status":200}',
            r'\{.*"request":\s*\{',
        ),
        _format(
            "traefik",
            "other",
            "Traefik JSON",
            '{"ClientAddr":"192.0.2.7:63261","ClientHost":"192.0.2.7","DownstreamContentSize":287,"DownstreamStatus":200,'
            '"RequestHost":"www.fruit.test","RequestMethod":"GET","RequestPath":"/apples?a=1","RequestProtocol":"HTTP/2.0",'
            '"StartUTC":"2024-12-29T11:42:47.503803974Z","level":"info","msg":"","request_User-Agent":"Mozilla/5.0",'
            '"request_Referer":"https://a.test/","time":"2024-12-29T12:42:47+01:00"}',
            r'\{.*"(?:Downstream|Origin)Status":',
        ),
        _format(
            "nginx_json",
            "other",
            "nginx JSON",
            '{"time_iso8601":"2026-03-01T13:00:00+01:00","remote_addr":"192.0.2.7","request":"GET /a?b=1 HTTP/1.1",'
            '"status":"200","body_bytes_sent":"512","http_referer":"https://a.test/","http_user_agent":"Mozilla/5.0",'
            '"host":"www.fruit.test","http_x_forwarded_for":""}',
            r"\s*\{",
        ),
        _format(
            "haproxy",
            "other",
            "HAProxy HTTP log",
            "Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 "
            '10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {www.fruit.test} {} "GET /index.html HTTP/1.1"',
            r"(?:.*? )?[^ ]+:\d+ \[\d\d/[A-Za-z]{3}/\d{4}:[\d:]{8}\.\d{3}\] ",
        ),
        _format(
            "iis",
            "other",
            "IIS native, month first",
            "192.168.114.201, -, 03/20/01, 7:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, "
            "/DeptLogo.gif, -,",
            IIS_START,
        ),
        _format(
            "iis_day_first",
            "other",
            "IIS native, day first",
            "192.168.114.201, -, 20/03/01, 7:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, "
            "/DeptLogo.gif, -,",
            IIS_START,
        ),
        _format(
            "combined_quoted",
            "other",
            "NCSA, each line in quotes",
            '"192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] ""GET /apples HTTP/1.1"" 200 512 ""https://a.test/"" '
            '""Mozilla/5.0"""',
            r'"[^ "]+ [^"]*\[[^\]"]*\] +(?:""|\\")',
        ),
        _format(
            "vhost_combined",
            "other",
            "NCSA, virtual host first",
            'www.fruit.test:443 192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /apples HTTP/1.1" 200 512 '
            '"https://a.test/" "Mozilla/5.0"',
            rf"[^ \"]+ +{ADDRESS} {TO_SIZE}",
        ),
        _format(
            "combined_vhost",
            "other",
            "NCSA combined, virtual host last",
            '192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /apples HTTP/1.1" 200 512 "https://a.test/" "Mozilla/5.0" '
            '"www.fruit.test"',
            rf'{BEHIND_AGENT} (?:"{HOST}"|{HOST}) *$',
        ),
        _format(
            "combined_extra",
            "ncsa",
            "NCSA combined, more fields behind",
            '192.0.2.7 - - [01/Mar/2026:12:00:00 +0000] "GET /apples HTTP/1.1" 200 512 "https://a.test/" "Mozilla/5.0" '
            '"gzip" 0.003 -',
            rf"{BEHIND_AGENT}[^ ]",
        ),
        _format(
            "combined",
            "ncsa",
            "NCSA combined (Apache, nginx)",
            '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /images/kibana-search.png HTTP/1.1" 200 203023 '
            '"http://semicomplete.com/presentations/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)"',
            rf"{BEHIND_AGENT}$",
        ),
        _format(
            "common",
            "ncsa",
            "NCSA common",
            '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
            rf"{NCSA} *$",
        ),
    )
}
"""By name; ``auto`` means that the first lines decide."""
