"""Many periods are rendered by several processes: nothing of it can be seen but the time it takes, and they never stay."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reporter.assets import Assets
from reporter.charts import layouts
from reporter.chunks import shared_out
from reporter.editions import editions
from reporter.html_report import Site
from reporter.model import Analysis
from reporter.period_folder import Rendered, Task
from reporter.publish import publish
from reporter.workers import Setup, render_by_workers, workers_started
from shared.errors import Transient
from tests.analysis_folder import days_from, write_analysis
from tests.integration.test_publish import FIRST, KINDS, NOW, files

MODULE = "reporter.worker"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(FIRST, 18), rows=8)


def workers_of(parent: int) -> list[int]:
    """The processes that a process has for rendering, or left; dead ones that nobody asked after among them."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_text().split("\0")
            status = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if MODULE in command and command[-2] == str(parent):
            found.append(int(path.name))
        elif status[0] == "Z" and int(status[1]) == parent:
            found.append(int(path.name))
    return found


def wait_until(what: Callable[[], Any], timeout_s: float = 120.0) -> Any:
    deadline = time.monotonic() + timeout_s
    while not (found := what()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def go(folder: Path, out: Path, **given: Any) -> Any:
    return publish(folder, out, **{"periods": KINDS, "now": NOW, "workers": 2, **given})


class Watch:
    """What is called while pages are rendered; sees the workers, and may do something to one."""

    def __init__(self, act: Callable[[int], None] = lambda _: None) -> None:
        self.calls, self.seen, self._act = 0, set[int](), act

    def __call__(self) -> None:
        self.calls += 1
        for worker in set(workers_of(os.getpid())) - self.seen:
            self.seen.add(worker)
            self._act(worker)


def leftovers(out: Path) -> list[Path]:
    # Not within them: they are renamed meanwhile.
    return [*out.glob(".proprocessor-*-*"), *out.glob("*/.proprocessor-*-*")]


def test_however_many_processes_render_the_same_is_published(folder: Path, tmp_path: Path) -> None:
    summaries = [go(folder, tmp_path / str(number), workers=number) for number in (1, 2, 3)]
    assert summaries[0] == summaries[1] == summaries[2]
    assert list(summaries[0].written)[:2] == ["2026-02-16", "2026-02-17"]
    assert files(tmp_path / "1") == files(tmp_path / "2") == files(tmp_path / "3")


def test_as_many_processes_as_asked_for_render_and_all_have_ended(folder: Path, tmp_path: Path) -> None:
    watch = Watch()
    summary = go(folder, tmp_path / "out", keep_alive=watch)
    assert len(watch.seen) == 2
    assert watch.calls >= len(summary.written)
    assert workers_of(os.getpid()) == []
    assert leftovers(tmp_path / "out") == []
    assert go(folder, tmp_path / "out", keep_alive=watch).written == ()
    assert len(watch.seen) == 2, "nothing was left to render"


def test_a_few_short_periods_are_rendered_here(folder: Path, tmp_path: Path) -> None:
    watch = Watch()
    go(folder, tmp_path / "out", periods=("week", "month", "year", "all"), keep_alive=watch)
    assert watch.seen == set() and watch.calls >= 5


def test_a_few_long_periods_are_rendered_by_workers_each_read_apart(folder: Path) -> None:
    analysis = Analysis(folder)
    periods = list(analysis.periods())
    tasks = [
        Task(one, None)
        for one in editions(
            analysis,
            periods,
            periods,
            Assets("style.css", "page.js", "vega.js", "world.js", "overlay.css", "overlay.js"),
        )
    ]
    assert shared_out(analysis, tasks[-5:], 2) == ([tasks[-5:]], 0)
    analysis.rows = lambda asked: dict.fromkeys((one.id for one in asked), 900_000)  # type: ignore[method-assign]
    assert shared_out(analysis, tasks[-5:], 2) == ([[one] for one in tasks[-5:]], 2)
    assert shared_out(analysis, tasks[-5:], 1) == ([[one] for one in tasks[-5:]], 0)
    assert shared_out(analysis, tasks[-1:], 2) == ([tasks[-1:]], 0)
    chunks, workers = shared_out(Analysis(folder), tasks, 3)
    assert workers == 3 and 8 <= len(chunks) <= 14
    assert sorted(one.edition.period.id for chunk in chunks for one in chunk) == sorted(one.id for one in periods)


def test_a_worker_that_is_killed_is_a_transient_error_and_the_next_attempt_ends_well(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(Transient, match="ended before its work did, by signal 9"):
        go(folder, tmp_path / "out", keep_alive=Watch(lambda worker: os.kill(worker, signal.SIGKILL)))
    assert workers_of(os.getpid()) == []
    assert leftovers(tmp_path / "out") == []
    go(folder, tmp_path / "out")
    go(folder, tmp_path / "new")
    assert files(tmp_path / "out") == files(tmp_path / "new")


def test_what_a_worker_raises_is_raised_here(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "one", days_from(FIRST, 18))
    views = pq.read_metadata(folder / "pages.parquet").row_group(0).column(3)
    with (folder / "pages.parquet").open("r+b") as file:
        file.seek(views.dictionary_page_offset)
        file.write(b"\xff" * views.total_compressed_size)
    with pytest.raises(OSError) as caught:
        go(folder, tmp_path / "out")
    assert "In a process that renders pages" in caught.value.__notes__[0]
    assert workers_of(os.getpid()) == [] and leftovers(tmp_path / "out") == []


def test_an_analysis_that_is_removed_meanwhile_is_an_error_of_the_file(tmp_path: Path) -> None:
    analysis = Analysis(write_analysis(tmp_path / "one", days_from(FIRST, 2)))
    periods = list(analysis.periods())
    assets = Assets("style.css", "page.js", "vega.js", "world.js", "overlay.css", "overlay.js")
    site = Site(analysis, assets, layouts())
    tasks = [Task(one, None) for one in editions(analysis, periods, periods, assets)]
    (tmp_path / "one" / "pages.parquet").unlink()
    put: list[Rendered] = []
    with workers_started(2) as workers, pytest.raises(FileNotFoundError, match=r"pages\.parquet"):
        render_by_workers(workers, Setup(site, tmp_path, NOW), [tasks], put=put.append, keep_alive=lambda: None)
    assert put == [] and workers_of(os.getpid()) == []


def test_a_full_disk_in_a_worker_is_told_as_a_full_disk(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1800k", "tmpfs", str(out)], check=True)
    try:
        with pytest.raises(Transient, match="disk is full"):
            go(folder, out)
        assert leftovers(out) == []
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_an_error_here_ends_the_workers(folder: Path, tmp_path: Path) -> None:
    def lost() -> None:
        raise Transient("The queue went away.")

    with pytest.raises(Transient, match="queue"):
        go(folder, tmp_path / "out", keep_alive=lost)
    assert workers_of(os.getpid()) == [] and leftovers(tmp_path / "out") == []


PROGRAM = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from reporter.publish import publish
publish(Path(sys.argv[1]), Path(sys.argv[2]), periods=sys.argv[3].split(","), now=datetime(2026, 6, 1, 12, tzinfo=UTC), workers=2)
"""


@pytest.fixture
def publishing(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that publishes, and has begun to render; with a session of its own, as below systemd."""
    command = [sys.executable, "-c", PROGRAM, str(folder), str(tmp_path / "out"), ",".join(KINDS)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        wait_until(lambda: len(workers_of(process.pid)) == 2)
        wait_until(lambda: leftovers(tmp_path / "out"))
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_workers_end_with_a_parent_that_is_killed(
    publishing: subprocess.Popen[bytes], folder: Path, tmp_path: Path
) -> None:
    workers = workers_of(publishing.pid)
    publishing.kill()
    publishing.wait()
    wait_until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
    go(folder, tmp_path / "out")
    go(folder, tmp_path / "new")
    assert files(tmp_path / "out") == files(tmp_path / "new")
    assert leftovers(tmp_path / "out") == []


def test_a_signal_to_all_is_for_the_parent_alone(
    publishing: subprocess.Popen[bytes], folder: Path, tmp_path: Path
) -> None:
    """systemd and terminals ask all processes to end; a stage then ends its work, and needs its workers for it."""
    workers = workers_of(publishing.pid)
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
        os.kill(worker, signal.SIGINT)
    time.sleep(0.05)
    assert set(workers_of(publishing.pid)) == set(workers)
    assert publishing.wait(60) == 0
    go(folder, tmp_path / "new")
    assert files(tmp_path / "out") == files(tmp_path / "new")


def test_one_that_is_asked_to_end_takes_its_workers_with_it(publishing: subprocess.Popen[bytes]) -> None:
    workers = workers_of(publishing.pid)
    os.killpg(publishing.pid, signal.SIGTERM)
    assert publishing.wait(10) == -signal.SIGTERM
    wait_until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers), 5.0)


def test_processes_that_are_started_in_a_thread_do_not_end_with_others(folder: Path, tmp_path: Path) -> None:
    """As in ``proprocessor process``, where each stage is a thread."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(go(folder, tmp_path / "out")))
    thread.start()
    thread.join()
    assert len(found[0].written) == len(list((tmp_path / "out" / "shop").glob("*/manifest.json")))


def test_a_worker_needs_neither_catalog_nor_queue_nor_charts() -> None:
    """What it loads is loaded by each, each time."""
    code = f"import sys, {MODULE}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"sqlalchemy", "pika", "duckdb", "altair", "pydantic", "structlog"} & set(loaded) == set()


def test_nothing_of_a_worker_depends_on_where_it_is_started(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('read from the current folder')")
    monkeypatch.chdir(tmp_path)
    assert go(folder, tmp_path / "out").written
