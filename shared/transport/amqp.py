"""RabbitMQ: the one door to pika.

Names, all durable: exchange ``proprocessor`` (routing key: message type), exchange ``proprocessor.dead``; for each
queue ``proprocessor.<queue>``, ``proprocessor.<queue>.dead`` and, per delay used, ``proprocessor.<queue>.wait.<ms>``,
whose messages return when their time has come. All are quorum queues with their limits said outright, so that RabbitMQ
3.10 and 4.x behave alike.
"""

from __future__ import annotations

import queue as queues_of_threads
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConnectionClosedByBroker, NackError, UnroutableError

from shared.errors import Unreachable
from shared.retry import DELAYS_S
from shared.transport.amqp_link import Link
from shared.transport.amqp_names import (
    DEAD_EXCHANGE,
    EXCHANGE,
    dead_name,
    milliseconds,
    own_key,
    queue_arguments,
    queue_name,
    wait_arguments,
    wait_name,
)
from shared.transport.interface import (
    BrokenQueue,
    DeadDelivery,
    Delivery,
    Envelope,
    QueueDepth,
    StaleDelivery,
    UnroutableMessage,
)

NOT_FOUND = 404
INTERNAL_ERROR = 541
T = TypeVar("T")


class AmqpTransport:
    """See :class:`shared.transport.Transport`."""

    def __init__(self, url: str, *, heartbeat_s: int, delivery_limit: int) -> None:
        self._url, self._heartbeat_s, self._limit = url, heartbeat_s, delivery_limit
        self._link: Link | None = None
        self._buffers: dict[str, queues_of_threads.Queue[Delivery]] = {}

    def bind(self, queue: str, types: Collection[str]) -> bool:
        is_new = self._count(self._connected(), queue_name(queue)) is None

        def declare(channel: BlockingChannel) -> None:
            channel.queue_declare(dead_name(queue), durable=True, arguments={"x-queue-type": "quorum"})
            channel.queue_bind(dead_name(queue), DEAD_EXCHANGE, queue)
            channel.queue_declare(queue_name(queue), durable=True, arguments=queue_arguments(queue, self._limit))
            for key in [*sorted(types), own_key(queue)]:
                channel.queue_bind(queue_name(queue), EXCHANGE, key)

        self._call(declare)
        return is_new

    def remove(self, queue: str) -> None:
        def delete(channel: BlockingChannel) -> None:
            for name in (queue_name(queue), dead_name(queue), *(wait_name(queue, delay_s) for delay_s in DELAYS_S)):
                channel.queue_delete(name)

        self._buffers.pop(queue, None)
        self._call(delete)

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        def send(channel: BlockingChannel) -> None:
            for envelope in envelopes:
                try:
                    _publish(channel, EXCHANGE, envelope.type, envelope, attempt=1)
                except NackError as error:
                    text = f"A queue of {envelope.type} did not take a message: it has no leader."
                    raise BrokenQueue(text) from error

        self._call(send)

    def take(self, queue: str, wait_s: float) -> Delivery | None:
        link = self._connected()
        buffer = self._buffers.get(queue)
        if buffer is None:
            buffer = self._buffers[queue] = queues_of_threads.Queue()
            target = buffer
            self._call(lambda channel: self._consume(link, channel, queue, target), queue)
        try:
            return buffer.get(timeout=wait_s) if wait_s > 0 else self._take_now(buffer)
        except queues_of_threads.Empty:
            link.check()
            return None

    def ack(self, delivery: Delivery) -> None:
        self._settle(delivery, lambda _: None)

    def again(self, delivery: Delivery, after_s: float) -> None:
        delay_ms = milliseconds(after_s)
        name = wait_name(delivery.queue, after_s)

        def wait(channel: BlockingChannel) -> None:
            channel.queue_declare(name, durable=True, arguments=wait_arguments(delivery.queue, delay_ms))
            _publish(channel, "", name, delivery.envelope, attempt=delivery.attempt + 1)

        self._settle(delivery, wait)

    def bury(self, delivery: Delivery, reason: str) -> None:
        def put_away(channel: BlockingChannel) -> None:
            _publish(channel, DEAD_EXCHANGE, delivery.queue, delivery.envelope, attempt=delivery.attempt, reason=reason)

        self._settle(delivery, put_away)

    def dead(self, queue: str, limit: int) -> list[DeadDelivery]:
        link = self._connected()

        def get(channel: BlockingChannel) -> list[DeadDelivery]:
            found: list[DeadDelivery] = []
            while len(found) < limit:
                method, properties, body = channel.basic_get(dead_name(queue), auto_ack=False)
                if method is None or properties is None:
                    break
                headers = properties.headers or {}
                found.append(
                    DeadDelivery(
                        _envelope(properties, bytes(body or b"")),
                        queue,
                        str(headers.get("reason") or _death(headers)),
                        int(headers.get("attempt", 1)),
                        (link, method.delivery_tag),
                    )
                )
            return found

        return self._call(get, queue)

    def settle_dead(self, dead: DeadDelivery) -> None:
        link, tag = _token(dead.token)
        if link is not self._link or link.is_lost:
            raise StaleDelivery(f"Dead message {dead.envelope.id} was given back: the connection was lost.")
        self._call(lambda channel: channel.basic_ack(tag))

    def depths(self, queues: Collection[str]) -> Mapping[str, QueueDepth]:
        link = self._connected()
        found: dict[str, QueueDepth] = {}
        for queue in queues:
            ready = self._count(link, queue_name(queue))
            if ready is None:
                continue
            delayed = sum(self._count(link, wait_name(queue, delay_s)) or 0 for delay_s in DELAYS_S)
            found[queue] = QueueDepth(ready, None, delayed, self._count(link, dead_name(queue)) or 0)
        return found

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None
        self._buffers.clear()

    def _connected(self) -> Link:
        if self._link is not None and self._link.is_lost:
            self.close()
        if self._link is None:
            self._link = Link(self._url, self._heartbeat_s)
            # Here and not with the queues: who publishes may come before anybody listens.
            self._call(_declare_exchanges)
        return self._link

    def _call(self, work: Callable[[BlockingChannel], T], queue: str | None = None) -> T:
        """Run on the connection's thread; its errors leave as ours. ``queue``: the one whose trouble it would be."""
        link = self._connected()
        try:
            return link.call(work)
        except UnroutableError as error:
            kinds = ", ".join(sorted({str(message.method.routing_key) for message in error.messages}))
            raise UnroutableMessage(f"No queue listens to {kinds} yet.") from error
        except (AMQPError, OSError) as error:
            link.lose(error)
            if queue is not None and _is_broken(error):
                raise BrokenQueue(
                    f"{link.place} cannot serve its queue {queue_name(queue)}: {_text(error)}."
                ) from error
            raise Unreachable(f"The queue {link.place} failed: {_text(error)}.") from error

    def _settle(self, delivery: Delivery, before: Callable[[BlockingChannel], None]) -> None:
        """Acknowledge after ``before`` is confirmed: between the two a crash doubles, never loses."""
        link, tag = _token(delivery.token)
        if link is not self._link or link.is_lost:
            raise StaleDelivery(f"Message {delivery.envelope.id} was given back: the connection was lost.")

        def settle(channel: BlockingChannel) -> None:
            before(channel)
            channel.basic_ack(tag)

        self._call(settle, delivery.queue)

    def _consume(
        self, link: Link, channel: BlockingChannel, queue: str, buffer: queues_of_threads.Queue[Delivery]
    ) -> None:
        def arrived(_channel: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
            attempt = int((properties.headers or {}).get("attempt", 1))
            buffer.put(Delivery(_envelope(properties, body), queue, attempt, (link, method.delivery_tag)))

        channel.basic_consume(queue_name(queue), arrived, auto_ack=False)

    def _take_now(self, buffer: queues_of_threads.Queue[Delivery]) -> Delivery:
        """A message that the broker has sent but that has not been read yet counts as there."""
        try:
            return buffer.get_nowait()
        except queues_of_threads.Empty:
            return buffer.get(timeout=0.02)

    def _count(self, link: Link, name: str) -> int | None:
        """Ready messages of a queue; ``None`` when there is none of that name."""

        def ask() -> int | None:
            # A channel of its own: asking for a queue that is not there closes it.
            channel = link.open_channel()
            try:
                return int(channel.queue_declare(name, passive=True).method.message_count)
            except ChannelClosedByBroker as error:
                if error.reply_code == NOT_FOUND:
                    return None
                raise
            finally:
                if channel.is_open:
                    channel.close()

        return self._call(lambda _: ask())


def _declare_exchanges(channel: BlockingChannel) -> None:
    channel.exchange_declare(EXCHANGE, "direct", durable=True)
    channel.exchange_declare(DEAD_EXCHANGE, "direct", durable=True)


def _publish(
    channel: BlockingChannel, exchange: str, key: str, envelope: Envelope, *, attempt: int, reason: str | None = None
) -> None:
    headers: dict[str, Any] = {"attempt": attempt}
    if reason is not None:
        headers["reason"] = reason
    properties = pika.BasicProperties(
        message_id=envelope.id,
        type=envelope.type,
        headers=headers,
        delivery_mode=pika.DeliveryMode.Persistent.value,
        content_type="application/json",
    )
    channel.basic_publish(exchange, key, envelope.body, properties, mandatory=True)


def _envelope(properties: pika.BasicProperties, body: bytes) -> Envelope:
    return Envelope(id=properties.message_id or "", type=properties.type or "", body=body)


def _death(headers: Mapping[str, Any]) -> str:
    """Why the broker itself gave up on a message."""
    deaths = headers.get("x-death") or [{}]
    why = deaths[0].get("reason", "unknown")
    return f"{why}: its takers ended without settling it"


def _token(token: object) -> tuple[Link, int]:
    assert isinstance(token, tuple)
    return token


def _is_broken(error: BaseException) -> bool:
    """Whether the broker is well and one of its queues is not. It says so after a minute, unless it knows at once."""
    refused = isinstance(error, ConnectionClosedByBroker) and error.reply_code == INTERNAL_ERROR
    return refused or isinstance(error, NackError)


def _text(error: BaseException) -> str:
    if isinstance(error, NackError):
        return "a queue did not take a message, so it has no leader"
    return str(error) or type(error).__name__
