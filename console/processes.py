"""One command for each process, and ``run``: all of them, watched over."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer

from console.options import Data, settings_of
from console.output import complain, say
from console.stages import STAGES, make_stage
from shared.catalog import Catalog, open_catalog
from shared.errors import EXIT_DONE, EXIT_FAILED, EXIT_MISCONFIGURED
from shared.logging import configure
from shared.presence import forget, is_healthy
from shared.process import main as run_stage
from shared.process import stop_on_signals
from shared.settings import Settings

CONSOLE = "console"
PROCESSES = (*STAGES, CONSOLE)
RESTART_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_S = 60.0
STOP_S = 60.0
log = structlog.get_logger()


def stage_command(stage: str) -> Callable[..., int]:
    """The command that runs one stage as this process."""

    def command(data: Data = None) -> int:
        return run_stage(lambda: make_stage(stage), settings_of(data))

    command.__doc__ = f"Run the {stage} alone until stopped."
    return command


def run(
    data: Data = None,
    stages: Annotated[
        str, typer.Option("--stages", help="Which to run, of: fetcher,parser,analyzer,reporter,console.")
    ] = ",".join(PROCESSES),
) -> int:
    """Run all stages and the console on this machine until stopped; what ends by itself is started again."""
    settings = settings_of(data)
    configure(settings.log, settings.log_level, "run")
    names = [name.strip() for name in stages.split(",") if name.strip()]
    if unknown := [name for name in names if name not in PROCESSES]:
        raise typer.BadParameter(f"--stages: {', '.join(unknown)} unknown; there are {', '.join(PROCESSES)}.")
    catalog = open_catalog(settings.catalog_url)
    stop = stop_on_signals()
    keepers = [_Keeper(name, settings, catalog, stop) for name in names]
    for keeper in keepers:
        keeper.start()
    log.info("run.started", stages=names, data=str(settings.data), published=str(settings.publish_root))
    for keeper in keepers:
        keeper.join()
    catalog.close()
    codes = [keeper.gave_up_with for keeper in keepers if keeper.gave_up_with is not None]
    return codes[0] if codes else EXIT_DONE


class _Keeper(threading.Thread):
    """Keeps one stage, or the console, running."""

    def __init__(self, stage: str, settings: Settings, catalog: Catalog, stop: threading.Event) -> None:
        super().__init__(name=f"keeper-{stage}", daemon=True)
        self.gave_up_with: int | None = None
        self._stage, self._data, self._catalog, self._stop_event = stage, settings.data, catalog, stop

    def run(self) -> None:
        """Start it, wait, start it again; a misconfigured stage ends everything, since a restart cannot help.

        But no console, whose port may be taken, keeps the others from their work.
        """
        quick = 0
        while not self._stop_event.is_set():
            started = datetime.now(UTC)
            process = subprocess.Popen(
                [sys.executable, "-m", "console", self._stage, "--data", str(self._data)], start_new_session=True
            )
            code = self._wait(process)
            forget(self._catalog, process.pid)
            if self._stop_event.is_set():
                return
            if code == EXIT_MISCONFIGURED and self._stage != CONSOLE:
                self.gave_up_with = code
                self._stop_event.set()
                return
            lasted = (datetime.now(UTC) - started).total_seconds()
            quick = 0 if lasted > STEADY_S else quick + 1
            pause_s = RESTART_S[min(quick, len(RESTART_S)) - 1] if quick else 0.0
            pause_s = RESTART_S[-1] if code == EXIT_MISCONFIGURED else pause_s
            log.warning("run.stage_ended", stage=self._stage, exit_code=code, again_in_s=pause_s)
            self._stop_event.wait(pause_s)

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while not self._stop_event.is_set():
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
        process.terminate()
        try:
            return process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def healthcheck(
    stage: Annotated[str, typer.Argument(help="fetcher, parser, analyzer or reporter.")], data: Data = None
) -> int:
    """End with 0 if the process of this stage on this host is alive and gets on, else 1."""
    healthy, sentence = is_healthy(settings_of(data).data, stage, datetime.now(UTC))
    (say if healthy else complain)(sentence)
    return EXIT_DONE if healthy else EXIT_FAILED


def serve(
    folder: Annotated[Path | None, typer.Argument(help="Published folder; default: the one of the settings.")] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    data: Data = None,
) -> int:
    """Serve the published folder over HTTP until stopped."""
    from console.demo.serve import serve_published

    root = folder or settings_of(data).publish_root
    stop = stop_on_signals()
    with serve_published(root, port, host=host) as url:
        say(f"Reports: {url}  (Ctrl+C ends)")
        stop.wait()
    return EXIT_DONE
