"""What every kind of target does. The laws are in tests/contract/test_target_laws.py."""

from __future__ import annotations

import posixpath
import re
from typing import Protocol

from reporter.swap import HIDDEN
from shared.errors import Misconfigured

UNSAFE = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
UPLOAD = f"{HIDDEN}upload-"
"""Beginning of the name of a file that is not whole yet."""
MAX_READ_BYTES = 64 << 20


class Target(Protocol):
    """One connection to a folder elsewhere, for one thread. Paths are relative to it, with ``/``, and safe.

    :class:`Unreachable` when the server fails, now or in the middle; :class:`Misconfigured` when it does not let us in
    (``credentials_refused``) or not do it (``forbidden``). After any error, and after :meth:`close`, the next call
    connects anew.
    """

    def read(self, path: str) -> bytes | None:
        """The content of a small file; ``None`` where there is none."""

    def put(self, path: str, data: bytes) -> None:
        """Make a file have this content: readers see what was there before, or this, whole. Folders are made."""

    def names(self, folder: str) -> frozenset[str]:
        """What lies in a folder; nothing where there is none."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def remove_folder(self, folder: str) -> None:
        """Remove a folder if it is empty; what others put there keeps it."""

    def close(self) -> None:
        """Disconnect."""


def is_safe(path: str) -> bool:
    """Whether a path stays inside the target's folder and on its line, and is text."""
    return all(part not in ("", ".", "..") for part in path.split("/")) and UNSAFE.search(path) is None


def checked(path: str) -> str:
    """The same path; a :class:`ValueError` is a defect of ours, or an attack that came so far."""
    if not is_safe(path):
        raise ValueError(f"{path!r} leads out of the target's folder")
    return path


def upload_name(path: str) -> str:
    """Where a file lies until it is whole: beside its place, the same each time, so that a repeat replaces it."""
    folder, _, name = checked(path).rpartition("/")
    return posixpath.join(folder, f"{UPLOAD}{name}")


def taken(place: str, path: str) -> Misconfigured:
    """The error for a file of others where one of ours is to lie."""
    return Misconfigured(
        f"{place} has a file {path} that is not known to be ours.",
        remedy="Choose another folder; or `proprocessor targets sync DATASET TARGET --all` takes over what lies in "
        "the place of a report.",
        reason="target_taken",
    )
