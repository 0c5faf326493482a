"""Mirroring as a stage: ``target.due`` in."""

from __future__ import annotations

import sqlalchemy as sa

from reporter.published import newest_publication
from reporter.targets import registry
from reporter.targets.bring import QUEUE, Bringer, note_success
from shared.errors import ProprocessorError
from shared.messages import Fact, Message, TargetDue
from shared.retry import Dead
from shared.work import Done, Obituary, Stage, Work


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`; it runs beside the reporter."""
    return Stage(name=QUEUE, consumes=(TargetDue,), handle=handle, bury=bury)


def handle(work: Work) -> Done:
    """Bring a target in step with what is published now, which may be newer than what the message was about."""
    fact = _fact(work.message)
    dataset, name = fact.dataset, fact.target
    with work.tools.catalog.read() as connection:
        settings = registry.settings_of(connection, dataset)
        published = newest_publication(connection, dataset)
    target = next((one for one in settings.targets if one.name == name), None) if settings else None
    if target is None or published is None:
        why = "nothing is published yet" if target else "the settings name it no longer"
        work.log.info("mirror.skipped", dataset=dataset, target=name, why=why)
        return Done()
    bringer = Bringer(work.tools.settings, work.tools.catalog, dataset, target)
    try:
        done = bringer.bring(
            published,
            everything=fact.everything,
            keep_alive=lambda: work.keep_alive(f"mirroring {dataset} to {name}"),
        )
    except ProprocessorError as error:
        bringer.note_failure(error, work.now())
        raise
    work.log.info(
        "mirror.finished",
        dataset=dataset,
        target=name,
        sent=done.sent_files,
        sent_bytes=done.sent_bytes,
        removed=done.removed_files,
    )

    def write(connection: sa.Connection) -> list[Fact]:
        note_success(connection, bringer, published, done, work.now())
        return []

    return Done(write)


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """Nothing follows: what lies at the target stays, and the next publication tries again."""
    del connection, dead
    fact = _fact(message)
    return Obituary(fact.dataset, fact.target)


def _fact(message: Message) -> TargetDue:
    assert isinstance(message.fact, TargetDue)
    return message.fact
