"""The four processes, started as an operator starts them, and what they publish."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from console import datasets as registry
from console.demo.dataset import make_dataset
from console.local import backlog
from shared.catalog import open_catalog
from shared.catalog.schema import datasets, files, publications, rounds
from shared.dataset_settings import DatasetSettings
from shared.failures import letters
from shared.secrets import open_box
from shared.settings import load_settings
from tests import zygote

STAGES = ("fetcher", "parser", "analyzer", "reporter")
DEADLINE_S = 180.0
LAST_DAY = date(2026, 3, 10)


class Pipeline:
    """One installation: data folder, catalog, queue, published folder and its processes."""

    def __init__(self, root: Path, catalog: str, queue: str) -> None:
        self.root = root
        self.afresh = False
        """Whether each process is a Python of its own, as an operator has it, and not the fork of one that has loaded."""
        self.published = root / "published"
        self.environment = {
            **os.environ,
            "PROPROCESSOR_DATA": str(root / "data"),
            "PROPROCESSOR_PUBLISH": str(self.published),
            "PROPROCESSOR_CATALOG": catalog,
            "PROPROCESSOR_QUEUE": queue,
            "PROPROCESSOR_LEASE_S": "5",
            "PROPROCESSOR_LOG": "json",
        }
        self.settings = load_settings(self.environment)
        self.catalog = open_catalog(self.settings.catalog_url)
        self.processes: dict[str, subprocess.Popen[bytes] | zygote.Started] = {}

    def start(self, *stages: str) -> None:
        for stage in stages or STAGES:
            with (self.root / f"{stage}.log").open("ab") as log:
                self.processes[stage] = (
                    subprocess.Popen(
                        [sys.executable, "-m", stage],
                        env=self.environment,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                    if self.afresh
                    else zygote.start([stage], self.environment, log, log)
                )

    def wait_started(self) -> None:
        """Until each process has its queues: a broker killed before is another story (tests/integration/test_runner.py)."""
        deadline = time.monotonic() + DEADLINE_S
        while not all(b"stage.started" in (self.root / f"{stage}.log").read_bytes() for stage in self.processes):
            assert time.monotonic() < deadline, self.story()
            time.sleep(0.1)

    def kill(self, stage: str) -> None:
        self.processes[stage].send_signal(signal.SIGKILL)
        self.processes[stage].wait()

    def stop(self) -> dict[str, int]:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        codes = {stage: process.wait(60) for stage, process in self.processes.items()}
        self.processes.clear()
        return codes

    def close(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.catalog.close()

    def add(self, location: str, user: str | None = None, password: str | None = None) -> str:
        sealed = open_box(self.settings).seal(password) if password else None
        chosen = DatasetSettings.model_validate({"dataset": {"name": "fruit", "timezone": "Europe/Berlin"}})
        return registry.register(
            self.catalog,
            registry.read_place(location),
            chosen,
            registry.Access(user, sealed_password=sealed),
            now=datetime.now(UTC),
        )

    def fetch(self, dataset: str) -> None:
        """As the operator does it."""
        code, _, said = zygote.run(["datasets", "fetch", dataset], self.environment, DEADLINE_S)
        assert code == 0, said

    def is_quiet(self, dataset: str) -> bool:
        """Whether the newest analysis is published and nothing is under way."""
        if backlog(self.catalog):
            return False
        with self.catalog.read() as connection:
            open_rounds = connection.execute(sa.select(rounds.c.id).where(rounds.c.state == "open")).first()
            waiting = connection.execute(sa.select(files.c.id).where(files.c.state == "fetched")).first()
            current = connection.execute(sa.select(datasets.c.analysis).where(datasets.c.id == dataset)).scalar()
            shown = connection.execute(
                sa.select(publications.c.analysis).where(publications.c.dataset == dataset)
            ).scalar()
        return open_rounds is None and waiting is None and current is not None and shown == current

    def wait(self, dataset: str) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not self.is_quiet(dataset):
            assert time.monotonic() < deadline, self.story()
            time.sleep(0.1)

    def story(self) -> str:
        """What went on, for the message of a test that failed."""
        parts = [
            f"backlog {backlog(self.catalog)}",
            f"dead {[(one.reason, one.error) for one in letters(self.catalog)]}",
        ]
        for stage in STAGES:
            log = self.root / f"{stage}.log"
            tail = log.read_text(errors="replace").splitlines()[-12:] if log.exists() else []
            parts.append("\n".join([f"--- {stage}", *tail]))
        return "\n".join(parts)

    def counts(self) -> dict[str, int]:
        """Rows that would grow if anything was fetched or parsed twice."""
        with self.catalog.read() as connection:
            done = connection.execute(sa.select(sa.func.count()).select_from(files)).scalar_one()
            fetched = connection.execute(sa.select(sa.func.sum(rounds.c.fetched))).scalar_one()
        return {"files": done, "fetched": int(fetched or 0)}


def fingerprints(published: Path) -> dict[str, str]:
    """Every published file by its content, times of publishing aside."""
    found = {}
    for path in sorted(path for path in published.rglob("*") if path.is_file()):
        name = str(path.relative_to(published))
        if path.name in (".proprocessor-lock", ".proprocessor-periods.json"):
            continue
        data = path.read_bytes()
        if path.name == "manifest.json":
            manifest = json.loads(data)
            assert manifest.pop("published_at")
            data = json.dumps(manifest, sort_keys=True).encode()
        found[name] = hashlib.sha256(data).hexdigest()
    return found


def fruit(folder: Path, days: int = 12) -> Path:
    """A small data set, the same each time."""
    make_dataset(folder, last_day=LAST_DAY, days=days, visits_per_day=40)
    return folder / "fruit"
