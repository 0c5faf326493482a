"""The laws of every transport, run on the embedded one and on a real RabbitMQ."""

import multiprocessing
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.transport import Delivery, Envelope, Transport, UnroutableMessage, open_transport

Open = Callable[[], Transport]
SOON_S = 30.0


@pytest.fixture(params=["sqlite", "amqp"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'queue.db'}" if request.param == "sqlite" else request.getfixturevalue("amqp_url")


@pytest.fixture
def name() -> str:
    return f"q{uuid.uuid4().hex[:8]}"


@pytest.fixture
def connect(url: str) -> Iterator[Open]:
    opened: list[Transport] = []

    def one() -> Transport:
        opened.append(open_transport(url, lease_s=1.5, heartbeat_s=2, delivery_limit=3))
        return opened[-1]

    yield one
    for transport in opened:
        transport.close()


@pytest.fixture
def transport(connect: Open) -> Transport:
    return connect()


def envelope(kind: str, body: bytes = b"{}") -> Envelope:
    return Envelope(id=str(uuid.uuid4()), type=kind, body=body)


def take(transport: Transport, queue: str, wait_s: float = SOON_S) -> Delivery:
    delivery = transport.take(queue, wait_s)
    assert delivery is not None
    return delivery


def test_what_is_published_is_delivered_once(transport: Transport, name: str) -> None:
    transport.bind(name, [f"{name}.done"])
    sent = envelope(f"{name}.done", b'{"a": 1}')
    transport.publish([sent])
    delivery = take(transport, name)
    assert (delivery.envelope, delivery.queue, delivery.attempt) == (sent, name, 1)
    transport.ack(delivery)
    assert transport.take(name, 0.2) is None


def test_an_empty_queue_gives_nothing_in_time(transport: Transport, name: str) -> None:
    transport.bind(name, [name])
    started = time.monotonic()
    assert transport.take(name, 0.3) is None
    assert 0.25 < time.monotonic() - started < 30
    assert transport.take(name, 0.0) is None


def test_messages_outlive_everybody(connect: Open, name: str) -> None:
    first = connect()
    first.bind(name, [name])
    first.publish([envelope(name, b"kept")])
    first.close()
    assert take(connect(), name).envelope.body == b"kept"


def test_a_message_held_by_who_leaves_comes_again(connect: Open, name: str) -> None:
    first, second = connect(), connect()
    first.bind(name, [name])
    first.publish([envelope(name)])
    held = take(first, name)
    assert second.take(name, 0.1) is None
    first.close()
    assert take(second, name).envelope == held.envelope


def test_each_queue_of_a_type_gets_a_copy(transport: Transport, name: str) -> None:
    transport.bind(f"{name}a", [name])
    transport.bind(f"{name}b", [name, f"{name}.other"])
    transport.publish([envelope(name, b"1")])
    for queue in (f"{name}a", f"{name}b"):
        transport.ack(take(transport, queue))
        assert transport.take(queue, 0.1) is None


def test_two_consumers_share_without_doubles(connect: Open, name: str) -> None:
    one, two = connect(), connect()
    one.bind(name, [name])
    one.publish([envelope(name, str(number).encode()) for number in range(40)])
    seen = []
    while True:
        got = [(each, each.take(name, 0.3)) for each in (one, two)]
        for each, delivery in got:
            if delivery is not None:
                seen.append(int(delivery.envelope.body))
                each.ack(delivery)
        if not any(delivery for _, delivery in got):
            break
    assert sorted(seen) == list(range(40))


def test_one_consumer_sees_the_order_of_publishing(transport: Transport, name: str) -> None:
    transport.bind(name, [name])
    transport.publish([envelope(name, str(number).encode()) for number in range(30)])
    seen = []
    for _ in range(30):
        delivery = take(transport, name)
        seen.append(int(delivery.envelope.body))
        transport.ack(delivery)
    assert seen == list(range(30))


def test_again_waits_and_counts(connect: Open, name: str) -> None:
    first = connect()
    first.bind(name, [name])
    sent = envelope(name, b"again")
    first.publish([sent])
    started = time.monotonic()
    first.again(take(first, name), 0.6)
    first.close()
    second = connect()
    delivery = take(second, name)
    assert time.monotonic() - started >= 0.55
    assert (delivery.envelope, delivery.attempt) == (sent, 2)
    second.again(delivery, 0.05)
    assert take(second, name).attempt == 3


def test_what_waits_does_not_hold_up_the_next(transport: Transport, name: str) -> None:
    transport.bind(name, [name])
    transport.publish([envelope(name, b"1"), envelope(name, b"2")])
    transport.again(take(transport, name), 30)
    assert take(transport, name).envelope.body == b"2"


def test_the_buried_are_listed_with_their_reason_until_settled(connect: Open, name: str) -> None:
    transport = connect()
    transport.bind(name, [name])
    sent = envelope(name, b"bad")
    transport.publish([sent])
    transport.bury(take(transport, name), "it will never do: ä")
    assert transport.take(name, 0.2) is None
    transport.close()
    later = connect()
    (dead,) = later.dead(name, limit=10)
    assert (dead.envelope, dead.reason, dead.attempt) == (sent, "it will never do: ä", 1)
    later.close()
    last = connect()
    (dead,) = last.dead(name, limit=10)
    last.settle_dead(dead)
    assert last.dead(name, limit=10) == []


def test_a_type_nobody_listens_to_is_said_so(transport: Transport, name: str) -> None:
    transport.bind(name, [name])
    with pytest.raises(UnroutableMessage, match=f"{name}.unheard"):
        transport.publish([envelope(f"{name}.unheard")])
    transport.publish([envelope(name)])
    assert take(transport, name)


@pytest.mark.parametrize("kind", ["sqlite", "amqp"])
def test_who_publishes_may_come_before_anybody_ever_listened(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, name: str
) -> None:
    url = f"sqlite:{tmp_path / 'new.db'}" if kind == "sqlite" else request.getfixturevalue("own_amqp_url")
    transport = open_transport(url)
    assert transport.depths([name]) == {}
    with pytest.raises(UnroutableMessage, match=name):
        transport.publish([envelope(name)])
    transport.bind(name, [name])
    transport.publish([envelope(name)])
    assert take(transport, name)
    transport.close()


@pytest.mark.parametrize("body", [b"", bytes(range(256)), "ключ ☃".encode(), b"x" * (1 << 20)])
def test_bodies_arrive_as_they_were(transport: Transport, name: str, body: bytes) -> None:
    transport.bind(name, [name])
    transport.publish([envelope(name, body)])
    delivery = take(transport, name)
    assert delivery.envelope.body == body
    transport.ack(delivery)


def test_long_work_keeps_its_message(connect: Open, name: str) -> None:
    worker, other = connect(), connect()
    worker.bind(name, [name])
    worker.publish([envelope(name)])
    delivery = take(worker, name)
    assert other.take(name, 5.0) is None  # three times the lease, twice the heartbeat
    worker.ack(delivery)
    assert other.take(name, 0.5) is None


def test_binding_again_changes_nothing(transport: Transport, name: str) -> None:
    transport.bind(name, [name])
    transport.publish([envelope(name, b"kept")])
    transport.bind(name, [name])
    delivery = take(transport, name)
    assert delivery.envelope.body == b"kept"
    transport.ack(delivery)
    transport.publish([envelope(name, b"once")])
    transport.ack(take(transport, name))
    assert transport.take(name, 0.2) is None


def test_a_queue_says_when_it_is_new_and_is_so_again_once_removed(connect: Open, name: str) -> None:
    transport = connect()
    transport.remove(name)  # what is not there is gone
    assert transport.bind(name, [name])
    assert not transport.bind(name, [name])
    transport.publish([envelope(name, b"lost"), envelope(name, b"buried")])
    transport.again(take(transport, name), 0.01)
    transport.bury(take(transport, name), "why not")
    transport.remove(name)
    with pytest.raises(UnroutableMessage):
        transport.publish([envelope(name)])
    other = connect()
    assert other.bind(name, [name])
    assert other.take(name, 0.3) is None
    assert other.dead(name, 10) == []
    other.publish([envelope(name, b"new")])
    assert take(other, name).envelope.body == b"new"


def test_depths_are_told(connect: Open, name: str) -> None:
    one, two = connect(), connect()
    one.bind(name, [name])
    one.publish([envelope(name) for _ in range(5)])
    held = take(one, name)
    other = take(two, name)
    two.bury(other, "x")
    two.close()
    deadline = time.monotonic() + SOON_S
    while (depth := one.depths([name, "unknown"])[name]).ready != 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (depth.ready, depth.delayed, depth.dead) == (3, 0, 1)
    assert depth.taken in (1, None)
    assert "unknown" not in one.depths([name, "unknown"])
    one.again(held, 60.0)
    while (depth := one.depths([name])[name]).delayed != 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert depth.delayed == 1


def _hold_forever(url: str, name: str, taken: "multiprocessing.synchronize.Event") -> None:
    transport = open_transport(url, lease_s=60, heartbeat_s=60, delivery_limit=3)
    assert transport.take(name, SOON_S) is not None
    taken.set()
    time.sleep(600)


def test_a_message_that_kills_its_takers_is_dead_in_the_end(connect: Open, url: str, name: str) -> None:
    transport = connect()
    transport.bind(name, [name])
    sent = envelope(name, b"poison")
    transport.publish([sent])
    spawn = multiprocessing.get_context("spawn")
    killed = 0
    dead = []
    while not dead and killed < 6:
        taken = spawn.Event()
        process = spawn.Process(target=_hold_forever, args=(url, name, taken), daemon=True)
        process.start()
        got = taken.wait(60)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert got
        killed += 1
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline:
            depth = transport.depths([name])[name]
            dead = transport.dead(name, limit=10) if depth.dead else []
            if dead or (depth.ready and not depth.taken):
                break
            time.sleep(0.05)
    assert [one.envelope for one in dead] == [sent]
    assert "its takers ended" in dead[0].reason
    assert killed in (3, 4)  # RabbitMQ counts returns after the first delivery, as its documentation says
