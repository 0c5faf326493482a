"""What settings of retention would delete, told before they are taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from analyzer.live import whole_in
from console.live_report import analysis_folder
from console.settings_change import SettingsChange
from console.web.editors.edited import Edited
from reporter.manifest import manifests
from reporter.published import newest_publication
from reporter.retention import Kept
from shared.catalog.schema import files
from shared.errors import ProprocessorError
from shared.retention import Cutoffs, cutoffs


def expiring(edited: Edited, planned: SettingsChange) -> list[str]:
    """Sentences, one a kind of what is deleted; none where nothing is."""
    if edited.part.id != "retention":
        return []
    return [*_told(edited, cutoffs(planned.after, edited.place.now()))]


def _told(edited: Edited, limits: Cutoffs) -> Iterator[str]:
    dataset = edited.row["id"]
    with edited.place.catalog.read() as connection:
        published = newest_publication(connection, dataset)
        if limits.raw_from is not None:
            mine = sa.select(sa.func.count()).select_from(files).where(files.c.dataset == dataset)
            old_files = mine.where(files.c.state == "parsed", files.c.fetched_at < limits.raw_from)
            if number := connection.execute(old_files).scalar():
                yield f"raw files: {number:,}, fetched before {limits.raw_from:%Y-%m-%d} (as far as still there)"
    if limits.hits_from is not None:
        first = _first_day(edited)
        if first is not None and first < limits.hits_from:
            yield f"hits of the days from {first} to before {limits.hits_from}: no later change reaches them"
    if limits.reports_from is not None and published is not None:
        kept = Kept(None, limits.reports_from)
        old = [period for _, _, period in manifests(Path(published["target"]) / dataset) if kept.is_old(period)]
        if old:
            yield f"published periods: {len(old):,} that end before {limits.reports_from}"


def _first_day(edited: Edited) -> date | None:
    """The first day of which there are hits, as far as the last analysis knows."""
    try:
        folder = analysis_folder(edited.place.catalog, edited.place.settings, edited.row)
        return whole_in(folder).first
    except (ProprocessorError, OSError):
        return None
