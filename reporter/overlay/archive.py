"""What is kept of fetched pages, as it came: files by their digest below ``overlay/<dataset>``, rows in ``snapshots``.

A capture is a page with all that belongs to it, a JSON file named by its digest. Nothing here is cleaned: what is shown
is made anew from it, by the rules of the day.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reporter.swap import HIDDEN, write_file
from shared.catalog import Catalog
from shared.catalog.engine import upsert
from shared.catalog.schema import snapshots
from shared.errors import Transient
from shared.store import disk_errors

FOLDER = "overlay"


@dataclass(frozen=True)
class Capture:
    """``url`` is where the page came from, after redirects; ``body`` and the values of ``assets`` (by address) are
    digests of files; ``charsets`` what HTTP said of a file's encoding, by address; ``missing`` why an asset is not
    here.
    """

    page: str
    url: str
    body: str
    assets: dict[str, str]
    charsets: dict[str, str]
    missing: dict[str, str]


@dataclass(frozen=True)
class Snapshot:
    """A row: the last try, and the copy that is kept, which may be of an earlier one."""

    page: str
    url: str
    tried_at: datetime
    error: str | None
    fetched_at: datetime | None
    capture: str | None


class Archive:
    """The copies of one data set."""

    def __init__(self, catalog: Catalog, data: Path, dataset: str) -> None:
        self._catalog, self._dataset = catalog, dataset
        self.folder = data / FOLDER / dataset

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One round at a time; :class:`Transient` while another one goes on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{HIDDEN}lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Transient(
                    f"The pages of {self._dataset} are being fetched already.", remedy="Wait until that is done."
                ) from error
            yield

    def put(self, data: bytes) -> str:
        """Keep a file; gives its digest."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        with disk_errors(path):
            if not path.is_file():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_file(path, data)
        return digest

    def get(self, digest: str) -> bytes:
        """A file; :class:`OSError` where it is no more."""
        return self._path(digest).read_bytes()

    def capture(self, digest: str) -> Capture:
        """A capture by its digest."""
        return Capture(**json.loads(self.get(digest)))

    def keep(self, page: str, url: str, capture: Capture, now: datetime) -> None:
        """A page was fetched."""
        digest = self.put(json.dumps(asdict(capture), sort_keys=True).encode())
        self._write(page, url=url, tried_at=now, error=None, fetched_at=now, capture=digest)

    def fail(self, page: str, url: str, error: str, now: datetime) -> None:
        """A page was not; the copy before it stays."""
        self._write(page, url=url, tried_at=now, error=error)

    def remove(self, pages: Sequence[str]) -> None:
        """Forget these pages."""
        with self._catalog.write() as connection:
            for page in pages:
                same = sa.and_(snapshots.c.dataset == self._dataset, snapshots.c.page == page)
                connection.execute(sa.delete(snapshots).where(same))

    def snapshots(self) -> list[Snapshot]:
        """All pages that were ever tried, by name."""
        columns = [snapshots.c[name] for name in Snapshot.__annotations__]
        query = sa.select(*columns).where(snapshots.c.dataset == self._dataset).order_by(snapshots.c.page)
        with self._catalog.read() as connection:
            return [Snapshot(**row) for row in connection.execute(query).mappings()]

    def prune(self) -> None:
        """Delete files that no kept copy needs; only where nobody fetches this data set meanwhile."""
        needed = set()
        for one in self.snapshots():
            with suppress(OSError):  # lost: shown as no copy, and fetched again
                if one.capture is not None:
                    capture = self.capture(one.capture)
                    needed |= {one.capture, capture.body, *capture.assets.values()}
        for path in self.folder.glob("??/*"):
            if path.parent.name + path.name not in needed:
                path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:]

    def _write(self, page: str, **values: Any) -> None:
        with self._catalog.write() as connection:
            upsert(connection, snapshots, ("dataset", "page"), dataset=self._dataset, page=page, **values)
