"""What lies in a data set's published folder: its periods, files with digests, and reports."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from console.web.home import published_folder
from console.web.place import Place
from console.web.problems import NotFound
from console.web.published import below
from reporter.assets import FOLDER as ASSETS
from reporter.manifest import MANIFEST, manifests
from reporter.model import Period

PERIOD = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?|all", re.ASCII)
PACKED = (".gz", ".br")
"""Beside an asset, the same packed: nobody needs both."""


@dataclass(frozen=True)
class PublishedFile:
    """A file below a folder: ``path`` from there, with slashes."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class PublishedPeriod:
    """A published period, with the digest of its manifest, which has those of all its files."""

    period: Period
    manifest: dict[str, Any]
    digest: str


def folder_of(place: Place, dataset: str) -> Path:
    """Where a data set's reports lie; :class:`NotFound` (``not_published``) where there are none."""
    folder = published_folder(place, dataset)
    if folder is None:
        raise NotFound(
            f"No reports of {dataset} have been published yet.",
            remedy="They appear when its files have been analysed.",
            reason="not_published",
        )
    return folder


def published_periods(folder: Path) -> list[PublishedPeriod]:
    """All of them, by name."""
    found = []
    for path, manifest, period in manifests(folder):
        digest = _digest(path)
        if digest is not None:
            found.append(PublishedPeriod(period, manifest, digest[0]))
    return found


def common_files(folder: Path) -> list[PublishedFile]:
    """Those that belong to no period: the index, and copies of pages for the link overlay."""
    periods = {path.parent.name for path, _, _ in manifests(folder)}
    return list(_files(folder, folder, but=periods))


def shared_assets(folder: Path) -> list[PublishedFile]:
    """Those that pages of all data sets share, beside the folder."""
    assets = folder.parent / ASSETS
    return [one for one in _files(assets, assets) if not one.path.endswith(PACKED)] if assets.is_dir() else []


def file_in(folder: Path, name: str) -> bytes:
    """A file; :class:`NotFound` where there is none, it is hidden, or a link leads out."""
    path = below(folder, name)
    if path is None:
        raise NotFound("There is no such file.", remedy="Its period may have been removed.", reason="unknown_file")
    return path.read_bytes()


def file_of_period(folder: Path, period: str, name: str) -> bytes:
    """A file of a period; :class:`NotFound` where the period is not published."""
    if not PERIOD.fullmatch(period) or not (folder / period / MANIFEST).is_file():
        raise NotFound(
            f"The period {period!r} is not published.",
            remedy="Ask for the periods, or for the same days as a live answer.",
            reason="unknown_period",
        )
    return file_in(folder, f"{period}/{name}")


def archive_of(folder: Path, period: str) -> tuple[bytes, str]:
    """All files of a period with its manifest, as a tar, and the manifest's digest.

    It may be published anew while it is read; who takes the archive compares what is in it with the manifest.
    """
    manifest = file_of_period(folder, period, MANIFEST)
    made = BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in (MANIFEST, *json.loads(manifest)["files"]):
            data = manifest if name == MANIFEST else file_in(folder, f"{period}/{name}")
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return made.getvalue(), hashlib.sha256(manifest).hexdigest()


def _files(root: Path, folder: Path, but: set[str] = frozenset()) -> Iterator[PublishedFile]:  # type: ignore[assignment]
    """In a fixed order; nothing that is hidden."""
    with os.scandir(folder) as entries:
        names = sorted(one.name for one in entries if not one.name.startswith(".") and one.name not in but)
    for name in names:
        path = folder / name
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(root, path)
        elif (found := _digest(path)) is not None:
            yield PublishedFile(path.relative_to(root).as_posix(), *found)


def _digest(path: Path) -> tuple[str, int] | None:
    """SHA-256 and size; ``None`` where the file went meanwhile."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return hashlib.sha256(data).hexdigest(), len(data)
