"""Where a file is on its way from fetch to report, and the one id by which logs tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console import datasets
from shared import failures
from shared.catalog import Catalog
from shared.catalog.schema import analyses, contents, files, inbox, outbox, publications
from shared.errors import Rejected
from shared.failures import DeadLetter
from shared.messages import FileFailed, FileFetched, HitsParsed, Message, PartDue, decode

ABOUT_FILES = (FileFetched, PartDue, HitsParsed, FileFailed)
LATEST = 20_000
"""Messages that are looked through; older ones are of files that were read long ago."""


@dataclass(frozen=True)
class Passed:
    """One message about the file: when it was written and sent, and which queues are done with it since when."""

    id: str
    type: str
    trace: str
    created_at: datetime
    sent_at: datetime | None
    done: Mapping[str, datetime]


@dataclass(frozen=True)
class FileTrace:
    """All of it. ``content`` is what was read; ``analysed_at`` and ``published_at`` are later than that, or none."""

    file: Mapping[str, Any]
    content: Mapping[str, Any] | None
    analysed_at: datetime | None
    published_at: datetime | None
    messages: tuple[Passed, ...]
    letters: tuple[DeadLetter, ...]

    @property
    def traces(self) -> tuple[str, ...]:
        """The ids by which logs tell of it, the last first; a file that was read again has several."""
        return tuple(dict.fromkeys(one.trace for one in reversed(self.messages)))


def trace_file(catalog: Catalog, dataset: str, file: int) -> FileTrace:
    """Of one version of a file; :class:`Rejected` where the data set has none of this number."""
    row = datasets.find(catalog, dataset)
    with catalog.read() as connection:
        query = sa.select(files).where(files.c.dataset == dataset, files.c.id == file)
        found = connection.execute(query).mappings().first()
        if found is None:
            raise Rejected(
                f"The data set {dataset} has no file number {file}.",
                remedy=f"`proprocessor datasets show {dataset} --json` lists them.",
                reason="unknown_file",
            )
        content = _content(connection, found["content"] or found["held"])
        analysed_at, published_at = _after(connection, row, content["parsed_at"] if content else None)
        messages = _messages(connection, file)
    letters = failures.letters(catalog, dataset=dataset, state=None)
    about = tuple(one for one in letters if one.subject == found["path"])
    return FileTrace(dict(found), content, analysed_at, published_at, messages, about)


def versions(catalog: Catalog, dataset: str, path: str) -> list[int]:
    """The numbers of all versions of a file, the last fetched first."""
    query = sa.select(files.c.id).where(files.c.dataset == dataset, files.c.path == path)
    with catalog.read() as connection:
        return list(connection.execute(query.order_by(files.c.fetched_at.desc(), files.c.id.desc())).scalars())


def _content(connection: sa.Connection, content: str | None) -> dict[str, Any] | None:
    columns = [one for one in contents.c if one.name != "head"]
    found = connection.execute(sa.select(*columns).where(contents.c.id == content)).mappings().first()
    return dict(found) if found is not None else None


def _after(
    connection: sa.Connection, row: Mapping[str, Any], parsed_at: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """When the newest analysis was made and published, if that was after the file was read."""
    if parsed_at is None:
        return None, None
    mine = (analyses.c.dataset == row["id"]) & (analyses.c.digest == row["analysis"])
    analysed = connection.execute(sa.select(analyses.c.created_at).where(mine)).scalar()
    if analysed is None or analysed < parsed_at:
        return None, None
    same = (publications.c.dataset == row["id"]) & (publications.c.analysis == row["analysis"])
    published = connection.execute(sa.select(sa.func.max(publications.c.published_at)).where(same)).scalar()
    return analysed, published


def _messages(connection: sa.Connection, file: int) -> tuple[Passed, ...]:
    types = [one.TYPE for one in ABOUT_FILES]
    query = sa.select(outbox).where(outbox.c.type.in_(types)).order_by(outbox.c.seq.desc()).limit(LATEST)
    found: list[tuple[sa.RowMapping, Message]] = []
    for row in connection.execute(query).mappings():
        message = decode(row["body"])
        if isinstance(message.fact, ABOUT_FILES) and message.fact.file == file:
            found.append((row, message))
    ids = [message.id for _, message in found]
    done: dict[str, dict[str, datetime]] = {one: {} for one in ids}
    for queue, message, at in connection.execute(
        sa.select(inbox.c.queue, inbox.c.message, inbox.c.done_at).where(inbox.c.message.in_(ids))
    ):
        done[message][queue] = at
    return tuple(
        Passed(one.id, row["type"], one.trace, row["created_at"], row["sent_at"], done[one.id])
        for row, one in reversed(found)
    )
