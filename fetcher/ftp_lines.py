"""Lines of FTP listings: MLSD (RFC 3659), and LIST as Unix and DOS servers write it.

Lines are text by Latin-1, one character a byte, whatever their names are written in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from fetcher.names import read_size
from fetcher.source import Entry

UNIX = re.compile(
    r"(?P<kind>[-dlbcpsD])[-rwxsStTlL]{9}[.+@]? *[0-9]+ +[^ ]+ +(?:[^ ]+ +)?(?P<size>[0-9]+) +"
    r"(?:[A-Z][a-z]{2} +[0-9]{1,2} +(?:[0-9]{4}|[0-9]{1,2}:[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}) "
    r"(?P<name>.+)"
)
DOS = re.compile(
    r"[0-9]{2}-[0-9]{2}-(?:[0-9]{4}|[0-9]{2}) +[0-9]{2}:[0-9]{2}(?:[AP]M)? +"
    r"(?:(?P<folder><DIR>)|(?P<size>[0-9]+)) +(?P<name>.+)"
)


@dataclass(frozen=True)
class Other:
    """A link, a device, a folder's own line: there, but neither file nor folder to be taken."""

    name: str


Line = Entry | Other | None
"""``None``: a line that cannot be read."""


def read_mlsd_line(line: str) -> Line:
    """``type=file;size=12;modify=20150517100503; name``."""
    facts, space, name = line.partition(" ")
    if not space or not name:
        return None
    values = {key.lower(): value for key, _, value in (fact.partition("=") for fact in facts.split(";"))}
    match values.get("type", "file").lower():
        case "file":
            return Entry(name, False, read_size(values.get("size", "")), _time(values.get("modify", "")))
        case "dir":
            return Entry(name, True, None, _time(values.get("modify", "")))
    return Other(name)


def read_list_line(line: str) -> Line:
    """Of either kind of server. Times are left out: they have no zone, and often no year."""
    if match := UNIX.fullmatch(line):
        match match["kind"]:
            case "-":
                return Entry(match["name"], False, read_size(match["size"]))
            case "d":
                return Entry(match["name"], True)
        return Other(match["name"].partition(" -> ")[0])
    if match := DOS.fullmatch(line):
        return Entry(match["name"], True) if match["folder"] else Entry(match["name"], False, read_size(match["size"]))
    return None


def read_lines(lines: list[str], read: Callable[[str], Line]) -> list[Entry | Other] | None:
    """All lines of a listing; ``None`` if one cannot be read, for then names would be missing unnoticed."""
    found = []
    for line in lines:
        if not line.strip(" ") or re.fullmatch(r"total [0-9]+", line):
            continue
        if (one := read(line)) is None:
            return None
        found.append(one)
    return found


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
