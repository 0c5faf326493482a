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
    try:
        runner = Runner(stage, tools, presence=presence)
        runner.connect(settings.queue_wait_s, stop)
        runner.run(stop)
    finally:
        presence.stop()
        tools.transport.close()
        catalog.close()


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
