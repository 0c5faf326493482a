"""``proprocessor demo``: a collector on loopback, the whole pipeline, the reports."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console import datasets
from console.datasets import Access, Place
from console.demo.dataset import make_dataset
from console.demo.serve import USER, serve_folder, serve_ftp, serve_published
from console.output import say
from console.run_command import run_dataset
from shared.catalog import open_catalog
from shared.dataset_settings import DatasetSettings
from shared.process import stop_on_signals
from shared.secrets import open_box
from shared.settings import Settings

NAME = "Fruit shop (sample data)"
CONFIG = "fruit/ClickTracks_Config.xml"


def run_demo(settings: Settings, *, days: int, port: int, serve: bool) -> int:
    """Make, serve, process and show the sample data set; gives the exit code."""
    started = time.monotonic()
    collector = settings.data / "collector"
    made = make_dataset(collector, last_day=datetime.now(UTC).date() - timedelta(days=1), days=days)
    say(
        f"Made a data set of {days} days: {made.files:,} files, {made.lines:,} lines. "
        "All of it is generated: there is no such shop."
    )
    password = secrets.token_urlsafe(12)
    with serve_ftp(collector, password) as ftp, serve_folder(collector) as http:
        say(f"Its collector answers at {ftp}{CONFIG} and {http}{CONFIG}")
        code = _process(settings, f"{ftp}{CONFIG}", password)
        say(f"Done in {time.monotonic() - started:.1f} s.")
        if code or not serve:
            return code
        return _show(settings.publish_root, port)


def _process(settings: Settings, location: str, password: str) -> int:
    """The same steps as ``process``, by FTP."""
    catalog = open_catalog(settings.catalog_url)
    chosen = DatasetSettings.model_validate({"dataset": {"name": NAME, "timezone": "Europe/Berlin", "currency": "EUR"}})
    access = Access(USER, sealed_password=open_box(settings).seal(password))
    dataset = datasets.register(
        catalog, Place(location), chosen, access, now=datetime.now(UTC), publish=settings.publish_root, moved=True
    )
    return run_dataset(settings, catalog, dataset)


def _show(folder: Path, port: int) -> int:
    stop = stop_on_signals()
    with serve_published(folder, port) as url:
        say(f"Reports: {url}  (Ctrl+C ends)")
        stop.wait()
    return 0
