"""Deliveries in the catalog: planned, claimed before they are sent, settled after. Each goes out once.

::

    waiting ──claim──> sending ──> sent
       ^                  ├──────> waiting   refused for now: tried again later
       │                  ├──────> failed    refused for good, or too often
       │                  └──────> unknown   nobody knows whether it went out: a person says
       └─── resolve --again ──────────┘
    waiting ──> skipped   the address gets none any more

What is ``sending`` was about to be sent. A process that is killed then leaves it so; the next one that looks makes it
``unknown``. It is never sent again unless a person says so.
"""

from __future__ import annotations

import hmac
import os
import socket
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import deliveries
from shared.errors import Rejected

State = Literal["waiting", "sending", "sent", "failed", "unknown", "skipped"]
Kind = Literal["report", "alert", "webhook"]
DELAYS_S = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Waiting before the next attempts; after the last, about two days later, it has failed."""
LOST_AFTER = timedelta(minutes=15)
"""No sending takes so long: who claimed it is gone."""
NAMESPACE = uuid.UUID("9d1f6c1e-6c0a-5b0e-8f59-2a4b7f0c4a17")
STARTED = uuid.uuid4().hex
"""Of this process, whatever its number."""
CRASHED = "The process that was about to send it ended; nobody knows whether it went out."


@dataclass(frozen=True)
class Delivery:
    """One row; ``period`` is the id of a period, or of an incident with ``/opened`` or ``/recovered``."""

    id: str
    kind: Kind
    dataset: str
    event: str
    period: str
    recipient: str
    state: State
    due_at: datetime
    wait_until: datetime | None
    next_try: datetime
    attempts: int
    partial: bool
    message_id: str
    claimed_by: str | None
    claimed_at: datetime | None
    sent_at: datetime | None
    reason: str | None
    changed_at: datetime


@dataclass(frozen=True)
class Planned:
    """What is to be sent to whom."""

    kind: Kind
    dataset: str
    event: str
    period: str
    recipients: tuple[str, ...]
    due_at: datetime
    wait_until: datetime | None = None


@dataclass(frozen=True)
class Sender:
    """Who claims deliveries: by default this process, told from any other that ever had its number."""

    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{STARTED}")


def plan(connection: sa.Connection, planned: Planned, key: bytes, domain: str, now: datetime) -> None:
    """Write a row for each recipient; one that is there already stays as it is."""
    for recipient in planned.recipients:
        names = (planned.dataset, planned.event, planned.period, recipient.lower())
        identity = str(uuid.uuid5(NAMESPACE, "\n".join(names)))
        insert_new(
            connection,
            deliveries,
            id=identity,
            kind=planned.kind,
            dataset=planned.dataset,
            event=planned.event,
            period=planned.period,
            recipient=recipient,
            state="waiting",
            due_at=planned.due_at,
            wait_until=planned.wait_until,
            next_try=now,
            attempts=0,
            partial=False,
            message_id=message_id(identity, key, domain),
            changed_at=now,
        )


def message_id(identity: str, key: bytes, domain: str) -> str:
    """The Message-ID of a delivery, always the same, and not to be guessed: what comes back is known by it."""
    return f"<{hmac.digest(key, identity.encode(), 'sha256').hex()[:40]}@{domain}>"


def find(catalog: Catalog, *, due: datetime | None = None, **where: Any) -> list[Delivery]:
    """Deliveries with these values (a tuple: any of them), the oldest first; ``due``: only those to be tried then."""
    query = sa.select(deliveries).order_by(deliveries.c.due_at, deliveries.c.event, deliveries.c.recipient)
    query = query.where(*_fitting(where))
    if due is not None:
        query = query.where(deliveries.c.next_try <= due)
    with catalog.read() as connection:
        return [Delivery(**row) for row in connection.execute(query).mappings()]


def newest(catalog: Catalog, *, offset: int, limit: int, **where: Any) -> tuple[int, list[Delivery]]:
    """How many have these values, and so many of them, the newest first."""
    fits = _fitting(where)
    order = (deliveries.c.due_at.desc(), deliveries.c.event, deliveries.c.recipient, deliveries.c.id)
    query = sa.select(deliveries).where(*fits).order_by(*order).offset(offset).limit(limit)
    with catalog.read() as connection:
        number = connection.execute(sa.select(sa.func.count()).select_from(deliveries).where(*fits)).scalar_one()
        return int(number), [Delivery(**row) for row in connection.execute(query).mappings()]


def _fitting(where: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    columns = ((deliveries.c[name], value) for name, value in where.items())
    return [column.in_(value) if isinstance(value, tuple) else column == value for column, value in columns]


def one(catalog: Catalog, prefix: str) -> Delivery:
    """The delivery whose id begins so; :class:`Rejected` when there is none, or more than one."""
    query = sa.select(deliveries).where(deliveries.c.id.startswith(prefix, autoescape=True))
    with catalog.read() as connection:
        found = [Delivery(**row) for row in connection.execute(query).mappings()]
    if len(found) == 1:
        return found[0]
    what = "No delivery has" if not found else f"{len(found)} deliveries have"
    raise Rejected(
        f"{what} an id that begins with {prefix!r}.",
        remedy="`proprocessor mail list` shows the ids.",
        reason="unknown_delivery",
    )


def by_message_id(catalog: Catalog, local_part: str) -> list[Delivery]:
    """The delivery whose Message-ID begins so."""
    query = sa.select(deliveries).where(deliveries.c.message_id.startswith(f"<{local_part}@", autoescape=True))
    with catalog.read() as connection:
        return [Delivery(**row) for row in connection.execute(query).mappings()]


def bounced(catalog: Catalog, delivery: Delivery, said: str, now: datetime) -> None:
    """It was sent, or nobody knew, and came back for good."""
    same = (deliveries.c.id == delivery.id) & deliveries.c.state.in_(("sent", "unknown"))
    values = {"state": "failed", "reason": f"Bounced: {said}", "changed_at": now}
    with catalog.write() as connection:
        connection.execute(sa.update(deliveries).where(same).values(values))


def claim(catalog: Catalog, delivery: Delivery, sender: Sender, now: datetime, *, partial: bool) -> bool:
    """Write down that it is about to be sent, unless another process has; says whether it is ours."""
    mine = (deliveries.c.id == delivery.id) & (deliveries.c.state == "waiting") & (deliveries.c.next_try <= now)
    values = {"state": "sending", "claimed_by": sender.name, "claimed_at": now, "changed_at": now, "partial": partial}
    with catalog.write() as connection:
        change = sa.update(deliveries).where(mine).values(attempts=deliveries.c.attempts + 1, **values)
        return connection.execute(change).rowcount == 1


def settle(catalog: Catalog, delivery: Delivery, sender: Sender, state: State, reason: str, now: datetime) -> None:
    """Write down how it went, if it is still ours; one taken for lost meanwhile is known again."""
    ours = (deliveries.c.id == delivery.id) & (deliveries.c.claimed_by == sender.name)
    still = deliveries.c.state.in_(("sending", "unknown"))
    values: dict[str, Any] = {"state": state, "reason": reason or None, "changed_at": now}
    if state == "sent":
        values["sent_at"] = now
    with catalog.write() as connection:
        connection.execute(sa.update(deliveries).where(ours, still).values(values))


def again(catalog: Catalog, delivery: Delivery, sender: Sender, reason: str, now: datetime) -> None:
    """It was refused for now: later again, or failed where that was the last attempt."""
    ours = (deliveries.c.id == delivery.id) & (deliveries.c.claimed_by == sender.name)
    still = deliveries.c.state.in_(("sending", "unknown"))
    with catalog.write() as connection:
        change = sa.update(deliveries).where(ours, still)
        connection.execute(change.values(_after(delivery.attempts + 1, reason, now)))


def put_off(catalog: Catalog, chosen: Iterable[Delivery], reason: str, now: datetime) -> None:
    """What could not even be begun, since there was no server or nothing to say: that counts as an attempt."""
    with catalog.write() as connection:
        for one in chosen:
            same = (deliveries.c.id == one.id) & (deliveries.c.attempts == one.attempts)
            change = sa.update(deliveries).where(same, deliveries.c.state == "waiting")
            connection.execute(change.values(attempts=one.attempts + 1, **_after(one.attempts + 1, reason, now)))


def _after(attempts: int, reason: str, now: datetime) -> dict[str, Any]:
    """What becomes of a delivery after so many attempts in vain."""
    if attempts > len(DELAYS_S):
        return {"state": "failed", "reason": f"Given up after {attempts} attempts. {reason}", "changed_at": now}
    return {"state": "waiting", "reason": reason, "changed_at": now, "next_try": now + delay(attempts)}


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return timedelta(seconds=DELAYS_S[min(attempts, len(DELAYS_S)) - 1])


def wait(catalog: Catalog, chosen: Iterable[Delivery], reason: str, until: datetime, now: datetime) -> None:
    """It is not time yet: look again at a moment; that is no attempt."""
    ids = [one.id for one in chosen]
    waiting = deliveries.c.id.in_(ids) & (deliveries.c.state == "waiting")
    with catalog.write() as connection:
        change = sa.update(deliveries).where(waiting)
        connection.execute(change.values(next_try=until, reason=reason, changed_at=now))


def end(catalog: Catalog, delivery: Delivery, state: Literal["failed", "skipped"], reason: str, now: datetime) -> None:
    """It is not to be sent any more, though nobody has begun to."""
    waiting = (deliveries.c.id == delivery.id) & (deliveries.c.state == "waiting")
    with catalog.write() as connection:
        connection.execute(sa.update(deliveries).where(waiting).values(state=state, reason=reason, changed_at=now))


def find_lost(catalog: Catalog, sender: Sender, now: datetime) -> list[Delivery]:
    """Make ``unknown`` what a process was about to send that is gone; gives them.

    A webhook waits to be called again: its receiver knows by the delivery's id what it has had.
    """
    found = []
    for delivery in find(catalog, state="sending"):
        if not _is_lost(delivery, sender, now):
            continue
        same = (deliveries.c.id == delivery.id) & (deliveries.c.claimed_by == delivery.claimed_by)
        again = delivery.kind == "webhook"
        values = {"state": "waiting" if again else "unknown", "reason": CRASHED, "changed_at": now, "next_try": now}
        with catalog.write() as connection:
            change = sa.update(deliveries).where(same, deliveries.c.state == "sending").values(values)
            if connection.execute(change).rowcount == 1:
                found.append(delivery)
    return found


def resolve(catalog: Catalog, delivery: Delivery, *, sent: bool, now: datetime) -> None:
    """What a person says of one that is unknown (or failed, or skipped): it was sent, or it is to be sent again."""
    if delivery.state not in ("unknown", "failed", "skipped"):
        raise Rejected(
            f"This delivery is {delivery.state}: there is nothing to resolve.",
            remedy="Only what is unknown, failed or skipped is.",
            reason="nothing_to_resolve",
        )
    values: dict[str, Any] = {"changed_at": now, "claimed_by": None}
    if sent:
        values |= {"state": "sent", "sent_at": delivery.claimed_at or now, "reason": "A person said so."}
    else:
        values |= {"state": "waiting", "next_try": now, "attempts": 0, "reason": None}
    same = (deliveries.c.id == delivery.id) & (deliveries.c.state == delivery.state)
    with catalog.write() as connection:
        connection.execute(sa.update(deliveries).where(same).values(values))


def _is_lost(delivery: Delivery, sender: Sender, now: datetime) -> bool:
    """Whether who claimed it is gone: by its number if it was of this host, and by time."""
    if delivery.claimed_by == sender.name:
        return False
    if delivery.claimed_at is None or now - delivery.claimed_at > LOST_AFTER:
        return True
    host, _, rest = (delivery.claimed_by or "").partition(":")
    number = rest.partition(":")[0]
    return host == socket.gethostname() and number.isdigit() and not _is_there(int(number))


def _is_there(pid: int) -> bool:
    """Whether a process of this number runs; this one is another than that which had its number before."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
