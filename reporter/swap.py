"""A folder put in place of another: whole or absent, never half."""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import shutil
import uuid
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2
HIDDEN = ".proprocessor-"
"""Beginning of the names of folders that are being written or thrown away."""


def new_folder_beside(target: Path) -> Path:
    """A hidden folder on the same disk, to be filled."""
    folder = target.parent / f"{HIDDEN}{target.name}-{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    return folder


def put_in_place(folder: Path, target: Path) -> None:
    """Make ``folder`` be ``target``; what was there is removed. With RENAME_EXCHANGE there is no moment without it.

    Who filled it has forced it to disk; that it is in place, :func:`sync` of the folder around it does, once for many.
    """
    if not target.exists():
        folder.rename(target)
    elif _exchange(folder, target):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        old = target.parent / f"{HIDDEN}{target.name}-{uuid.uuid4().hex}"
        target.rename(old)
        folder.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def write_file(path: Path, data: bytes) -> None:
    """Write a file at once: readers see the old one or the new one."""
    aside = path.parent / f"{HIDDEN}{path.name}-{uuid.uuid4().hex}"
    try:
        aside.write_bytes(data)
        sync(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Throw away what a killed publisher left; only under the publisher's lock."""
    for path in folder.glob(f"{HIDDEN}*-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Linux's ``renameat2``; false where the system or the disk does not know it."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))
