"""The fetcher as a stage: ``dataset.due`` in, ``file.fetched`` for each file and ``fetch.finished`` out."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fetcher.config import read_config
from fetcher.download import Downloaded, NotThere, Unfinished, download_all, staged_name
from fetcher.location import CONFIG_NAME, Location, read_location
from fetcher.opener import Access, access_of, open_source
from fetcher.plan import Known, is_final, wanted
from fetcher.schedule import announce
from fetcher.source import Gone, Source
from fetcher.walk import RemoteFile, Walk, walk_jdc, walk_logs
from fetcher.watch import Watching
from shared.catalog.engine import insert_new
from shared.catalog.schema import datasets, files, rounds
from shared.errors import Rejected, Unreachable
from shared.messages import DatasetDue, Fact, FetchFinished, FileFetched, Message
from shared.retry import Dead
from shared.site import Site
from shared.work import Done, Obituary, Stage, Tools, Work

NAME = "fetcher"
COMMIT_EVERY_S = 5.0
COMMIT_FILES = 200
LOOK_AGAIN = timedelta(seconds=10)
"""After a round that left growing files."""


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`; between messages it keeps the timetable and watches local folders."""
    watching = Watching()

    def tick(tools: Tools) -> None:
        announce(tools)
        watching.tick(tools)

    return Stage(name=NAME, consumes=(DatasetDue,), handle=handle, bury=bury, tick=tick)


@dataclass
class _Round:
    """One fetch of one data set."""

    work: Work
    dataset: dict[str, Any]
    location: Location
    access: Access
    fetched: int = 0
    waiting: int = 0
    skipped: int = 0
    size_bytes: int = 0
    unfinished: list[Unfinished] = field(default_factory=list)


def handle(work: Work) -> Done:
    """Fetch what is new of one data set."""
    dataset_id = work.message.fact.dataset
    with work.tools.catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset_id)).mappings().first()
    if row is None:
        work.log.warning("fetch.skipped", why="the data set was removed meanwhile")
        return Done()
    if not _open_round(work, dataset_id):
        work.log.info("fetch.skipped", why="another fetch of it is under way")
        return Done()
    one = _Round(work, dict(row), read_location(row["location"]), access_of(dict(row), work.tools.settings))
    source = open_source(one.location, one.access)
    try:
        return _fetch(one, source)
    finally:
        source.close()


def read_site(location: Location, source: Source) -> Site | None:
    """The site of a JDC's config; ``None`` for plain logs."""
    if not location.is_config:
        if location.name is not None:
            return None
        try:
            if all(entry.name != CONFIG_NAME for entry in source.list_folder("").entries):
                return None
        except Gone:
            return None
    try:
        with source.open(CONFIG_NAME, 0) as chunks:
            data = b""
            for chunk in chunks:
                data += chunk
                if len(data) > 2 << 20:
                    break
    except Gone as error:
        raise Unreachable(f"{location} is not there.", remedy="Check the location.", reason="config_missing") from error
    return read_config(data, str(location) if location.is_config else f"{location}{CONFIG_NAME}")


def walk(location: Location, source: Source, site: Site | None) -> Walk:
    """The files that a location offers."""
    try:
        return walk_jdc(source, site) if site is not None else walk_logs(source, location.name)
    except Gone as error:
        raise Rejected(
            f"{location}: {error}", remedy="The data set has no rotated data yet, or lies elsewhere.", reason="no_files"
        ) from error


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """A fetch that failed for good ends its round, so that what was fetched is analysed."""
    fact = message.fact
    ended = sa.update(rounds).where(rounds.c.id == message.id, rounds.c.state == "open")
    connection.execute(ended.values(state="failed", error=dead.text, finished_at=sa.func.current_timestamp()))
    location = connection.execute(sa.select(datasets.c.location).where(datasets.c.id == fact.dataset)).scalar()
    return Obituary(fact.dataset, location or fact.dataset, (FetchFinished(fact.dataset, message.id, 0, 0, dead.text),))


def _open_round(work: Work, dataset: str) -> bool:
    """Begin the round of this message, or go on with it; not while another is open."""
    with work.tools.catalog.write() as connection:
        others = sa.select(rounds.c.id).where(rounds.c.dataset == dataset, rounds.c.state == "open")
        if connection.execute(others.where(rounds.c.id != work.message.id)).first() is not None:
            # What made it due may be newer than what that fetch has listed.
            _look_again(connection, dataset, work.now())
            return False
        insert_new(connection, rounds, id=work.message.id, dataset=dataset, state="open", started_at=work.now())
    return True


def _fetch(one: _Round, source: Source) -> Done:
    work, location = one.work, one.location
    site = read_site(location, source)
    found = walk(location, source, site)
    for note in found.notes:
        work.log.warning("fetch.note", note=note)
    known = _known(work, one.dataset["id"])
    if not found.files and not known:
        raise Rejected(
            f"{location} holds no log files ({found.skipped} others were passed over).",
            remedy="Check the location; a JDC offers files only after its first rotation.",
            reason="no_files",
        )
    chosen = wanted(found.files, known)
    one.skipped = found.skipped
    _begin(one, site, len(found.files))
    work.log.info("fetch.started", location=str(location), offered=len(found.files), wanted=len(chosen))
    _get_all(one, source, chosen, is_jdc=site is not None)
    if one.unfinished:
        first = one.unfinished[0]
        raise Unreachable(
            f"{len(one.unfinished)} of {len(chosen)} files could not be fetched; first {first.file.path}: {first.error}"
        )
    work.log.info("fetch.finished", fetched=one.fetched, waiting=one.waiting, size_bytes=one.size_bytes)
    return Done(write=lambda connection: _finish(connection, one))


def _begin(one: _Round, site: Site | None, listed: int) -> None:
    work = one.work
    with work.tools.catalog.write() as connection:
        mine = sa.update(rounds).where(rounds.c.id == work.message.id)
        connection.execute(mine.values(listed=listed, skipped=one.skipped))
        of_dataset = sa.update(datasets).where(datasets.c.id == one.dataset["id"])
        connection.execute(of_dataset.values(site=site.to_json() if site else None))


def _known(work: Work, dataset: str) -> dict[str, Known]:
    columns = (files.c.path, files.c.size_bytes, files.c.modified, files.c.sha256)
    query = sa.select(*columns).where(files.c.dataset == dataset).order_by(files.c.id)
    with work.tools.catalog.read() as connection:
        return {row.path: Known(row.size_bytes, row.modified, row.sha256) for row in connection.execute(query)}


def _get_all(one: _Round, source: Source, chosen: list[RemoteFile], *, is_jdc: bool) -> None:
    """Download, and now and then look again and commit what is whole."""
    staging = one.work.tools.store.staging
    held: list[Downloaded] = []
    last = time.monotonic()
    results = download_all(
        lambda: open_source(one.location, one.access),
        chosen,
        lambda file: staging / staged_name(one.dataset["id"], file),
        at_once=min(one.work.tools.settings.downloads, max(1, len(chosen))),
        pause=time.sleep,
        bounded=not is_jdc,
    )
    for result in results:
        match result:
            case Downloaded():
                held.append(result)
            case NotThere(file) if file.path == one.location.name:
                raise Unreachable(f"{one.location} is not there.", remedy="Check the location.", reason="file_missing")
            case NotThere(file):
                one.work.log.info("fetch.gone", file=file.path)
            case Unfinished():
                one.unfinished.append(result)
        one.work.keep_alive(f"fetching {one.dataset['id']}: {one.fetched + len(held)} of {len(chosen)} files")
        if len(held) >= COMMIT_FILES or time.monotonic() - last > COMMIT_EVERY_S:
            _commit(one, source, held, is_jdc=is_jdc)
            held, last = [], time.monotonic()
    _commit(one, source, held, is_jdc=is_jdc)


def _commit(one: _Round, source: Source, held: list[Downloaded], *, is_jdc: bool) -> None:
    """Take into the store what is final. A JDC's file that has grown since it was listed waits for a later round."""
    if not held:
        return
    whole = held
    if is_jdc:
        now = _listed_now(source, {result.file.folder for result in held})
        whole = [result for result in held if is_final(result.file, result.size_bytes, now.get(result.file.path))]
        for result in held:
            if result not in whole:
                one.waiting += 1
                one.work.log.info("fetch.still_growing", file=result.file.path)
                result.staged.unlink(missing_ok=True)
    for result in whole:
        one.work.tools.store.adopt(result.staged, result.sha256)
    one.work.commit(lambda connection: _record(connection, one, whole))
    one.fetched += len(whole)
    one.size_bytes += sum(result.size_bytes for result in whole)


def _listed_now(source: Source, folders: Iterable[str]) -> dict[str, RemoteFile]:
    found = {}
    for folder in folders:
        try:
            listing = source.list_folder(folder)
        except Gone:
            continue
        for entry in listing.entries:
            path = f"{folder}/{entry.name}".lstrip("/")
            found[path] = RemoteFile(path, "", entry.size_bytes, entry.modified)
    return found


def _record(connection: sa.Connection, one: _Round, whole: list[Downloaded]) -> Iterable[Fact]:
    facts = []
    for result in sorted(whole, key=lambda result: result.file.path):
        file = result.file
        values: dict[str, Any] = {"size_bytes": result.size_bytes, "modified": file.modified}
        identity = {"dataset": one.dataset["id"], "path": file.path, "sha256": result.sha256}
        stamp = {"server": file.server, "round": one.work.message.id, "fetched_at": one.work.now(), "state": "fetched"}
        same = sa.and_(*(files.c[name] == value for name, value in identity.items()))
        if not insert_new(connection, files, **identity, **values, **stamp):
            # The content is known under this name: only its time is new.
            connection.execute(sa.update(files).where(same).values(**values))
            continue
        number = connection.execute(sa.select(files.c.id).where(same)).scalar_one()
        facts.append(FileFetched(one.dataset["id"], number, result.sha256))
    return facts


def _finish(connection: sa.Connection, one: _Round) -> list[FetchFinished]:
    work = one.work
    count = sa.select(sa.func.count()).where(files.c.round == work.message.id)
    fetched = connection.execute(count).scalar_one()
    ended = sa.update(rounds).where(rounds.c.id == work.message.id)
    connection.execute(
        ended.values(
            state="done",
            finished_at=work.now(),
            fetched=fetched,
            waiting=one.waiting,
            size_bytes=one.size_bytes,
            error=None,
        )
    )
    if one.waiting:
        _look_again(connection, one.dataset["id"], work.now())
    return [FetchFinished(one.dataset["id"], work.message.id, fetched, one.waiting, "")]


def _look_again(connection: sa.Connection, dataset: str, now: datetime) -> None:
    """Make a data set due soon, whatever its timetable."""
    soon = now + LOOK_AGAIN
    later = sa.or_(datasets.c.next_due.is_(None), datasets.c.next_due > soon)
    connection.execute(sa.update(datasets).where(datasets.c.id == dataset, later).values(next_due=soon))
