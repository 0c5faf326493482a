"""What a stage is, and what it is given for each message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared import outbox
from shared.catalog import Catalog
from shared.clock import Clock
from shared.messages import Fact, Message, follow
from shared.retry import Dead
from shared.settings import Settings
from shared.store import Store
from shared.transport import Transport

Write = Callable[[sa.Connection], Iterable[Fact]]
"""Writes results in the transaction it is given, and says what facts follow from them."""


@dataclass(frozen=True)
class Tools:
    """What every handler may use; one set for each process."""

    catalog: Catalog
    transport: Transport
    store: Store
    settings: Settings
    clock: Clock
    log: Any

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.store.root


@dataclass(frozen=True)
class Work:
    """One message at hand."""

    message: Message
    attempt: int
    tools: Tools
    tick: Callable[[str | None], None]
    log: Any

    def now(self) -> datetime:
        """The present, UTC."""
        return self.tools.clock.now()

    def keep_alive(self, doing: str | None = None) -> None:
        """Say that the work goes on, and at what."""
        self.tick(doing)

    def commit(self, write: Write) -> None:
        """Write results and their facts before the message is done, and send the facts.

        For work so long that others should not wait for its end. A repeat of the message must find these results
        and not make them again.
        """
        with self.tools.catalog.write() as connection:
            outbox.put(connection, [follow(self.message, fact) for fact in write(connection)], self.now())
        outbox.relay(self.tools.catalog, self.tools.transport, self.message.id, self.now())


@dataclass(frozen=True)
class Done:
    """The work is done; ``write`` puts its results into the catalog."""

    write: Write = lambda _: ()


@dataclass(frozen=True)
class Obituary:
    """What a stage says when one of its messages dies."""

    dataset: str
    subject: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One kind of process: what it listens to and what it does."""

    name: str
    consumes: tuple[type[Fact], ...]
    handle: Callable[[Work], Done]
    bury: Callable[[sa.Connection, Message, Dead], Obituary]
    """Called in the transaction that keeps a dead letter."""
    tick: Callable[[Tools], None] | None = None
    """Called between messages, about once a second."""
    leave: Callable[[], None] | None = None
    """Called when the process is to end: waits for what ``tick`` began."""
    beside: tuple[Stage, ...] = ()
    """What runs in the same process, each with its own queue and thread: slow work that must hold up nothing here."""
