"""The pages of a data set fetched, one after another; what is done stays done, whenever this ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reporter.model import Analysis
from reporter.overlay.addresses import Addresses
from reporter.overlay.archive import Archive
from reporter.overlay.capture import Known, capture_page
from reporter.overlay.copies import publish_copies
from reporter.overlay.guest import Busy, Guest
from reporter.overlay.names import read_url
from reporter.overlay.web import NotFetched, Resolve, Web, look_up
from shared.catalog import Catalog
from shared.catalog.schema import analyses, datasets
from shared.clock import Clock
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.errors import Misconfigured, Rejected
from shared.site import Site
from shared.software import VERSION
from shared.work import Tools

USER_AGENT = f"proprocessor/{VERSION} (robot; copies of a site's own pages for its link overlay)"


@dataclass(frozen=True)
class Tried:
    """A page and why it could not be fetched; ``error`` is empty where it was."""

    page: str
    error: str


@dataclass(frozen=True)
class Subject:
    """A data set, as the overlay needs it.

    ``pages`` are those analysed, the most viewed first; ``folder`` is where it is published.
    """

    settings: DatasetSettings
    addresses: Addresses
    archive: Archive
    pages: Sequence[str]
    folder: Path


def subject_of(catalog: Catalog, data: Path, publish_root: Path, dataset: str) -> Subject:
    """:class:`Rejected` where there is no such data set, or it was not analysed yet; :class:`Misconfigured`."""
    row = _row(catalog, dataset)
    if row["folder"] is None:
        raise Rejected(
            f"The data set {dataset} has not been analysed yet, so nobody knows its pages.",
            remedy="Run `proprocessor process`, or wait for the analyzer.",
            reason="overlay_no_analysis",
        )
    settings = read_stored_settings(row["settings"], name=dataset)
    try:
        analysis = Analysis(data / row["folder"])
        pages = _most_viewed(analysis)
    except FileNotFoundError as error:
        raise Rejected(
            f"The analysis of {dataset} was replaced meanwhile.", remedy="Try again.", reason="overlay_no_analysis"
        ) from error
    return Subject(
        settings,
        Addresses(settings, Site.from_json(row["site"] or {}), analysis.data["own_hosts"]["hosts"]),
        Archive(catalog, data, dataset),
        pages,
        (Path(row["publish"]) if row["publish"] else publish_root) / dataset,
    )


def fetch_copies(
    subject: Subject,
    clock: Clock,
    *,
    pages: Sequence[str] = (),
    keep_alive: Callable[[], None] = lambda: None,
    told: Callable[[Tried], None] = lambda _: None,
    resolve: Resolve = look_up,
) -> list[Tried]:
    """Fetch these pages, by name or address, or else the most viewed ones, and publish their copies.

    :class:`Rejected` where a page named is none of the analysed ones. One that cannot be fetched is ``told``, and its
    copy of before stays.
    """
    chosen = named(subject, pages) if pages else subject.pages[: subject.settings.overlay.pages]
    with subject.archive.alone():
        return _fetch(subject, clock, chosen, keep_alive, told, resolve, whole=not pages)


def _fetch(
    subject: Subject,
    clock: Clock,
    chosen: Sequence[str],
    keep_alive: Callable[[], None],
    told: Callable[[Tried], None],
    resolve: Resolve,
    *,
    whole: bool,
) -> list[Tried]:
    """``whole``: it is no choice of somebody's, so that pages nobody views any more go."""
    overlay, archive, known = subject.settings.overlay, subject.archive, Known()
    web = Web(overlay.user_agent or USER_AGENT, overlay.allow_private, resolve)
    guest = Guest(web, subject.addresses, delay_s=overlay.delay_seconds, clock=clock, keep_alive=keep_alive)
    found: list[Tried] = []
    busy = ""
    for page in chosen:
        url = subject.addresses.url_of(page)
        error = busy
        if url is None:
            error = "its name is no path of an address"
        elif not busy:
            try:
                archive.keep(page, url, capture_page(page, url, guest, subject.addresses, archive, known), clock.now())
            except Busy as why:
                error = busy = why.message
            except NotFetched as why:
                error = str(why)
        if error:
            archive.fail(page, url or page, error, clock.now())
        found.append(Tried(page, error))
        told(found[-1])
    if whole:
        analysed = set(subject.pages)
        archive.remove([one.page for one in archive.snapshots() if one.page not in analysed])
    archive.prune()
    publish_copies(archive, subject.addresses, subject.folder, subject.settings.dataset.timezone)
    return found


def republish(tools: Tools, dataset: str) -> None:
    """Bring what is published of the kept copies up to date, if there are any: after an analysis, or other settings.

    A fault of theirs is told and stops nothing: reports are published without.
    """
    if not Archive(tools.catalog, tools.data, dataset).snapshots():
        return
    try:
        subject = subject_of(tools.catalog, tools.data, tools.settings.publish_root, dataset)
        publish_copies(subject.archive, subject.addresses, subject.folder, subject.settings.dataset.timezone)
    except (Rejected, Misconfigured) as error:
        tools.log.warning("overlay.failed", dataset=dataset, error=str(error))


def named(subject: Subject, pages: Sequence[str]) -> list[str]:
    """The names of pages that somebody asks for; :class:`Rejected` where one is none of the analysed ones."""
    analysed, found = set(subject.pages), []
    for text in pages:
        page = text
        if text not in analysed and (url := read_url(f"{subject.addresses.base}/", text)) is not None:
            target = subject.addresses.target_of(url)
            page = target.name if target is not None and target.kind == "page" else text
        if page not in analysed:
            raise Rejected(
                f"{text} is none of the analysed pages, and only those are fetched.",
                remedy="The report `pages` lists them; write one as it stands there.",
                reason="overlay_unknown_page",
            )
        found.append(page)
    return list(dict.fromkeys(found))


def _most_viewed(analysis: Analysis) -> list[str]:
    """Every page, the one with the most views first."""
    report = analysis.reports([analysis.whole], only=("pages",))[analysis.whole.id]["pages"]
    names = [row.key[0] for row in report.rows if "all" in row.values]
    views = report.columns.values_of("all", "views")
    return [name for _, name in sorted(zip(views, names, strict=True), key=lambda one: (-one[0], one[1]))]


def _row(catalog: Catalog, dataset: str) -> dict[str, Any]:
    same = sa.and_(analyses.c.dataset == datasets.c.id, analyses.c.digest == datasets.c.analysis)
    columns = (datasets.c.settings, datasets.c.site, datasets.c.publish, analyses.c.folder)
    query = sa.select(*columns).select_from(datasets.outerjoin(analyses, same)).where(datasets.c.id == dataset)
    with catalog.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise Rejected(f"There is no data set {dataset!r}.", reason="unknown_dataset")
    return dict(row)
