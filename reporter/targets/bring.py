"""One target brought in step: what its stage and ``proprocessor targets`` do."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from reporter.published import newest_publication
from reporter.targets import registry
from reporter.targets.hands import Hands
from reporter.targets.leave import leave
from reporter.targets.opener import access_of, open_target
from reporter.targets.sync import Asked, synchronise
from reporter.targets.transferred import Transferred
from shared import failures
from shared.catalog import Catalog
from shared.dataset_settings import Target
from shared.errors import Misconfigured, ProprocessorError, Rejected, Transient
from shared.failures import DeadLetter
from shared.settings import Settings
from shared.store import disk_errors
from shared.target_location import TargetLocation, read_target_location

LOCKS = "targets"
QUEUE = "mirror"


@dataclass(frozen=True)
class Bringer:
    """Whoever brings a data set's reports to one of its targets."""

    settings: Settings
    catalog: Catalog
    dataset: str
    target: Target

    def bring(
        self, published: registry.Row, *, everything: bool = False, keep_alive: Callable[[], None] = lambda: None
    ) -> Transferred:
        """Bring it in step with a publication."""
        root, location = registry.root_of(published), read_target_location(self.target.location)
        if location.scheme == "folder" and Path(location.base or "/").resolve() == root.resolve():
            raise Misconfigured(
                f"The target {self.target.name} is {root}, the folder that is published into.",
                remedy="Name another folder.",
                reason="target_taken",
            )
        with self._alone(location) as (asked, hands):
            return synchronise(asked(root, everything), hands, keep_alive)

    def clear(self, published: registry.Row, *, wait: bool = True) -> Transferred:
        """Remove all that was brought there. Without ``wait``, :class:`Transient` while somebody else is at work."""
        with self._alone(read_target_location(self.target.location), wait=wait) as (asked, hands):
            return leave(asked(registry.root_of(published), False), hands.first)

    def note_failure(self, error: ProprocessorError, now: datetime) -> None:
        """Keep why it is not in step."""
        with self.catalog.write() as connection:
            registry.keep_failure(connection, self.dataset, self.target, str(error), now)

    def waiting_letters(self) -> list[DeadLetter]:
        """Those about this target: what they failed at is done once it is in step."""
        letters = failures.letters(self.catalog, dataset=self.dataset)
        return [one for one in letters if one.queue == QUEUE and one.subject == self.target.name]

    @contextmanager
    def _alone(
        self, location: TargetLocation, *, wait: bool = True
    ) -> Iterator[tuple[Callable[[Path, bool], Asked], Hands]]:
        """One at a time for a place: its data sets share the first page there."""
        key = hashlib.sha256(f"{location} {self.target.endpoint or ''}".encode()).hexdigest()[:16]
        access = access_of(self.target, self._sealed(), self.settings)
        limit = 1 if location.scheme == "folder" else self.settings.downloads
        lock_file = self.settings.data / LOCKS / f"{key}.lock"
        with disk_errors(lock_file):
            lock_file.parent.mkdir(parents=True, exist_ok=True)
            lock = lock_file.open("w")
        with lock:
            self._lock(lock, wait)
            hands = Hands(lambda: open_target(location, access), limit)
            try:
                yield lambda root, everything: Asked(root, self.dataset, str(location), key, everything), hands
            finally:
                hands.close()

    def _lock(self, lock: IO[str], wait: bool) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise Transient(
                f"Something is being brought to the target {self.target.name}, or removed there, at this moment.",
                remedy="Try again in a while.",
                reason="target_busy",
            ) from error

    def _sealed(self) -> str | None:
        """The stored password, if it was given for this server."""
        with self.catalog.read() as connection:
            return registry.sealed_password(connection, self.dataset, self.target)


def note_success(
    connection: sa.Connection, bringer: Bringer, published: registry.Row, done: Transferred, now: datetime
) -> None:
    """Keep that a target is in step, and settle the dead letters about it."""
    registry.keep_success(connection, bringer.dataset, bringer.target, published, done, now)
    for letter in bringer.waiting_letters():
        failures.settle(connection, letter, "replayed", now)


def published_or_refused(catalog: Catalog, dataset: str) -> registry.Row:
    """The newest publication; :class:`Rejected` where nothing was published yet."""
    with catalog.read() as connection:
        found = newest_publication(connection, dataset)
    if found is None:
        raise Rejected(
            f"Nothing of {dataset} has been published yet.",
            remedy="Its targets are brought in step as soon as there is.",
            reason="nothing_published",
        )
    return found
