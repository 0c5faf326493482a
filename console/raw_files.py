"""The raw files of a data set that are kept, put on their way again: a parser reads them with the settings of now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from console import datasets
from shared import failures, outbox
from shared.catalog import Catalog
from shared.catalog.schema import files
from shared.messages import FileFetched, PartDue, decode, first
from shared.store import Store


@dataclass(frozen=True)
class RawFile:
    """One version of a file."""

    id: int
    path: str
    sha256: str


@dataclass(frozen=True)
class ReadAgain:
    """How many files were put on their way again, and of how many nothing is kept to be read again."""

    announced: int
    lost: int


def read_again(
    catalog: Catalog, store: Store, dataset: str, now: datetime, *, path: str | None = None, format_name: str | None
) -> ReadAgain:
    """Have all files of a data set read again, or that of this path; from now on as this format, where one is named.

    :class:`Rejected` where there is no such file; :class:`Misconfigured` where the parser knows no such format.
    """
    datasets.find(catalog, dataset, path)
    kept, lost = kept_files(catalog, store, dataset, path)
    if format_name is not None:
        datasets.name_format(catalog, dataset, {one.path for one in kept}, format_name)
    announce(catalog, dataset, kept, now)
    return ReadAgain(len(kept), lost)


def kept_files(catalog: Catalog, store: Store, dataset: str, path: str | None = None) -> tuple[list[RawFile], int]:
    """Every version of every file, or of that of this path, and how many more have no raw file any longer.

    An earlier version may hold lines that no later one has.
    """
    query = sa.select(files.c.id, files.c.path, files.c.sha256).where(files.c.dataset == dataset)
    if path is not None:
        query = query.where(files.c.path == path)
    with catalog.read() as connection:
        found = [RawFile(*row) for row in connection.execute(query.order_by(files.c.id))]
    kept = [one for one in found if store.path(one.sha256).is_file()]
    return kept, len(found) - len(kept)


def announce(catalog: Catalog, dataset: str, chosen: Sequence[RawFile], now: datetime) -> None:
    """Put files on their way again as if just fetched; dead letters about them are settled by that."""
    origin, numbers = f"reparse {uuid.uuid4()}", {one.id for one in chosen}
    kinds = (FileFetched.TYPE, PartDue.TYPE)
    waiting = [one for one in failures.letters(catalog, dataset=dataset) if one.type in kinds]
    with catalog.write() as connection:
        for letter in waiting:
            fact = decode(letter.body).fact
            if isinstance(fact, FileFetched | PartDue) and fact.file in numbers:
                failures.settle(connection, letter, "replayed", now)
        for one in chosen:
            change = sa.update(files).where(files.c.id == one.id)
            connection.execute(change.values(state="fetched", error=None))
        facts = (FileFetched(dataset, one.id, one.sha256) for one in chosen)
        outbox.put(connection, (first(fact, origin=origin) for fact in facts), now)
