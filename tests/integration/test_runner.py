"""The loop of every stage: each message has its effect once, whoever dies when; and nothing disappears."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import capture_logs

from shared import failures, outbox
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import dead_letters, inbox, processes
from shared.catalog.schema import outbox as outbox_table
from shared.errors import LostRace, Misconfigured, Rejected, Transient, Unreachable
from shared.logging import configure
from shared.messages import Fact, FileFailed, FileFetched, HitsParsed, Message, decode, encode, first
from shared.presence import GONE_AFTER, STUCK_AFTER_S, Presence, health_file, is_healthy
from shared.process import main
from shared.retry import DELAYS_S, Dead
from shared.runner import Runner
from shared.settings import Settings
from shared.store import Store
from shared.transport import Envelope, Transport, open_transport
from shared.transport.sqlite import SqliteTransport
from shared.work import Done, Obituary, Stage, Tools, Work
from tests.servers import RabbitMQ

SPAWN = multiprocessing.get_context("spawn")
DEADLINE_S = 120.0
effects = sa.Table(
    "effects", sa.MetaData(), sa.Column("stage", sa.Text), sa.Column("message", sa.Text), sa.Column("file", sa.Integer)
)
"""A row for each time a message had its effect; nothing keeps it from growing twice."""
Handle = Callable[[Work], Done]


class MovableClock:
    """The machine's clock, put forward by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Place:
    """One installation: folder, catalog, queue. The stages ``worker`` and ``sink`` have names of their own in it."""

    root: Path
    catalog_url: str
    queue_url: str
    mark: str

    @property
    def worker(self) -> str:
        return f"worker{self.mark}"

    @property
    def sink(self) -> str:
        return f"sink{self.mark}"

    def catalog(self) -> Catalog:
        return open_catalog(self.catalog_url)

    def transport(self, lease_s: float = 20.0, delivery_limit: int = 20) -> Transport:
        return open_transport(self.queue_url, lease_s=lease_s, delivery_limit=delivery_limit)

    def stage(self, name: str, kind: type[Fact], handle: Handle) -> Stage:
        return Stage(name=name, consumes=(kind,), handle=handle, bury=bury)


def effect(stage: str, work: Work) -> Done:
    """One row, and for the worker one fact for the sink."""
    fact = work.message.fact
    assert isinstance(fact, FileFetched | HitsParsed)

    def write(connection: sa.Connection) -> list[Fact]:
        connection.execute(sa.insert(effects).values(stage=stage, message=work.message.id, file=fact.file))
        return [HitsParsed(fact.dataset, fact.file, 1, 1)] if isinstance(fact, FileFetched) else []

    return Done(write)


def work_well(work: Work) -> Done:
    return effect("worker", work)


def sink_well(work: Work) -> Done:
    return effect("sink", work)


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    del connection
    assert isinstance(message.fact, FileFetched | HitsParsed)
    facts = (FileFailed(message.fact.dataset, message.fact.file, dead.reason),)
    return Obituary(message.fact.dataset, f"file {message.fact.file}", facts)


def fetched(number: int) -> Message:
    return first(FileFetched("fruit", number, f"sha{number}"), origin="test")


def envelope(message: Message) -> Envelope:
    return Envelope(message.id, message.fact.TYPE, encode(message))


class Hand:
    """What a test holds of a place: its catalog, and runners made one by one."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.clock = MovableClock()
        self.catalog = place.catalog()
        self._transports: list[Transport] = []
        self.own = self.transport()
        with self.catalog.write() as connection:
            effects.create(connection)
        self.bind()

    def bind(self) -> None:
        self.own.bind(self.place.worker, [FileFetched.TYPE])
        self.own.bind(self.place.sink, [HitsParsed.TYPE])
        # Somebody must listen to every type, or the outbox waits.
        self.own.bind(f"other{self.place.mark}", [FileFailed.TYPE])

    def transport(self, **options: Any) -> Transport:
        self._transports.append(self.place.transport(**options))
        return self._transports[-1]

    def tools(self, transport: Transport | None = None, catalog: Catalog | None = None) -> Tools:
        return Tools(
            catalog=catalog or self.catalog,
            transport=transport or self.transport(),
            store=Store(self.place.root),
            settings=Settings(data=self.place.root),
            clock=self.clock,
            log=structlog.get_logger(),
        )

    def runner(self, handle: Handle = work_well, *, tools: Tools | None = None, **options: Any) -> Runner:
        return Runner(self.place.stage(self.place.worker, FileFetched, handle), tools or self.tools(), **options)

    def sink(self, tools: Tools | None = None) -> Runner:
        return Runner(self.place.stage(self.place.sink, HitsParsed, sink_well), tools or self.tools())

    def send(self, *messages: Message) -> None:
        self.own.publish([envelope(message) for message in messages])

    def finish(self) -> None:
        """Let healthy processes do whatever is left."""
        self.clock.ahead += timedelta(seconds=30)
        transports = [self.place.transport() for _ in range(2)]
        runners = [self.runner(tools=self.tools(transports[0])), self.sink(self.tools(transports[1]))]
        deadline = time.monotonic() + DEADLINE_S
        wait_s = 0.0 if self.place.queue_url.startswith("sqlite:") else 0.15
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < deadline
            self.clock.ahead += timedelta(seconds=1)
            worked = [runner.step(wait_s) for runner in runners]
            quiet = 0 if any(worked) else quiet + 1
            if quiet == 1:
                # A last look for what lies unsent.
                self.clock.ahead += timedelta(seconds=30)
        for transport in transports:
            transport.close()

    def effects(self, stage: str) -> Counter[int]:
        with self.catalog.read() as connection:
            return Counter(connection.execute(sa.select(effects.c.file).where(effects.c.stage == stage)).scalars())

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        with self.catalog.read() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

    def assert_each_once(self, numbers: range) -> None:
        """Every message had its effect once in both stages; nothing is left anywhere."""
        assert self.effects("worker") == dict.fromkeys(numbers, 1)
        assert self.effects("sink") == dict.fromkeys(numbers, 1)
        assert [row["type"] for row in self.rows(outbox_table) if row["sent_at"] is None] == []
        assert len(self.rows(inbox)) == 2 * len(numbers)
        depths = self.own.depths([self.place.worker, self.place.sink])
        left = {name: (one.ready, one.taken or 0, one.delayed, one.dead) for name, one in depths.items()}
        assert left == {self.place.worker: (0, 0, 0, 0), self.place.sink: (0, 0, 0, 0)}

    def close(self) -> None:
        with ThreadPoolExecutor(len(self._transports)) as threads:
            list(threads.map(lambda transport: transport.close(), self._transports))
        self.catalog.close()


@contextmanager
def hand_of(root: Path, catalog_url: str, queue_url: str) -> Iterator[Hand]:
    hand = Hand(Place(root, catalog_url, queue_url, uuid.uuid4().hex[:8]))
    try:
        yield hand
    finally:
        hand.close()


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Hand]:
    """Everything in files."""
    with hand_of(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", f"sqlite:{tmp_path / 'queue.db'}") as one:
        yield one


@pytest.fixture(params=["sqlite", "amqp"])
def hand_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    """On either queue."""
    queue = f"sqlite:{tmp_path / 'queue.db'}" if request.param == "sqlite" else request.getfixturevalue("amqp_url")
    with hand_of(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", queue) as one:
        yield one


@pytest.fixture
def hand_on_catalogs(catalog_url: str, tmp_path: Path) -> Iterator[Hand]:
    """On either catalog."""
    with hand_of(tmp_path, catalog_url, f"sqlite:{tmp_path / 'queue.db'}") as one:
        yield one


def spawn(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    process = SPAWN.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def end(process: SpawnProcess) -> int | None:
    process.join(DEADLINE_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        pytest.fail("the process did not end")
    return process.exitcode


# --- Once, and only once


def test_a_message_has_its_effect_and_leads_to_the_next(hand_on_both: Hand) -> None:
    hand_on_both.send(*(fetched(number) for number in range(5)))
    hand_on_both.finish()
    hand_on_both.assert_each_once(range(5))


def test_a_message_that_comes_twice_is_handled_once(hand_on_both: Hand) -> None:
    handled = []

    def count(work: Work) -> Done:
        handled.append(work.message.id)
        return work_well(work)

    hand_on_both.send(fetched(0), fetched(0))
    runner = hand_on_both.runner(count)
    assert runner.step(wait_s=5.0)
    assert runner.step(wait_s=5.0)
    hand_on_both.send(fetched(0))
    assert runner.step(wait_s=5.0)
    assert handled == [fetched(0).id]
    hand_on_both.finish()
    hand_on_both.assert_each_once(range(1))


def test_of_two_that_handle_one_message_at_once_one_wins(hand_on_both: Hand) -> None:
    hand_on_both.send(fetched(0), fetched(0))
    other = hand_on_both.runner()
    nested = []

    def slow(work: Work) -> Done:
        nested.append(other.step(wait_s=5.0))
        return work_well(work)

    assert hand_on_both.runner(slow).step(wait_s=5.0)
    assert nested == [True]
    hand_on_both.finish()
    hand_on_both.assert_each_once(range(1))


def test_a_failure_of_what_another_has_done_meanwhile_is_no_failure(hand: Hand) -> None:
    hand.send(fetched(0), fetched(0))
    other = hand.runner()

    def fail_later(work: Work) -> Done:
        assert other.step(wait_s=5.0)
        raise Rejected("No.")

    assert hand.runner(fail_later).step(wait_s=5.0)
    assert failures.letters(hand.catalog, state=None) == []
    hand.finish()
    hand.assert_each_once(range(1))


@pytest.mark.parametrize("where", ["handle", "write"])
def test_a_stage_that_raises_leaves_nothing_half_done(hand: Hand, where: str) -> None:
    tried = []

    def fail_once(work: Work) -> Done:
        done = work_well(work)
        tried.append(work.attempt)
        if work.attempt > 1:
            return done

        def fail(connection: sa.Connection) -> list[Fact]:
            facts = list(done.write(connection))
            assert facts
            raise Transient("not yet")

        if where == "handle":
            raise Transient("not yet")
        return Done(fail)

    hand.send(fetched(0))
    runner = hand.runner(fail_once, delays_s=(0.05,))
    assert runner.step(wait_s=5.0)
    assert hand.effects("worker") == {}
    assert hand.rows(outbox_table) == []
    assert hand.rows(inbox) == []
    assert runner.step(wait_s=5.0)
    assert tried == [1, 2]
    hand.finish()
    hand.assert_each_once(range(1))


class Deadly:
    """A transport whose process dies at one point."""

    def __init__(self, inner: Transport, point: str) -> None:
        self._inner, self._point = inner, point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def publish(self, envelopes: Any) -> None:
        die(self._point == "after the commit")
        self._inner.publish(envelopes)
        die(self._point == "after publishing")

    def ack(self, delivery: Any) -> None:
        die(self._point == "before the acknowledgement")
        self._inner.ack(delivery)
        die(self._point == "after the acknowledgement")


def die(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


POINTS = (
    "in the work",
    "before the commit",
    "right after the commit",
    "after the commit",
    "after publishing",
    "before the acknowledgement",
    "after the acknowledgement",
)


def work_and_die(place: Place, point: str) -> None:
    configure("json", "error")
    catalog = place.catalog()
    wrote = threading.Event()

    @sa.event.listens_for(catalog.engine, "checkin")
    def _transaction_ended(*_arguments: object) -> None:
        die(point == "right after the commit" and wrote.is_set())

    def handle(work: Work) -> Done:
        done = work_well(work)
        die(point == "in the work")

        def write(connection: sa.Connection) -> list[Fact]:
            facts = list(done.write(connection))
            die(point == "before the commit")
            wrote.set()
            return facts

        return Done(write)

    transport: Any = Deadly(place.transport(), point)
    tools = Tools(catalog, transport, Store(place.root), Settings(data=place.root), MovableClock(), None)
    Runner(place.stage(place.worker, FileFetched, handle), tools).step(wait_s=DEADLINE_S)
    sys.exit(3)


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_anywhere_neither_loses_nor_doubles(hand: Hand, point: str) -> None:
    hand.send(fetched(0))
    assert end(spawn(work_and_die, hand.place, point)) == -signal.SIGKILL
    committed = point not in ("in the work", "before the commit")
    assert hand.effects("worker") == ({0: 1} if committed else {})
    assert len(hand.rows(outbox_table)) == len(hand.rows(inbox)) == int(committed)
    if point != "after the acknowledgement":
        assert hand.runner().step(wait_s=5.0)
    assert [row["type"] for row in hand.rows(outbox_table) if row["sent_at"] is None] == [], "sent without a sweep"
    hand.finish()
    hand.assert_each_once(range(1))


@pytest.mark.parametrize("point", ["after publishing"])
def test_a_process_killed_on_rabbitmq_neither_loses_nor_doubles(tmp_path: Path, amqp_url: str, point: str) -> None:
    with hand_of(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", amqp_url) as hand:
        hand.send(fetched(0))
        assert end(spawn(work_and_die, hand.place, point)) == -signal.SIGKILL
        hand.finish()
        hand.assert_each_once(range(1))


def work_until_killed(place: Place, started: Event) -> None:
    configure("json", "error")
    tools = Tools(
        place.catalog(), place.transport(), Store(place.root), Settings(data=place.root), MovableClock(), None
    )
    runner = Runner(place.stage(place.worker, FileFetched, work_well), tools)
    runner.connect(DEADLINE_S)
    started.set()
    runner.run(threading.Event())


def test_processes_killed_at_random_moments_neither_lose_nor_double(hand: Hand) -> None:
    chance = random.Random(4711)
    rounds, each = 5, 40
    for one in range(rounds):
        hand.send(*(fetched(number) for number in range(one * each, (one + 1) * each)))
        ready = [SPAWN.Event(), SPAWN.Event()]
        pair = [spawn(work_until_killed, hand.place, event) for event in ready]
        assert all(event.wait(DEADLINE_S) for event in ready)
        time.sleep(chance.uniform(0.0, 0.15))
        for process in pair:
            assert process.is_alive()
            process.kill()
            process.join()
    hand.finish()
    hand.assert_each_once(range(rounds * each))


def test_results_committed_before_the_end_are_kept_and_sent_at_once(hand: Hand) -> None:
    def two_steps(work: Work) -> Done:
        if not hand.effects("worker"):
            work.commit(work_well(work).write)
        assert hand.sink().step(wait_s=5.0), "the sink need not wait for the end"
        raise Transient("later")

    hand.send(fetched(0))
    hand.runner(two_steps, delays_s=(0.05,)).step(wait_s=5.0)
    assert hand.effects("sink") == {0: 1}
    hand.runner(lambda _: Done(), delays_s=(0.05,)).step(wait_s=5.0)
    hand.finish()
    hand.assert_each_once(range(1))


def test_what_another_process_left_unsent_is_sent(hand: Hand) -> None:
    with hand.catalog.write() as connection:
        outbox.put(connection, [fetched(0)], hand.clock.now())
    assert not hand.runner().step(), "its own process may be about to send it"
    hand.clock.ahead += timedelta(seconds=6)
    assert hand.runner().step(wait_s=1.0)
    hand.finish()
    hand.assert_each_once(range(1))


def put_on_the_way(hand: Hand, numbers: range) -> None:
    """In the outbox and sent, as a stage before would have done it."""
    with hand.catalog.write() as connection:
        outbox.put(connection, [fetched(number) for number in numbers], hand.clock.now())
    assert outbox.sweep(hand.catalog, hand.own, hand.clock.now(), at_once=True) == len(numbers)


def test_what_was_in_a_queue_that_is_lost_is_sent_again(hand_on_both: Hand) -> None:
    """As after a broker that came back with an empty disk."""
    put_on_the_way(hand_on_both, range(5))
    before = hand_on_both.transport()
    assert hand_on_both.runner(tools=hand_on_both.tools(before)).step(1.0)
    # Its connection ends with the broker. Else RabbitMQ may let it take from the new queue too, and it never does again.
    before.close()
    hand_on_both.own.remove(hand_on_both.place.worker)
    hand_on_both.finish()
    hand_on_both.assert_each_once(range(5))


def test_a_queue_that_its_broker_cannot_serve_is_made_anew(rabbitmq: RabbitMQ, tmp_path: Path) -> None:
    with hand_of(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", rabbitmq.url) as hand:
        put_on_the_way(hand, range(3))
        rabbitmq.lose_queue(f"proprocessor.{hand.place.worker}")
        stop = threading.Event()
        with capture_logs() as lines, ThreadPoolExecutor(1) as threads:
            running = threads.submit(hand.runner().run, stop)
            deadline = time.monotonic() + DEADLINE_S
            while len(hand.effects("worker")) < 3 and not running.done() and time.monotonic() < deadline:
                time.sleep(0.1)
            stop.set()
            running.result(DEADLINE_S)
        told = {line["event"]: line for line in lines}
        assert "cannot serve its queue" in told["queue.removed"]["error"]
        assert told["queue.made_anew"]["sent_again"] == 3
        hand.finish()
        hand.assert_each_once(range(3))


def test_a_queue_that_takes_nothing_holds_up_no_other(rabbitmq: RabbitMQ, tmp_path: Path) -> None:
    with hand_of(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", rabbitmq.url) as hand:
        rabbitmq.lose_queue(f"proprocessor.{hand.place.worker}")
        facts = [FileFetched("fruit", 1, "a"), FileFetched("fruit", 2, "b"), HitsParsed("fruit", 3, 1, 1)]
        with hand.catalog.write() as connection:
            outbox.put(connection, [first(fact, origin="test") for fact in facts], hand.clock.now())
        assert outbox.sweep(hand.catalog, hand.own, hand.clock.now(), at_once=True) == 1
        assert hand.own.depths([hand.place.sink])[hand.place.sink].ready == 1
        hand.own.remove(hand.place.worker)


def test_a_fact_waits_until_somebody_listens(tmp_path: Path) -> None:
    place = Place(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}", f"sqlite:{tmp_path / 'queue.db'}", "")
    catalog, transport = place.catalog(), place.transport()
    with catalog.write() as connection:
        outbox.put(connection, [fetched(0)], datetime.now(UTC))
    assert outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True) == 0
    transport.bind(place.worker, [FileFetched.TYPE])
    assert outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True) == 1
    assert outbox.sweep(catalog, transport, datetime.now(UTC), at_once=True) == 0
    assert transport.take(place.worker, 1.0) is not None
    transport.close()
    catalog.close()


# --- Failures


def failing(error: Exception) -> Handle:
    def handle(work: Work) -> Done:
        raise error

    return handle


def test_a_transient_failure_is_tried_again_after_the_schedule_and_then_dies(hand: Hand) -> None:
    ahead = [0.0]
    transport = SqliteTransport(
        hand.place.root / "queue.db", lease_s=1e6, delivery_limit=20, now=lambda: time.time() + ahead[0]
    )
    hand.send(fetched(7))
    runner = hand.runner(failing(Unreachable("The source does not answer.")), tools=hand.tools(transport))
    assert runner.step()
    for delay_s in DELAYS_S:
        ahead[0] += delay_s - 2
        assert not runner.step(), f"{delay_s - 2} s after the failure"
        assert failures.letters(hand.catalog) == []
        ahead[0] += 3
        assert runner.step(), f"{delay_s + 1} s after the failure"
    (letter,) = failures.letters(hand.catalog)
    assert (letter.reason, letter.attempts, letter.exit_code) == ("unreachable", len(DELAYS_S) + 1, 69)
    assert (letter.queue, letter.type, letter.dataset) == (hand.place.worker, "file.fetched", "fruit")
    assert (letter.subject, letter.error) == ("file 7", "The source does not answer.")
    assert (letter.state, letter.settled_at, decode(letter.body)) == ("waiting", None, fetched(7))
    ahead[0] += 1e5
    assert not runner.step()
    transport.close()


@pytest.mark.parametrize(
    ("error", "reason", "code", "text"),
    [
        (ZeroDivisionError("division by zero"), "defect", 1, "ZeroDivisionError: division by zero"),
        (Rejected("No.", reason="gzip_damaged", remedy="Look."), "gzip_damaged", 65, "No. Look."),
        (Misconfigured("Two:", faults=["a", "b"]), "misconfigured", 78, "Two:\n  - a\n  - b"),
    ],
)
def test_a_failure_for_good_dies_at_once_and_the_process_goes_on(
    hand: Hand, error: Exception, reason: str, code: int, text: str
) -> None:
    def handle(work: Work) -> Done:
        if work.message == fetched(0):
            raise error
        return work_well(work)

    hand.send(fetched(0), fetched(1))
    runner = hand.runner(handle)
    assert runner.step(wait_s=5.0)
    assert runner.step(wait_s=5.0)
    (letter,) = failures.letters(hand.catalog)
    assert (letter.reason, letter.exit_code, letter.error, letter.attempts) == (reason, code, text, 1)
    assert hand.effects("worker") == {1: 1}
    # What its stage says of the death goes out with it.
    other = hand.own.take(f"other{hand.place.mark}", 5.0)
    assert other is not None
    assert decode(other.envelope.body).fact == FileFailed("fruit", 0, reason)


def test_a_defect_while_writing_leaves_nothing_of_the_work(hand: Hand) -> None:
    def handle(work: Work) -> Done:
        def write(connection: sa.Connection) -> list[Fact]:
            work_well(work).write(connection)
            raise KeyError("defect")

        return Done(write)

    hand.send(fetched(0))
    assert hand.runner(handle).step(wait_s=5.0)
    assert [one.reason for one in failures.letters(hand.catalog)] == ["defect"]
    assert hand.effects("worker") == {}


def test_a_race_that_is_lost_is_no_failure(hand: Hand) -> None:
    hand.send(fetched(0))
    assert hand.runner(failing(LostRace("done by another"))).step(wait_s=5.0)
    assert failures.letters(hand.catalog, state=None) == []
    assert hand.own.depths([hand.place.worker])[hand.place.worker].ready == 0


def dead(hand: Hand, *numbers: int) -> list[failures.DeadLetter]:
    hand.send(*(fetched(number) for number in numbers))
    runner = hand.runner(failing(Rejected("No.", reason="gzip_damaged")))
    for _ in numbers:
        assert runner.step(wait_s=5.0)
    return failures.letters(hand.catalog)


def test_a_dead_letter_is_replayed_once(hand_on_catalogs: Hand) -> None:
    hand = hand_on_catalogs
    (letter,) = dead(hand, 0)
    now = hand.clock.now()
    assert failures.replay(hand.catalog, [letter, letter], now) == 1
    assert failures.replay(hand.catalog, [letter], now) == 0
    assert failures.discard(hand.catalog, [letter], now) == 0
    assert failures.letters(hand.catalog) == []
    hand.finish()
    assert (hand.effects("worker"), hand.effects("sink")) == ({0: 1}, {0: 1})
    (settled,) = failures.letters(hand.catalog, state="replayed")
    assert settled.settled_at is not None
    assert abs(settled.settled_at - now) < timedelta(milliseconds=1)


def test_a_dead_letter_is_discarded_once_and_kept(hand_on_catalogs: Hand) -> None:
    hand = hand_on_catalogs
    one, two = dead(hand, 0, 1)
    assert failures.discard(hand.catalog, [one], hand.clock.now()) == 1
    assert failures.discard(hand.catalog, [one], hand.clock.now()) == 0
    assert failures.replay(hand.catalog, [one], hand.clock.now()) == 0
    hand.finish()
    assert hand.effects("worker") == {}
    assert failures.letters(hand.catalog) == [two]
    assert [letter.id for letter in failures.letters(hand.catalog, state="discarded")] == [one.id]


def test_of_many_who_replay_one_letter_at_once_one_does(hand_on_catalogs: Hand) -> None:
    hand = hand_on_catalogs
    (letter,) = dead(hand, 0)
    begin = threading.Barrier(6)
    counts = []

    def settle(number: int) -> None:
        begin.wait()
        act = failures.replay if number % 2 else failures.discard
        counts.append(act(hand.catalog, [letter], hand.clock.now()))

    threads = [threading.Thread(target=settle, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 0, 0, 1]


def test_a_replayed_message_that_dies_again_is_another_letter(hand: Hand) -> None:
    (letter,) = dead(hand, 0)
    failures.replay(hand.catalog, [letter], hand.clock.now())
    hand.clock.ahead += timedelta(seconds=10)
    assert hand.runner(failing(Rejected("Still no."))).step(wait_s=5.0)
    (again,) = failures.letters(hand.catalog)
    assert again.id != letter.id
    assert (again.error, decode(again.body).fact) == ("Still no.", fetched(0).fact)
    assert failures.replay(hand.catalog, [again], hand.clock.now()) == 1
    hand.finish()
    assert hand.effects("worker") == {0: 1}


def test_a_letter_is_found_by_the_beginning_of_its_id(hand: Hand) -> None:
    one, two = dead(hand, 0, 1)
    assert failures.one(hand.catalog, one.id) == one
    assert failures.one(hand.catalog, two.id[:8]) == two
    for prefix, how_many in (("", "2 dead letters have"), ("%", "No dead letter has"), ("none", "No dead letter has")):
        with pytest.raises(Rejected, match=how_many):
            failures.one(hand.catalog, prefix)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x00\xff not ours", "message_unreadable"),
        (encode(fetched(0)).replace(b'"version": 1', b'"version": 99'), "message_unknown"),
    ],
)
def test_a_message_nobody_can_read_becomes_a_dead_letter(hand_on_both: Hand, body: bytes, reason: str) -> None:
    hand = hand_on_both
    hand.own.publish([Envelope(str(uuid.uuid4()), FileFetched.TYPE, body)])
    runner = hand.runner()
    assert runner.step(wait_s=5.0)
    hand.send(fetched(1))
    hand.clock.ahead += timedelta(seconds=10)
    assert runner.step(wait_s=5.0)
    (letter,) = failures.letters(hand.catalog)
    assert hand.own.depths([hand.place.worker])[hand.place.worker].dead == 0
    assert (letter.reason, letter.exit_code, letter.body, letter.dataset) == (reason, 65, body, None)
    assert letter.type == FileFetched.TYPE
    assert hand.effects("worker") == {1: 1}
    with pytest.raises(Rejected):
        failures.replay(hand.catalog, [letter], hand.clock.now())
    assert failures.letters(hand.catalog) == [letter]
    assert failures.discard(hand.catalog, [letter], hand.clock.now()) == 1
    assert failures.letters(hand.catalog) == []


def test_a_message_that_kills_its_processes_becomes_a_dead_letter(hand: Hand) -> None:
    patient = hand.transport(delivery_limit=2)
    hand.send(fetched(0))
    for _ in range(2):
        assert end(spawn(work_and_die, hand.place, "in the work")) == -signal.SIGKILL
        patient.depths([hand.place.worker])
    hand.clock.ahead += timedelta(seconds=10)
    assert not hand.runner().step()
    (letter,) = failures.letters(hand.catalog)
    assert (letter.reason, letter.dataset, letter.subject) == ("delivery_limit", "fruit", "file 0")
    assert failures.replay(hand.catalog, [letter], hand.clock.now()) == 1
    hand.finish()
    assert hand.effects("worker") == {0: 1}


@contextmanager
def locked(hand: Hand) -> Iterator[Catalog]:
    """Somebody else keeps the catalog locked; gives a catalog that does not wait long for it."""
    impatient = hand.place.catalog()
    with impatient.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(hand.place.root / "catalog.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield impatient
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_failure_that_cannot_be_written_down_is_not_forgotten(hand_on_both: Hand) -> None:
    hand = hand_on_both
    with locked(hand) as catalog:
        tools = hand.tools(catalog=catalog)
        runner = hand.runner(failing(Rejected("No.", reason="gzip_damaged")), tools=tools)
        hand.send(fetched(0))
        with pytest.raises(Unreachable, match="locked"):
            runner.step(wait_s=5.0)
    assert runner.step(wait_s=5.0), "the same process takes it up again"
    assert [one.reason for one in failures.letters(hand.catalog)] == ["gzip_damaged"]
    assert not runner.step()
    catalog.close()


def test_results_that_cannot_be_written_are_tried_again(hand_on_both: Hand) -> None:
    hand = hand_on_both
    with locked(hand) as catalog:
        runner = hand.runner(tools=hand.tools(catalog=catalog), delays_s=(0.05,))
        hand.send(fetched(0))
        assert runner.step(wait_s=5.0)
        assert hand.effects("worker") == {}
    assert runner.step(wait_s=5.0)
    catalog.close()
    hand.finish()
    hand.assert_each_once(range(1))


# --- Long work, signals, presence


def test_long_work_is_not_given_to_another(hand: Hand) -> None:
    hand.send(fetched(0))
    handled = []

    def long(work: Work) -> Done:
        handled.append(work.message.id)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            work.keep_alive("long work")
            time.sleep(0.02)
        return work_well(work)

    impatient = hand.runner(tools=hand.tools(hand.transport(lease_s=2.0)))
    worker = threading.Thread(target=hand.runner(long, tools=hand.tools(hand.transport(lease_s=2.0))).step, args=(5.0,))
    worker.start()
    while not handled:
        time.sleep(0.01)
    while worker.is_alive():
        assert not impatient.step(wait_s=0.1)
    worker.join()
    assert len(handled) == 1
    hand.finish()
    hand.assert_each_once(range(1))


def make_slow_stage() -> Stage:
    mark = os.environ["TEST_MARK"]
    root = Path(os.environ["TEST_ROOT"])

    def handle(work: Work) -> Done:
        (root / "began").touch()
        while not (root / "go-on").exists():
            work.keep_alive("waiting for the test")
            time.sleep(0.01)
        return work_well(work)

    return Stage(f"worker{mark}", (FileFetched,), handle, bury)


def run_slow_stage(place: Place) -> None:
    os.environ |= {"TEST_MARK": place.mark, "TEST_ROOT": str(place.root)}
    sys.exit(main(make_slow_stage, Settings(data=place.root, log="json", log_level="error")))


def wait_until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def slow_process(hand: Hand) -> Iterator[SpawnProcess]:
    """A real process, in the middle of its first message of two."""
    hand.send(fetched(0), fetched(1))
    process = spawn(run_slow_stage, hand.place)
    try:
        wait_until((hand.place.root / "began").exists)
        yield process
    finally:
        process.kill()
        process.join()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_asked_to_stop_ends_after_its_message(hand: Hand, slow_process: SpawnProcess, number: int) -> None:
    assert slow_process.pid is not None
    os.kill(slow_process.pid, number)
    time.sleep(0.3)
    assert slow_process.is_alive(), "it must not drop what it is at"
    (hand.place.root / "go-on").touch()
    assert end(slow_process) == 0
    assert hand.effects("worker") == {0: 1}
    depth = hand.own.depths([hand.place.worker])[hand.place.worker]
    assert (depth.ready, depth.taken) == (1, 0)
    assert hand.rows(processes) == []
    assert not health_file(hand.place.root, hand.place.worker).exists()


def test_a_process_asked_twice_ends_at_once_and_the_message_comes_again(hand: Hand, slow_process: SpawnProcess) -> None:
    assert slow_process.pid is not None
    os.kill(slow_process.pid, signal.SIGTERM)
    time.sleep(0.3)
    os.kill(slow_process.pid, signal.SIGTERM)
    assert end(slow_process) == -signal.SIGTERM
    hand.finish()
    hand.assert_each_once(range(2))


def test_a_process_at_work_is_seen(hand: Hand, slow_process: SpawnProcess) -> None:
    wait_until(lambda: bool(hand.rows(processes)))
    (row,) = hand.rows(processes)
    assert (row["stage"], row["pid"]) == (hand.place.worker, slow_process.pid)
    assert datetime.now(UTC) - row["seen_at"] < timedelta(seconds=10)
    healthy, text = is_healthy(hand.place.root, hand.place.worker, datetime.now(UTC))
    assert healthy, text


def test_what_a_process_does_is_written_beside_it_until_it_leaves(hand: Hand) -> None:
    presence = Presence("parser", hand.catalog, hand.clock, hand.place.root)
    presence.tick("a.log")
    presence.start()
    wait_until(lambda: bool(hand.rows(processes)))
    (row,) = hand.rows(processes)
    assert (row["id"], row["stage"], row["doing"]) == (presence.id, "parser", "a.log")
    presence.stop()
    assert hand.rows(processes) == []
    healthy, text = is_healthy(hand.place.root, "parser", hand.clock.now())
    assert not healthy
    assert "No parser" in text


def test_two_processes_of_a_stage_have_a_row_each_and_the_long_gone_none(hand: Hand) -> None:
    present = [Presence("parser", hand.catalog, hand.clock, hand.place.root / name) for name in ("one", "two")]
    for one in present:
        one.start()
    wait_until(lambda: len(hand.rows(processes)) == 2)
    with hand.catalog.write() as connection:
        connection.execute(
            sa.insert(processes).values(
                id="gone",
                stage="parser",
                host="elsewhere",
                pid=1,
                started_at=hand.clock.now() - timedelta(days=9),
                seen_at=hand.clock.now() - timedelta(days=2),
            )
        )
    late = Presence("analyzer", hand.catalog, hand.clock, hand.place.root)
    late.start()
    wait_until(lambda: "gone" not in {row["id"] for row in hand.rows(processes)})
    wait_until(lambda: len(hand.rows(processes)) == 3)
    for one in [*present, late]:
        one.stop()


def test_a_process_without_a_sign_of_life_or_stuck_is_not_healthy(hand: Hand) -> None:
    presence = Presence("parser", hand.catalog, hand.clock, hand.place.root)
    hand.clock.ahead += timedelta(seconds=STUCK_AFTER_S + 60)
    presence.start()
    wait_until(health_file(hand.place.root, "parser").exists)
    now = hand.clock.now()
    assert "2.0 hours" in is_healthy(hand.place.root, "parser", now)[1]
    presence.stop()
    fresh = Presence("parser", hand.catalog, hand.clock, hand.place.root)
    fresh.start()
    wait_until(health_file(hand.place.root, "parser").exists)
    assert is_healthy(hand.place.root, "parser", now)[0]
    assert "last seen" in is_healthy(hand.place.root, "parser", now + GONE_AFTER + timedelta(seconds=20))[1]
    fresh.stop()


def test_a_catalog_that_goes_away_does_not_end_the_heartbeat(hand: Hand) -> None:
    (hand.place.root / "health").write_text("a file where the folder should be")
    presence = Presence("parser", hand.catalog, hand.clock, hand.place.root)
    presence.start()
    time.sleep(0.2)
    assert presence._thread.is_alive()
    (hand.place.root / "health").unlink()
    presence.stop()


def test_a_process_that_finds_no_queue_gives_up_with_the_right_code(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, queue="amqp://guest:guest@127.0.0.1:1/", queue_wait_s=0.2, log="json")
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert main(lambda: Stage("worker", (FileFetched,), work_well, bury), settings) == 69
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_dead_letters_are_kept_once_by_their_id(hand: Hand) -> None:
    (letter,) = dead(hand, 0)
    with hand.catalog.write() as connection:
        assert not failures.record(connection, letter, fetched(0).id)
    assert len(hand.rows(dead_letters)) == 1
