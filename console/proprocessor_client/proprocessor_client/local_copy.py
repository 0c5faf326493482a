"""A local copy of a data set's published folder, kept in step by the digests of manifests.

A period is the same where its local manifest has the digest that the server tells; then nothing of it is asked for.
Else its files are brought that differ, then its ``index.html``, then its manifest: who is killed in between leaves a
period whose manifest is the old one, and the next pull goes on. Pages find the scripts that all share in ``assets``,
beside the data set.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from proprocessor_client.connection import Connection
from proprocessor_client.errors import ClientError
from proprocessor_client.names import PERIOD, below, check_dataset, check_digest, check_path, check_period

MANIFEST, INDEX, ASSETS = "manifest.json", "index.html", "assets"
ASIDE = ".pulling-"
"""Beginning of the names of files that are being written."""
OLD_S = 3600.0
TRIES = 3
"""A period may be published anew while it is pulled."""
Bring = Callable[[str], bytes]


@dataclass(frozen=True)
class Pulled:
    """Ids of periods; ``bytes`` are those of all answers, packed as they came."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    bytes: int


@dataclass(frozen=True)
class _Wanted:
    path: str
    sha256: str


@dataclass(frozen=True)
class _Listing:
    """``periods`` by id: kind, and digest of the manifest."""

    periods: Mapping[str, tuple[str, str]]
    files: list[_Wanted]
    assets: list[_Wanted]


@dataclass(frozen=True)
class _Server:
    """Gives files of a data set. What was told of and is not there was published anew meanwhile."""

    connection: Connection
    dataset: str

    def published(self, path: str) -> bytes:
        return self._fetch("published", path)

    def asset(self, path: str) -> bytes:
        return self._fetch(ASSETS, path)

    def archive(self, period: str) -> bytes:
        return self._fetch("periods", period, "archive")

    def _fetch(self, *path: str) -> bytes:
        try:
            return self.connection.fetch("datasets", self.dataset, *path)
        except ClientError as error:
            if error.status == 404:
                raise _Changed from error
            raise


class _Changed(Exception):
    """Something is another than was told: it was published anew meanwhile. It is tried again."""


def pull(connection: Connection, folder: Path, dataset: str, kinds: Collection[str] | None) -> Pulled:
    """See :meth:`proprocessor_client.Client.pull`."""
    before = connection.received
    try:
        for left in reversed(range(TRIES)):
            try:
                changed, unchanged, removed = _pull(connection, folder, check_dataset(dataset), kinds)
                return Pulled(changed, unchanged, removed, connection.received - before)
            except _Changed:
                if not left:
                    break
    except OSError as error:
        raise ClientError(
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            reason="not_writable",
            remedy="Make it writable, or pull into another folder.",
        ) from error
    raise ClientError(
        f"{dataset} is being published while it is pulled.", reason="changed_meanwhile", remedy="Pull again."
    )


def _pull(
    connection: Connection, folder: Path, dataset: str, kinds: Collection[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    told = _read_listing(connection.json("datasets", dataset, "published"))
    server = _Server(connection, dataset)
    home, assets = below(folder, dataset), below(folder, ASSETS)
    home.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(home, home / "overlay", assets)
    _bring_all(assets, _missing(assets, told.assets), server.asset)
    _bring_all(home, _missing(home, [one for one in told.files if one.path != INDEX]), server.published)
    changed: list[str] = []
    unchanged: list[str] = []
    for period, (kind, digest) in told.periods.items():
        if kinds is None or kind in kinds:
            is_new = _bring_period(below(home, period), digest, period, server)
            (changed if is_new else unchanged).append(period)
    _bring_all(home, _missing(home, [one for one in told.files if one.path == INDEX]), server.published)
    removed = [one for one in _periods_in(home) if one not in told.periods]
    for period in removed:
        _remove(home / period)
    return tuple(changed), tuple(unchanged), tuple(removed)


def _bring_period(folder: Path, digest: str, period: str, server: _Server) -> bool:
    """Says whether anything was to do."""
    known = _read(folder / MANIFEST)
    if known is not None and _digest(known) == digest and _is_whole(folder, known):
        return False
    manifest = server.published(f"{period}/{MANIFEST}")
    if _digest(manifest) != digest:
        raise _Changed
    files = [one for one in _files_of(manifest) if one.path != MANIFEST]
    files.sort(key=lambda one: (one.path == INDEX, one.path))
    missing = _missing(folder, files)
    folder.mkdir(exist_ok=True)
    if 2 * len(missing) > len(files):
        _bring_all(folder, missing, _taken_from(server.archive(period)))
    else:
        _bring_all(folder, missing, lambda path: server.published(f"{period}/{path}"))
    names = {one.path for one in files} | {MANIFEST}
    for name in os.listdir(folder):  # noqa: PTH208 - names
        if name not in names and not (folder / name).is_dir():
            (folder / name).unlink(missing_ok=True)
    _write(folder / MANIFEST, manifest)
    return True


def _taken_from(archive: bytes) -> Bring:
    """Gives files of a tar by their names, which are those of a manifest; nothing else of it is looked at."""
    try:
        with tarfile.open(fileobj=BytesIO(archive), mode="r:") as opened:
            members = [(one.name, opened.extractfile(one)) for one in opened if one.isreg()]
            found = {name: file.read() for name, file in members if file is not None}
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise ClientError.no_console("A period's archive cannot be read.") from error

    def bring(path: str) -> bytes:
        if path not in found:
            raise _Changed
        return found[path]

    return bring


def _missing(folder: Path, wanted: Iterable[_Wanted]) -> list[_Wanted]:
    """Those files that are not there as they should be."""
    return [one for one in wanted if (known := _read(below(folder, one.path))) is None or _digest(known) != one.sha256]


def _bring_all(folder: Path, wanted: Iterable[_Wanted], bring: Bring) -> None:
    """One after the other."""
    for one in wanted:
        data = bring(one.path)
        if _digest(data) != one.sha256:
            raise _Changed
        path = below(folder, one.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)


def _read_listing(listing: Any) -> _Listing:
    try:
        periods = {
            check_period(one["id"]): (str(one["kind"]), check_digest(one["digest"])) for one in listing["periods"]
        }
        return _Listing(periods, _wanted(listing["files"]), _wanted(listing["assets"]))
    except (KeyError, TypeError) as error:
        raise ClientError.no_console("What the server says is published cannot be read.") from error


def _wanted(listed: Iterable[Mapping[str, Any]]) -> list[_Wanted]:
    return [_Wanted(check_path(one["path"]), check_digest(one["sha256"])) for one in listed]


def _files_of(manifest: bytes) -> list[_Wanted]:
    try:
        files = dict(json.loads(manifest)["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise ClientError.no_console("A period's manifest cannot be read.") from error
    return [_Wanted(check_path(name), check_digest(digest)) for name, digest in files.items()]


def _is_whole(folder: Path, manifest: bytes) -> bool:
    """Whether every file is there, as far as names tell: the manifest was written last."""
    there = set(os.listdir(folder))  # noqa: PTH208 - names
    return {one.path for one in _files_of(manifest)} <= there


def _periods_in(home: Path) -> list[str]:
    """Those of the copy: folders named as periods, with a manifest or what is left of one that was being pulled."""
    names = sorted(one for one in os.listdir(home) if PERIOD.fullmatch(one))  # noqa: PTH208 - names
    return [one for one in names if (home / one).is_dir() and not (home / one).is_symlink()]


def _remove(folder: Path) -> None:
    """Without its manifest it is none any more, wherever this ends."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder)


def _remove_leftovers(*folders: Path) -> None:
    """What killed pulls were writing; what is young may be another's that is running."""
    for path in (one for folder in folders for one in folder.glob(f"{ASIDE}*")):
        if time.time() - path.stat().st_mtime > OLD_S:
            path.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> None:
    """At once: readers see the old file or the new one. What a killed pull left aside goes."""
    aside = path.with_name(f"{ASIDE}{uuid.uuid4().hex}")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
