"""What every transport does; ``tests/contract/test_transport_laws.py`` says it in tests, run on both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.errors import LostRace, Transient, Unreachable


class UnroutableMessage(Transient):
    """No queue listens to a message's type yet; it was not published."""


class BrokenQueue(Unreachable):
    """The broker answers, but for this queue it cannot: what it kept of it is lost or has no leader.

    RabbitMQ comes to this when it is killed while it makes a queue. It may pass; if not, :meth:`Transport.remove` and
    :meth:`Transport.bind` mend it.
    """


class StaleDelivery(LostRace):
    """The delivery is no longer ours: the connection was lost or the lease ended. The message comes again."""


@dataclass(frozen=True)
class Envelope:
    """A message as a transport sees it: it looks at the type, never inside the body."""

    id: str
    type: str
    body: bytes


@dataclass(frozen=True)
class Delivery:
    """A message handed to this consumer until it is settled.

    ``attempt`` counts from 1 how often it was tried: one more for each :meth:`Transport.again`. Consumers that died are
    counted apart, by the transport: too many and the message is dead.
    """

    envelope: Envelope
    queue: str
    attempt: int
    token: object


@dataclass(frozen=True)
class DeadDelivery:
    """A message that a queue gave up on, and why."""

    envelope: Envelope
    queue: str
    reason: str
    attempt: int
    token: object


@dataclass(frozen=True)
class QueueDepth:
    """Messages ready to take, in the hands of consumers (``None``: the broker does not say), delayed, and dead."""

    ready: int
    taken: int | None
    delayed: int
    dead: int


class Transport(Protocol):
    """Queues between processes: at least once, in order when nothing fails, nothing lost.

    One object serves one thread. Every method may raise :class:`shared.errors.Unreachable` when the queue does not
    answer; the next call connects again. A delivery must be settled by exactly one of :meth:`ack`, :meth:`again` and
    :meth:`bury`; a consumer that dies first gives its message back. While a delivery is held, its lease or heartbeat is
    kept up in the background, so handling may take hours.
    """

    def bind(self, queue: str, types: Collection[str]) -> bool:
        """Make a durable queue that receives these types; doing it again changes nothing. Says whether it is new.

        Several queues may receive one type, each its own copy. What was published before stays in the queue.
        """

    def remove(self, queue: str) -> None:
        """Take a queue away with all that lies in it; works on a :class:`BrokenQueue` too."""

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        """Hand over messages; when it returns, each is durable in every queue of its type.

        :class:`UnroutableMessage` when a type has no queue, :class:`BrokenQueue` when one of its queues does not take
        it; others of the batch may have been published.
        """

    def take(self, queue: str, wait_s: float) -> Delivery | None:
        """The next message, waiting up to ``wait_s`` for one; ``None`` when there is none."""

    def ack(self, delivery: Delivery) -> None:
        """The message is done; it never comes again."""

    def again(self, delivery: Delivery, after_s: float) -> None:
        """Deliver it again after so many seconds, to anybody, with ``attempt`` one higher; survives restarts."""

    def bury(self, delivery: Delivery, reason: str) -> None:
        """Put it among the queue's dead."""

    def dead(self, queue: str, limit: int) -> list[DeadDelivery]:
        """Some of the queue's dead, held until :meth:`settle_dead` or :meth:`close`."""

    def settle_dead(self, dead: DeadDelivery) -> None:
        """Take a dead message out for good: it is kept elsewhere now."""

    def depths(self, queues: Collection[str]) -> Mapping[str, QueueDepth]:
        """How much lies in each of these queues; those that were never bound are left out."""

    def close(self) -> None:
        """Give back what is held and disconnect."""
