"""One stage as a process of its own: settings, logging, signals, exit codes."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import structlog

from shared.catalog import open_catalog
from shared.catalog.engine import Catalog
from shared.clock import SystemClock
from shared.errors import EXIT_DONE, EXIT_FAILED, ProprocessorError, Unreachable
from shared.logging import configure
from shared.presence import Presence
from shared.runner import Runner
from shared.settings import Settings, load_settings
from shared.store import Store
from shared.transport import open_transport
from shared.work import Stage, Tools

LEAVE_S = 10.0
log = structlog.get_logger()


def main(make_stage: Callable[[], Stage], settings: Settings | None = None) -> int:
    """Run a stage until SIGTERM or SIGINT; gives the exit code."""
    try:
        settings = settings or load_settings()
        stage = make_stage()
        configure(settings.log, settings.log_level, stage.name)
        stop = stop_on_signals()
        run_stage(stage, settings, stop)
    except ProprocessorError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except Exception as error:
        log.exception("process.defect")
        sys.stderr.write(f"Unexpected: {type(error).__name__}: {error}\n")
        return EXIT_FAILED
    return EXIT_DONE


def run_stage(stage: Stage, settings: Settings, stop: threading.Event) -> None:
    """Run a stage until ``stop``."""
    catalog = patient_catalog(settings, stop)
    tools = make_tools(settings, catalog, stage.name)
    presence = Presence(stage.name, catalog, tools.clock, tools.data)
    presence.start()
    beside = [_Beside(one, settings, catalog, stop) for one in stage.beside]
    try:
        runner = Runner(stage, tools, presence=presence)
        runner.connect(settings.queue_wait_s, stop)
        for one in beside:
            one.start()
        runner.run(stop)
        for one in beside:
            one.leave()
    finally:
        stop.set()
        if stage.leave is not None:
            stage.leave()
        presence.stop()
        tools.transport.close()
        catalog.close()


class _Beside(threading.Thread):
    """Runs a stage beside another; what breaks it ends the process."""

    def __init__(self, stage: Stage, settings: Settings, catalog: Catalog, stop: threading.Event) -> None:
        super().__init__(name=stage.name, daemon=True)
        self._stage, self._settings, self._catalog, self._stop_event = stage, settings, catalog, stop
        self._broken: Exception | None = None

    def run(self) -> None:
        """Until the event."""
        tools = make_tools(self._settings, self._catalog, self._stage.name)
        try:
            runner = Runner(self._stage, tools)
            runner.connect(self._settings.queue_wait_s, self._stop_event)
            runner.run(self._stop_event)
        except Exception as error:  # noqa: BLE001 - raised again by who waits for this thread
            self._broken = error
            self._stop_event.set()
        finally:
            tools.transport.close()

    def leave(self) -> None:
        """Wait for it, not for ever: what it is at may be killed at any moment, and comes again."""
        self.join(timeout=LEAVE_S)
        if self._broken is not None:
            raise self._broken


def make_tools(settings: Settings, catalog: Catalog, name: str) -> Tools:
    """The tools of one process."""
    return Tools(
        catalog=catalog,
        transport=open_transport(settings.queue_url, lease_s=settings.lease_s),
        store=Store(settings.data),
        settings=settings,
        clock=SystemClock(),
        log=log.bind(stage=name),
    )


def patient_catalog(settings: Settings, stop: threading.Event) -> Catalog:
    """The catalog, waited for up to ``queue_wait_s``."""
    clock = SystemClock()
    deadline = clock.monotonic() + settings.queue_wait_s
    while True:
        try:
            return open_catalog(settings.catalog_url)
        except Unreachable as error:
            if clock.monotonic() >= deadline or stop.is_set():
                raise
            log.warning("catalog.waiting", error=str(error))
            stop.wait(1.0)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
