"""What to get of what is offered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fetcher.walk import RemoteFile


@dataclass(frozen=True)
class Known:
    """The newest version of a path that was fetched before."""

    size_bytes: int
    modified: datetime | None
    sha256: str


def wanted(offered: Iterable[RemoteFile], known: Mapping[str, Known]) -> list[RemoteFile]:
    """The files that are new, have grown or were replaced, in order of their paths."""
    return sorted((file for file in offered if _is_wanted(file, known.get(file.path))), key=lambda file: file.path)


def _is_wanted(file: RemoteFile, known: Known | None) -> bool:
    if known is None:
        return True
    if file.sha256 is not None:
        return file.sha256 != known.sha256
    if file.size_bytes is None and file.modified is None:
        return True  # the server tells nothing: its content decides
    if file.size_bytes is not None and file.size_bytes != known.size_bytes:
        return True
    # Same size: a later time alone may mean new content, as after a rotation of equal length.
    return file.modified is not None and known.modified is not None and file.modified > known.modified


def is_final(file: RemoteFile, size_bytes: int, later: RemoteFile | None) -> bool:
    """Whether a downloaded file is whole: as large as it was listed, and as it is listed now."""
    if file.size_bytes is not None and size_bytes != file.size_bytes:
        return False
    return later is not None and (later.size_bytes is None or later.size_bytes == size_bytes)
