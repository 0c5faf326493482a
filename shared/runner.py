"""The one loop of every stage: take, handle, one transaction, publish, acknowledge.

The transaction holds the results, the outgoing messages and "this message is done". Killed before it, the message comes
again and is handled again; killed after it, the message comes again, is recognised, and only what was not yet published
is published. So everything happens once, as far as anybody can see.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from typing import Any

import sqlalchemy as sa
import structlog

from shared import failures, outbox, pauses
from shared.catalog.engine import insert_new
from shared.catalog.schema import inbox
from shared.errors import EXIT_BAD_INPUT, LostRace, ProprocessorError, Rejected, Transient, Unreachable
from shared.messages import Message, decode, follow
from shared.presence import Presence
from shared.retry import DELAYS_S, Again, Dead, Settled, decide
from shared.transport import BrokenQueue, DeadDelivery, Delivery
from shared.work import Done, Stage, Tools, Work

TICK_S = 1.0
SWEEP_S = 5.0
PAUSED = "paused"
BROKEN_LIMIT = 2
"""RabbitMQ looks for a queue's leader for a minute before it says so: twice is no passing weakness."""
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0)
log = structlog.get_logger()


class Runner:
    """Runs one stage in this thread. :meth:`run` heeds pauses, :meth:`step` does not: a person waits for it."""

    def __init__(
        self, stage: Stage, tools: Tools, *, delays_s: tuple[float, ...] = DELAYS_S, presence: Presence | None = None
    ) -> None:
        self.stage, self.tools = stage, tools
        self._delays_s, self._presence = delays_s, presence
        self._log = log.bind(stage=stage.name)
        self._bound = self._is_new = False
        self._held: Delivery | None = None
        self._ticked = self._swept = self._asked = float("-inf")
        self._paused = False
        self._broken = 0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``; a queue or database that goes away is waited for."""
        failed = 0
        self._log.info("stage.started", queue=self.stage.name)
        while not stop.is_set():
            try:
                if self._is_paused():
                    self._tick(PAUSED)
                    stop.wait(TICK_S)
                    continue
                self.step(wait_s=TICK_S)
                self._broken = 0
                if failed:
                    self._log.info("stage.recovered", failures=failed)
                failed = 0
            except Transient as error:
                self._mend(error)
                pause_s = BACK_OFF_S[min(failed, len(BACK_OFF_S) - 1)]
                report = self._log.warning if failed in (0, 10, 100) else self._log.debug
                report("stage.waiting", error=str(error), again_in_s=pause_s)
                failed += 1
                self._bound = False
                stop.wait(pause_s)
        self._log.info("stage.stopped")

    def connect(self, patience_s: float, stop: threading.Event | None = None) -> None:
        """Bind the queue, waiting for it and the catalog up to ``patience_s``; then :class:`Unreachable`."""
        stop = stop or threading.Event()
        deadline = self.tools.clock.monotonic() + patience_s
        failed = 0
        while not self._bound and not stop.is_set():
            try:
                self._bind()
            except Unreachable as error:
                left_s = deadline - self.tools.clock.monotonic()
                if left_s <= 0:
                    raise
                self._log.warning("stage.waiting", error=str(error), give_up_in_s=round(left_s))
                stop.wait(min(left_s, BACK_OFF_S[min(failed, len(BACK_OFF_S) - 1)]))
                failed += 1

    def step(self, wait_s: float = 0.0) -> bool:
        """Handle one message if there is one within ``wait_s``; says whether there was."""
        self._bind()
        self._between()
        # A message that could not be settled, since catalog or queue went away, is still ours: nobody else gets it.
        self._held = self._held or self.tools.transport.take(self.stage.name, wait_s)
        if self._held is None:
            return False
        try:
            self._deal(self._held)
        except LostRace as error:
            # Done by another process, or given to another because the broker lost sight of us: either way it goes on.
            self._log.info("message.lost_race", message=self._held.envelope.id, why=str(error))
        finally:
            self._tick(None)
        self._held = None
        return True

    def _is_paused(self) -> bool:
        """Whether a person has paused the stage; what is at hand is done first."""
        now_s = self.tools.clock.monotonic()
        if now_s - self._asked >= TICK_S:
            self._asked = now_s
            paused = pauses.is_paused(self.tools.catalog, pauses.STAGE, self.stage.name)
            if paused != self._paused:
                self._log.info("stage.paused" if paused else "stage.resumed")
            self._paused = paused
        return self._paused and self._held is None

    def _bind(self) -> None:
        if self._bound:
            return
        types = [fact.TYPE for fact in self.stage.consumes]
        self._is_new = self.tools.transport.bind(self.stage.name, types) or self._is_new
        if self._is_new:
            # What was sent and never done was in a queue that is no more: the broker's disk is new, or we removed it.
            lost = outbox.send_again(self.tools.catalog, self.stage.name, types)
            if lost:
                self._log.warning("queue.made_anew", sent_again=lost)
        self._bound, self._is_new = True, False

    def _mend(self, error: Transient) -> None:
        """Remove a queue that stays broken; bound again, it is made anew and gets what is not done."""
        self._broken = self._broken + 1 if isinstance(error, BrokenQueue) else 0
        if self._broken < BROKEN_LIMIT:
            return
        try:
            self.tools.transport.remove(self.stage.name)
        except Transient as failure:
            self._log.warning("queue.still_broken", error=str(failure))
            return
        self._broken = 0
        self._log.warning("queue.removed", error=str(error))

    def _between(self) -> None:
        now_s = self.tools.clock.monotonic()
        if now_s - self._swept >= SWEEP_S:
            outbox.sweep(self.tools.catalog, self.tools.transport, self.tools.clock.now())
            self._collect_dead()
            # After the work, so that there is something else between two of them when they take long.
            self._swept = self.tools.clock.monotonic()
        if self.stage.tick is not None and now_s - self._ticked >= TICK_S:
            self._ticked = now_s
            self.stage.tick(self.tools)
        self._tick(None)

    def _tick(self, doing: str | None) -> None:
        if self._presence is not None:
            self._presence.tick(doing)

    def _deal(self, delivery: Delivery) -> None:
        transport = self.tools.transport
        try:
            message = decode(delivery.envelope.body)
        except Rejected as error:
            self._log.error("message.unreadable", error=str(error))
            transport.bury(delivery, f"{error.reason}: {error}")
            return
        if self._is_done(message):
            self._send(message)
            transport.ack(delivery)
            return
        started = time.perf_counter()
        bound = self._log.bind(message=message.id, trace=message.trace, type=message.fact.TYPE)
        work = Work(message, delivery.attempt, self.tools, self._tick, bound)
        try:
            self._send(message)
            self._finish(message, self.stage.handle(work))
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must not be lost
            self._fail(delivery, message, error, bound)
            return
        self._send(message)
        transport.ack(delivery)
        bound.info("message.done", seconds=round(time.perf_counter() - started, 3), dataset=message.fact.dataset)

    def _is_done(self, message: Message) -> bool:
        query = sa.select(inbox.c.message).where(inbox.c.queue == self.stage.name, inbox.c.message == message.id)
        with self.tools.catalog.read() as connection:
            return connection.execute(query).first() is not None

    def _finish(self, message: Message, done: Done) -> None:
        now = self.tools.clock.now()
        with self.tools.catalog.write() as connection:
            if not insert_new(connection, inbox, queue=self.stage.name, message=message.id, done_at=now):
                raise LostRace(f"Message {message.id} was done by another process meanwhile.")
            outbox.put(connection, [follow(message, fact) for fact in done.write(connection)], now)

    def _send(self, message: Message) -> None:
        """Publish what this message led to and is still unsent."""
        outbox.relay(self.tools.catalog, self.tools.transport, message.id, self.tools.clock.now())

    def _fail(self, delivery: Delivery, message: Message, error: Exception, bound: Any) -> None:
        match decide(error, delivery.attempt, self._delays_s):
            case Settled():
                self._send(message)
                self.tools.transport.ack(delivery)
                bound.info("message.settled", why=str(error))
            case Again(after_s):
                bound.warning("message.again", error=str(error), attempt=delivery.attempt, after_s=after_s)
                self.tools.transport.again(delivery, after_s)
            case Dead() as dead:
                unexpected = not isinstance(error, ProprocessorError)
                bound.error("message.dead", reason=dead.reason, error=dead.text, exc_info=error if unexpected else None)
                self._keep_dead(message, delivery, dead)
                self._send(message)
                self.tools.transport.ack(delivery)

    def _keep_dead(self, message: Message, delivery: Delivery, dead: Dead) -> None:
        now = self.tools.clock.now()
        with self.tools.catalog.write() as connection:
            if not insert_new(connection, inbox, queue=self.stage.name, message=message.id, done_at=now):
                return
            obituary = self.stage.bury(connection, message, dead)
            letter = failures.DeadLetter(
                id=str(uuid.uuid5(uuid.UUID(message.id), f"dead/{self.stage.name}")),
                queue=self.stage.name,
                type=message.fact.TYPE,
                dataset=obituary.dataset,
                subject=obituary.subject,
                reason=dead.reason,
                error=dead.text,
                exit_code=dead.exit_code,
                attempts=delivery.attempt,
                state="waiting",
                died_at=now,
                settled_at=None,
                body=delivery.envelope.body,
            )
            failures.record(connection, letter, message.id)
            outbox.put(connection, [follow(message, fact) for fact in obituary.facts], now)

    def _collect_dead(self) -> None:
        """Move what the queue itself gave up on (unreadable, or its takers died again and again) into the catalog."""
        for dead in self.tools.transport.dead(self.stage.name, limit=100):
            self._adopt_dead(dead)
            self.tools.transport.settle_dead(dead)

    def _adopt_dead(self, dead: DeadDelivery) -> None:
        envelope = dead.envelope
        try:
            message = decode(envelope.body)
        except Rejected:
            digest = hashlib.sha256(envelope.body).hexdigest()
            letter = failures.DeadLetter(
                id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.stage.name}/{digest}")),
                queue=self.stage.name,
                type=envelope.type,
                dataset=None,
                subject=None,
                reason=dead.reason.partition(":")[0],
                error=dead.reason,
                exit_code=EXIT_BAD_INPUT,
                attempts=dead.attempt,
                state="waiting",
                died_at=self.tools.clock.now(),
                settled_at=None,
                body=envelope.body,
            )
            with self.tools.catalog.write() as connection:
                failures.record(connection, letter, digest)
            return
        text = f"{dead.reason}. The process that handled it ended each time, {dead.attempt} times."
        delivery = Delivery(envelope=envelope, queue=self.stage.name, attempt=dead.attempt, token=None)
        self._keep_dead(message, delivery, Dead("delivery_limit", text))
