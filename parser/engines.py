"""Engines for the threads of one parse."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from parser.described import Described
from parser.engine import Descriptions, Engine


class Engines:
    """Engines for several threads, each lent to one at a time, and made when first needed: small files need one."""

    def __init__(self, folder: Path, descriptions: Descriptions, number: int) -> None:
        self._folder = folder
        self._make = partial(Engine, folder, descriptions, Described())
        self._unmade = number
        self._all: list[Engine] = []
        self._idle: list[Engine] = []
        self._changed = threading.Condition()

    @contextmanager
    def lent(self) -> Iterator[Engine]:
        """One of them, waited for."""
        engine = self._take()
        try:
            yield engine
        finally:
            engine.empty()
            with self._changed:
                self._idle.append(engine)
                self._changed.notify()

    def _take(self) -> Engine:
        with self._changed:
            while not self._idle and not self._unmade:
                self._changed.wait()
            if self._idle:
                return self._idle.pop()
            self._unmade -= 1
        try:
            engine = self._make()
        except BaseException:
            with self._changed:
                self._unmade += 1
                self._changed.notify()
            raise
        self._all.append(engine)
        return engine

    def close(self) -> None:
        """When nobody uses one any more."""
        for engine in self._all:
            engine.close()
        spill = self._folder / ".spill"
        if spill.is_dir():
            spill.rmdir()
