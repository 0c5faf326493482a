"""A page fetched with all that belongs to it: what it needs is what would be shown of it, found by cleaning it."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import unquote_to_bytes

from reporter.overlay.addresses import Addresses
from reporter.overlay.archive import Archive, Capture
from reporter.overlay.encodings import decode
from reporter.overlay.guest import Busy, Guest
from reporter.overlay.markup import Marks, Page, clean_page
from reporter.overlay.media import media_type
from reporter.overlay.styles import Sources
from reporter.overlay.web import Answer, NotFetched

PAGE_BYTES = 5 << 20
ASSET_BYTES = 2 << 20
TOTAL_BYTES = 12 << 20
MOST_ASSETS = 200
HTML = ("text/html", "application/xhtml+xml")
ROUNDS = 6
"""A style sheet may name another one, and so on."""


@dataclass
class Known:
    """Assets of one round by address, so that each is asked for once: digest and charset, or why it is not here."""

    kept: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def capture_page(page: str, url: str, guest: Guest, addresses: Addresses, archive: Archive, known: Known) -> Capture:
    """Fetch a page and what it needs. :class:`NotFetched` where the page itself cannot be had; an asset may lack."""
    answer = guest.get(url, PAGE_BYTES)
    kind, charset = content_type(answer)
    if kind not in HTML:
        raise NotFetched(f"it is no page but {kind or 'of no known type'}")
    found = addresses.target_of(answer.url)
    if found is None or found.name != page:
        raise NotFetched(f"it leads to another page, {found.name if found else answer.url}", reason="overlay_moved")
    capture = Capture(page, answer.url, archive.put(answer.body), {}, {answer.url: charset}, {})
    size = len(answer.body)
    for _ in range(ROUNDS):
        needed = sorted(set(needs(capture, archive, addresses)) - {*capture.assets, *capture.missing})
        if not needed:
            break
        for one in needed:
            room = min(ASSET_BYTES, TOTAL_BYTES - size) if len(capture.assets) < MOST_ASSETS else 0
            size += _asset(one, capture, guest, archive, known, room)
    return capture


def _asset(url: str, capture: Capture, guest: Guest, archive: Archive, known: Known, room: int) -> int:
    """Fetch one asset, or know why not; gives its bytes. ``room`` is how many there may be."""
    if url not in known.kept and url not in known.missing and room > 0:
        try:
            answer = guest.get(url, ASSET_BYTES, asset=True)
            known.kept[url] = archive.put(answer.body), content_type(answer)[1], len(answer.body)
        except Busy:
            raise
        except NotFetched as error:
            known.missing[url] = error.message
    digest, charset, size = known.kept.get(url, ("", "", 0))
    if not digest or size > room:
        capture.missing[url] = known.missing.get(url, "the page has more, or larger, than is kept of one")
        return 0
    capture.assets[url] = digest
    if charset:
        capture.charsets[url] = charset
    return size


def needs(capture: Capture, archive: Archive, addresses: Addresses) -> Iterator[str]:
    """The addresses of all that a page would show, as far as is known yet."""
    wanted: list[str] = []

    def media(url: str) -> str | None:
        if not url.startswith("data:"):
            wanted.append(url)
        return None

    clean(capture, archive, addresses, media=media, wanted=wanted.append)
    yield from wanted


def clean(
    capture: Capture,
    archive: Archive,
    addresses: Addresses,
    *,
    media: Callable[[str], str | None],
    wanted: Callable[[str], None] = lambda _: None,
) -> Page | None:
    """The captured page as it is shown, ``media`` by the names that it gives; ``None`` where nothing is in it."""

    def sheet(url: str) -> tuple[bytes, str, str | None] | None:
        wanted(url)
        digest = capture.assets.get(url)
        return None if digest is None else (archive.get(digest), url, capture.charsets.get(url) or None)

    text = decode(archive.get(capture.body), capture.charsets.get(capture.url) or None)
    return clean_page(text, capture.url, marks_of(capture), Sources(media, sheet), addresses.target_of)


def marks_of(capture: Capture) -> Marks:
    """Made from all that is in the capture, so that nothing in it can contain them."""
    parts = (capture.body, *sorted(capture.assets.values()))
    return Marks(hashlib.sha256("".join(parts).encode()).hexdigest()[:32])


def inline_data(url: str) -> bytes | None:
    """What a ``data:`` address holds, if it is an image or font of a size that is kept."""
    head, comma, body = url.partition(",")
    if not comma or len(url) > ASSET_BYTES * 2:
        return None
    data = unquote_to_bytes(body)
    if head.rstrip().lower().endswith(";base64"):
        try:
            data = b64decode(data + b"=" * (-len(data) % 4), validate=False)
        except binascii.Error:
            return None
    return data if media_type(data) and len(data) <= ASSET_BYTES else None


def content_type(answer: Answer) -> tuple[str, str]:
    """Type and charset, lower case; empty where nothing is said."""
    message = Message()
    message["Content-Type"] = answer.headers.get("content-type", "")
    charset = message.get_content_charset("")
    return (message.get_content_type() if message["Content-Type"] else "", str(charset)[:40])
