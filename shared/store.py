"""Raw files as fetched: content-addressed, immutable, permanent unless retention says otherwise.

``<root>/raw/ab/cdef…`` holds the bytes whose SHA-256 is ``abcdef…``. Files are written aside in ``staging`` and
renamed, so what has a name is whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import Misconfigured, ProprocessorError, Transient

CHUNK_BYTES = 1 << 20


class Store:
    """The folders of data below one root, on one disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @property
    def staging(self) -> Path:
        """A folder on the same disk for what is not whole yet."""
        return self._folder("staging")

    def path(self, sha256: str) -> Path:
        """Where the raw file with this digest lies, or would."""
        return self.root / "raw" / sha256[:2] / sha256[2:]

    def adopt(self, file: Path, sha256: str) -> Path:
        """Take a file of the staging folder into the store; its digest is the caller's word."""
        target = self.path(sha256)
        with disk_errors(target):
            if target.exists():
                file.unlink(missing_ok=True)
                return target
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(file)
            file.rename(target)
            _sync(target.parent)
        return target

    def adopt_copy(self, file: Path) -> tuple[str, int]:
        """Copy a file of elsewhere into the store; gives its digest and size in bytes."""
        temporary = self.staging / f"copy-{uuid.uuid4().hex}"
        digest, size = hashlib.sha256(), 0
        with disk_errors(temporary):
            try:
                with file.open("rb") as source, temporary.open("wb") as target:
                    while chunk := source.read(CHUNK_BYTES):
                        digest.update(chunk)
                        size += len(chunk)
                        target.write(chunk)
                self.adopt(temporary, digest.hexdigest())
            finally:
                temporary.unlink(missing_ok=True)
        return digest.hexdigest(), size

    @contextmanager
    def folder_once(self, name: str) -> Iterator[Path]:
        """A new folder to fill, renamed to ``<root>/<name>`` when the block ends well; yields the folder aside.

        Where ``name`` already exists, what was written aside is dropped: folders are named by their inputs, so both say
        the same.
        """
        final = self.root / name
        aside = self.staging / f"{final.name}-{uuid.uuid4().hex}"
        with disk_errors(aside):
            aside.mkdir(parents=True)
            try:
                yield aside
                final.parent.mkdir(parents=True, exist_ok=True)
                for path in aside.iterdir():
                    _sync(path)
                with suppress(OSError):
                    aside.rename(final)
                if not final.is_dir():
                    raise Transient(f"The folder {final} could not be put in place.")
                _sync(final.parent)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    @contextmanager
    def files_into(self, name: str) -> Iterator[Path]:
        """A folder aside to fill, whose files are renamed into the folder ``<root>/<name>`` when the block ends well.

        A file of the same name there is replaced: whoever reads it sees the one or the other, whole.
        """
        final = self.root / name
        aside = self.staging / f"{final.name}-{uuid.uuid4().hex}"
        with disk_errors(aside):
            aside.mkdir(parents=True)
            try:
                yield aside
                final.mkdir(parents=True, exist_ok=True)
                for path in sorted(aside.iterdir()):
                    _sync(path)
                    path.rename(final / path.name)
                _sync(final)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def drop_folder(self, name: str) -> None:
        """Remove a folder all at once: nobody finds half of it under its name."""
        aside = self.staging / f"dropped-{uuid.uuid4().hex}"
        with disk_errors(aside):
            with suppress(FileNotFoundError):
                (self.root / name).rename(aside)
            shutil.rmtree(aside, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Say a disk's errors in our words: full is :class:`Transient`, not writable is :class:`Misconfigured`."""
    try:
        yield
    except ProprocessorError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise Misconfigured(
                f"{place} cannot be written: {error.strerror}.",
                remedy="It must be a folder that this user may write.",
                reason="not_writable",
            ) from error
        raise


def disk_full(place: Path) -> Transient:
    """What to raise where a library says in its own words that there is no room."""
    return Transient(
        f"The disk is full: {place} could not be written.",
        remedy="Free some space; the work is tried again.",
        reason="disk_full",
    )


def says_disk_full(error: Exception) -> bool:
    """Whether a library's error holds the system's word for it."""
    return os.strerror(errno.ENOSPC) in str(error)


def _sync(path: Path) -> None:
    """Force a file or folder to disk, so that a rename never outlives its content."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def nearest(folder: Path) -> Path | None:
    """The folder, or the nearest one above it that is there: where it will lie when it is made."""
    return next((one for one in (folder.resolve(), *folder.resolve().parents) if one.exists()), None)
