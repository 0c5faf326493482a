"""The main job by four separate processes: over RabbitMQ and PostgreSQL, and over the embedded queue and SQLite."""

import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.demo.serve import USER, serve_folder, serve_ftp
from shared.failures import letters
from tests.acceptance.pipeline import STAGES, Pipeline, fingerprints, fruit
from tests.servers import RabbitMQ

CONFIG = "fruit/ClickTracks_Config.xml"


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collector")
    fruit(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, collector: Path) -> dict[str, str]:
    """What a run that nobody disturbs publishes."""
    root = tmp_path_factory.mktemp("undisturbed")
    pipeline = Pipeline(root, "sqlite:", "sqlite:")
    try:
        with serve_folder(collector) as http:
            pipeline.start()
            dataset = pipeline.add(f"{http}{CONFIG}")
            pipeline.fetch(dataset)
            pipeline.wait(dataset)
        codes = pipeline.stop()
        assert codes == dict.fromkeys(STAGES, 0), pipeline.story()
    finally:
        pipeline.close()
    return fingerprints(pipeline.published)


@pytest.fixture(params=["embedded", "data centre"])
def pipeline(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pipeline]:
    if request.param == "embedded":
        made = Pipeline(tmp_path, "sqlite:", "sqlite:")
    else:
        made = Pipeline(tmp_path, request.getfixturevalue("postgresql_url"), request.getfixturevalue("own_amqp_url"))
    yield made
    made.close()


@pytest.mark.parametrize("protocol", ["ftp", "http"])
def test_a_data_set_comes_to_published_reports_and_a_second_run_counts_nothing_twice(
    pipeline: Pipeline, collector: Path, undisturbed: dict[str, str], protocol: str
) -> None:
    pipeline.afresh = protocol == "http"
    with serve_ftp(collector, "secret") as ftp, serve_folder(collector) as http:
        pipeline.start()
        if protocol == "ftp":
            dataset = pipeline.add(f"{ftp}{CONFIG}", USER, "secret")
        else:
            dataset = pipeline.add(f"{http}{CONFIG}")
        pipeline.fetch(dataset)
        pipeline.wait(dataset)
        assert fingerprints(pipeline.published) == undisturbed
        before = pipeline.counts()
        times = {path: path.stat().st_mtime_ns for path in pipeline.published.rglob("*.html")}
        pipeline.fetch(dataset)
        pipeline.wait(dataset)
    assert pipeline.counts() == before
    assert {path: path.stat().st_mtime_ns for path in pipeline.published.rglob("*.html")} == times
    assert pipeline.stop() == dict.fromkeys(STAGES, 0), pipeline.story()
    assert letters(pipeline.catalog) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_processes_killed_at_random_moments_change_nothing(
    pipeline: Pipeline, collector: Path, undisturbed: dict[str, str], seed: int
) -> None:
    chance = random.Random(seed)
    with serve_ftp(collector, "secret") as ftp:
        pipeline.start()
        dataset = pipeline.add(f"{ftp}{CONFIG}", USER, "secret")
        pipeline.fetch(dataset)
        for stage in chance.sample(STAGES * 2, k=8):
            time.sleep(chance.uniform(0.0, 1.2))
            pipeline.kill(stage)
            pipeline.start(stage)
        pipeline.wait(dataset)
    assert fingerprints(pipeline.published) == undisturbed
    assert letters(pipeline.catalog) == []


def test_a_broker_that_stops_and_starts_loses_nothing(
    tmp_path: Path, collector: Path, undisturbed: dict[str, str], postgresql_url: str
) -> None:
    broker = RabbitMQ()
    pipeline = Pipeline(tmp_path, postgresql_url, broker.url)
    try:
        broker.start()
        with serve_folder(collector) as http:
            pipeline.start()
            pipeline.wait_started()
            dataset = pipeline.add(f"{http}{CONFIG}")
            pipeline.fetch(dataset)
            time.sleep(1.0)
            broker.stop(hard=True)
            time.sleep(1.0)
            broker.start()
            pipeline.wait(dataset)
        assert all(process.poll() is None for process in pipeline.processes.values()), pipeline.story()
        assert fingerprints(pipeline.published) == undisturbed
    finally:
        pipeline.close()
        broker.remove()


def test_a_queue_that_is_down_at_the_start_is_waited_for_and_then_said_so(tmp_path: Path) -> None:
    broker = RabbitMQ()
    pipeline = Pipeline(tmp_path, "sqlite:", broker.url)
    pipeline.environment["PROPROCESSOR_QUEUE_WAIT_S"] = "2"
    try:
        pipeline.start("parser")
        assert pipeline.processes["parser"].wait(60) == 69
        log = (tmp_path / "parser.log").read_text()
        assert f"127.0.0.1:{broker.port}" in log
        assert "Start RabbitMQ" in log
        assert "Traceback" not in log
        pipeline.environment["PROPROCESSOR_QUEUE_WAIT_S"] = "60"
        pipeline.start("parser")
        broker.start()
        deadline = time.monotonic() + 30
        while "stage.started" not in (tmp_path / "parser.log").read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "stage.started" in (tmp_path / "parser.log").read_text(), pipeline.story()
    finally:
        pipeline.close()
        broker.remove()


def test_several_parsers_share_the_files(pipeline: Pipeline, collector: Path, undisturbed: dict[str, str]) -> None:
    with serve_folder(collector) as http:
        pipeline.start()
        pipeline.processes["parser one"] = pipeline.processes.pop("parser")
        pipeline.start("parser")
        dataset = pipeline.add(f"{http}{CONFIG}")
        pipeline.fetch(dataset)
        pipeline.wait(dataset)
    assert fingerprints(pipeline.published) == undisturbed


def test_a_file_that_cannot_be_read_is_a_dead_letter_and_the_rest_is_published(tmp_path: Path, collector: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(collector, broken)
    folder = broken / "fruit" / "normal" / "www" / "web1"
    (folder / "SHA256SUMS").unlink()
    victim = sorted(folder.glob("*.nlf"))[0]
    whole = victim.read_bytes()
    victim.write_bytes(random.Random(5).randbytes(5000))
    pipeline = Pipeline(tmp_path, "sqlite:", "sqlite:")
    try:
        pipeline.start()
        dataset = pipeline.add(str(broken / "fruit" / "ClickTracks_Config.xml"))
        pipeline.wait(dataset)
        (letter,) = letters(pipeline.catalog)
        assert letter.reason == "format_unknown"
        assert victim.name in letter.error
        audit = json.loads((pipeline.published / dataset / "all" / "audit.json").read_text())
        assert victim.name not in json.dumps(audit)
        # The collector writes it again, whole: the watched folder is fetched within seconds.
        victim.write_bytes(whole)
        deadline = time.monotonic() + 30
        while victim.name not in (pipeline.published / dataset / "all" / "audit.json").read_text():
            assert time.monotonic() < deadline, pipeline.story()
            time.sleep(0.2)
    finally:
        pipeline.close()
