"""One connection to RabbitMQ, served by a thread of its own.

Heartbeats are answered however long the caller works, because the thread does nothing else. Calls are run on it one by
one: pika's objects belong to one thread.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from shared.errors import Misconfigured, Unreachable

PREFETCH = 1
"""A process holds one message; the next goes to whoever is free."""
CONNECT_TIMEOUT_S = 5.0
CALL_TIMEOUT_S = 120.0
LISTEN_S = 0.5
T = TypeVar("T")


class Link:
    """A connection and its channel; once lost it stays lost, and a new one is made."""

    def __init__(self, url: str, heartbeat_s: int) -> None:
        try:
            parameters = pika.URLParameters(url)
        except (ValueError, TypeError, KeyError) as error:
            raise Misconfigured(
                "The setting queue is not an AMQP URL.", remedy="Write amqp://user:pass@host/."
            ) from error
        parameters.heartbeat = heartbeat_s
        parameters.blocked_connection_timeout = CALL_TIMEOUT_S / 2
        parameters.connection_attempts = 1
        parameters.socket_timeout = CONNECT_TIMEOUT_S
        parameters.stack_timeout = 2 * CONNECT_TIMEOUT_S
        self.place = f"amqp://{parameters.host}:{parameters.port}/{parameters.virtual_host.lstrip('/')}"
        self._error: BaseException | None = None
        self._closing = False
        self._calls: deque[tuple[Future[Any], Callable[[BlockingChannel], Any]]] = deque()
        self._lock = threading.Lock()
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._serve, args=(parameters, ready), name="amqp", daemon=True)
        self._thread.start()
        try:
            ready.result(timeout=4 * CONNECT_TIMEOUT_S)
        except Exception as error:
            self.lose(error)
            raise Unreachable(
                f"The queue {self.place} does not answer: {_reason(error)}.",
                remedy="Start RabbitMQ, or mend PROPROCESSOR_QUEUE.",
            ) from error

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be done with it any more."""
        return self._error is not None or not self._thread.is_alive()

    def check(self) -> None:
        """:class:`Unreachable` when the connection is lost."""
        if self.is_lost:
            raise Unreachable(f"The connection to the queue {self.place} was lost: {_reason(self._error)}.")

    def call(self, work: Callable[[BlockingChannel], T]) -> T:
        """Run on the thread, and give its result or error."""
        future: Future[T] = Future()
        with self._lock:
            self.check()
            self._calls.append((future, work))
        self._connection.add_callback_threadsafe(lambda: None)
        try:
            return future.result(timeout=CALL_TIMEOUT_S)
        except TimeoutError as error:
            self.lose(error)
            raise Unreachable(f"The queue {self.place} has not answered for {CALL_TIMEOUT_S:.0f} s.") from error

    def open_channel(self) -> BlockingChannel:
        """Another channel; on the thread only."""
        return self._connection.channel()

    def lose(self, error: BaseException) -> None:
        """Give it up."""
        self._error = self._error or error

    def close(self) -> None:
        """Disconnect; what was held goes back to the queue."""
        self._closing = True
        with suppress(AMQPError):  # lost already
            self._connection.add_callback_threadsafe(lambda: None)  # so that it does not listen to the end
        self._thread.join(timeout=2 * CONNECT_TIMEOUT_S)

    def _serve(self, parameters: pika.URLParameters, ready: Future[None]) -> None:
        try:
            self._connection = pika.BlockingConnection(parameters)
            channel = self._connection.channel()
            channel.confirm_delivery()
            channel.basic_qos(prefetch_count=PREFETCH)
            channel.add_on_cancel_callback(lambda _: self.lose(AMQPError("the queue was deleted")))
        except Exception as error:  # noqa: BLE001 - it belongs to the caller's thread
            ready.set_exception(error)
            return
        ready.set_result(None)
        try:
            while not self._closing and self._error is None:
                self._run_calls(channel)
                if self._error is None:
                    self._connection.process_data_events(time_limit=LISTEN_S)
        except Exception as error:  # noqa: BLE001 - pika answers a connection that ends with ValueError too
            self.lose(error)
        finally:
            self._end()

    def _run_calls(self, channel: BlockingChannel) -> None:
        while self._calls:
            future, work = self._calls.popleft()
            try:
                future.set_result(work(channel))
            except BaseException as error:  # noqa: BLE001 - it belongs to the caller's thread
                future.set_exception(error)
                if not self._connection.is_open or not channel.is_open:
                    self.lose(error)
                    return

    def _end(self) -> None:
        with self._lock:
            self.lose(AMQPError("closed"))
            left = list(self._calls)
            self._calls.clear()
        for future, _ in left:
            future.set_exception(AMQPError("the connection was lost"))
        try:
            if self._connection.is_open:
                self._connection.close()
        except Exception:  # noqa: BLE001 - it is lost either way
            return


def _reason(error: BaseException | None) -> str:
    """pika wraps the operating system's word; find it."""
    seen = error
    while seen is not None:
        if isinstance(seen, socket.gaierror | ConnectionError | TimeoutError) and str(seen):
            return str(seen)
        inner = getattr(seen, "exception", None) or (seen.args[0] if seen.args else None)
        seen = inner if isinstance(inner, BaseException) else None
    return str(error) or type(error).__name__
