"""Messages on their way out: written in the transaction of the work, published after it.

A process killed between the two leaves rows unsent. They go out when its message is delivered again, or at the next
:func:`sweep` of any process. Published twice is harmless: ids repeat, and consumers recognise them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import inbox, outbox
from shared.messages import FACTS, Message, encode
from shared.transport import BrokenQueue, Envelope, Transport, UnroutableMessage

log = structlog.get_logger()
OPTIONAL_TYPES = frozenset(fact.TYPE for fact in FACTS.values() if fact.OPTIONAL)
SWEEP_AFTER = timedelta(seconds=5)
BATCH = 500


def put(connection: sa.Connection, messages: Iterable[Message], now: datetime) -> None:
    """Write messages into the outbox. One that is there already stays as it is."""
    for message in messages:
        insert_new(
            connection,
            outbox,
            message=message.id,
            cause=message.cause,
            type=message.fact.TYPE,
            body=encode(message),
            created_at=now,
        )


def relay(catalog: Catalog, transport: Transport, cause: str, now: datetime) -> int:
    """Publish what the message ``cause`` led to and is unsent; gives how many went out."""
    with catalog.read() as connection:
        rows = connection.execute(_unsent().where(outbox.c.cause == cause)).all()
    return _send(catalog, transport, rows, now)


def sweep(catalog: Catalog, transport: Transport, now: datetime, *, at_once: bool = False) -> int:
    """Publish what has been lying unsent for a while (or at all), whoever wrote it; gives how many went out."""
    query = _unsent() if at_once else _unsent().where(outbox.c.created_at < now - SWEEP_AFTER)
    with catalog.read() as connection:
        rows = connection.execute(query.limit(BATCH)).all()
    return _send(catalog, transport, rows, now)


def is_waiting(queue: str, types: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a message of these types was not done yet by whoever takes it from a queue.

    Every message passes the outbox and ends in the inbox, so this holds for any transport, wherever the message is now.
    """
    done = sa.exists().where(inbox.c.queue == queue, inbox.c.message == outbox.c.message)
    return sa.and_(outbox.c.type.in_(types), ~done)


def send_again(catalog: Catalog, queue: str, types: Iterable[str]) -> int:
    """What a queue had when it was lost goes out once more, at the next :func:`sweep`; gives how many.

    Other queues of the types recognise what they have done. Optional facts stay: nobody need have heard them.
    """
    lost = sa.and_(is_waiting(queue, set(types) - OPTIONAL_TYPES), outbox.c.sent_at.is_not(None))
    with catalog.write() as connection:
        return connection.execute(sa.update(outbox).where(lost).values(sent_at=None)).rowcount


def _unsent() -> sa.Select[tuple[str, str, bytes]]:
    columns = (outbox.c.message, outbox.c.type, outbox.c.body)
    return sa.select(*columns).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.seq)


def _send(catalog: Catalog, transport: Transport, rows: Sequence[sa.Row[tuple[str, str, bytes]]], now: datetime) -> int:
    envelopes = [Envelope(id=row.message, type=row.type, body=row.body) for row in rows]
    if not envelopes:
        return 0
    sent = _publish(transport, envelopes)
    if sent:
        with catalog.write() as connection:
            connection.execute(sa.update(outbox).where(outbox.c.message.in_(sent)).values(sent_at=now))
    return len(sent)


def _publish(transport: Transport, envelopes: list[Envelope]) -> list[str]:
    """All at once; where one is refused, one by one, so that it does not hold up the others, nor who sends it."""
    try:
        transport.publish(envelopes)
        return [envelope.id for envelope in envelopes]
    except (UnroutableMessage, BrokenQueue):
        sent = []
    refused = set()
    for envelope in envelopes:
        if envelope.type in refused:
            continue
        try:
            transport.publish([envelope])
        except BrokenQueue as error:
            # The broker takes a minute to say so: once is enough. Whoever listens to the queue mends it.
            refused.add(envelope.type)
            log.warning("outbox.refused", type=envelope.type, message=envelope.id, error=str(error))
            continue
        except UnroutableMessage:
            if envelope.type not in OPTIONAL_TYPES:
                log.debug("outbox.waiting", type=envelope.type, message=envelope.id, why="no process listens yet")
                continue
        sent.append(envelope.id)
    return sent
