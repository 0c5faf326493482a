"""What an account sees by FTP: the published folders of its data sets, and nothing that is hidden or leads out."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from shared import accounts
from shared.catalog import Catalog
from shared.catalog.schema import datasets
from shared.errors import Rejected
from shared.settings import Settings

SHARED = ("assets", "index.html")
"""What lies beside the data sets. The first page lists every one of them: only who may read them all sees it."""
LOOK_AGAIN_S = 2.0


@dataclass
class Shelf:
    """The folders of one account, looked up again now and then: what it may read changes while it is signed in."""

    catalog: Catalog
    settings: Settings
    name: str
    _read_at: float = float("-inf")
    _folders: dict[str, Path] = field(default_factory=dict)
    _sees_all: bool = False

    def names(self, path: str) -> list[str]:
        """What lies in a folder, by its path from the top; :class:`OSError` where there is none."""
        parts = _parts(path)
        if parts:
            return sorted(one for one in os.listdir(self.place(path)) if not one.startswith("."))  # noqa: PTH208 - names
        folders = self._looked_up()
        shared = [name for name in SHARED if self._exists(name)]
        return [*shared, *sorted(one for one, folder in folders.items() if folder.is_dir())]

    def place(self, path: str) -> Path:
        """Where a file or folder really is; :class:`FileNotFoundError` for all that this account does not see."""
        parts = _parts(path)
        folders = self._looked_up()
        if not parts:
            return self.settings.publish_root
        first, *rest = parts
        if first in folders:
            return _inside(folders[first], rest)
        if first == "index.html" and not rest and self._sees_all:
            return _inside(self.settings.publish_root, parts)
        if first == "assets":
            return self._asset(folders, rest)
        raise missing(path)

    def _exists(self, name: str) -> bool:
        try:
            self.place(f"/{name}")
        except OSError:
            return False
        return True

    def _asset(self, folders: Mapping[str, Path], rest: list[str]) -> Path:
        """Their names tell their content: whichever published folder has it."""
        for root in dict.fromkeys(folder.parent for folder in folders.values()):
            try:
                return _inside(root / "assets", rest)
            except FileNotFoundError:
                continue
        raise missing("/".join(["assets", *rest]))

    def _looked_up(self) -> dict[str, Path]:
        if time.monotonic() - self._read_at > LOOK_AGAIN_S:
            self._folders, self._sees_all = self._look_up()
            self._read_at = time.monotonic()
        return self._folders

    def _look_up(self) -> tuple[dict[str, Path], bool]:
        try:
            account = accounts.find(self.catalog, self.name)
        except Rejected:  # removed meanwhile
            return {}, False
        with self.catalog.read() as connection:
            rows = connection.execute(sa.select(datasets.c.id, datasets.c.publish)).all()
        root = self.settings.publish_root
        folders = {row.id: (Path(row.publish) if row.publish else root) / row.id for row in rows}
        seen = {name: folder for name, folder in folders.items() if account.may_read(name)}
        return seen, account.disabled_at is None and seen.keys() == folders.keys()


def missing(path: str) -> FileNotFoundError:
    """The system's own error for what is not there."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


def _parts(path: str) -> list[str]:
    """Of a path from the top; what is hidden is not there."""
    parts = [part for part in path.split("/") if part]
    if "\0" in path or any(part.startswith(".") for part in parts):
        raise missing(path)
    return parts


def _inside(folder: Path, rest: list[str]) -> Path:
    """A place below a folder; a link that leads out of it is not there."""
    place = folder.joinpath(*rest)
    try:
        found, base = place.resolve(strict=True), folder.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links that go round in circles
        raise missing(str(place)) from error
    if not found.is_relative_to(base):
        raise missing(str(place))
    return found
