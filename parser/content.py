"""A file that is to be parsed, and the row in ``contents`` of what a parse gave."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from parser.import_settings import ImportSettings
from parser.read import VERSION, ParseResult
from shared import outbox
from shared.catalog.engine import upsert
from shared.catalog.schema import contents, datasets, files, parts
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.errors import Transient
from shared.messages import HitsParsed, first
from shared.tombstones import forgotten_by, stamp_of, stones_of
from shared.work import Work

DAY = re.compile(r"f\d{8}")
Content = dict[str, Any]
"""A row of ``contents``."""


@dataclass(frozen=True)
class Task:
    """A file with the settings of its data set as they are now; ``chosen`` are those that hold for this file."""

    file: dict[str, Any]
    settings: DatasetSettings
    chosen: ImportSettings

    @cached_property
    def content(self) -> str:
        """The name of what parsing it gives."""
        return content_id(self.file["sha256"], self.chosen)

    @property
    def folder(self) -> str:
        """Where that lies, below the data folder."""
        return folder_of(self.content)


def content_id(sha256: str, chosen: ImportSettings) -> str:
    """Names a parse by all it depends on: the bytes, the import settings, the parser's version, who was forgotten."""
    made_by = hashlib.sha256(f"{VERSION}/{chosen.digest()}".encode()).hexdigest()
    return stamped(f"{sha256}-{made_by[:8]}", chosen.forgotten.stamp if chosen.forgotten else "")


def stamped(content: str, stamp: str) -> str:
    """The name of the same content with other tombstones obeyed."""
    sha256, made_by, *more = content.split("-")
    return "-".join((sha256, made_by, *((stamp,) if stamp else ()), *(one for one in more if DAY.fullmatch(one))))


def since(content: str, day: date) -> str:
    """The name of the same content without hits before a day."""
    return "-".join([*(one for one in content.split("-") if not DAY.fullmatch(one)), f"{day:f%Y%m%d}"])


def folder_of(content: str) -> str:
    """Where a content lies, below the data folder."""
    return f"hits/{content[:2]}/{content}"


def lock_dataset(connection: sa.Connection, dataset: str) -> None:
    """Until the end of the transaction nobody else says which contents a data set has."""
    connection.execute(sa.select(datasets.c.id).where(datasets.c.id == dataset).with_for_update())


def still_obeys(connection: sa.Connection, dataset: str, content: str) -> None:
    """:class:`Transient` where somebody was forgotten since this content was made: it is to be made again."""
    if stamped(content, stamp_of(stones_of(connection, dataset))) != content:
        raise Transient(f"{dataset}: a visitor was forgotten meanwhile.", reason="forgotten_meanwhile")


def find_task(work: Work, dataset_id: str, file_id: int) -> Task | None:
    """``None`` where the data set was removed meanwhile."""
    with work.tools.catalog.read() as connection:
        file = connection.execute(sa.select(files).where(files.c.id == file_id)).mappings().first()
        dataset = connection.execute(sa.select(datasets).where(datasets.c.id == dataset_id)).mappings().first()
        override = _named_format(connection, dataset_id, file["path"]) if file else None
        stones = forgotten_by(connection, dataset_id, work.tools.settings)
    if file is None or dataset is None:
        work.log.warning("parse.skipped", file=file_id, why="the data set was removed meanwhile")
        return None
    settings = read_stored_settings(dataset["settings"], name=dataset["id"])
    forgotten = replace(stones, gap=timedelta(minutes=settings.visits.gap_minutes)) if stones else None
    return Task(dict(file), settings, ImportSettings.of(settings, override=override, forgotten=forgotten))


def known(work: Work, task: Task) -> Content | None:
    """The parse, if it was made before and still lies there; what has rows in ``parts`` is not whole yet."""
    with work.tools.catalog.read() as connection:
        return known_in(connection, work, task)


def known_in(connection: sa.Connection, work: Work, task: Task) -> Content | None:
    """As :func:`known`, within a transaction."""
    row = connection.execute(sa.select(contents).where(contents.c.id == task.content)).mappings().first()
    if row is None or _is_in_parts(connection, task.content):
        return None
    return dict(row) if (work.tools.data / row["folder"]).is_dir() else None


def row_of(task: Task, result: ParseResult, now: datetime) -> Content:
    """The row of a parse that has just been made."""
    return {
        "id": task.content,
        "sha256": task.file["sha256"],
        "folder": task.folder,
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
        "parsed_at": now,
        "parser_version": VERSION,
    }


def keep(connection: sa.Connection, work: Work, content: Content) -> None:
    """Write the row of a parse; :class:`Transient` where its folder holds another's.

    Two processes with different part sizes may make one content in two ways. Both are right, but the files have
    other names, and only one of them is in place.
    """
    query = sa.select(contents.c.parts).where(contents.c.id == content["id"]).with_for_update()
    if connection.execute(query).scalar() == content["parts"]:
        return
    # Written before looked: who removes what nobody uses (parser.traces) locks the table, and looks, and then removes.
    upsert(connection, contents, ("id",), **content)
    folder = work.tools.data / content["folder"]
    there = folder.is_dir() and all((folder / part).is_file() for part in content["parts"])
    if _is_in_parts(connection, content["id"]) or not there:
        raise Transient(f"Another process makes {content['folder']} in parts.", reason="made_twice")


def _named_format(connection: sa.Connection, dataset: str, path: str) -> str | None:
    """The format that a person gave for a path: it holds for what is fetched under this name later, too."""
    named = sa.select(files.c.format).where(
        files.c.dataset == dataset, files.c.path == path, files.c.format.is_not(None)
    )
    found: str | None = connection.execute(named.order_by(files.c.id.desc()).limit(1)).scalar()
    return found


def _is_in_parts(connection: sa.Connection, content: str) -> bool:
    return connection.execute(sa.select(parts.c.number).where(parts.c.content == content).limit(1)).first() is not None


def announce_hits(connection: sa.Connection, dataset: str, origin: str, now: datetime) -> bool:
    """Have a data set whose hits have changed analysed anew; false where there is nothing to analyse."""
    query = sa.select(files.c.id, contents.c.lines, contents.c.hits).join(contents, contents.c.id == files.c.content)
    row = connection.execute(query.where(files.c.dataset == dataset).limit(1)).first()
    if row is not None:
        fact = HitsParsed(dataset, row.id, row.lines, row.hits)
        outbox.put(connection, [first(fact, origin=origin)], now)
    return row is not None
