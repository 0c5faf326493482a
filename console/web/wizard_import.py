"""Imports that this console does itself, where no processes of the stages run: one at a time for each data set."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated

import structlog
from fastapi import Depends, Request

from console.local import run_once, under_way
from console.web.place import Place
from shared.errors import ProprocessorError

END_S = 10.0
log = structlog.get_logger()


@dataclass
class _Import:
    thread: threading.Thread
    error: str = ""


@dataclass
class Imports:
    """Those that run, and how the last one of each data set ended; of this process alone, the catalog has the facts."""

    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[str, _Import] = field(default_factory=dict)

    def start(self, place: Place, dataset: str) -> bool:
        """Begin one in a thread; false where one runs already."""
        with self._lock:
            if self.is_running(dataset):
                return False
            name = f"import-{dataset}"
            thread = threading.Thread(target=self._run, args=(place, dataset), name=name, daemon=True)
            self._known[dataset] = _Import(thread)
            thread.start()
        return True

    def is_running(self, dataset: str) -> bool:
        """Whether one of this data set is under way here."""
        known = self._known.get(dataset)
        return known is not None and known.thread.is_alive()

    def error(self, dataset: str) -> str:
        """What broke the last one off, in words; dead letters are not here but in the catalog."""
        known = self._known.get(dataset)
        return known.error if known else ""

    def stop(self) -> None:
        """End all of them. Like any process, they may be: what was begun goes on with the next."""
        self._stop.set()
        for one in list(self._known.values()):
            one.thread.join(timeout=END_S)

    def _run(self, place: Place, dataset: str) -> None:
        log.info("import.started", dataset=dataset)
        try:
            since = under_way(place.catalog, dataset)
            outcome = run_once(
                place.settings,
                place.catalog,
                dataset,
                watch=lambda _: None,
                stop=self._stop,
                fetch=since is None,
                since=since,
            )
            log.info("import.ended", dataset=dataset, lines=outcome.state.lines, dead_letters=len(outcome.letters))
        except ProprocessorError as error:
            self._known[dataset].error = str(error)
            log.warning("import.failed", dataset=dataset, error=str(error))
        except Exception as error:
            self._known[
                dataset
            ].error = f"Something went wrong here ({type(error).__name__}). The console's log says what."
            log.exception("import.unexpected", dataset=dataset)


def imports_of(request: Request) -> Imports:
    """Those of this application."""
    found: Imports = request.app.state.imports
    return found


Running = Annotated[Imports, Depends(imports_of)]
