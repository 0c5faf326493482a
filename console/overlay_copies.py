"""Copies of a site's pages for the link overlay: listed, removed, a round of fetching asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reporter.overlay.archive import Archive
from reporter.overlay.copies import publish_copies
from reporter.overlay.round import named, subject_of
from reporter.overlay.schedule import ask
from shared.catalog import Catalog
from shared.errors import Rejected
from shared.settings import Settings


def copy_rows(archive: Archive) -> list[dict[str, Any]]:
    """Every page that was ever tried, by name: of when its copy is, what it lacks, why the last try failed."""
    found = []
    for one in archive.snapshots():
        missing: int | None = None
        if one.capture is not None:
            try:
                missing = len(archive.capture(one.capture).missing)
            except OSError:
                missing = None
        state = "failed" if one.error and one.capture is None else "old" if one.error else "copied"
        row: dict[str, Any] = {"page": one.page, "state": state, "fetched_at": one.fetched_at, "tried_at": one.tried_at}
        found.append(row | {"missing": missing, "error": one.error, "url": one.url})
    return found


def remove_copies(settings: Settings, catalog: Catalog, dataset: str, pages: Sequence[str] = ()) -> int:
    """Remove the copies of these pages, or all, here and from what is published; gives how many.

    :class:`Rejected` where there is none of a page; :class:`Transient` while pages are being fetched.
    """
    archive = Archive(catalog, settings.data, dataset)
    known = [one.page for one in archive.snapshots()]
    if unknown := [one for one in pages if one not in known]:
        raise Rejected(
            f"There is no copy of {', '.join(unknown)}.",
            remedy=f"`proprocessor overlay list {dataset}` shows which there are.",
            reason="overlay_unknown_page",
        )
    chosen = list(dict.fromkeys(pages)) or known
    subject = subject_of(catalog, settings.data, settings.publish_root, dataset)
    with archive.alone():
        archive.remove(chosen)
        archive.prune()
    publish_copies(archive, subject.addresses, subject.folder, subject.settings.dataset.timezone)
    return len(chosen)


def ask_for_round(
    settings: Settings, catalog: Catalog, dataset: str, now: datetime, pages: Sequence[str] = ()
) -> list[str]:
    """Have a running reporter fetch these pages, else the most viewed ones as by a timetable; gives their names.

    :class:`Rejected` before an analysis, and where a page is none of the analysed ones.
    """
    subject = subject_of(catalog, settings.data, settings.publish_root, dataset)
    names = named(subject, pages)
    ask(catalog, dataset, now, names)
    return names
