"""The reporter as a stage: ``analysis.ready`` in, ``report.published`` and ``documents.due`` out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reporter import documents_stage
from reporter.chores import Chore
from reporter.overlay.round import republish
from reporter.publish import PublishSummary, publish
from reporter.retention import Kept, announce_old
from reporter.targets import registry
from reporter.targets import stage as mirror
from shared.catalog.engine import upsert
from shared.catalog.schema import analyses, datasets, publications
from shared.dataset_settings import read_stored_settings
from shared.messages import AnalysisReady, DocumentsDue, Fact, Message, ReportPublished
from shared.retention import Daily, cutoffs
from shared.retry import Dead
from shared.tombstones import stamp_of, stones_of
from shared.work import Done, Obituary, Stage, Tools, Work, Write

NAME = "reporter"


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`."""
    tick = _Tick()
    return Stage(
        name=NAME,
        consumes=(AnalysisReady,),
        handle=handle,
        bury=bury,
        tick=tick,
        leave=tick.leave,
        beside=(documents_stage.make_stage(), mirror.make_stage()),
    )


class _Tick:
    """What is promised also when there is nothing to publish: retention, e-mail, alerts, copies of the site's pages.

    A mail server that hangs must hold up neither publishing nor alerts: each has a thread of its own.
    """

    def __init__(self) -> None:
        self._daily = Daily()
        self._chores: tuple[Chore, ...] = ()

    def __call__(self, tools: Tools) -> None:
        if self._daily.is_due(tools.clock.now()):
            announce_old(tools)
        self._chores = self._chores or _chores(tools)
        for one in self._chores:
            one.wake()

    def leave(self) -> None:
        """Let them end what they are at, as an e-mail that is being sent."""
        for one in self._chores:
            one.leave()


def _chores(tools: Tools) -> tuple[Chore, ...]:
    """Loaded when they are first due: who only publishes, once, need not wait for them."""
    from reporter.alerts.watch import Watcher
    from reporter.mail.tick import Mailer
    from reporter.overlay.schedule import Scheduler

    found = {"mail": Mailer().tick, "alerts": Watcher().tick, "overlay": Scheduler().tick}
    return tuple(Chore(name, do, tools) for name, do in found.items())


def handle(work: Work) -> Done:
    """Publish the newest analysis of a data set; an older one is never put over a newer."""
    published: dict[str, Write] = {}
    while True:
        with work.tools.catalog.read() as connection:
            row = connection.execute(_current(work.message.fact.dataset)).mappings().first()
        if row is None:
            work.log.warning("publish.skipped", why="the data set was removed meanwhile")
            return Done()
        if row["digest"] in published:
            return Done(published[row["digest"]])
        try:
            published[row["digest"]] = _publish(work, dict(row))
        except Exception:
            # Removed while it was read, since a visitor was forgotten: the next one follows.
            if _is_there(work, row["digest"]):
                raise


def _is_there(work: Work, digest: str) -> bool:
    with work.tools.catalog.read() as connection:
        row = connection.execute(_current(work.message.fact.dataset)).first()
    return row is not None and row.digest == digest


def _publish(work: Work, row: dict[str, Any]) -> Write:
    """Publish one analysis; gives what is to be recorded of it."""
    dataset = work.message.fact.dataset
    target = Path(row["publish"]) if row["publish"] else work.tools.settings.publish_root
    settings = read_stored_settings(row["settings"], name=dataset)
    work.keep_alive(f"publishing {dataset}")
    summary = publish(
        work.tools.data / row["folder"],
        target,
        periods=row["periods"].split(","),
        documents=row["documents"].split(","),
        pdf_rows=work.tools.settings.pdf_rows,
        now=work.now(),
        keep_alive=lambda: work.keep_alive(f"publishing {dataset}"),
        kept=Kept(row["hits_from"], cutoffs(settings, work.now()).reports_from, _forgotten(work, dataset)),
        workers=work.tools.settings.threads,
    )
    republish(work.tools, dataset)
    work.log.info("publish.finished", dataset=dataset, written=len(summary.written), unchanged=len(summary.unchanged))
    asked = {"kinds": row["periods"], "documents": row["documents"]}
    return partial(_record, work=work, digest=row["digest"], target=target, asked=asked, summary=summary)


def _forgotten(work: Work, dataset: str) -> str:
    """Names those whom the data set has forgotten by now; who is, is so together with all that was analysed before."""
    with work.tools.catalog.read() as connection:
        return stamp_of(stones_of(connection, dataset))


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """Nothing follows: the published folder stays as it was."""
    del connection, dead
    return Obituary(message.fact.dataset, "publishing")


def _current(dataset: str) -> sa.Select[Any]:
    columns = (analyses.c.digest, analyses.c.folder, datasets.c.periods, datasets.c.documents, datasets.c.publish)
    kept = (datasets.c.settings, datasets.c.hits_from)
    joined = datasets.join(
        analyses, sa.and_(analyses.c.dataset == datasets.c.id, analyses.c.digest == datasets.c.analysis)
    )
    return sa.select(*columns, *kept).select_from(joined).where(datasets.c.id == dataset)


def _record(
    connection: sa.Connection, *, work: Work, digest: str, target: Path, asked: dict[str, str], summary: PublishSummary
) -> list[Fact]:
    dataset = work.message.fact.dataset
    upsert(
        connection,
        publications,
        ("dataset", "target"),
        dataset=dataset,
        target=str(target),
        analysis=digest,
        **asked,
        periods=len(summary.written) + len(summary.unchanged),
        published_at=work.now(),
    )
    published = ReportPublished(dataset, digest, len(summary.written), len(summary.unchanged))
    documents = [DocumentsDue(dataset, period, digest) for period in summary.documents_due]
    settings = registry.settings_of(connection, dataset)
    return [published, *documents, *(registry.due(dataset, settings, digest) if settings else ())]
