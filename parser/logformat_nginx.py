"""nginx's ``log_format``: variables into parts. https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format"""

from __future__ import annotations

import re

from parser.fields import HEADERS
from parser.logformat_parts import CLIENT_HEADERS, Field, Part
from parser.logformat_time import ISO_TIME, MSEC, NCSA_TIME, strftime_parts

VARIABLE = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")
SIMPLE: dict[str, Field] = {
    "remote_addr": Field("address", 0),
    "realip_remote_addr": Field("address", 1),
    "proxy_protocol_addr": Field("address", 2),
    "remote_user": Field("user"),
    "request": Field("request"),
    "request_method": Field("method"),
    "request_uri": Field("url"),
    "uri": Field("path"),
    "document_uri": Field("path"),
    "is_args": Field(shape=r"\??"),
    "args": Field("query"),
    "query_string": Field("query"),
    "status": Field("status"),
    "body_bytes_sent": Field("bytes", 0),
    "bytes_sent": Field("bytes", 1),
    "http_host": Field("host", 0),
    "host": Field("host", 1),
    "server_name": Field("host", 2),
    "scheme": Field(shape="[a-z]*"),
    "server_port": Field(shape=r"\d*"),
    "remote_port": Field(shape=r"\d*"),
    "msec": MSEC,
}
"""Variable to field; one that is not here is passed over, whatever it says."""
TIMES = {"time_local": NCSA_TIME, "time_iso8601": ISO_TIME}


def nginx_parts(text: str) -> list[Part]:
    """The parts of a format string."""
    parts: list[Part] = []
    at = 0
    for match in VARIABLE.finditer(text):
        parts.append(text[at : match.start()])
        name = (match[1] or match[2]).lower()
        parts += strftime_parts(TIMES[name], match[0]) if name in TIMES else [_field(name, match[0])]
        at = match.end()
    return [*parts, text[at:]]


def _field(name: str, written: str) -> Field:
    found = SIMPLE.get(name)
    if found is None:
        kind, _, rest = name.partition("_")
        found = {"http": _header, "cookie": _cookie}.get(kind, _other)(rest)
    return Field(found.name, found.rank, found.shape, written)


def _header(name: str) -> Field:
    name = name.replace("_", "-")
    if name in CLIENT_HEADERS:
        return Field("address", 3 + CLIENT_HEADERS.index(name))
    return Field(HEADERS.get(name, ""))


def _cookie(name: str) -> Field:
    return Field(f"cookie.{name}")


def _other(_name: str) -> Field:
    return Field()
