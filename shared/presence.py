"""That a process is there, and what it is doing: a row in the catalog and a small file for health checks."""

from __future__ import annotations

import json
import os
import socket
import threading
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from shared.catalog import Catalog
from shared.catalog.engine import upsert
from shared.catalog.schema import processes
from shared.clock import Clock
from shared.errors import ProprocessorError

BEAT_S = 5.0
GONE_AFTER = timedelta(minutes=2)
STUCK_AFTER_S = 2 * 3600.0
log = structlog.get_logger()


class Presence:
    """Beats from a thread of its own, so that long work is not taken for absence."""

    def __init__(self, stage: str, catalog: Catalog, clock: Clock, root: Path) -> None:
        self.id = str(uuid.uuid4())
        self.stage = stage
        self.doing: str | None = None
        self._catalog, self._clock = catalog, clock
        self._file = health_file(root, stage)
        self._started = clock.now()
        self._alive = clock.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"presence-{stage}", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def tick(self, doing: str | None) -> None:
        """The work goes on; called by the loop, cheap."""
        self.doing, self._alive = doing, self._clock.monotonic()

    def stop(self) -> None:
        """Leave: the row and the file go."""
        self._stop.set()
        self._thread.join(timeout=BEAT_S)
        self._file.unlink(missing_ok=True)
        try:
            with self._catalog.write() as connection:
                connection.execute(sa.delete(processes).where(processes.c.id == self.id))
        except ProprocessorError:
            log.debug("presence.row_left", stage=self.stage)

    def _beat(self) -> None:
        while True:
            try:
                self._write()
            except (ProprocessorError, OSError) as error:
                log.debug("presence.not_written", stage=self.stage, error=str(error))
            if self._stop.wait(BEAT_S):
                return

    def _write(self) -> None:
        now = self._clock.now()
        silent_s = self._clock.monotonic() - self._alive
        self._file.parent.mkdir(parents=True, exist_ok=True)
        aside = self._file.with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps({"pid": os.getpid(), "at": now.isoformat(), "silent_s": round(silent_s, 1)}))
        aside.rename(self._file)
        with self._catalog.write() as connection:
            upsert(
                connection,
                processes,
                ("id",),
                id=self.id,
                stage=self.stage,
                host=socket.gethostname(),
                pid=os.getpid(),
                started_at=self._started,
                seen_at=now,
                doing=self.doing,
            )
            connection.execute(sa.delete(processes).where(processes.c.seen_at < now - 10 * GONE_AFTER))


def forget(catalog: Catalog, pid: int) -> None:
    """Take out the row of a process of this host that ended without leaving; for whoever started it."""
    mine = sa.and_(processes.c.host == socket.gethostname(), processes.c.pid == pid)
    try:
        with catalog.write() as connection:
            connection.execute(sa.delete(processes).where(mine))
    except ProprocessorError:
        log.debug("presence.row_left", pid=pid)


def health_file(root: Path, stage: str) -> Path:
    """Where the process of this stage on this host leaves its sign of life."""
    return root / "health" / f"{stage}@{socket.gethostname()}.json"


def is_healthy(root: Path, stage: str, now: datetime) -> tuple[bool, str]:
    """Whether a process of this stage on this host is alive and gets on; and a sentence that says so."""
    path = health_file(root, stage)
    try:
        data = json.loads(path.read_text())
        seen, silent_s = datetime.fromisoformat(data["at"]), float(data["silent_s"])
    except (OSError, ValueError, KeyError) as error:
        return False, f"No {stage} has left a sign of life on this host ({path}: {error})."
    if now - seen > GONE_AFTER:
        return False, f"The {stage} was last seen at {seen:%Y-%m-%d %H:%M:%S} UTC."
    if silent_s > STUCK_AFTER_S:
        return False, f"The {stage} has been at one piece of work for {silent_s / 3600:.1f} hours."
    return True, f"The {stage} was seen at {seen:%H:%M:%S} UTC."
