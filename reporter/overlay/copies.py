"""Copies as they are published, below ``<publish>/<dataset>/overlay``: once for all periods.

``pages.js`` says which pages there are; ``c-….js`` is a copy, ``m-….js`` an image or font; both are named by all that
they are made from, and never change. All are scripts, since a page from the file system may load nothing else; they are
ours, and what is of the site stands in them as text. What is in ``pages.js`` lies there; what no one needs goes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import datetime, tzinfo
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reporter import words
from reporter.overlay.addresses import Addresses
from reporter.overlay.archive import FOLDER, Archive, Capture, Snapshot
from reporter.overlay.capture import clean, inline_data, marks_of
from reporter.overlay.media import data_url
from reporter.swap import HIDDEN, write_file
from shared.store import disk_errors

PAGES = "pages.js"
OBJECT = "proprocessorOverlay"


def make_place(folder: Path) -> None:
    """Let a data set's published folder have a place for copies, for its pages name it."""
    path = folder / FOLDER / PAGES
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        write_file(path, _call("pages", []))


def publish_copies(archive: Archive, addresses: Addresses, folder: Path, timezone: str) -> int:
    """Publish the copies that are kept into a data set's published folder, with times of its zone; gives how many."""
    place = folder / FOLDER
    with disk_errors(place), _alone(place):
        told, needed = [], {PAGES}
        for one in archive.snapshots():
            copy = _publish_one(one, archive, addresses, place) if one.capture else None
            told.append(_told(one, copy, ZoneInfo(timezone)))
            if copy is not None:
                needed |= {f"c-{copy['id']}.js", *(f"m-{media}.js" for media in copy["media"])}
        text = _call("pages", told)
        path = place / PAGES
        if not path.is_file() or path.read_bytes() != text:
            write_file(path, text)
        _remove_others(place, needed)
    return sum(one["copy"] is not None for one in told)


def _told(one: Snapshot, copy: dict[str, Any] | None, zone: tzinfo) -> dict[str, Any]:
    """What ``pages.js`` says of a page."""

    def when(moment: datetime) -> str:
        return words.shown(moment.astimezone(zone), "timestamp", "")

    return {
        "page": one.page,
        "url": one.url,
        "fetched": when(one.fetched_at) if one.fetched_at else None,
        "tried": when(one.tried_at),
        "error": one.error,
        "copy": copy["id"] if copy else None,
        "title": copy["title"] if copy else "",
        "missing": copy["missing"] if copy else 0,
    }


def _publish_one(one: Snapshot, archive: Archive, addresses: Addresses, place: Path) -> dict[str, Any] | None:
    """A copy, made unless it lies there; ``None`` where what was kept of it is no more, or is no page."""
    assert one.capture is not None
    key = _digest(CLEANER, one.capture, addresses.rules)[:32]
    path = place / f"c-{key}.js"
    if (there := _read(path)) is not None:
        return there
    try:
        made = make_copy(key, archive.capture(one.capture), archive, addresses)
    except OSError:
        return None
    if made is None:
        return None
    copy, media = made
    for name, text in media.items():
        target = place / f"m-{name}.js"
        if not target.is_file():
            write_file(target, _call("media", name, text))
    write_file(path, _call("copy", copy))
    return copy


def make_copy(
    key: str, capture: Capture, archive: Archive, addresses: Addresses
) -> tuple[dict[str, Any], dict[str, str]] | None:
    """What is published of a captured page, and its images and fonts by name.

    ``html`` is text and, at every second place, what is put in there: ``L`` and the number of a link, ``M`` and a name,
    or ``S`` for the style of the bars.
    """
    marks = marks_of(capture)
    media: dict[str, str] = {}

    def kept(url: str) -> str | None:
        try:
            digest = capture.assets.get(url)
            data = inline_data(url) if url.startswith("data:") else archive.get(digest) if digest else None
        except OSError:
            return None
        text = data_url(data) if data is not None else None
        if text is None:
            return None
        name = _digest(text)[:32]
        media[name] = text
        return marks.media(name)

    page = clean(capture, archive, addresses, media=kept)
    if page is None:
        return None
    html = [part for text, what in marks.split(page.html) for part in (text, what)][:-1]
    links = [[*astuple(one.target), one.text, one.placed] for one in page.links]
    copy = {"id": key, "title": page.title, "html": html, "links": links, "media": sorted(media)}
    return copy | {"missing": len(capture.missing)}, media


def _call(name: str, *arguments: Any) -> bytes:
    text = ",".join(json.dumps(one, ensure_ascii=True, separators=(",", ":")) for one in arguments)
    return f"{OBJECT}.{name}({text});\n".encode()


def _read(path: Path) -> dict[str, Any] | None:
    """A copy that lies there with all its images and fonts."""
    try:
        text = path.read_bytes()
        copy: dict[str, Any] = json.loads(text[len(OBJECT) + len(".copy(") : -len(");\n")])
        whole = all((path.parent / f"m-{name}.js").is_file() for name in copy["media"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return copy if whole else None


def _remove_others(place: Path, needed: Collection[str]) -> None:
    for path in place.iterdir():
        if path.name[:2] in ("c-", "m-") and path.name not in needed:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One publisher of a data set's copies at a time."""
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{HIDDEN}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def _cleaner() -> str:
    """Tells the rules by which copies are cleaned from any others: a copy is made anew when they change."""
    folder = files("reporter") / "overlay"
    names = ("addresses.py", "capture.py", "copies.py", "encodings.py", "markup.py", "media.py", "styles.py")
    return _digest([(folder / name).read_text(encoding="utf-8") for name in names])


CLEANER = _cleaner()
