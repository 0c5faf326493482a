"""All stages in this process until a data set is done: what ``process`` and ``demo`` run."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from console.stages import CONSUMES, STAGES, make_stage
from shared import failures, outbox
from shared.catalog import Catalog
from shared.catalog.schema import analyses, contents, datasets, files, inbox, publications, rounds
from shared.catalog.schema import outbox as outbox_table
from shared.failures import DeadLetter
from shared.messages import AnalysisReady, DatasetDue, first
from shared.process import make_tools
from shared.runner import Runner
from shared.settings import Settings
from shared.work import Stage, Tools

DELAYS_S = (0.5, 2.0)
"""A person is waiting: two quick further attempts, then the failure is shown."""
POLL_S = 0.05
WHOLE_MB = 1 << 40


@dataclass(frozen=True)
class State:
    """How far the work on one data set is."""

    listed: int = 0
    fetched: int = 0
    parsed: int = 0
    failed: int = 0
    lines: int = 0
    hits: int = 0
    stage: str = "fetching"
    busy: bool = True


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


@dataclass
class _Run:
    """The threads of one run."""

    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)


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
        if not _is_published(catalog, dataset) and not _letters_since(catalog, dataset, started):
            _republish(tools, dataset)
            _wait(tools, dataset, started, run, watch, stop)
    finally:
        run.stop.set()
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
            thread = threading.Thread(target=_serve, args=(settings, catalog, stage, run), name=name, daemon=True)
            run.threads.append(thread)  # read only once the loader has been joined, which stands first
            thread.start()
    except Exception as error:  # noqa: BLE001 - raised again by who waits
        run.broken.append(error)
        run.stop.set()


def _serve(settings: Settings, catalog: Catalog, stage: Stage, run: _Run) -> None:
    tools = None
    try:
        tools = make_tools(settings, catalog, stage.name)
        runner = Runner(stage, tools, delays_s=DELAYS_S)
        runner.connect(settings.queue_wait_s, run.stop)
        while not run.stop.is_set():
            runner.step(wait_s=POLL_S)
    except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
        run.broken.append(error)
        run.stop.set()
    finally:
        if tools is not None:
            tools.transport.close()


def _announce(tools: Tools, fact: Any) -> None:
    with tools.catalog.write() as connection:
        outbox.put(connection, [first(fact, origin=str(uuid.uuid4()))], tools.clock.now())


def _republish(tools: Tools, dataset: str) -> None:
    """The newest analysis is not in this folder: it is another folder, other periods, or it was removed."""
    with tools.catalog.read() as connection:
        analysis = connection.execute(sa.select(datasets.c.analysis).where(datasets.c.id == dataset)).scalar()
    if analysis is not None:
        _announce(tools, AnalysisReady(dataset, analysis))


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
        outbox.sweep(tools.catalog, tools.transport, tools.clock.now(), at_once=True)
        state = _state(tools.catalog, dataset, started)
        watch(state)
        quiet = 0 if state.busy or backlog(tools.catalog, since=started) else quiet + 1
        run.stop.wait(POLL_S)


def backlog(catalog: Catalog, *, since: datetime | None = None) -> dict[str, tuple[int, datetime]]:
    """For each stage with messages that it has not done: how many, and when the oldest was written.

    Every message passes the outbox and ends in the inbox, so this holds for any transport, wherever the message is now.
    """
    found = {}
    with catalog.read() as connection:
        for name, facts in CONSUMES.items():
            done = sa.exists().where(inbox.c.queue == name, inbox.c.message == outbox_table.c.message)
            types = [fact.TYPE for fact in facts]
            query = sa.select(sa.func.count(), sa.func.min(outbox_table.c.created_at)).where(
                outbox_table.c.type.in_(types), ~done
            )
            if since is not None:
                query = query.where(outbox_table.c.created_at >= since)
            number, oldest = connection.execute(query).one()
            if number:
                found[name] = (number, oldest)
    return found


def _state(catalog: Catalog, dataset: str, started: datetime) -> State:
    with catalog.read() as connection:
        last = sa.select(rounds).where(rounds.c.dataset == dataset, rounds.c.started_at >= started)
        fetch = connection.execute(last.order_by(rounds.c.started_at.desc())).mappings().first()
        by_state = sa.select(files.c.state, sa.func.count()).where(files.c.dataset == dataset).group_by(files.c.state)
        states = {row[0]: row[1] for row in connection.execute(by_state)}
        sums = sa.select(sa.func.coalesce(sa.func.sum(contents.c.lines), 0), sa.func.sum(contents.c.hits))
        joined = sums.join(files, files.c.content == contents.c.id).where(files.c.dataset == dataset)
        lines, hits = connection.execute(joined).one()
        unsent = connection.execute(sa.select(sa.func.count()).where(outbox_table.c.sent_at.is_(None))).scalar_one()
    fetching = fetch is not None and fetch["state"] == "open"
    waiting = states.get("fetched", 0)
    return State(
        listed=fetch["listed"] if fetch else 0,
        fetched=sum(states.values()),
        parsed=states.get("parsed", 0),
        failed=states.get("failed", 0),
        lines=int(lines),
        hits=int(hits or 0),
        stage=_stage(fetching=fetching or (fetch is None and not waiting), parsing=waiting > 0),
        busy=fetching or waiting > 0 or unsent > 0,
    )


def _stage(*, fetching: bool, parsing: bool) -> str:
    return "fetching" if fetching else "parsing" if parsing else "analysing and publishing"


def _is_published(catalog: Catalog, dataset: str) -> bool:
    """Whether the newest analysis lies in the target folder, in the periods asked for."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().one()
        found = connection.execute(
            sa.select(publications.c.target).where(
                publications.c.dataset == dataset,
                publications.c.analysis == row["analysis"],
                publications.c.kinds == row["periods"],
            )
        )
        targets = set(found.scalars())
    if row["publish"] is None:
        return bool(targets)
    return row["publish"] in targets and (Path(row["publish"]) / dataset / "index.html").is_file()


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
        state=_state(catalog, dataset, started),
        letters=letters,
        target=published["target"] if published else None,
        periods=published["periods"] if published else 0,
        visits=analysis["visits"] if analysis else 0,
        page_views=analysis["page_views"] if analysis else 0,
        exit_code=max((one.exit_code for one in letters), default=0),
    )
