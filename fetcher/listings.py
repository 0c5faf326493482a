"""Listings of web servers: JSON (nginx, Caddy), HTML (Apache, nginx, Caddy, lighttpd, IIS, Python's http.server)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from lxml import html
from lxml.etree import LxmlError

from fetcher.names import is_safe_name, read_name, read_size
from fetcher.source import Entry

DATES = ("%d-%b-%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%b-%d %H:%M:%S")
DATE = re.compile(
    r"\d{1,2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d|\d{4}-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d"
)
IIS_SIZE = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}\s+[0-9]{1,2}:[0-9]{2}(?: [AP]M)?\s+([0-9]+)\s*")
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
MAX_SIZE = 1 << 62
MAX_CELLS, MAX_CELL = 16, 200
"""Cells of a row, and characters of a cell, that are looked at for a date and a size."""
Cells = list[tuple[Any, str]]
"""Each with its text."""


def read_json(data: bytes) -> list[Entry] | None:
    """nginx ``autoindex_format json`` and Caddy's ``Accept: application/json``; ``None`` when it is neither."""
    try:
        rows = json.loads(read_name(data))
    except (ValueError, RecursionError):
        return None
    if not isinstance(rows, list):
        return None
    return [entry for row in rows if isinstance(row, dict) and (entry := _json_entry(row)) is not None]


def read_html(data: bytes, url: str) -> list[Entry]:
    """The links of a page that lead one step into its own folder. Sizes only where they stand in bytes."""
    try:
        document = html.fromstring(data, parser=html.HTMLParser(no_network=True, encoding="utf-8"))
    except (LxmlError, ValueError):
        return []
    base = urlsplit(url)
    folder = unquote_to_bytes(base.path if base.path.endswith("/") else f"{base.path}/")
    found: dict[str, Entry] = {}
    cells: dict[Any, Cells] = {}
    for link in document.iter("a"):
        name, is_folder = _link_name(link.get("href") or "", url, base.netloc, folder)
        if name and name not in found:
            row = _row(link, cells)
            found[name] = Entry(name, is_folder, None if is_folder else _size(link, row), _date(row))
    return list(found.values())


def _json_entry(row: dict[str, Any]) -> Entry | None:
    name, size = row.get("name"), row.get("size")
    if not isinstance(name, str):
        return None
    is_folder = row.get("type") == "directory" or row.get("is_dir") is True
    is_size = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < MAX_SIZE
    stamp = row.get("mtime") or row.get("mod_time")
    return Entry(
        name.removesuffix("/") if is_folder else name,
        is_folder,
        size if is_size and not is_folder else None,
        _stamp(stamp) if isinstance(stamp, str) else None,
    )


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, HTTP_DATE).replace(tzinfo=UTC)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _link_name(href: str, url: str, host: str, folder: bytes) -> tuple[str, bool]:
    """The name a link leads to, and whether it is a folder; empty when it leads elsewhere."""
    try:
        target = urlsplit(urljoin(url if url.endswith("/") else f"{url}/", href.strip(" \t\r\n")))
    except ValueError:
        return "", False
    path = unquote_to_bytes(target.path)
    if target.query or target.netloc != host or not path.startswith(folder):
        return "", False
    rest = path[len(folder) :]
    is_folder = rest.endswith(b"/")
    name = read_name(rest.removesuffix(b"/"))
    return (name, is_folder) if is_safe_name(name) else ("", False)


def _row(link: Any, cells: dict[Any, Cells]) -> str:
    """The text of the link's row: the other cells of its table row, or the rest of its line.

    ``cells`` are those of the rows so far: all links of a page may stand in one row.
    """
    row = next(link.iterancestors("tr"), None)
    if row is None:
        return str(link.tail or "").partition("\n")[0].strip()
    if row not in cells:
        cells[row] = [(cell, cell.text_content().strip()[:MAX_CELL]) for cell in islice(row.iter("td"), MAX_CELLS)]
    own = set(link.iterancestors("td"))
    return " ".join(text for cell, text in cells[row] if cell not in own)


def _size(link: Any, row: str) -> int | None:
    """In bytes only: a size beside a description, or one as 12K, is none. IIS writes it before the link."""
    before = link.getprevious()
    match = IIS_SIZE.fullmatch((before.tail or "").strip()) if before is not None and before.tag == "br" else None
    return read_size(match[1] if match else DATE.sub("", row).strip())


def _date(row: str) -> datetime | None:
    match = DATE.search(row)
    for form in DATES if match else ():
        try:
            return datetime.strptime(match[0], form).replace(tzinfo=UTC) if match else None
        except ValueError:
            continue
    return None
