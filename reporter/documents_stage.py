"""Documents of published periods as a stage: ``documents.due`` in, ``target.due`` out.

A process of its own makes a whole folder of the period, pages that lead to the documents among it; that takes the place
of the published one, unless its pages changed meanwhile: who changed them has said that documents are due. The next to
change them then offers these, as older ones (:mod:`reporter.older`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reporter import assets
from reporter.apart import Apart
from reporter.charts import layouts
from reporter.editions import Edition, editions
from reporter.html_report import Site
from reporter.ledger import found_in
from reporter.manifest import Manifest, documents_in, is_whole, manifest_of
from reporter.model import Analysis
from reporter.older import drop_aside, made_of, put_aside
from reporter.period_folder import render_whole
from reporter.publish import alone, has_documents
from reporter.retention import Kept
from reporter.swap import put_in_place, sync
from reporter.targets import registry
from shared.catalog.schema import analyses, datasets, publications
from shared.dataset_settings import read_stored_settings
from shared.errors import ProprocessorError, Rejected
from shared.messages import DocumentsDue, Fact, Message
from shared.retention import cutoffs
from shared.retry import Dead
from shared.store import disk_errors
from shared.tombstones import stamp_of, stones_of
from shared.work import Done, Obituary, Stage, Work

QUEUE = "documents"
MAKING = ".proprocessor.documents"
"""Not a name of the publisher's leftovers, which it throws away."""
PERIOD = "period"
CURRENT = "they are as they would be made"
LOCK_LOOK_S = 0.5


@dataclass(frozen=True)
class Published:
    """What is published of a data set: the folder, what it was made from, and how many rows of a report are printed."""

    folder: Path
    analysis: Path
    kinds: tuple[str, ...]
    documents: tuple[str, ...]
    kept: Kept
    analysed_at: datetime
    pdf_rows: int | None = None


@dataclass(frozen=True)
class Order:
    """What is to be made of a period, ``into`` which empty folder: for a process of its own."""

    published: Published
    period: str
    into: Path
    now: datetime


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`; it runs beside the reporter."""
    return Stage(name=QUEUE, consumes=(DocumentsDue,), handle=handle, bury=bury)


def handle(work: Work) -> Done:
    """Make the documents of a period as it is published now, which may be newer than what the message was about."""
    fact = _fact(work.message)
    told = work.log.bind(dataset=fact.dataset, period=fact.period)
    published = _published(work)
    before = _manifest(published, fact.period) if published is not None else None
    if published is None or before is None or "frozen" in before:
        told.info("documents.skipped", why="there is no such period any more that documents can be made of")
        return Done()
    told.info("documents.started")
    with disk_errors(published.folder), _alone(work, fact), _place_for(published, fact.period) as into:
        order = Order(published, fact.period, into, work.now())
        why = _make(work, order) or _put(work, order, before)
    if why:
        told.info("documents.skipped", why=why)
    else:
        told.info("documents.finished")
    if why not in ("", CURRENT):
        return Done()
    # Also where they were put in place by one that was killed before it could say so.
    return Done(partial(_record, work=work, root=published.folder.parent))


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """Nothing follows: the pages stay, and say that there are no documents yet."""
    del connection, dead
    fact = _fact(message)
    return Obituary(fact.dataset, f"documents of {fact.period}")


def make(order: Order) -> str:
    """Fill the folder; says why not, where there is nothing to be made."""
    published, folder = order.published, order.published.folder
    analysis, names = Analysis(published.analysis), assets.write(folder.parent)
    edition = _edition(order, analysis, names)
    there = _manifest(published, order.period)
    if edition is None or there is None:
        return "its documents are not asked for"
    current = edition.rendered_from == there.get("rendered_from") and is_whole(folder / order.period, there)
    if current and has_documents(edition, documents_in(there)):
        return CURRENT
    with disk_errors(folder):
        place, workplace = order.into / PERIOD, order.into / "meanwhile"
        place.mkdir()
        workplace.mkdir()
        made = made_of(edition.documents_from, published.analysed_at, published.kept.forgotten)
        render_whole(Site(analysis, names, layouts()), edition, place, workplace, order.now, made)
    return ""


def _edition(order: Order, analysis: Analysis, names: assets.Assets) -> Edition | None:
    published = order.published
    made = [one for one in analysis.periods() if one.kind in published.kinds and published.kept.makes(one)]
    shown = {*made, *(one.period for one in found_in(published.folder).values())}
    found = editions(analysis, made, shown, names, published.documents, published.pdf_rows)
    return next((one for one in found if one.period.id == order.period and one.documents), None)


def _make(work: Work, order: Order) -> str:
    """Have the folder filled by another process; says why not, where that is as it should be."""
    fact = _fact(work.message)
    what = f"the documents of {fact.period} of {fact.dataset}"
    try:
        return Apart(what, keep_alive=lambda: work.keep_alive(f"making {what}"))(make, order)
    except ProprocessorError:
        raise
    except Exception as error:
        if _published(work) != order.published:
            return "the analysis was replaced meanwhile: what is published then has its own"
        raise Rejected(
            f"{what[0].upper()}{what[1:]} could not be made: {type(error).__name__}: {error}",
            remedy="Its pages are published without them. Replay it when the cause is mended.",
            reason="documents_failed",
        ) from error


def _put(work: Work, order: Order, before: Manifest) -> str:
    """Put the folder in the place of the published one, which was like this; says why not."""
    folder, period = order.published.folder, order.period
    with alone(folder.parent):
        there, now = _manifest(order.published, period), _published(work)
        if there is None or now is None:
            return "it is no more"
        if now.documents != order.published.documents:
            return "other documents are asked for meanwhile"
        if _pages_of(there) != _pages_of(before):
            put_aside(order.into / PERIOD, folder, period)
            return (
                "its pages were published anew meanwhile: these get their own, and until then the next ones have these"
            )
        put_in_place(order.into / PERIOD, folder / period)
        drop_aside(folder, period)
        sync(folder)
    return ""


def _pages_of(manifest: Manifest) -> tuple[Any, ...]:
    """What is another one when the pages of a period change, or the documents beside them."""
    key = manifest.get("rendered_from")
    return (key, *documents_in(manifest), manifest.get("frozen"), None if key else manifest.get("published_at"))


def _record(connection: sa.Connection, *, work: Work, root: Path) -> list[Fact]:
    """The folder is another one than the targets know."""
    fact = _fact(work.message)
    same = (publications.c.dataset == fact.dataset) & (publications.c.target == str(root))
    connection.execute(sa.update(publications).where(same).values(published_at=work.now()))
    settings = registry.settings_of(connection, fact.dataset)
    return [*registry.due(fact.dataset, settings, f"documents {fact.period}")] if settings else []


def _published(work: Work) -> Published | None:
    """What was published last, if its analysis is still known."""
    dataset = _fact(work.message).dataset
    joined = publications.join(datasets, publications.c.dataset == datasets.c.id)
    known = (analyses.c.dataset == datasets.c.id) & (analyses.c.digest == publications.c.analysis)
    columns = (publications.c.target, publications.c.kinds, publications.c.documents, analyses.c.folder)
    more = (analyses.c.created_at, datasets.c.settings, datasets.c.hits_from)
    query = sa.select(*columns, *more).select_from(joined.join(analyses, known))
    newest = query.where(datasets.c.id == dataset).order_by(publications.c.published_at.desc()).limit(1)
    with work.tools.catalog.read() as connection:
        # In this order: as long as an analysis is known, nobody was forgotten whom it tells of.
        stamp = stamp_of(stones_of(connection, dataset))
        row = connection.execute(newest).mappings().first()
    if row is None:
        return None
    settings = read_stored_settings(row["settings"], name=dataset)
    return Published(
        Path(row["target"]) / dataset,
        work.tools.data / row["folder"],
        tuple(row["kinds"].split(",")),
        tuple(row["documents"].split(",")),
        Kept(row["hits_from"], cutoffs(settings, work.now()).reports_from, stamp),
        row["created_at"],
        work.tools.settings.pdf_rows,
    )


def _manifest(published: Published, period: str) -> Manifest | None:
    read = manifest_of(f"{published.folder / period}", period)
    return read[0] if read is not None else None


@contextmanager
def _alone(work: Work, fact: DocumentsDue) -> Iterator[None]:
    """One process at a time for a period."""
    path = work.tools.data / QUEUE / f"{fact.dataset}.{fact.period}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                work.keep_alive(f"waiting for who makes the documents of {fact.period} of {fact.dataset}")
                time.sleep(LOCK_LOOK_S)
        yield


@contextmanager
def _place_for(published: Published, period: str) -> Iterator[Path]:
    """An empty folder on the disk of the published one; of what a killed process left, nothing is in it."""
    place = published.folder / MAKING / period
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if not os.listdir(place.parent):  # noqa: PTH208 - of others that make documents
            shutil.rmtree(place.parent, ignore_errors=True)


def _fact(message: Message) -> DocumentsDue:
    assert isinstance(message.fact, DocumentsDue)
    return message.fact
