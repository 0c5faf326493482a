"""Which reader reads which format, line by line.

A reader is made for one file and read in order of lines: what directives say, it keeps. The formats of the families
``ncsa`` and ``w3c`` are also read by SQL (:mod:`parser.fast`), and their readers here are the definition of that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from parser import balancers, haproxy, iis, json_lines, logformat, ncsa, ncsa_variants, s3, w3c
from parser.formats import FORMATS, Family
from parser.records import BLANKS, Directive, Record
from shared.errors import Misconfigured


class LineReader(Protocol):
    """Reads the lines of one file."""

    def read(self, line: str) -> Record:
        """One line without its line end; never raises."""

    @property
    def cookies_logged(self) -> bool:
        """Whether the format, or what was read so far, has a field for cookies."""


class PlainReader:
    """A format without cookies in which every line stands for itself."""

    cookies_logged = False

    def __init__(self, read: Callable[[str], Record]) -> None:
        self._read = read

    def read(self, line: str) -> Record:
        """A blank line is a directive in every format."""
        return self._read(line) if line.strip(BLANKS) else Directive()


class HeaderReader:
    """W3C: each ``#Fields:`` holds for the lines behind it."""

    def __init__(self) -> None:
        self.header = w3c.Header()
        self.cookies_logged = False

    def read(self, line: str) -> Record:
        """A line under the header that holds for it."""
        if line.startswith("#"):
            self.header = w3c.read_directive(line, self.header)
            self.cookies_logged = self.cookies_logged or "cookie" in self.header.places
        return w3c.read_line(line, self.header)


MAKERS: dict[str, Callable[[], LineReader]] = {
    "nlf": HeaderReader,
    "cloudfront": HeaderReader,
    "w3c": HeaderReader,
    "alb": lambda: PlainReader(balancers.read_alb),
    "elb": lambda: PlainReader(balancers.read_elb),
    "s3": lambda: PlainReader(s3.read_line),
    "caddy": lambda: json_lines.JsonReader(json_lines.caddy_row),
    "traefik": lambda: json_lines.JsonReader(json_lines.traefik_row),
    "nginx_json": lambda: json_lines.JsonReader(json_lines.nginx_row),
    "haproxy": lambda: PlainReader(haproxy.read_line),
    "iis": lambda: PlainReader(iis.reader(day_first=False)),
    "iis_day_first": lambda: PlainReader(iis.reader(day_first=True)),
    "combined_quoted": lambda: PlainReader(ncsa_variants.read_quoted),
    "vhost_combined": lambda: PlainReader(ncsa_variants.read_vhost_first),
    "combined_vhost": lambda: PlainReader(ncsa_variants.read_vhost_last),
    "combined_extra": lambda: PlainReader(ncsa.read_line),
    "combined": lambda: PlainReader(ncsa.read_line),
    "common": lambda: PlainReader(ncsa.read_line),
}


def is_format_string(name: str) -> bool:
    """Whether this is a ``LogFormat`` or ``log_format`` and no name."""
    return "%" in name or "$" in name


def reader_of(format_name: str) -> LineReader:
    """A reader for a name of :data:`parser.formats.FORMATS` or a format string; else :class:`Misconfigured`."""
    if is_format_string(format_name):
        return logformat.FormatReader(format_name)
    if format_name not in MAKERS:
        raise unknown(format_name)
    return MAKERS[format_name]()


def family_of(format_name: str) -> Family:
    """How blocks of this format may be read; a format string is ``other``."""
    if is_format_string(format_name):
        return "other"
    if format_name not in FORMATS:
        raise unknown(format_name)
    return FORMATS[format_name].family


def unknown(name: str) -> Misconfigured:
    """The error for a name that stands for no format."""
    return Misconfigured(
        f"The format {name!r} is not known.",
        remedy=f"Known are auto, {', '.join(FORMATS)}, and format strings of Apache and nginx.",
        reason="format_unknown",
    )
