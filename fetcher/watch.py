"""Local folders watched for new files: the one door to watchdog."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import structlog
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from fetcher.location import CONFIG_NAME
from shared import outbox
from shared.catalog.schema import datasets
from shared.messages import DatasetDue, first
from shared.pauses import paused_datasets
from shared.work import Tools

REFRESH_S = 5.0
SETTLE_S = 0.5
"""Quiet time after the last change, so that one rotation makes one fetch."""
AT_MOST_S = 30.0
"""A log that is never quiet is looked at this often."""
CHANGES = frozenset({"created", "modified", "moved", "closed"})
log = structlog.get_logger()


@dataclass(frozen=True)
class Place:
    """A folder, and what of it matters: one file, or a collector's rotated data, or all."""

    folder: Path
    only: str | None = None
    is_jdc: bool = False

    def concerns(self, changed: Path) -> bool:
        """Whether a change may mean something to fetch. A collector writes ``access.log`` with every hit: no news."""
        try:
            inside = changed.relative_to(self.folder)
        except ValueError:
            return False
        if self.is_jdc:
            return inside.parts[:1] in (("normal",), (CONFIG_NAME,))
        return self.only is None or str(inside) == self.only


class _Noted(FileSystemEventHandler):
    """Notes that something changed at one place, and when."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._first_s: float | None = None
        self._last_s = 0.0

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in CHANGES or (event.is_directory and event.event_type == "modified"):
            return
        paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
        if any(self._place.concerns(path) for path in paths):
            with self._lock:
                self._last_s = time.monotonic()
                self._first_s = self._last_s if self._first_s is None else self._first_s

    def take(self) -> bool:
        """Whether something changed and it has been quiet since, or long ago; asks once."""
        now_s = time.monotonic()
        with self._lock:
            if self._first_s is None or (now_s - self._last_s < SETTLE_S and now_s - self._first_s < AT_MOST_S):
                return False
            self._first_s = None
            return True


class Watcher:
    """Watches places and tells which changed. Without inotify, or without enough of it, it looks again and again."""

    def __init__(self, makes: tuple[Callable[[], BaseObserver], ...] = (Observer, PollingObserver)) -> None:
        self._makes = makes
        self._observers: dict[Callable[[], BaseObserver], BaseObserver] = {}
        self._watched: dict[str, tuple[Place, _Noted, BaseObserver, ObservedWatch]] = {}

    def follow(self, places: Mapping[str, Place]) -> list[str]:
        """Watch these, by data set, and no others; gives those that are new."""
        for dataset in [name for name, (place, *_) in self._watched.items() if places.get(name) != place]:
            self._drop(dataset)
        return [name for name, place in places.items() if name not in self._watched and self._watch(name, place)]

    def changed(self) -> list[str]:
        """The data sets whose places changed and are quiet now; each change is told once."""
        gone = [name for name, (place, *_) in self._watched.items() if not place.folder.is_dir()]
        for name in gone:
            self._drop(name)  # when it is there again, it is a new one
        return [name for name, (_, noted, *_) in self._watched.items() if noted.take()]

    def stop(self) -> None:
        """Watch nothing any more."""
        for observer in self._observers.values():
            observer.stop()
            observer.join(10)
        self._observers.clear()
        self._watched.clear()

    def _watch(self, dataset: str, place: Place) -> bool:
        noted = _Noted(place)
        for make in self._makes:
            try:
                observer = self._observers.get(make) or self._start(make)
                watch = observer.schedule(noted, str(place.folder), recursive=place.only is None)
            except OSError as error:
                log.warning("watch.fell_back", folder=str(place.folder), error=str(error))
                continue
            self._watched[dataset] = (place, noted, observer, watch)
            return True
        return False

    def _start(self, make: Callable[[], BaseObserver]) -> BaseObserver:
        observer = make()
        observer.daemon = True
        observer.start()
        self._observers[make] = observer
        return observer

    def _drop(self, dataset: str) -> None:
        _, noted, observer, watch = self._watched.pop(dataset)
        with suppress(KeyError, OSError):
            observer.remove_handler_for_watch(noted, watch)
        if all(other != watch for *_, other in self._watched.values()):
            with suppress(KeyError, OSError):
                observer.unschedule(watch)


class Watching:
    """Makes data sets of local folders due when their folder changes. ``tick`` is cheap and called often."""

    def __init__(self) -> None:
        self._watcher = Watcher()
        self._refreshed_s = float("-inf")

    def tick(self, tools: Tools) -> None:
        """Follow the catalog's data sets, and announce those that changed, or did while nobody watched."""
        now_s = tools.clock.monotonic()
        new: list[str] = []
        if now_s - self._refreshed_s >= REFRESH_S:
            self._refreshed_s = now_s
            with tools.catalog.read() as connection:
                rows = connection.execute(sa.select(datasets.c.id, datasets.c.location)).all()
                paused = paused_datasets(connection)
            # One that goes on is a new one: what changed meanwhile is seen then.
            places = {row.id: place_of(row.location) for row in rows if row.id not in paused}
            new = self._watcher.follow({name: place for name, place in places.items() if place is not None})
        for dataset in dict.fromkeys([*new, *self._watcher.changed()]):
            log.info("watch.changed", dataset=dataset)
            _announce(tools, dataset)


def place_of(location: str) -> Place | None:
    """What to watch of a local location, if it is there."""
    if "://" in location:
        return None
    path = Path(location)
    if path.is_dir():
        return Place(path, is_jdc=(path / CONFIG_NAME).is_file())
    if not path.parent.is_dir():
        return None
    return Place(path.parent, is_jdc=True) if path.name == CONFIG_NAME else Place(path.parent, path.name)


def _announce(tools: Tools, dataset: str) -> None:
    now = tools.clock.now()
    message = first(DatasetDue(dataset, f"watch {uuid.uuid4()}"), origin="watch")
    with tools.catalog.write() as connection:
        outbox.put(connection, [message], now)
    outbox.sweep(tools.catalog, tools.transport, now, at_once=True)
