"""Which files are the beginning of which (DOMAIN.md, Law 2: a file that continues another is that file, grown).

A log that was fetched again after it grew, or was rotated and packed meanwhile, begins with all that was there before.
Contents are compared as they are unpacked, so ``access.log`` and ``access.log.2.gz`` are seen as one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from parser.archives import open_plain
from shared.store import Store

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Content:
    """What is known of an unpacked content."""

    sha256: str
    """Of the raw file, which may be packed."""
    plain_sha256: str
    plain_bytes: int
    head: bytes
    """The first bytes, at most 1,024, unpacked."""


def may_grow_into(smaller: Content, larger: Content) -> bool:
    """Whether the heads agree, so that it is worth reading further."""
    if not 0 < smaller.plain_bytes < larger.plain_bytes:
        return False
    return larger.head.startswith(smaller.head) or _digest(larger.head) == _digest(smaller.head)


def _digest(head: bytes) -> bytes:
    """Of some contents only the digest of their beginning is kept (privacy, tombstones)."""
    return head if len(head) == hashlib.sha256().digest_size else hashlib.sha256(head).digest()


def pairs(new: Content, others: Iterable[Content]) -> list[tuple[Content, Content]]:
    """The pairs (smaller, larger) of the new content and others that must be compared byte by byte."""
    found = []
    for other in others:
        if may_grow_into(new, other):
            found.append((new, other))
        elif may_grow_into(other, new):
            found.append((other, new))
    return found


def is_beginning(smaller: Content, larger: Content, store: Store) -> bool:
    """Whether the larger content begins with exactly the smaller; reads as many bytes as the smaller has."""
    digest, left = hashlib.sha256(), smaller.plain_bytes
    with open_plain(store.path(larger.sha256)) as stream:
        while left and (chunk := stream.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
    return left == 0 and digest.hexdigest() == smaller.plain_sha256
