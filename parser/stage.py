"""The parser as a stage: ``file.fetched`` in, ``hits.parsed`` or ``file.failed`` out."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from parser.growth import Content, is_beginning, pairs
from parser.read import VERSION, ParseResult, parse_file
from shared.catalog.engine import insert_new
from shared.catalog.schema import contents, datasets, files, growths
from shared.messages import FileFailed, FileFetched, HitsParsed, Message
from shared.retry import Dead
from shared.store import Store
from shared.work import Done, Obituary, Stage, Work

NAME = "parser"


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`."""
    return Stage(name=NAME, consumes=(FileFetched,), handle=handle, bury=bury)


def handle(work: Work) -> Done:
    """Parse one raw file into hits and rejects, unless the same content was parsed before."""
    fact = work.message.fact
    assert isinstance(fact, FileFetched)
    with work.tools.catalog.read() as connection:
        file = connection.execute(sa.select(files).where(files.c.id == fact.file)).mappings().first()
        dataset = connection.execute(sa.select(datasets).where(datasets.c.id == fact.dataset)).mappings().first()
    if file is None or dataset is None:
        work.log.warning("parse.skipped", file=fact.file, why="the data set was removed meanwhile")
        return Done()
    format_name = dataset["settings"].get("source", {}).get("format", "auto")
    content = _known(work, content_id(fact.sha256, format_name))
    if content is None:
        content = _parse(work, file["path"], fact.sha256, format_name)
    compared = _compare(work.tools.store, content, _neighbours_of(work, file))
    return Done(write=lambda connection: _record(connection, work, dict(file), content, compared))


def content_id(sha256: str, format_name: str) -> str:
    """Names what a parse gives by all it depends on: the bytes, the import settings, the parser's version."""
    settings = hashlib.sha256(f"{VERSION}/{format_name}".encode()).hexdigest()
    return f"{sha256}-{settings[:8]}"


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """A file that cannot be parsed is marked, and the analysis goes on without it."""
    fact = message.fact
    assert isinstance(fact, FileFetched)
    path = connection.execute(sa.select(files.c.path).where(files.c.id == fact.file)).scalar() or f"file {fact.file}"
    change = sa.update(files).where(files.c.id == fact.file, files.c.state != "parsed")
    connection.execute(change.values(state="failed", error=dead.text))
    return Obituary(fact.dataset, path, (FileFailed(fact.dataset, fact.file, dead.reason),))


def _known(work: Work, identity: str) -> dict[str, Any] | None:
    with work.tools.catalog.read() as connection:
        row = connection.execute(sa.select(contents).where(contents.c.id == identity)).mappings().first()
    return dict(row) if row is not None and (work.tools.data / row["folder"]).is_dir() else None


def _parse(work: Work, path: str, sha256: str, format_name: str) -> dict[str, Any]:
    """Parse into a folder named by the inputs; gives the row for the catalog."""
    identity = content_id(sha256, format_name)
    folder = f"hits/{identity[:2]}/{identity}"
    work.log.info("parse.started", file=path)
    with work.tools.store.folder_once(folder) as aside:
        result = parse_file(
            work.tools.store.path(sha256),
            aside,
            format_name=format_name,
            name=path,
            keep_alive=lambda: work.keep_alive(f"parsing {path}"),
            threads=work.tools.settings.threads,
        )
    work.log.info("parse.finished", file=path, format=result.format, lines=result.lines, hits=result.hits)
    return _row(identity, folder, sha256, result) | {"parsed_at": work.now()}


def _row(identity: str, folder: str, sha256: str, result: ParseResult) -> dict[str, Any]:
    return {
        "id": identity,
        "sha256": sha256,
        "folder": folder,
        "format": result.format,
        "lines": result.lines,
        "directives": result.directives,
        "hits": result.hits,
        "rejects": result.rejects,
        "first_ts": result.first_ts,
        "last_ts": result.last_ts,
        "plain_sha256": result.plain_sha256,
        "plain_bytes": result.plain_size,
        "head": result.head,
        "parts": list(result.parts),
        "cookies_logged": result.cookies_logged,
        "reject_reasons": dict(result.reject_reasons),
    }


def _neighbours_of(work: Work, file: Any) -> list[Content]:
    with work.tools.catalog.read() as connection:
        return _neighbours(connection, file["dataset"], file["server"])


def _neighbours(connection: sa.Connection, dataset: str, server: str) -> list[Content]:
    """The other contents of one server."""
    columns = (contents.c.sha256, contents.c.plain_sha256, contents.c.plain_bytes, contents.c.head)
    query = sa.select(*columns).distinct().join(files, files.c.content == contents.c.id)
    rows = connection.execute(query.where(files.c.dataset == dataset, files.c.server == server))
    return [Content(row.sha256, row.plain_sha256, row.plain_bytes, row.head) for row in rows]


def _compare(
    store: Store, content: dict[str, Any], others: list[Content], known: dict[tuple[str, str], bool] | None = None
) -> dict[tuple[str, str], bool]:
    """For each pair (smaller, larger) of this content and another: whether one begins with the other."""
    known = known or {}
    new = Content(content["sha256"], content["plain_sha256"], content["plain_bytes"], content["head"])
    for smaller, larger in pairs(new, others):
        pair = (smaller.plain_sha256, larger.plain_sha256)
        if pair not in known:
            known[pair] = is_beginning(smaller, larger, store)
    return known


def _record(
    connection: sa.Connection,
    work: Work,
    file: dict[str, Any],
    content: dict[str, Any],
    compared: dict[tuple[str, str], bool],
) -> list[HitsParsed]:
    """Write the parse. The lock makes two files that finish at once see each other."""
    connection.execute(sa.select(datasets.c.id).where(datasets.c.id == file["dataset"]).with_for_update())
    neighbours = _neighbours(connection, file["dataset"], file["server"])
    insert_new(connection, contents, **content)
    for (smaller, larger), begins in _compare(work.tools.store, content, neighbours, compared).items():
        if begins:
            insert_new(connection, growths, smaller=smaller, larger=larger)
    change = sa.update(files).where(files.c.id == file["id"])
    connection.execute(change.values(state="parsed", content=content["id"], error=None))
    return [HitsParsed(file["dataset"], file["id"], content["lines"], content["hits"])]
