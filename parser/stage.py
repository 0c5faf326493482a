"""The parser as a stage: ``file.fetched`` in, ``hits.parsed`` or ``file.failed`` out; big files in parts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from parser import growth, part_stage, readings, reject_limit, traces
from parser.content import Content, Task, content_id, find_task, keep, known, lock_dataset, row_of, still_obeys
from parser.growth import is_beginning, pairs
from parser.hiding import hide_parsed
from parser.kept_rejects import read_rejects
from parser.privacy import Salts
from parser.read import parse_file
from parser.readings import Reading
from parser.retention import expire_all
from shared.catalog.engine import insert_new
from shared.catalog.schema import contents, files, growths
from shared.errors import Rejected
from shared.messages import FileFailed, FileFetched, HitsParsed, Message, PartDue
from shared.retention import Daily
from shared.retry import Dead
from shared.store import Store
from shared.work import Done, Obituary, Stage, Tools, Work

NAME = "parser"
__all__ = ["bury", "content_id", "handle", "make_stage"]


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`."""
    return Stage(name=NAME, consumes=(FileFetched, PartDue), handle=handle, bury=bury, tick=_Tick())


class _Tick:
    """What is promised also when there is nothing to parse: how long salts, raw files and hits are kept."""

    def __init__(self) -> None:
        self._daily = Daily()

    def __call__(self, tools: Tools) -> None:
        Salts(tools.data / "salts").forget(tools.clock.now().timestamp())
        if self._daily.is_due(tools.clock.now()):
            expire_all(tools)


def handle(work: Work) -> Done:
    """Parse one raw file into hits and rejects, or a part of one."""
    return part_stage.handle(work) if isinstance(work.message.fact, PartDue) else _handle_file(work)


def _handle_file(work: Work) -> Done:
    """Parse a file, unless the same content was parsed before; a big one is cut, and its parts are sent out."""
    fact = work.message.fact
    assert isinstance(fact, FileFetched)
    task = find_task(work, fact.dataset, fact.file)
    if task is None:
        return Done()
    content = known(work, task)
    if content is None:
        parts = part_stage.progress_of(work, task) or part_stage.planned(work, task)
        if not all(one.is_done(work, task) for one in parts):
            return Done(lambda connection: part_stage.set_out(connection, work, task, parts))
        content = part_stage.assemble(work, task, parts) if parts else _parse(work, task)
    file = task.file
    _hold_if_rejected(work, file, content, task.settings.source.reject_limit)
    compared = _compare(work.tools.store, content, _neighbours_of(work, file))
    if task.chosen.privacy.hides_raw_files or traces.raw_tells(work, task, content):
        _delete_raw(work, file["path"], content)
    if task.chosen.forgotten:
        traces.remove_unused(work.tools.catalog, work.tools.store, file["dataset"], file["sha256"], but=content["id"])
    return Done(write=lambda connection: _record(connection, work, file, content, compared))


def _delete_raw(work: Work, path: str, content: Content) -> None:
    """Keep the parse first: without it, a process killed here could not make it again."""

    def write(connection: sa.Connection) -> tuple[()]:
        keep(connection, work, content)
        return ()

    work.commit(write)
    work.tools.store.path(content["sha256"]).unlink(missing_ok=True)
    work.log.info("parse.raw_deleted", file=path, why="it holds what may not be kept")


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """A file that cannot be parsed is marked, and the analysis goes on without it, also without an earlier parse."""
    fact = message.fact
    assert isinstance(fact, FileFetched | PartDue)
    if isinstance(fact, PartDue):
        part_stage.bury(connection, fact)
    path = connection.execute(sa.select(files.c.path).where(files.c.id == fact.file)).scalar() or f"file {fact.file}"
    change = sa.update(files).where(files.c.id == fact.file, files.c.state != "parsed")
    held = files.c.held if dead.reason == reject_limit.REASON else None
    connection.execute(change.values(state="failed", error=dead.text, content=None, held=held))
    readings.forget(connection, fact.file)
    return Obituary(fact.dataset, path, (FileFailed(fact.dataset, fact.file, dead.reason),))


def _parse(work: Work, task: Task) -> Content:
    """Parse into a folder named by the inputs; gives the row for the catalog."""
    path, sha256 = task.file["path"], task.file["sha256"]
    store = work.tools.store
    if part_stage.holds_parts(work.tools.data / task.folder):
        store.drop_folder(task.folder)
    salts = Salts(work.tools.data / "salts")
    salts.forget(work.now().timestamp())
    work.log.info("parse.started", file=path)
    with store.folder_once(task.folder) as aside:
        result = parse_file(
            store.path(sha256),
            aside,
            name=path,
            sha256=sha256,
            settings=task.chosen,
            salts=salts,
            watch=Reading(work, task.file["id"], f"parsing {path}"),
            threads=work.tools.settings.threads,
        )
        hide_parsed(aside, result.parts, task.chosen.forgotten)
    work.log.info("parse.finished", file=path, format=result.format, lines=result.lines, hits=result.hits)
    return row_of(task, result, work.now())


def _hold_if_rejected(work: Work, file: dict[str, Any], content: Content, limit: float) -> None:
    """:class:`Rejected` where the limit is passed. The parse is kept: a replay under a higher limit takes it."""
    share = reject_limit.reject_share(content["lines"], content["directives"], content["rejects"])
    if share <= limit:
        return
    work.commit(lambda connection: _keep_held(connection, work, file, content))
    work.log.warning("parse.held", file=file["path"], rejects=content["rejects"], share=round(share, 4), limit=limit)
    counts = (content["rejects"], content["lines"] - content["directives"])
    rejects = read_rejects(work.tools.data / content["folder"])
    text = reject_limit.explain(file["path"], content["format"], counts, limit, rejects)
    raise Rejected(text, reason=reject_limit.REASON)


def _keep_held(connection: sa.Connection, work: Work, file: dict[str, Any], content: Content) -> tuple[()]:
    lock_dataset(connection, file["dataset"])
    still_obeys(connection, file["dataset"], content["id"])
    keep(connection, work, content)
    connection.execute(sa.update(files).where(files.c.id == file["id"]).values(held=content["id"]))
    return ()


def _neighbours_of(work: Work, file: Any) -> list[growth.Content]:
    with work.tools.catalog.read() as connection:
        return _neighbours(connection, file["dataset"], file["server"])


def _neighbours(connection: sa.Connection, dataset: str, server: str) -> list[growth.Content]:
    """The other contents of one server."""
    columns = (contents.c.sha256, contents.c.plain_sha256, contents.c.plain_bytes, contents.c.head)
    query = sa.select(*columns).distinct().join(files, files.c.content == contents.c.id)
    rows = connection.execute(query.where(files.c.dataset == dataset, files.c.server == server))
    return [growth.Content(row.sha256, row.plain_sha256, row.plain_bytes, row.head) for row in rows]


def _compare(
    store: Store, content: Content, others: list[growth.Content], known: dict[tuple[str, str], bool] | None = None
) -> dict[tuple[str, str], bool]:
    """For each pair (smaller, larger) of this content and another: whether one begins with the other."""
    known = known or {}
    new = growth.Content(content["sha256"], content["plain_sha256"], content["plain_bytes"], content["head"])
    for smaller, larger in pairs(new, others):
        pair = (smaller.plain_sha256, larger.plain_sha256)
        if pair not in known:
            # Of a raw file that privacy took away nothing more can be told; its seconds are settled like an export's.
            known[pair] = store.path(larger.sha256).exists() and is_beginning(smaller, larger, store)
    return known


def _record(
    connection: sa.Connection,
    work: Work,
    file: dict[str, Any],
    content: Content,
    compared: dict[tuple[str, str], bool],
) -> list[HitsParsed]:
    """Write the parse. The lock makes two files that finish at once see each other."""
    lock_dataset(connection, file["dataset"])
    still_obeys(connection, file["dataset"], content["id"])
    neighbours = _neighbours(connection, file["dataset"], file["server"])
    keep(connection, work, content)
    for (smaller, larger), begins in _compare(work.tools.store, content, neighbours, compared).items():
        if begins:
            insert_new(connection, growths, smaller=smaller, larger=larger)
    change = sa.update(files).where(files.c.id == file["id"])
    connection.execute(change.values(state="parsed", content=content["id"], held=None, error=None))
    readings.forget(connection, file["id"])
    return [HitsParsed(file["dataset"], file["id"], content["lines"], content["hits"])]
