"""What data sets at a target share: the first page, which lists those that are there, and the assets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from reporter import assets
from reporter.html_report import render_home
from reporter.targets.plan import INDEX, begun, difference, forgotten
from reporter.targets.records import ADDING, RECORD, RootRecord, decode_root, encode_root
from reporter.targets.snapshot import Snapshot
from reporter.targets.target import Target, taken

log = structlog.get_logger()


@dataclass
class Front:
    """The target's own folder, with what is known to lie there."""

    place: str
    target: Target
    record: RootRecord
    put: Callable[[Target, str, bytes], None]
    home_is_ours: bool = True

    @classmethod
    def read(cls, place: str, target: Target, put: Callable[[Target, str, bytes], None], *, everything: bool) -> Front:
        """As it is there; ``everything``: of what is there, nothing is believed."""
        record = decode_root(target.read(RECORD)) or RootRecord()
        front = cls(place, target, record, put)
        front.home_is_ours = INDEX in record.files or INDEX not in target.names("")
        if everything:
            record.files = forgotten(record.files)
        return front

    def bring_assets(self, snapshot: Snapshot, *, everything: bool) -> None:
        """Those that are not there yet, before every page that needs them."""
        known = {path: digest for path, digest in self.record.files.items() if path != INDEX}
        changes = difference(snapshot.assets, known)
        paths = (*changes.added, *changes.replaced)
        if not paths:
            return
        there = self.target.names(assets.FOLDER)
        for path in changes.added:
            is_taken = path not in known and path.rpartition("/")[2] in there and not everything
            if is_taken and self.target.read(path) != snapshot.read(path):
                raise taken(self.place, path)
        self._write(begun(self.record.files, adding=paths))
        for path in paths:
            self.put(self.target, path, snapshot.read(path))
        self._write(self.record.files | {path: snapshot.assets[path] for path in paths})

    def bring_home(self, snapshot: Snapshot) -> bool:
        """The first page, with this data set among those it lists; says whether it was another before."""
        told = {**snapshot.summary, "assets": sorted(snapshot.assets)}
        datasets = self.record.datasets | {snapshot.dataset: told}
        return self._tell(datasets, snapshot.style)

    def drop_assets(self) -> int:
        """Those that no data set there needs; gives how many."""
        needed = {path for told in self.record.datasets.values() for path in told["assets"]} | {INDEX}
        unused = sorted(path for path in self.record.files if path not in needed)
        for path in unused:
            self.target.remove(path)
        if unused:
            self._write({path: one for path, one in self.record.files.items() if path in needed})
        return len(unused)

    def leave(self, dataset: str, root: Path) -> None:
        """Take a data set from the first page; with the last one, all goes that was shared."""
        datasets = {name: told for name, told in self.record.datasets.items() if name != dataset}
        if not datasets:
            for path in sorted(self.record.files):
                self.target.remove(path)
            self.target.remove_folder(assets.FOLDER)
            self.target.remove(RECORD)
            return
        style = assets.write(root)
        for path in (style.style, style.script):
            if path not in self.record.files:
                self.put(self.target, path, (root / path).read_bytes())
                self._write(self.record.files | {path: ADDING})
        self._tell(datasets, style)

    def _tell(self, datasets: dict[str, dict[str, object]], style: assets.Assets) -> bool:
        listed = [{"id": name, "news": "", **told} for name, told in sorted(datasets.items())]
        page = render_home(listed, style).encode(errors="surrogatepass")
        digest = hashlib.sha256(page).hexdigest()
        known = datasets == self.record.datasets
        self.record.datasets = datasets
        if not self.home_is_ours:
            log.info("mirror.first_page_left", why="there is an index.html of others in the target's folder")
        elif self.record.files.get(INDEX) != digest:
            self._write(begun(self.record.files, adding=[INDEX]))
            self.put(self.target, INDEX, page)
            self._write(self.record.files | {INDEX: digest})
            return True
        if not known:
            self._write(self.record.files)
        return False

    def _write(self, files: dict[str, str]) -> None:
        self.record.files = dict(files)
        self.target.put(RECORD, encode_root(self.record))
