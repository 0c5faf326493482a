"""Dead letters: messages that could not be handled, kept with their reason until a person replays or discards them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from shared import outbox
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import dead_letters, files, parts
from shared.errors import Rejected
from shared.messages import Fact, FileFetched, Message, PartDue, decode

State = Literal["waiting", "replayed", "discarded"]


@dataclass(frozen=True)
class DeadLetter:
    """One message that died."""

    id: str
    queue: str
    type: str
    dataset: str | None
    subject: str | None
    """What it was about, in a person's words: a file's path, a location."""
    reason: str
    error: str
    exit_code: int
    attempts: int
    state: State
    died_at: datetime
    settled_at: datetime | None
    body: bytes


def record(connection: sa.Connection, letter: DeadLetter, message: str) -> bool:
    """Keep a dead letter; one that is there already stays. ``message`` is the id of the message, or of its bytes."""
    values = {name: getattr(letter, name) for name in letter.__dataclass_fields__}
    return insert_new(connection, dead_letters, message=message, **values)


def letters(
    catalog: Catalog, *, dataset: str | None = None, state: State | None = "waiting", prefix: str = ""
) -> list[DeadLetter]:
    """Dead letters, oldest first; ``prefix`` is the beginning of an id."""
    query = sa.select(dead_letters).order_by(dead_letters.c.died_at, dead_letters.c.id)
    if state is not None:
        query = query.where(dead_letters.c.state == state)
    if dataset is not None:
        query = query.where(dead_letters.c.dataset == dataset)
    if prefix:
        query = query.where(dead_letters.c.id.startswith(prefix, autoescape=True))
    with catalog.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [DeadLetter(**{name: row[name] for name in DeadLetter.__dataclass_fields__}) for row in rows]


def one(catalog: Catalog, prefix: str) -> DeadLetter:
    """The dead letter whose id begins so; :class:`Rejected` when there is none, or more than one."""
    found = letters(catalog, state=None, prefix=prefix)
    if len(found) == 1:
        return found[0]
    what = "No dead letter has" if not found else f"{len(found)} dead letters have"
    raise Rejected(
        f"{what} an id that begins with {prefix!r}.",
        remedy="`proprocessor failures list` shows the ids.",
        reason="unknown_failure",
    )


def replay(catalog: Catalog, chosen: Sequence[DeadLetter], now: datetime) -> int:
    """Put messages back on their way as new ones; gives how many. They go out with the next sweep.

    A file whose message is replayed is under way again, so that the analysis waits for it.
    """
    replayed = 0
    with catalog.write() as connection:
        for letter in chosen:
            if not settle(connection, letter, "replayed", now):
                continue
            message = decode(letter.body)
            _set_out(connection, message.fact)
            again = str(uuid.uuid5(uuid.UUID(message.id), f"replay/{letter.id}"))
            outbox.put(connection, [Message(again, message.trace, message.cause, message.fact)], now)
            replayed += 1
    return replayed


def discard(catalog: Catalog, chosen: Sequence[DeadLetter], now: datetime) -> int:
    """Mark dead letters as seen and not wanted; they stay in the catalog. Gives how many."""
    with catalog.write() as connection:
        return sum(settle(connection, letter, "discarded", now) for letter in chosen)


def settle(connection: sa.Connection, letter: DeadLetter, state: State, now: datetime) -> bool:
    """Mark a dead letter as dealt with; false where another did so before."""
    statement = (
        sa.update(dead_letters)
        .where(dead_letters.c.id == letter.id, dead_letters.c.state == "waiting")
        .values(state=state, settled_at=now)
    )
    return connection.execute(statement).rowcount == 1


def _set_out(connection: sa.Connection, fact: Fact) -> None:
    if isinstance(fact, FileFetched | PartDue):
        failed = sa.update(files).where(files.c.id == fact.file, files.c.state == "failed")
        connection.execute(failed.values(state="fetched", error=None))
    if isinstance(fact, PartDue):
        sha256 = connection.execute(sa.select(files.c.sha256).where(files.c.id == fact.file)).scalar() or "none"
        dead = parts.c.content.startswith(f"{sha256}-") & (parts.c.number == fact.part) & (parts.c.state == "failed")
        connection.execute(sa.update(parts).where(dead).values(state="due"))
