"""A file while it is received: written, its digest made and brought to disk beside each other where it is large."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

from fetcher.source import CHUNK_BYTES

APART_BYTES = 1 << 20
"""Smaller pieces are digested sooner than handed over."""
FLUSH_BYTES = 64 << 20
"""So much is brought to disk while more is received: else all of it must be waited for at the end."""


class Landing:
    """Bytes on their way into a file. For one thread."""

    def __init__(self, target: BinaryIO, pool: ThreadPoolExecutor) -> None:
        self._target, self._pool = target, pool
        self._digest = hashlib.sha256()
        self._digesting: Future[None] | None = None
        self._flushing: Future[None] | None = None
        self._flushed = 0
        self.size_bytes = 0

    def keep(self, size_bytes: int) -> None:
        """Count what the file begins with, up to so many bytes, as received, and cut off the rest."""
        while self.size_bytes < size_bytes:
            chunk = self._target.read(min(CHUNK_BYTES, size_bytes - self.size_bytes))
            if not chunk:
                break
            self._digest.update(chunk)
            self.size_bytes += len(chunk)
        self._target.truncate(self.size_bytes)

    def write(self, piece: bytes) -> None:
        """Add to the file."""
        self._wait()
        if len(piece) < APART_BYTES:
            self._digest.update(piece)
        else:
            self._digesting = self._pool.submit(self._digest.update, piece)
        self._target.write(piece)
        self.size_bytes += len(piece)
        if self.size_bytes - self._flushed >= FLUSH_BYTES and (self._flushing is None or self._flushing.done()):
            self._end_flush()
            self._flushed = self.size_bytes
            self._flushing = self._pool.submit(os.fdatasync, self._target.fileno())

    def sha256(self) -> str:
        """The digest of all of the file, whose size is ``size_bytes``."""
        self._wait()
        self._end_flush()
        return self._digest.hexdigest()

    def _wait(self) -> None:
        if self._digesting is not None:
            self._digesting.result()
            self._digesting = None

    def _end_flush(self) -> None:
        if self._flushing is not None:
            self._flushing.result()


@contextmanager
def landing(target: BinaryIO) -> Iterator[Landing]:
    """Receive into a file that is open for reading and writing, or new."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="landing") as pool:
        yield Landing(target, pool)
