"""A period's folder: rendered and written aside, in whichever process. Putting it in place is the publisher's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reporter.beside import reports_beside
from reporter.csv_report import render_csv
from reporter.editions import Edition
from reporter.html_report import Reports, Site, render_period, render_report
from reporter.json_report import render_json
from reporter.manifest import (
    MADE,
    MANIFEST,
    OLDER,
    WAITING,
    Manifest,
    Told,
    complete,
    documents_in,
    encode,
    head,
    head_of,
    is_whole,
)
from reporter.older import Older
from reporter.overlay.page import has_overlay, render_overlay
from reporter.rest import REST, has_rest, render_rest
from reporter.swap import new_folder_beside, sync

COMPARED = ("overview", "trend")
"""The reports that show what was before."""


@dataclass(frozen=True)
class Task:
    """An edition to be rendered, the manifest of what is published of its period, and documents to offer meanwhile."""

    edition: Edition
    there: Manifest | None
    older: Older | None = None


@dataclass(frozen=True)
class Rendered:
    """What came of it: a folder to be put in place; or, where all files are there already, a manifest if it changed."""

    period: str
    aside: Path | None
    manifest: Manifest | None = None


def render_tasks(site: Site, tasks: Sequence[Task], folder: Path, now: datetime) -> Iterator[Rendered]:
    """Render periods, whose rows are read together, into new folders in the data set's ``folder``."""
    for task, found, compared in _read(site, tasks):
        edition = task.edition
        if edition.documents and task.there is not None and documents_in(task.there)[0] == MADE:
            pages = render(site, replace(edition, documents=MADE), found, compared)
            if _lies_there(pages, task.there, folder / edition.period.id):
                yield Rendered(edition.period.id, None)  # only the documents are older than that: they are made anew
                continue
        if task.older is not None:
            edition = replace(edition, documents=OLDER, documents_at=task.older.at)
        yield _write(site, task, render(site, edition, found, compared), folder, now)


def render_whole(site: Site, edition: Edition, folder: Path, workplace: Path, now: datetime, made: Told) -> None:
    """Fill an empty ``folder`` with all files of a period, its documents among them, of which ``made`` is said.

    ``workplace`` is an empty folder for what is written meanwhile.
    """
    from reporter.documents import Document, write_documents  # with libraries that pages need not

    edition = replace(edition, documents=MADE)
    ((_, found, compared),) = _read(site, [Task(edition, None)])
    document = Document(
        site.analysis,
        edition.period,
        found,
        compared,
        edition.earlier,
        edition.so_far,
        edition.lacking,
        most_rows=edition.pdf_rows,
    )
    files = render(site, edition, found, compared)
    digests = _digests(files) | {
        one.name: _digest_of(one) for one in write_documents(document, site.layouts, workplace, folder)
    }
    told = head(site.analysis, edition.period, edition.lacking)
    _fill(folder, files, complete(told, dict(sorted(digests.items())), edition.rendered_from, now, made))


def _read(site: Site, tasks: Sequence[Task]) -> Iterator[tuple[Task, Reports, Reports | None]]:
    """The reports of each period, and those of the period it is compared with; read together."""
    reports = site.analysis.reports([one.edition.period for one in tasks])
    earlier = [one.edition.earlier for one in tasks if one.edition.earlier is not None]
    before = site.analysis.reports(earlier, only=COMPARED)
    for task in tasks:
        other = task.edition.earlier
        yield task, reports.pop(task.edition.period.id), before[other.id] if other is not None else None


def _lies_there(files: Mapping[str, bytes], there: Manifest, target: Path) -> bool:
    """Whether these files are among those of a published folder that is whole."""
    return _digests(files).items() <= dict(there.get("files") or {}).items() and is_whole(target, there)


def render(site: Site, edition: Edition, reports: Reports, before: Reports | None) -> dict[str, bytes]:
    """Every page, JSON and CSV of a period, by name; ``before`` are reports of the earlier period."""
    files = {"index.html": render_period(site, edition, reports, before)}
    if has_overlay(reports):
        files["overlay.html"] = render_overlay(site, edition, reports)
    for report in reports.values():
        compared = before.get(report.id) if before is not None else None
        files[f"{report.id}.html"] = render_report(site, edition, report, reports, compared)
        files[f"{report.id}.json"] = render_json(site.analysis, edition.period, report, edition.lacking)
        files[f"{report.id}.csv"] = render_csv(site.analysis, report)
        for ending, beside in reports_beside(report):
            files[f"{report.id}{ending}"] = render_csv(site.analysis, beside)
        if has_rest(report):
            files[f"{report.id}{REST}"] = render_rest(site.analysis, report)
    return {name: text.encode("utf-8", errors="surrogatepass") for name, text in files.items()}


def _write(site: Site, task: Task, files: Mapping[str, bytes], folder: Path, now: datetime) -> Rendered:
    """Write a period's folder unless it holds the same already."""
    edition, there = task.edition, task.there
    period = edition.period
    told, digests = head(site.analysis, period, edition.lacking), _digests(files)
    target = folder / period.id
    documents: Told | None = {"state": WAITING} if edition.documents else None
    if task.older is not None:
        digests, documents = dict(sorted({**digests, **task.older.files}.items())), task.older.told
    if there is not None and head_of(there) == told and there.get("files") == digests and is_whole(target, there):
        known = there.get("rendered_from") == edition.rendered_from
        manifest = complete(told, digests, edition.rendered_from, there.get("published_at", now), documents)
        return Rendered(period.id, None, None if known else manifest)
    aside = new_folder_beside(target)
    if task.older is not None:
        task.older.link_into(aside)
    _fill(aside, files, complete(told, digests, edition.rendered_from, now, documents))
    return Rendered(period.id, aside)


def _fill(folder: Path, files: Mapping[str, bytes], manifest: Manifest) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_bytes(encode(manifest))
    sync(folder)  # here, where another period may be rendered meanwhile


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def _digest_of(path: Path) -> str:
    """Of a file that may be too large to be in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
