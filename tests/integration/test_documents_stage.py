"""Documents made beside the reporter: announced, held up, killed, dead, replayed; meanwhile everything else goes on."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from reporter import documents_stage
from reporter.retention import ALL
from reporter.stage import make_stage
from reporter.swap import put_in_place
from shared import failures, outbox
from shared.catalog import open_catalog
from shared.catalog.schema import analyses, datasets, publications, tombstones
from shared.catalog.schema import outbox as outbox_table
from shared.dataset_settings import DatasetSettings
from shared.messages import AnalysisReady, decode, first
from shared.process import make_tools
from shared.runner import Runner
from shared.settings import Settings
from shared.work import Stage
from tests.analysis_folder import FEW, days_from, write_analysis
from tests.integration.test_publish import FIRST, NOW
from tests.integration.test_publish_workers import wait_until

WORKER = "reporter.apart_worker"
TWO = {"2026-02/reports.pdf", "2026-02/reports.xlsx"}


def workers_of(parent: int, module: str = WORKER) -> list[int]:
    """The processes that make something for a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if module in command and command[-2] == str(parent):
            found.append(int(path.name))
    return found


@contextmanager
def held(parent: int) -> Iterator[int]:
    """A process that has begun to make something stands still in this block, and goes on after it."""
    worker = wait_until(lambda: workers_of(parent))[0]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield worker
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)


class Doing:
    """Hears what a runner is at."""

    def __init__(self) -> None:
        self.heard: set[str] = set()

    def tick(self, doing: str | None) -> None:
        self.heard.add(doing or "")


class House:
    """A reporter and what makes documents beside it, with one data set whose months have some."""

    def __init__(self, root: Path, catalog_url: str) -> None:
        self.root, self.published = root, root / "published"
        self.doing: dict[Runner, Doing] = {}
        self.settings = Settings(data=root / "data", publish=self.published, catalog=catalog_url, threads=1)  # type: ignore[arg-type]
        self.catalog = open_catalog(self.settings.catalog_url)
        row = {"id": "shop", "location": "/logs", "periods": "week,month", "documents": "month", "settings": {}}
        with self.catalog.write() as connection:
            connection.execute(sa.insert(datasets).values(row | {"created_at": datetime.now(UTC)}))
        self.reporter = self.runner(make_stage())
        self.maker = self.runner(documents_stage.make_stage())

    def runner(self, stage: Stage) -> Runner:
        """Another one."""
        doing = Doing()
        tools = make_tools(self.settings, self.catalog, stage.name)
        made = Runner(replace(stage, tick=None), tools, delays_s=(0.0,), presence=doing)  # type: ignore[arg-type]
        made.connect(10.0)
        self.doing[made] = doing
        return made

    def close(self) -> None:
        for one in (self.reporter, self.maker):
            one.tools.transport.close()
        self.catalog.close()

    def name(self, **settings: object) -> None:
        chosen = DatasetSettings.model_validate({"dataset": {"name": "shop"}, **settings})
        with self.catalog.write() as connection:
            connection.execute(sa.update(datasets).values(settings=chosen.model_dump(mode="json", exclude_none=True)))

    def analyse(self, days: int) -> str:
        """An analysis of so many days is ready."""
        digest = f"of-{days}"
        write_analysis(self.settings.data / "analyses" / digest, days_from(FIRST, days), filled=FEW)
        row = {"dataset": "shop", "digest": digest, "folder": f"analyses/{digest}", "created_at": datetime.now(UTC)}
        with self.catalog.write() as connection:
            connection.execute(sa.insert(analyses).values(row | {"sources": 1, "page_views": 1, "visits": 1}))
            connection.execute(sa.update(datasets).values(analysis=digest))
            message = first(AnalysisReady("shop", digest), origin=digest)
            outbox.put(connection, [message], datetime.now(UTC))
        return digest

    def work(self, runner: Runner) -> int:
        """What waits for it; gives how many messages it did."""
        outbox.sweep(self.catalog, runner.tools.transport, datetime.now(UTC), at_once=True)
        done = 0
        while runner.step(0.05):
            done += 1
        return done

    def publish(self, days: int) -> None:
        self.analyse(days)
        assert self.work(self.reporter) == 1

    def waits(self) -> int:
        """So many documents are due."""
        outbox.sweep(self.catalog, self.maker.tools.transport, datetime.now(UTC), at_once=True)
        depth = self.maker.tools.transport.depths(["documents"])["documents"]
        return depth.ready + depth.delayed

    def there(self) -> set[str]:
        return {str(one.relative_to(self.published / "shop")) for one in self.published.glob("shop/*/reports.*")}

    def told(self, period: str = "2026-02") -> dict[str, object]:
        data: dict[str, object] = json.loads((self.published / "shop" / period / "manifest.json").read_bytes())
        return data

    def occasions(self) -> list[str]:
        """Why targets were to be brought in step."""
        query = sa.select(outbox_table.c.body).where(outbox_table.c.type == "target.due").order_by(outbox_table.c.seq)
        with self.catalog.read() as connection:
            return [decode(one).fact.occasion for one in connection.execute(query).scalars()]  # type: ignore[attr-defined]

    def letters(self) -> list[tuple[str | None, str]]:
        return [(one.subject, one.reason) for one in failures.letters(self.catalog)]

    @contextmanager
    def making(self) -> Iterator[int]:
        """Documents are begun, and held while the block lasts; made when it is over."""
        thread = threading.Thread(target=self.work, args=(self.maker,))
        thread.start()
        try:
            with held(os.getpid()) as worker:
                yield worker
        finally:
            thread.join(120)
            assert not thread.is_alive()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}")
    yield made
    made.close()


def quiet(house: House) -> None:
    """Nothing is left of what was being made."""
    assert workers_of(os.getpid()) == []
    assert not list(house.published.glob("shop/.proprocessor.*"))
    assert not list(house.published.glob("**/.proprocessor-*-*"))


def test_pages_are_published_and_then_documents_beside_them(tmp_path: Path, catalog_url: str) -> None:
    house = House(tmp_path, catalog_url)
    house.name(targets=[{"name": "web", "location": str(tmp_path / "web")}])
    house.publish(10)
    assert house.there() == set() and house.told()["documents"] == {"state": "waiting"}
    with house.catalog.read() as connection:
        before = connection.execute(sa.select(publications.c.published_at)).scalar_one()
    assert house.work(house.maker) == 1
    assert house.there() == TWO
    quiet(house)
    assert house.occasions() == ["of-10", "documents 2026-02"], "who mirrors brings them, too"
    with house.catalog.read() as connection:
        after = connection.execute(sa.select(publications.c.published_at)).scalar_one()
    assert after > before
    house.close()


def test_one_that_was_killed_once_they_were_in_place_says_so_when_it_is_tried_again(house: House) -> None:
    house.name(targets=[{"name": "web", "location": str(house.root / "web")}])
    house.publish(10)
    published = documents_stage.Published(
        house.published / "shop", house.settings.data / "analyses" / "of-10", ("week", "month"), ("month",), ALL, NOW
    )
    into = house.root / "made"
    into.mkdir()
    assert documents_stage.make(documents_stage.Order(published, "2026-02", into, datetime.now(UTC))) == ""
    put_in_place(into / documents_stage.PERIOD, house.published / "shop" / "2026-02")
    assert house.occasions() == ["of-10"]
    assert house.work(house.maker) == 1
    assert house.occasions() == ["of-10", "documents 2026-02"]


def test_what_is_asked_for_twice_is_made_once(house: House) -> None:
    house.publish(10)
    house.work(house.maker)
    made = (house.published / "shop" / "2026-02" / "reports.pdf").stat()
    with house.catalog.write() as connection:
        message = first(documents_stage.DocumentsDue("shop", "2026-02", "of-10"), origin="again")
        outbox.put(connection, [message], datetime.now(UTC))
    assert house.work(house.maker) == 1
    assert (house.published / "shop" / "2026-02" / "reports.pdf").stat().st_ino == made.st_ino
    house.publish(12)
    assert house.waits() == 1 and house.work(house.maker) == 1
    assert (house.published / "shop" / "2026-02" / "reports.pdf").stat().st_ino != made.st_ino


def test_while_documents_are_made_a_further_publication_ends_and_its_own_are_made(house: House) -> None:
    house.publish(10)
    with house.making() as worker:
        house.publish(12)
        assert len(house.told()["sources"]) == 12  # type: ignore[arg-type]
        assert workers_of(os.getpid()) == [worker], "still at it"
    assert house.waits() == 0
    assert house.there() == TWO and len(house.told()["sources"]) == 12  # type: ignore[arg-type]
    assert "not made yet" not in (house.published / "shop" / "2026-02" / "index.html").read_text()
    quiet(house)


def test_numbers_that_change_faster_than_documents_are_made_have_older_ones(house: House) -> None:
    house.publish(10)
    for days in (12, 13):
        outbox.sweep(house.catalog, house.maker.tools.transport, datetime.now(UTC), at_once=True)
        making = threading.Thread(target=house.maker.step, args=(0.05,))
        making.start()
        with held(os.getpid()):
            house.publish(days)
        making.join(120)
        assert len(house.told()["sources"]) == days  # type: ignore[arg-type]
        # Those of ten days were finished when the pages of twelve were there: the pages of thirteen have them.
        assert house.there() == (set() if days == 12 else TWO)
    told = house.told()["documents"]
    assert isinstance(told, dict) and told["state"] == "older"
    with house.catalog.read() as connection:
        of = sa.select(analyses.c.created_at).where(analyses.c.digest == "of-10")
        assert told["as_of"] == connection.execute(of).scalar_one().isoformat()
    page = (house.published / "shop" / "2026-02" / "index.html").read_text()
    assert "Newer ones are not made yet." in page
    house.work(house.maker)
    assert house.there() == TWO and house.told()["documents"]["state"] == "made"  # type: ignore[index]
    assert "not made yet" not in (house.published / "shop" / "2026-02" / "index.html").read_text()
    quiet(house)


def test_documents_of_before_somebody_was_forgotten_are_not_offered(house: House) -> None:
    house.publish(10)
    house.work(house.maker)
    stone = {"dataset": "shop", "kind": "address", "cookie": "", "digest": "x", "made_with": "y", "receipts": []}
    with house.catalog.write() as connection:  # as ``forget`` does
        connection.execute(sa.insert(tombstones).values(stone | {"created_at": datetime.now(UTC)}))
        connection.execute(sa.delete(analyses))
    house.publish(12)
    assert house.there() == set() and house.told()["documents"] == {"state": "waiting"}
    house.work(house.maker)
    house.publish(14)
    assert house.there() == TWO, "these obey"


def test_a_worker_that_is_killed_is_tried_again(house: House) -> None:
    house.publish(10)
    with house.making() as worker:
        os.kill(worker, signal.SIGKILL)
    assert house.there() == TWO and house.letters() == []
    quiet(house)


def test_what_can_never_be_made_is_a_dead_letter_and_others_go_on(house: House) -> None:
    house.publish(10)
    # The report of one period cannot be read; the pages of it are published already.
    broken = house.settings.data / "analyses" / "of-10" / "robots.parquet"
    kept = broken.read_bytes()
    broken.write_bytes(b"not Parquet")
    assert house.work(house.maker) == 1
    (letter,) = failures.letters(house.catalog)
    assert (letter.queue, letter.subject, letter.reason) == ("documents", "documents of 2026-02", "documents_failed")
    assert letter.error.startswith("The documents of 2026-02 of shop could not be made: ")
    assert house.there() == set() and (house.published / "shop" / "2026-02" / "robots.html").is_file()
    quiet(house)
    broken.write_bytes(kept)
    assert failures.replay(house.catalog, [letter], datetime.now(UTC)) == 1
    assert house.work(house.maker) == 1 and house.there() == TWO


def test_a_period_or_data_set_that_is_gone_needs_none(house: House) -> None:
    house.publish(10)
    with house.catalog.write() as connection:
        connection.execute(sa.delete(publications))
    assert house.work(house.maker) == 1
    assert house.there() == set() and house.letters() == []
    quiet(house)


def test_two_who_make_the_same_wait_for_each_other(house: House) -> None:
    house.publish(10)
    other = house.runner(documents_stage.make_stage())
    try:
        with house.making() as worker:
            with house.catalog.write() as connection:
                message = first(documents_stage.DocumentsDue("shop", "2026-02", "of-10"), origin="again")
                outbox.put(connection, [message], datetime.now(UTC))
            second = threading.Thread(target=house.work, args=(other,))
            second.start()
            waits = "waiting for who makes the documents of 2026-02 of shop"
            wait_until(lambda: waits in house.doing[other].heard)
            assert workers_of(os.getpid()) == [worker]
        second.join(120)
    finally:
        other.tools.transport.close()
    assert house.there() == TWO
    quiet(house)
