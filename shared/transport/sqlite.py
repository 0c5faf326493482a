"""The embedded transport: a table of messages in a SQLite file, for several processes on one host.

A taken message carries a lease with its owner. A thread renews the leases of this process; a lease that ended, or whose
owner is a process of this host that no longer lives, gives the message back.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.errors import Misconfigured, Transient, Unreachable
from shared.sqlite_file import BUSY_TIMEOUT_S, prepare
from shared.transport.interface import (
    DeadDelivery,
    Delivery,
    Envelope,
    QueueDepth,
    StaleDelivery,
    UnroutableMessage,
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS queue_bindings (queue TEXT, type TEXT, PRIMARY KEY (queue, type)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queue_messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 1, crashes INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL,
  owner TEXT, lease REAL, dead TEXT);
CREATE INDEX IF NOT EXISTS queue_messages_due ON queue_messages (queue, dead, due, seq);
"""
POLL_S = (0.005, 0.01, 0.02, 0.05, 0.1)
EXPIRE_EVERY_S = 1.0


class SqliteTransport:
    """See :class:`shared.transport.Transport`. Time is the machine's clock: leases are seen by other processes."""

    def __init__(
        self,
        path: Path,
        *,
        lease_s: float,
        delivery_limit: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._lease_s, self._limit, self._now = path, lease_s, delivery_limit, now
        self._owner = json.dumps([socket.gethostname(), os.getpid(), _started(os.getpid()), uuid.uuid4().hex])
        self._held: set[int] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._expired_at = 0.0
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._write() as connection:
                for statement in SCHEMA.split(";"):
                    connection.execute(statement)
        self._renewer = threading.Thread(target=self._renew, name="leases", daemon=True)
        self._renewer.start()

    def bind(self, queue: str, types: Collection[str]) -> bool:
        with self._write() as connection:
            known = connection.execute("DELETE FROM queue_bindings WHERE queue = ?", (queue,)).rowcount
            connection.executemany("INSERT INTO queue_bindings VALUES (?, ?)", [(queue, one) for one in sorted(types)])
        return known == 0

    def remove(self, queue: str) -> None:
        with self._write() as connection:
            connection.execute("DELETE FROM queue_bindings WHERE queue = ?", (queue,))
            connection.execute("DELETE FROM queue_messages WHERE queue = ?", (queue,))

    def publish(self, envelopes: Sequence[Envelope]) -> None:
        now = self._now()
        with self._write() as connection:
            queues: dict[str, list[str]] = {}
            for queue, kind in connection.execute("SELECT queue, type FROM queue_bindings ORDER BY queue"):
                queues.setdefault(kind, []).append(queue)
            if missing := sorted({one.type for one in envelopes} - set(queues)):
                raise UnroutableMessage(f"No queue listens to {', '.join(missing)} yet.")
            connection.executemany(
                "INSERT INTO queue_messages (queue, id, type, body, due) VALUES (?, ?, ?, ?, ?)",
                [(queue, one.id, one.type, one.body, now) for one in envelopes for queue in queues[one.type]],
            )

    def take(self, queue: str, wait_s: float) -> Delivery | None:
        deadline = time.monotonic() + wait_s
        tried = 0
        while True:
            if (delivery := self._take_now(queue)) is not None:
                return delivery
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return None
            time.sleep(min(left_s, POLL_S[min(tried, len(POLL_S) - 1)]))
            tried += 1

    def ack(self, delivery: Delivery) -> None:
        self._settle(delivery, "DELETE FROM queue_messages", ())

    def again(self, delivery: Delivery, after_s: float) -> None:
        due = self._now() + after_s
        self._settle(
            delivery, "UPDATE queue_messages SET attempt = attempt + 1, due = ?, owner = NULL, lease = NULL", (due,)
        )

    def bury(self, delivery: Delivery, reason: str) -> None:
        self._settle(delivery, "UPDATE queue_messages SET dead = ?, owner = NULL, lease = NULL", (reason,))

    def dead(self, queue: str, limit: int) -> list[DeadDelivery]:
        query = (
            "SELECT seq, id, type, body, dead, attempt + crashes FROM queue_messages "
            "WHERE queue = ? AND dead IS NOT NULL ORDER BY seq LIMIT ?"
        )
        with self._errors():
            rows = self._connection().execute(query, (queue, limit)).fetchall()
        return [
            DeadDelivery(Envelope(identity, kind, bytes(body)), queue, reason, attempt, seq)
            for seq, identity, kind, body, reason, attempt in rows
        ]

    def settle_dead(self, dead: DeadDelivery) -> None:
        with self._write() as connection:
            connection.execute("DELETE FROM queue_messages WHERE seq = ? AND dead IS NOT NULL", (dead.token,))

    def depths(self, queues: Collection[str]) -> Mapping[str, QueueDepth]:
        self._expire(at_once=True)
        now = self._now()
        query = """
            SELECT queue, COALESCE(SUM(dead IS NULL AND owner IS NULL AND due <= ?1), 0),
              COALESCE(SUM(dead IS NULL AND owner IS NOT NULL), 0),
              COALESCE(SUM(dead IS NULL AND owner IS NULL AND due > ?1), 0),
              COALESCE(SUM(dead IS NOT NULL), 0)
            FROM (SELECT DISTINCT queue FROM queue_bindings) LEFT JOIN queue_messages USING (queue) GROUP BY queue"""
        with self._errors():
            rows = self._connection().execute(query, (now,)).fetchall()
        return {row[0]: QueueDepth(*row[1:]) for row in rows if row[0] in queues}

    def close(self) -> None:
        if self._closed.is_set():
            return
        self._closed.set()
        self._renewer.join(timeout=self._lease_s)
        with self._lock:
            held, self._held = self._held, set()
        if held:
            with suppress(Transient), self._write() as connection:  # a full disk: the leases run out by themselves
                connection.executemany(
                    "UPDATE queue_messages SET owner = NULL, lease = NULL WHERE seq = ? AND owner = ?",
                    [(seq, self._owner) for seq in held],
                )
        for connection in self._connections:
            connection.close()

    def _take_now(self, queue: str) -> Delivery | None:
        self._expire()
        now = self._now()
        ready = "queue = ? AND dead IS NULL AND owner IS NULL AND due <= ?"
        with self._errors():
            found = self._connection().execute(f"SELECT 1 FROM queue_messages WHERE {ready}", (queue, now)).fetchone()
        if found is None:
            return None
        statement = f"""
            UPDATE queue_messages SET owner = ?, lease = ? WHERE seq =
              (SELECT seq FROM queue_messages WHERE {ready} ORDER BY due, seq LIMIT 1)
            RETURNING seq, id, type, body, attempt"""
        with self._write() as connection:
            rows = connection.execute(statement, (self._owner, now + self._lease_s, queue, now)).fetchall()
        if not rows:
            return None
        seq, identity, kind, body, attempt = rows[0]
        with self._lock:
            self._held.add(seq)
        return Delivery(Envelope(identity, kind, bytes(body)), queue, attempt, seq)

    def _settle(self, delivery: Delivery, statement: str, values: tuple[object, ...]) -> None:
        seq = delivery.token
        with self._write() as connection:
            where = " WHERE seq = ? AND owner = ?"
            changed = connection.execute(statement + where, (*values, seq, self._owner)).rowcount
        with self._lock:
            self._held.discard(seq)
        if changed == 0:
            raise StaleDelivery(f"Message {delivery.envelope.id} is no longer held: its lease ended.")

    def _expire(self, *, at_once: bool = False) -> None:
        """Give back what lapsed owners hold; what killed too many of them is dead."""
        if not at_once and time.monotonic() - self._expired_at < EXPIRE_EVERY_S:
            return
        self._expired_at = time.monotonic()
        now = self._now()
        query = "SELECT DISTINCT owner FROM queue_messages WHERE owner IS NOT NULL AND dead IS NULL"
        with self._errors():
            owners = [row[0] for row in self._connection().execute(query)]
            late = "SELECT COUNT(*) FROM queue_messages WHERE owner IS NOT NULL AND dead IS NULL AND lease < ?"
            expired = self._connection().execute(late, (now,)).fetchone()[0]
        gone = [owner for owner in owners if owner != self._owner and _is_gone(owner)]
        if not gone and not expired:
            return
        marks = ", ".join("?" for _ in gone)
        lapsed = f"dead IS NULL AND owner IS NOT NULL AND (lease < ? OR owner IN ({marks}))"
        with self._write() as connection:
            connection.execute(
                f"UPDATE queue_messages SET dead = ?, owner = NULL, lease = NULL WHERE {lapsed} AND crashes + 1 >= ?",
                ("delivery_limit: its takers ended without settling it", now, *gone, self._limit),
            )
            connection.execute(
                f"UPDATE queue_messages SET crashes = crashes + 1, owner = NULL, lease = NULL WHERE {lapsed}",
                (now, *gone),
            )

    def _renew(self) -> None:
        while not self._closed.wait(self._lease_s / 3):
            with self._lock:
                held = list(self._held)
            if not held:
                continue
            try:
                with self._write() as connection:
                    connection.executemany(
                        "UPDATE queue_messages SET lease = ? WHERE seq = ? AND owner = ?",
                        [(self._now() + self._lease_s, seq, self._owner) for seq in held],
                    )
            except Transient:
                continue

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            prepare(connection)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._errors():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Misconfigured(
                f"The queue {self._path} cannot be opened: {error.strerror}.",
                remedy="Make its folder writable, or choose another with PROPROCESSOR_DATA.",
            ) from error
        except sqlite3.OperationalError as error:
            text = str(error)
            if "full" in text:
                raise Transient(f"The disk of the queue {self._path} is full.", remedy="Free some space.") from error
            if "readonly" in text:
                raise Misconfigured(f"The queue {self._path} cannot be written.", remedy="Make it writable.") from error
            raise Unreachable(f"The queue {self._path} does not answer: {text}.") from error
        except sqlite3.DatabaseError as error:
            raise Unreachable(
                f"The queue {self._path} is damaged: {error}.", remedy="Move the file away; the outbox fills a new one."
            ) from error


def _started(pid: int) -> str:
    """When a process began, as the kernel counts; tells it from a later one with the same number. Linux only."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _is_gone(owner: str) -> bool:
    """Whether the owner was a process of this host that no longer lives."""
    host, pid, started, _ = json.loads(owner)
    if host != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return bool(started) and _started(pid) not in ("", started)
