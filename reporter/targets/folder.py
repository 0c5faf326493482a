"""A folder of this machine, or a disk mounted on it, as a target."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from reporter.swap import put_in_place, sync
from reporter.targets.target import UPLOAD, checked, upload_name
from shared.errors import Misconfigured
from shared.remote import failed, forbidden
from shared.store import disk_full

NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
FULL = (errno.ENOSPC, errno.EDQUOT)


class FolderTarget:
    """See :class:`reporter.targets.target.Target`. A link that leads out of the folder is not followed."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def read(self, path: str) -> bytes | None:
        checked(path)
        with self._words(path):
            try:
                return self._inside(path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def put(self, path: str, data: bytes) -> None:
        checked(path)
        with self._words(path):
            self._write(path, data)
            self._inside(upload_name(path)).replace(self._inside(path))
            sync(self._inside(path).parent)

    def names(self, folder: str) -> frozenset[str]:
        with self._words(folder):
            try:
                return frozenset(os.listdir(self._inside(folder)))  # noqa: PTH208 - names, not paths
            except (FileNotFoundError, NotADirectoryError):
                return frozenset()

    def remove(self, path: str) -> None:
        checked(path)
        with self._words(path), suppress(FileNotFoundError, NotADirectoryError):
            place = self._inside(path)
            if place.name.startswith(UPLOAD) and place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink()

    def remove_folder(self, folder: str) -> None:
        with suppress(OSError):
            self._inside(folder).rmdir()

    def files(self, folder: str) -> set[str]:
        """Every file below a folder, by its path from there."""
        place = self._inside(folder)
        with self._words(folder):
            return {str(one.relative_to(place)) for one in place.rglob("*") if not one.is_dir() or one.is_symlink()}

    def swap(self, folder: str, files: Mapping[str, bytes | None]) -> None:
        """Make a folder hold exactly these files, all at once: it is the old one or the new one, whole.

        ``None``: what lies there under this path, unchanged.
        """
        aside = upload_name(folder)
        with self._words(folder):
            shutil.rmtree(self._inside(aside), ignore_errors=True)
            for name, data in files.items():
                place = self._inside(f"{aside}/{name}")
                place.parent.mkdir(parents=True, exist_ok=True)
                if data is None:
                    _link(self._inside(f"{folder}/{name}"), place)
                else:
                    place.write_bytes(data)
                    sync(place)
            sync(self._inside(aside))
            put_in_place(self._inside(aside), self._inside(folder))
            sync(self._inside(folder).parent)

    def close(self) -> None:
        """Nothing is held."""

    def _write(self, path: str, data: bytes) -> None:
        aside = self._inside(upload_name(path))
        aside.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)  # it may be a link, which is not followed
        aside.write_bytes(data)
        sync(aside)

    def _inside(self, path: str) -> Path:
        base = self._base.resolve()
        place = base / checked(path) if path else base
        if not place.parent.resolve().is_relative_to(base) and path:
            raise Misconfigured(
                f"{place} leads out of {base} by a link.", remedy="Remove the link.", reason="target_leads_out"
            )
        return place

    @contextmanager
    def _words(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = self._base / path
            if error.errno in FULL:
                raise disk_full(place) from error
            if error.errno in NOT_ALLOWED:
                raise forbidden(str(place), error, what="written") from error
            raise failed(str(place), error) from error


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:  # a disk without links
        shutil.copyfile(old, new, follow_symlinks=False)
