"""The published folder (DESIGN.md): complete or absent, and only what changed is rendered and written."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporter import assets, home
from reporter.charts import layouts
from reporter.chunks import shared_out
from reporter.editions import Edition, editions, front_from
from reporter.html_report import Site, render_dataset, render_home
from reporter.ledger import Found, found_in, keep
from reporter.manifest import MADE, MANIFEST, OLDER, Heads, Manifest, complete, documents_in, encode, head, head_of
from reporter.model import Analysis, Period
from reporter.older import Older, drop_aside, older_of
from reporter.overlay.copies import make_place
from reporter.period_folder import Rendered, Task, render_tasks
from reporter.retention import ALL, Kept
from reporter.swap import HIDDEN, put_in_place, remove_leftovers, sync, write_file
from reporter.workers import Setup, render_by_workers, workers_started
from shared.store import disk_errors

LOCK = f"{HIDDEN}lock"


@dataclass(frozen=True)
class PublishSummary:
    """Ids of periods: written anew, left as they were, and removed since they are no more.

    ``documents_due``: those whose documents are to be made now (:mod:`reporter.documents_stage`).
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    documents_due: tuple[str, ...] = ()


def publish(  # noqa: PLR0913 - all but two by name
    analysis_dir: Path,
    publish_root: Path,
    *,
    periods: Collection[str],
    now: datetime,
    keep_alive: Callable[[], None] = lambda: None,
    documents: Collection[str] = (),
    pdf_rows: int | None = None,
    kept: Kept = ALL,
    workers: int | None = None,
) -> PublishSummary:
    """Publish an analysis below ``publish_root``: the ``periods`` of these kinds that are ``kept``.

    Those of the kinds ``documents`` are to have a spreadsheet and printed reports beside their pages, which are not
    made here: until they are, a period is without, or has those of before, and says so. They are due again where
    ``pdf_rows``, of a report at most, are others than they were made with.

    Where it is much, so many ``workers`` render, by default one for each core.
    """
    analysis = Analysis(analysis_dir)
    with disk_errors(publish_root), alone(publish_root):
        folder = publish_root / analysis.data["dataset"]
        folder.mkdir(exist_ok=True)
        remove_leftovers(publish_root)
        remove_leftovers(folder)
        try:
            publisher = _Publisher(analysis, folder, now, keep_alive, workers or len(os.sched_getaffinity(0)), kept)
            return publisher.publish(periods, documents, pdf_rows)
        finally:
            remove_leftovers(folder)


@dataclass(frozen=True)
class _Publisher:
    """One publishing of a data set, with the lock."""

    analysis: Analysis
    folder: Path
    now: datetime
    keep_alive: Callable[[], None]
    workers: int
    kept: Kept

    def publish(self, kinds: Collection[str], documents: Collection[str], pdf_rows: int | None) -> PublishSummary:
        root, analysis, kept = self.folder.parent, self.analysis, self.kept
        names = assets.write(root)
        there, heads = found_in(self.folder), Heads(analysis)
        made = [one for one in analysis.periods() if one.kind in kinds and kept.makes(one)]
        published = [*made, *kept.freeze(there.values(), kinds)]
        tasks, written, due = [], set(), []
        for edition in editions(analysis, made, published, names, documents, pdf_rows):
            found = there.get(edition.period.id)
            current = found if found is not None and _is_current(edition, found) else None
            if edition.documents and not (current and has_documents(edition, current.documents)):
                due.append(edition.period.id)
            if current and current.told == heads.digest(edition.period, edition.lacking):
                continue
            manifest = found.manifest() if found is not None else None
            if manifest is None or not current:
                tasks.append(Task(edition, manifest, self._older(edition, manifest)))
            elif self._tell(edition, manifest):
                written.add(edition.period.id)
                self.keep_alive()
        written |= self._render(tasks, names)
        drop_aside(self.folder)
        looked_at = {one.edition.period.id for one in tasks}
        make_place(self.folder)
        ids = {one.id for one in published}
        removed = self._remove_others(ids)
        sync(self.folder)
        keep(self.folder, there, ids, written | looked_at)
        self._write_front(published, names)
        _write_if_new(root / "index.html", render_home(home.summaries(root), names))
        here = [one.id for one in made]
        return PublishSummary(
            tuple(one for one in here if one in written),
            tuple(one for one in here if one not in written),
            removed,
            tuple(due),
        )

    def _write_front(self, published: Sequence[Period], names: assets.Assets) -> None:
        """The data set's own page, unless it is as it would be rendered now."""
        made_from = front_from(self.analysis, published, names)
        if made_from is not None and home.front_of(self.folder) == made_from:
            return
        newest_first = sorted(published, key=lambda one: one.first, reverse=True)
        text, news = render_dataset(Site(self.analysis, names, layouts()), newest_first)
        _write_if_new(self.folder / "index.html", text)
        home.keep_summary(self.folder, self.analysis.data["name"], published, news, made_from)

    def _older(self, edition: Edition, there: Manifest | None) -> Older | None:
        if not edition.documents:
            return None
        return older_of(self.analysis, self.folder, edition.period.id, there, self.kept.forgotten)

    def _tell(self, edition: Edition, there: Manifest) -> bool:
        """Write a manifest that would say something else; says whether it did.

        Documents say the same as it: with those that are there it stays, until others are made.
        """
        told = head(self.analysis, edition.period, edition.lacking)
        if head_of(there) == told or documents_in(there)[0] in (MADE, OLDER):
            return False
        manifest = complete(told, there["files"], edition.rendered_from, self.now, there.get("documents"))
        write_file(self.folder / edition.period.id / MANIFEST, encode(manifest))
        return True

    def _render(self, tasks: Sequence[Task], names: assets.Assets) -> set[str]:
        """Render periods, here or by workers; gives those that were written."""
        written = set()

        def put(rendered: Rendered) -> None:
            if self._put(rendered):
                written.add(rendered.period)
            self.keep_alive()

        if not tasks:
            return written
        chunks, workers = shared_out(self.analysis, tasks, self.workers)
        with workers_started(workers) as started:
            # While they start, the layouts are made, if they are not kept.
            site = Site(self.analysis, names, layouts())
            if started:
                setup = Setup(site, self.folder, self.now)
                render_by_workers(started, setup, chunks, put=put, keep_alive=self.keep_alive)
            for chunk in chunks if not started else ():
                for rendered in render_tasks(site, chunk, self.folder, self.now):
                    put(rendered)
        return written

    def _put(self, rendered: Rendered) -> bool:
        """Put a period's folder in place; says whether there was anything to put."""
        target = self.folder / rendered.period
        if rendered.aside is not None:
            put_in_place(rendered.aside, target)
            return True
        if rendered.manifest is not None:
            write_file(target / MANIFEST, encode(rendered.manifest))
        return False

    def _remove_others(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Periods of ours that are no longer asked for; anything else in the folder is not ours to touch."""
        removed = []
        for name in sorted(os.listdir(self.folder)):  # noqa: PTH208 - names, hundreds of them
            if name not in wanted and not name.startswith(".") and (self.folder / name / MANIFEST).is_file():
                (self.folder / name).rename(self.folder / f"{HIDDEN}{name}-removed")
                removed.append(name)
        return tuple(removed)


def has_documents(edition: Edition, documents: tuple[str, str | None]) -> bool:
    """Whether the documents of a published period (:func:`documents_in`) are as they would be made now."""
    state, made_from = documents
    return state == MADE and made_from is not None and made_from == edition.documents_from


def _is_current(edition: Edition, found: Found) -> bool:
    """Whether all files of a period are as they would be rendered now, but for documents that it is to have."""
    key = edition.rendered_from
    is_as_wanted = bool(edition.documents or not found.documents[0])
    return key is not None and found.rendered_from == key and found.is_whole and is_as_wanted


def _write_if_new(path: Path, text: str) -> None:
    data = text.encode("utf-8", errors="surrogatepass")
    if not path.is_file() or path.read_bytes() != data:
        write_file(path, data)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """One publisher at a time for a folder."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
