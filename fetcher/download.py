"""Downloads: resumed after a cut or a kill, verified, several at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from fetcher.connections import Connections
from fetcher.landing import landing
from fetcher.source import CannotResume, Gone, Source
from fetcher.walk import RemoteFile
from shared.errors import Misconfigured, ProprocessorError, Unreachable
from shared.store import disk_errors

PAUSES_S = (0.2, 1.0, 3.0)
"""Between the attempts at one file; afterwards the whole round is tried again later."""
TELL_EVERY_S = 1.0
OF_ONE_FILE = frozenset({"forbidden"})
"""Reasons of :class:`Misconfigured` that concern the one file, and no other."""
log = structlog.get_logger()


@dataclass(frozen=True)
class Downloaded:
    """A file in the staging folder."""

    file: RemoteFile
    staged: Path
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class NotThere:
    """A file that disappeared between listing and download."""

    file: RemoteFile


@dataclass(frozen=True)
class Unfinished:
    """A file that could not be got now; what came of it is kept for next time."""

    file: RemoteFile
    error: ProprocessorError


Result = Downloaded | NotThere | Unfinished
Pause = Callable[[float], object]


@dataclass(frozen=True)
class Progress:
    """How far a round is: files done, of how many, and bytes received."""

    done: int
    files: int
    size_bytes: int


class Stopped(ProprocessorError):
    """Nobody wants the rest: the round ended, for another reason."""


class Meter:
    """Counts bytes for all threads, and tells them to stop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.size_bytes = 0

    def count(self, size_bytes: int) -> None:
        """So many more. :class:`Stopped` when it is over."""
        self.check()
        with self._lock:
            self.size_bytes += size_bytes

    def check(self) -> None:
        """:class:`Stopped` when it is over."""
        if self._stopping.is_set():
            raise Stopped("The round was stopped.")

    def stop(self) -> None:
        """Let every thread end with its next chunk."""
        self._stopping.set()


def staged_name(dataset: str, file: RemoteFile) -> str:
    """Where a partial download is kept: the name tells what it is the beginning of, so a later attempt can go on."""
    key = f"{dataset}\0{file.path}\0{file.size_bytes}\0{file.modified}\0{file.sha256}"
    return f"part-{hashlib.sha256(key.encode(errors='surrogateescape')).hexdigest()[:32]}"


def download(
    source: Source,
    file: RemoteFile,
    staged: Path,
    *,
    pause: Pause,
    limit_bytes: int | None = None,
    meter: Meter | None = None,
) -> Result:
    """Get one file into ``staged``, going on where an earlier attempt ended.

    ``limit_bytes`` ends it there: the file may grow meanwhile, and what was listed is what is wanted.
    Errors that concern all files (credentials, the disk) are raised.
    """
    meter = meter or Meter()
    if file.size_bytes is None and file.modified is None and file.sha256 is None:
        _drop(staged)  # nothing tells whether that beginning is this file's
    last: ProprocessorError | None = None
    for pause_s in (*PAUSES_S, None):
        meter.check()
        try:
            size, digest = _transfer(source, file, staged, limit_bytes, meter)
        except Gone:
            _drop(staged)
            return NotThere(file)
        except Unreachable as error:
            source.close()
            last = error
        except Misconfigured as error:
            if error.reason not in OF_ONE_FILE:
                raise
            return Unfinished(file, error)
        else:
            if file.sha256 in (None, digest):
                return Downloaded(file, staged, size, digest)
            _drop(staged)
            again = last is None or last.reason != "checksum_differs"
            last = Unreachable(f"{file.path}: its SHA-256 is not the one in SHA256SUMS.", reason="checksum_differs")
            pause_s = pause_s if again else None
        if pause_s is None:
            break
        log.info("download.again", file=file.path, error=str(last), after_s=pause_s)
        pause(pause_s)
    assert last is not None
    return Unfinished(file, last)


def download_all(
    open_one: Callable[[], Source],
    files: Sequence[RemoteFile],
    place: Callable[[RemoteFile], Path],
    *,
    at_once: int,
    pause: Pause,
    bounded: bool,
    on_progress: Callable[[Progress], object] = lambda _: None,
) -> Iterator[Result]:
    """Get several files, each with a connection of its own; results as they are done.

    ``bounded`` ends each file at its listed size. ``on_progress`` is called about once a second, in the caller's
    thread. Errors that concern all files (credentials, disk) are raised; closing the iterator stops all transfers.
    """
    meter = Meter()
    connections = Connections(open_one, at_once)

    def one(file: RemoteFile) -> Result:
        limit = file.size_bytes if bounded else None
        try:
            with connections.borrowed() as source:
                return download(source, file, place(file), pause=pause, limit_bytes=limit, meter=meter)
        except Unreachable as error:
            return Unfinished(file, error)

    pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="download")
    try:
        yield from _as_done(pool, one, files, at_once, lambda done: on_progress(_progress(done, files, meter)))
    finally:
        meter.stop()
        pool.shutdown(wait=True, cancel_futures=True)
        connections.close()


def _progress(done: int, files: Sequence[RemoteFile], meter: Meter) -> Progress:
    return Progress(done, len(files), meter.size_bytes)


def _as_done(
    pool: ThreadPoolExecutor,
    one: Callable[[RemoteFile], Result],
    files: Sequence[RemoteFile],
    at_once: int,
    tell: Callable[[int], object],
) -> Iterator[Result]:
    """A few ahead, not ten thousand."""
    waiting = iter(files)
    running: set[Future[Result]] = set()
    finished = 0
    while True:
        while len(running) < 2 * at_once and (file := next(waiting, None)) is not None:
            running.add(pool.submit(one, file))
        if not running:
            return
        done, running = wait(running, timeout=TELL_EVERY_S, return_when=FIRST_COMPLETED)
        for future in done:
            finished += 1
            yield future.result()
        tell(finished)


def _transfer(source: Source, file: RemoteFile, staged: Path, limit_bytes: int | None, meter: Meter) -> tuple[int, str]:
    """One attempt; gives size and digest of all that is there now."""
    try:
        return _receive(source, file, staged, _kept_bytes(file, staged), limit_bytes, meter)
    except CannotResume:
        return _receive(source, file, staged, 0, limit_bytes, meter)


def _kept_bytes(file: RemoteFile, staged: Path) -> int:
    with disk_errors(staged):
        kept = staged.stat().st_size if staged.exists() else 0
    return 0 if file.size_bytes is not None and kept > file.size_bytes else kept


def _receive(
    source: Source, file: RemoteFile, staged: Path, offset: int, limit_bytes: int | None, meter: Meter
) -> tuple[int, str]:
    with disk_errors(staged), staged.open("r+b" if offset else "wb") as target, landing(target) as landed:
        landed.keep(offset)
        whole = file.size_bytes if limit_bytes is None else min(limit_bytes, file.size_bytes or limit_bytes)
        if landed.size_bytes == 0 or landed.size_bytes != whole:
            with source.open(file.path, landed.size_bytes) as chunks:
                for chunk in chunks:
                    piece = chunk if limit_bytes is None else chunk[: limit_bytes - landed.size_bytes]
                    landed.write(piece)
                    meter.count(len(piece))
                    if landed.size_bytes == limit_bytes:
                        break
        size, digest = landed.size_bytes, landed.sha256()
    if file.size_bytes is not None and size < file.size_bytes:
        raise Unreachable(f"{file.path}: the connection ended after {size:,} of {file.size_bytes:,} bytes.")
    return size, digest


def _drop(staged: Path) -> None:
    with suppress(OSError):
        staged.unlink(missing_ok=True)
