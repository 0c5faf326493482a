"""What is published of a data set, held still while it is brought elsewhere: the publisher need not wait for that.

The files are hard links: what replaces a published file is another file, so these stay as they are.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reporter import home
from reporter.assets import FOLDER as ASSETS
from reporter.assets import Assets
from reporter.assets import write as write_assets
from reporter.manifest import MANIFEST
from reporter.overlay.archive import FOLDER as COPIES
from reporter.publish import LOCK
from reporter.targets.plan import INDEX
from reporter.targets.records import SUMMARY, Files, is_hidden
from reporter.targets.target import is_safe
from shared.errors import Transient
from shared.store import disk_errors

SNAPSHOTS = ".proprocessor.mirror"
"""Not a name of the publisher's leftovers, which it throws away."""


@dataclass(frozen=True)
class Snapshot:
    """``periods``: each with its fingerprint. Of those ``changed``, of ``pages`` and ``assets`` the files' digests.

    ``pages`` are the data set's own, and the copies of the site's pages that those of all periods show.
    """

    folder: Path
    dataset: str
    periods: Files
    changed: dict[str, Files]
    pages: Files
    assets: Files
    summary: dict[str, str]
    style: Assets
    """Of the first page; they are among the assets."""

    def read(self, path: str) -> bytes:
        """A file by its path below the published folder."""
        return (self.folder / path).read_bytes()


@contextmanager
def taken(root: Path, dataset: str, key: str, is_changed: Callable[[str, str], bool]) -> Iterator[Snapshot]:
    """A snapshot with the files of those periods that have changed, told by id and fingerprint.

    ``key`` names it; there is one of a name at a time. :class:`Transient` where nothing is published: that a folder is
    missing never means that its copies are to be removed.
    """
    aside = root / SNAPSHOTS / key
    with disk_errors(aside):
        shutil.rmtree(aside, ignore_errors=True)
        try:
            with _publisher_waits(root, dataset):
                made = _take(root, dataset, aside, is_changed)
            yield made
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            if not any((root / SNAPSHOTS).glob("*")):
                shutil.rmtree(root / SNAPSHOTS, ignore_errors=True)


def _take(root: Path, dataset: str, aside: Path, is_changed: Callable[[str, str], bool]) -> Snapshot:
    folder, style = root / dataset, write_assets(root)
    periods, changed = {}, {}
    for name in sorted(one.name for one in os.scandir(folder) if one.is_dir(follow_symlinks=False)):
        if is_hidden(name) or not is_safe(name) or not (folder / name / MANIFEST).is_file():
            continue
        files = list(_files(folder / name))
        periods[name] = _fingerprint(folder / name, files)
        if is_changed(name, periods[name]):
            changed[name] = _linked(folder / name, aside / dataset / name, [path for path, _ in files])
    own = [one.name for one in os.scandir(folder) if one.is_file(follow_symlinks=False)]
    own = [name for name in own if is_safe(name) and not is_hidden(name)]
    copies = [f"{COPIES}/{path}" for path, _ in _files(folder / COPIES)]
    pages = _linked(folder, aside / dataset, [*own, *copies])
    assets = _linked(root / ASSETS, aside / ASSETS, [path for path, _ in _files(root / ASSETS)])
    known = {one["id"]: one for one in home.summaries(root)}
    summary = {key: known.get(dataset, {}).get(key, "") for key in SUMMARY}
    named = {f"{ASSETS}/{path}": digest for path, digest in assets.items()}
    return Snapshot(aside, dataset, periods, changed, pages, named, summary, style)


def _files(folder: Path, below: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every file that is published, by its path below the folder; links and what is hidden are not."""
    if not folder.is_dir():
        return
    for one in sorted(os.scandir(folder), key=lambda one: one.name):
        path = f"{below}{one.name}"
        if is_hidden(one.name) or not is_safe(one.name):
            continue
        if one.is_dir(follow_symlinks=False):
            yield from _files(folder / one.name, f"{path}/")
        elif one.is_file(follow_symlinks=False):
            yield path, one.stat(follow_symlinks=False)


def _fingerprint(folder: Path, files: list[tuple[str, os.stat_result]]) -> str:
    """Tells this content of a period from any other, without reading more than its manifest."""
    digest = hashlib.sha256((folder / MANIFEST).read_bytes())
    for path, stat in files:
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _linked(folder: Path, aside: Path, paths: list[str]) -> Files:
    """Link files into the snapshot, and tell their digests."""
    found = {}
    for path in paths:
        target = aside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(folder / path, target, follow_symlinks=False)
        except OSError:  # a disk without links
            shutil.copyfile(folder / path, target)
        with target.open("rb") as file:
            found[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


@contextmanager
def _publisher_waits(root: Path, dataset: str) -> Iterator[None]:
    if not (root / dataset / INDEX).is_file():
        raise Transient(
            f"{root / dataset} is not there, so {dataset} was not mirrored.",
            remedy="Publish it again, or bring its disk back.",
            reason="not_published",
        )
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
