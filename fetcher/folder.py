"""A folder of this machine as a source."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fetcher.checksums import SUMS_NAME, read_sums
from fetcher.location import Location
from fetcher.names import is_safe_name, read_epoch, read_name, spellings
from fetcher.source import Entry, Gone, Listing
from shared.errors import ProprocessorError
from shared.remote import failed, forbidden

CHUNK_BYTES = 8 << 20
"""More than from a network: a disk gives it at once, and after each chunk other threads must be waited for."""


class FolderSource:
    """See :class:`fetcher.source.Source`. Links are not followed: what they lead to counts where it lies."""

    def __init__(self, location: Location) -> None:
        self._base = Path(location.base).resolve()

    def list_folder(self, folder: str, names: tuple[str, ...] = ()) -> Listing:  # noqa: ARG002 - it is listed
        path = self._inside(folder)
        entries, skipped, sums = [], [], {}
        try:
            with os.scandir(os.fsencode(path)) as children:
                for child in children:
                    name = read_name(child.name)
                    if name == SUMS_NAME and child.is_file(follow_symlinks=False):
                        sums = read_sums(Path(os.fsdecode(child.path)).read_bytes())
                    elif (entry := _entry(child, name)) is not None:
                        entries.append(entry)
                    else:
                        skipped.append(name)
        except OSError as error:
            raise _said(path, error) from error
        return Listing(tuple(sorted(entries, key=lambda entry: entry.name)), sums, tuple(sorted(skipped)))

    @contextmanager
    def open(self, path: str, offset: int) -> Iterator[Iterator[bytes]]:
        place = self._inside(path)
        try:
            if not stat.S_ISREG(place.stat().st_mode):
                raise Gone(f"{place} is no file.")
            file = place.open("rb")
        except OSError as error:
            raise _said(place, error) from error
        with file:
            file.seek(offset)
            yield _chunks(file, place)

    def close(self) -> None:
        """Nothing is held."""

    def _inside(self, path: str) -> Path:
        """The real place of a path, in whichever spelling it is there."""
        ways = [self._base / os.fsdecode(way) for way in spellings(path)]
        chosen = next((way for way in ways if os.path.lexists(way)), ways[0])
        try:
            found = chosen.resolve()
        except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in circles
            raise Gone(f"{chosen} leads nowhere.") from error
        if not found.is_relative_to(self._base):
            raise Gone(f"{path} leads out of {self._base}.")
        return found


def _entry(child: os.DirEntry[bytes], name: str) -> Entry | None:
    """``None`` for what is neither file nor folder, has gone meanwhile, or has a name that cannot be."""
    try:
        found = child.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    is_folder = stat.S_ISDIR(found.st_mode)
    if not is_safe_name(name) or not (is_folder or stat.S_ISREG(found.st_mode)):
        return None
    return Entry(name, is_folder, None if is_folder else found.st_size, read_epoch(found.st_mtime))


def _chunks(file: BinaryIO, place: Path) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read(CHUNK_BYTES)
        except OSError as error:
            raise _said(place, error) from error
        if not chunk:
            return
        yield chunk


def _said(place: Path, error: OSError) -> ProprocessorError:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return Gone(f"{place} is not there.")
        case PermissionError():
            return forbidden(str(place), error)
    return failed(str(place), error)
