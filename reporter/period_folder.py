"""A period's folder: rendered and written aside, in whichever process. Putting it in place is the publisher's."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporter.course_report import ENDING, course_rows
from reporter.csv_report import render_csv
from reporter.editions import Edition
from reporter.html_report import Reports, Site, render_period, render_report
from reporter.json_report import render_json
from reporter.manifest import MANIFEST, Manifest, complete, encode, head, head_of, is_whole
from reporter.overlay.page import has_overlay, render_overlay
from reporter.rest import REST, has_rest, render_rest
from reporter.swap import new_folder_beside, sync

COMPARED = ("overview", "trend")
"""The reports that show what was before."""


@dataclass(frozen=True)
class Task:
    """An edition to be rendered, and the manifest of what is published of its period."""

    edition: Edition
    there: Manifest | None


@dataclass(frozen=True)
class Rendered:
    """What came of it: a folder to be put in place; or, where all files are there already, a manifest if it changed."""

    period: str
    aside: Path | None
    manifest: Manifest | None = None


def render_tasks(site: Site, tasks: Sequence[Task], folder: Path, now: datetime) -> Iterator[Rendered]:
    """Render periods, whose rows are read together, into new folders in the data set's ``folder``."""
    reports = site.analysis.reports([one.edition.period for one in tasks])
    earlier = [one.edition.earlier for one in tasks if one.edition.earlier is not None]
    before = site.analysis.reports(earlier, only=COMPARED)
    for task in tasks:
        edition = task.edition
        compared = before[edition.earlier.id] if edition.earlier is not None else None
        found = reports.pop(edition.period.id)
        files = render(site, edition, found, compared)
        if edition.documents:
            files |= _documents(site, edition, found, compared, folder)
        yield _write(site, task, files, folder, now)


def _documents(
    site: Site, edition: Edition, reports: Reports, before: Reports | None, folder: Path
) -> dict[str, bytes]:
    """The documents of a period, by name; what is written meanwhile lies in the data set's ``folder``."""
    from reporter.documents import Document, render_documents  # with libraries that pages need not

    document = Document(
        site.analysis, edition.period, reports, before, edition.earlier, edition.so_far, edition.lacking
    )
    workplace = new_folder_beside(folder / edition.period.id)
    try:
        return render_documents(document, site.layouts, workplace)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def render(site: Site, edition: Edition, reports: Reports, before: Reports | None) -> dict[str, bytes]:
    """Every page, JSON and CSV of a period, by name; ``before`` are reports of the earlier period."""
    files = {"index.html": render_period(site, edition, reports, before)}
    if has_overlay(reports):
        files["overlay.html"] = render_overlay(site, edition, reports)
    for report in reports.values():
        compared = before.get(report.id) if before is not None else None
        files[f"{report.id}.html"] = render_report(site, edition, report, reports, compared)
        files[f"{report.id}.json"] = render_json(site.analysis, edition.period, report)
        files[f"{report.id}.csv"] = render_csv(site.analysis, report)
        if (course := course_rows(report)) is not None:
            files[f"{report.id}{ENDING}"] = render_csv(site.analysis, course)
        if has_rest(report):
            files[f"{report.id}{REST}"] = render_rest(site.analysis, report)
    return {name: text.encode("utf-8", errors="surrogatepass") for name, text in files.items()}


def _write(site: Site, task: Task, files: Mapping[str, bytes], folder: Path, now: datetime) -> Rendered:
    """Write a period's folder unless it holds the same already."""
    edition, there = task.edition, task.there
    period = edition.period
    told = head(site.analysis, period)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    target = folder / period.id
    if there is not None and head_of(there) == told and there.get("files") == digests and is_whole(target, there):
        known = there.get("rendered_from") == edition.rendered_from
        manifest = complete(told, digests, edition.rendered_from, there.get("published_at", now))
        return Rendered(period.id, None, None if known else manifest)
    aside = new_folder_beside(target)
    for name, data in files.items():
        (aside / name).write_bytes(data)
    (aside / MANIFEST).write_bytes(encode(complete(told, digests, edition.rendered_from, now)))
    sync(aside)  # here, where another period may be rendered meanwhile
    return Rendered(period.id, aside)
