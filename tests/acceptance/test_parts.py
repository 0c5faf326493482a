"""One big file shared by two parser processes, one of which is killed while it works."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.catalog.schema import contents, parts
from shared.failures import letters
from tests.acceptance.pipeline import DEADLINE_S, Pipeline, fingerprints

LINES = 60_000
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "curl/7.54.0", "bingbot/2.0")
REFERRERS = ("-", "https://www.google.com/", "https://a.test/list?x=1")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About 8 MB; eight days, visitors who come again, lines that cannot be read."""
    folder, chance = tmp_path_factory.mktemp("logs"), random.Random(7)
    with (folder / "access.log").open("w") as log:
        for at in range(LINES):
            when = f"{BEGIN + timedelta(seconds=at * 11):%d/%b/%Y:%H:%M:%S +0000}"
            address = f"192.0.{2 + chance.randrange(3)}.{chance.randrange(250)}"
            request = f'"GET /page/{chance.randrange(200)}?x={chance.randrange(9)} HTTP/1.1" 200 512'
            log.write(f'{address} - - [{when}] {request} "{chance.choice(REFERRERS)}" "{chance.choice(AGENTS)}"\n')
            if chance.random() < 0.01:
                log.write("half a line\n")
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, logs: Path) -> dict[str, str]:
    """What is published when one parser reads the file whole."""
    pipeline = Pipeline(tmp_path_factory.mktemp("undisturbed"), "sqlite:", "sqlite:")
    try:
        pipeline.start()
        pipeline.wait(pipeline.add(str(logs)))
        assert not any("/" in name for name in hits_files(pipeline))
    finally:
        pipeline.close()
    return fingerprints(pipeline.published)


@pytest.fixture(params=["embedded", "data centre"])
def pipeline(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pipeline]:
    if request.param == "embedded":
        made = Pipeline(tmp_path, "sqlite:", "sqlite:")
    else:
        made = Pipeline(tmp_path, request.getfixturevalue("postgresql_url"), request.getfixturevalue("own_amqp_url"))
    made.environment["PROPROCESSOR_PART_MB"] = "1"
    yield made
    made.close()


def hits_files(pipeline: Pipeline) -> list[str]:
    with pipeline.catalog.read() as connection:
        return list(connection.execute(sa.select(contents.c.parts)).scalar_one())


def states(pipeline: Pipeline) -> list[str]:
    with pipeline.catalog.read() as connection:
        return list(connection.execute(sa.select(parts.c.state)).scalars())


def wait_for(pipeline: Pipeline, done: int) -> list[str]:
    """Until so many parts are done, or all."""
    deadline = time.monotonic() + DEADLINE_S
    while (found := states(pipeline)).count("done") < done and not is_whole(pipeline):
        assert time.monotonic() < deadline, pipeline.story()
        time.sleep(0.002)
    return found


def is_whole(pipeline: Pipeline) -> bool:
    with pipeline.catalog.read() as connection:
        return connection.execute(sa.select(contents.c.id)).first() is not None


def kill_and_start(pipeline: Pipeline, victim: str) -> None:
    pipeline.kill(victim)
    other = pipeline.processes["parser"]
    pipeline.start("parser")
    pipeline.processes |= {"parser": other, victim: pipeline.processes["parser"]}


def test_a_parser_killed_while_two_share_a_file_changes_nothing(
    pipeline: Pipeline, logs: Path, undisturbed: dict[str, str]
) -> None:
    pipeline.start()
    pipeline.processes["parser one"] = pipeline.processes.pop("parser")
    pipeline.start("parser")
    dataset = pipeline.add(str(logs))
    found = wait_for(pipeline, 1)
    kill_and_start(pipeline, "parser one")
    assert "due" in found
    wait_for(pipeline, 3)
    kill_and_start(pipeline, "parser")
    pipeline.wait(dataset)
    assert len({name.partition("/")[0] for name in hits_files(pipeline)}) == 8
    assert states(pipeline) == []
    assert fingerprints(pipeline.published) == undisturbed
    assert letters(pipeline.catalog) == []
