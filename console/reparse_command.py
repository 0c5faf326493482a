"""``proprocessor reparse``: read kept raw files again, after an update of the parser or a change of import settings."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import sqlalchemy as sa
import typer

from console import datasets
from console.options import Data, catalog_of
from console.outgoing import send
from console.output import complain, err, say
from console.run_command import run_dataset
from shared import failures, outbox
from shared.catalog import Catalog
from shared.catalog.schema import files
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.messages import FileFetched, PartDue, decode, first
from shared.store import Store


@dataclass(frozen=True)
class _RawFile:
    """One version of a file."""

    id: int
    path: str
    sha256: str


def reparse(
    dataset: Annotated[str, typer.Argument(help="Id of the data set.")],
    file: Annotated[str | None, typer.Option("--file", help="One file only, by its path.")] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Read it, and what comes later under its name, as this format.")
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Run all stages in this process, as `process` does, and wait for the end.")
    ] = False,
    data: Data = None,
) -> int:
    """Read kept raw files again. What the same parser has read with the same settings is recognised, not made again."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset, file)
    store = Store(settings.data)
    found = _files(catalog, dataset, file)
    kept = [one for one in found if store.path(one.sha256).is_file()]
    if format_name is not None:
        datasets.name_format(catalog, dataset, {one.path for one in kept}, format_name)
    if len(kept) < len(found):
        complain(f"{_files_have(len(found) - len(kept))} no raw file any more: what was parsed of it stays.")
    announce(catalog, dataset, kept, datetime.now(UTC))
    if now:
        configure(
            settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console"
        )
        return run_dataset(settings, catalog, dataset, fetch=False)
    send(settings, catalog)
    number = "1 file is" if len(kept) == 1 else f"{len(kept):,} files are"
    say(f"{number} announced. A running parser takes them, else add --now; `proprocessor status` shows how far it is.")
    return EXIT_DONE


def announce(catalog: Catalog, dataset: str, chosen: Sequence[_RawFile], now: datetime) -> None:
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


def _files_have(number: int) -> str:
    return "1 file has" if number == 1 else f"{number:,} files have"


def _files(catalog: Catalog, dataset: str, path: str | None) -> list[_RawFile]:
    """Every version of every file: an earlier one may hold lines that no later one has."""
    query = sa.select(files.c.id, files.c.path, files.c.sha256).where(files.c.dataset == dataset)
    if path is not None:
        query = query.where(files.c.path == path)
    with catalog.read() as connection:
        return [_RawFile(*row) for row in connection.execute(query.order_by(files.c.id))]
