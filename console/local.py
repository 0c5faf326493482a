"""All stages in this process until a data set is done: what ``process`` and ``demo`` run."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.how_far import State, is_published, state_of
from console.stages import CONSUMES, QUEUES, STAGES, make_stage
from shared import failures, outbox
from shared.catalog import Catalog
from shared.catalog.schema import analyses, datasets, publications
from shared.catalog.schema import outbox as outbox_table
from shared.failures import DeadLetter
from shared.messages import AnalysisReady, DatasetDue, Fact, decode, first
from shared.process import make_tools
from shared.runner import Runner
from shared.settings import Settings
from shared.work import Stage, Tools

DELAYS_S = (0.5, 2.0)
"""A person is waiting: two quick further attempts, then the failure is shown."""
POLL_S = 0.05
LOOK_S = 0.5
"""How far the work is, and whether there is any for a stage, is looked at whenever a stage has done a message, and this
often in between. Asking more often takes time from the work itself: every question is some milliseconds of Python.
"""
WHOLE_MB = 1 << 40
DOCUMENTS: dict[str, tuple[type[Fact], ...]] = {"documents": QUEUES["documents"]}


@dataclass(frozen=True)
class Outcome:
    """How it ended. ``letters`` are the dead letters of this run; ``target`` is the published folder."""

    state: State
    letters: tuple[DeadLetter, ...]
    target: str | None
    periods: int
    visits: int
    page_views: int
    error: str | None = None
    exit_code: int = 0


class _Bell:
    """Wakes who waits for what another thread does."""

    def __init__(self) -> None:
        self._condition, self._rung = threading.Condition(), 0

    def heard(self) -> int:
        """How often it has rung."""
        with self._condition:
            return self._rung

    def ring(self) -> None:
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def wait(self, heard: int, timeout_s: float) -> None:
        """Until it has rung more often than ``heard``, or so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._rung > heard, timeout_s)


@dataclass
class _Run:
    """The threads of one run. ``moved`` rings when one of them has done something."""

    stop: threading.Event = field(default_factory=threading.Event)
    moved: _Bell = field(default_factory=_Bell)
    threads: list[threading.Thread] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)

    def break_off(self, error: Exception) -> None:
        """End all of it; ``error`` is raised again by who waits."""
        self.broken.append(error)
        self.end()

    def end(self) -> None:
        """Let every thread end with what it is doing."""
        self.stop.set()
        self.moved.ring()


def run_once(
    settings: Settings,
    catalog: Catalog,
    dataset: str,
    *,
    watch: Callable[[State], None],
    stop: threading.Event,
    fetch: bool = True,
    since: datetime | None = None,
) -> Outcome:
    """Fetch, parse, analyse and publish one data set, with every stage in a thread of this process.

    ``fetch`` false: only what is announced already; ``since`` is when the first of it was.
    """
    tools = make_tools(settings, catalog, "console")
    started = since or tools.clock.now()
    run = _start(settings, catalog)
    try:
        if fetch:
            _announce(tools, DatasetDue(dataset, f"now {uuid.uuid4()}"))
        _wait(tools, dataset, started, run, watch, stop)
        if not is_published(catalog, dataset) and not _letters_since(catalog, dataset, started):
            _republish(tools, dataset)
            _wait(tools, dataset, started, run, watch, stop)
        # Also those that an earlier run, which was killed, has left to be made.
        if (since := under_way(catalog, dataset, DOCUMENTS)) is not None:
            _wait(tools, dataset, min(since, started), run, watch, stop)
        if not _letters_since(catalog, dataset, started) and _mirror(tools, dataset):
            _wait(tools, dataset, started, run, watch, stop)
    finally:
        run.end()
        for thread in run.threads:
            thread.join()
        tools.transport.close()
    if run.broken:
        raise run.broken[0]
    return _outcome(catalog, dataset, started)


def _start(settings: Settings, catalog: Catalog) -> _Run:
    run = _Run()
    # With one parser, cutting a file would only cost another pass over it.
    settings = settings.model_copy(update={"part_mb": WHOLE_MB})
    loader = threading.Thread(target=_load, args=(settings, catalog, run), name="loader", daemon=True)
    run.threads.append(loader)
    loader.start()
    return run


def _load(settings: Settings, catalog: Catalog, run: _Run) -> None:
    """Load the stages one after the other, and start each at once: while files are fetched, the others are loaded."""
    try:
        for name in STAGES:
            if run.stop.is_set():
                return
            stage = replace(make_stage(name), tick=None)  # the timetable belongs to a fetcher that keeps running
            # Nothing else is to be done meanwhile: as many documents at once as pages.
            for one in (stage, *(slow for slow in stage.beside for _ in range(_at_once(slow, settings)))):
                thread = threading.Thread(target=_serve, args=(settings, catalog, one, run), name=one.name, daemon=True)
                run.threads.append(thread)  # read only once the loader has been joined, which stands first
                thread.start()
    except Exception as error:  # noqa: BLE001 - raised again by who waits
        run.break_off(error)


def _at_once(stage: Stage, settings: Settings) -> int:
    return settings.threads if stage.name in DOCUMENTS else 1


def _serve(settings: Settings, catalog: Catalog, stage: Stage, run: _Run) -> None:
    tools = None
    try:
        tools = make_tools(settings, catalog, stage.name)
        runner = Runner(stage, tools, delays_s=DELAYS_S)
        runner.connect(settings.queue_wait_s, run.stop)
        run.moved.ring()  # what waited for this queue can be sent
        while not run.stop.is_set():
            heard = run.moved.heard()
            if runner.step():
                run.moved.ring()
            else:
                run.moved.wait(heard, LOOK_S)
    except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
        run.break_off(error)
    finally:
        if tools is not None:
            tools.transport.close()


def _announce(tools: Tools, fact: Any) -> None:
    with tools.catalog.write() as connection:
        outbox.put(connection, [first(fact, origin=str(uuid.uuid4()))], tools.clock.now())


def _republish(tools: Tools, dataset: str) -> None:
    """The newest analysis is not in this folder: it is another folder, other periods or documents, or removed."""
    with tools.catalog.read() as connection:
        analysis = connection.execute(sa.select(datasets.c.analysis).where(datasets.c.id == dataset)).scalar()
    if analysis is not None:
        _announce(tools, AnalysisReady(dataset, analysis))


def _mirror(tools: Tools, dataset: str) -> bool:
    """What was published before a target was named, or while it failed, is not there; says whether that is so."""
    from reporter.targets import registry

    with tools.catalog.write() as connection:
        facts = registry.behind(connection, dataset, "now")
        registry.announce(connection, facts, tools.clock.now())
    return bool(facts)


def _wait(
    tools: Tools,
    dataset: str,
    started: datetime,
    run: _Run,
    watch: Callable[[State], None],
    stop: threading.Event,
) -> None:
    """Until nothing is under way: no message that its stage has not done, no round open, no file unparsed."""
    quiet = 0
    while quiet < 2 and not run.stop.is_set() and not stop.is_set():
        heard = run.moved.heard()
        if outbox.sweep(tools.catalog, tools.transport, tools.clock.now(), at_once=True):
            run.moved.ring()
        state = state_of(tools.catalog, dataset, started)
        watch(state)
        quiet = 0 if state.busy or backlog(tools.catalog, since=started) else quiet + 1
        run.stop.wait(POLL_S)  # of many small files, not after each
        if not quiet:
            run.moved.wait(heard, LOOK_S)


def backlog(catalog: Catalog, *, since: datetime | None = None) -> dict[str, tuple[int, datetime]]:
    """For each stage with messages that it has not done: how many, and when the oldest was written."""
    found = {}
    with catalog.read() as connection:
        for name, facts in QUEUES.items():
            query = sa.select(sa.func.count(), sa.func.min(outbox_table.c.created_at))
            query = query.where(outbox.is_waiting(name, [fact.TYPE for fact in facts]))
            if since is not None:
                query = query.where(outbox_table.c.created_at >= since)
            number, oldest = connection.execute(query).one()
            if number:
                found[name] = (number, oldest)
    return found


def under_way(
    catalog: Catalog, dataset: str, queues: Mapping[str, tuple[type[Fact], ...]] = CONSUMES
) -> datetime | None:
    """When the oldest message about a data set was written that its stage has not done; ``None``: there is none."""
    with catalog.read() as connection:
        for name, facts in queues.items():
            query = sa.select(outbox_table.c.body, outbox_table.c.created_at)
            query = query.where(outbox.is_waiting(name, [fact.TYPE for fact in facts])).order_by(outbox_table.c.seq)
            for row in connection.execute(query):
                if decode(row.body).fact.dataset == dataset:
                    moment: datetime = row.created_at
                    return moment
    return None


def _letters_since(catalog: Catalog, dataset: str, started: datetime) -> tuple[DeadLetter, ...]:
    return tuple(one for one in failures.letters(catalog, dataset=dataset) if one.died_at >= started)


def _outcome(catalog: Catalog, dataset: str, started: datetime) -> Outcome:
    letters = _letters_since(catalog, dataset, started)
    with catalog.read() as connection:
        newest = sa.select(publications).where(publications.c.dataset == dataset)
        published = connection.execute(newest.order_by(publications.c.published_at.desc())).mappings().first()
        joined = sa.select(analyses).join(
            datasets, sa.and_(datasets.c.id == analyses.c.dataset, datasets.c.analysis == analyses.c.digest)
        )
        analysis = connection.execute(joined.where(datasets.c.id == dataset)).mappings().first()
    return Outcome(
        state=state_of(catalog, dataset, started),
        letters=letters,
        target=published["target"] if published else None,
        periods=published["periods"] if published else 0,
        visits=analysis["visits"] if analysis else 0,
        page_views=analysis["page_views"] if analysis else 0,
        exit_code=max((one.exit_code for one in letters), default=0),
    )
