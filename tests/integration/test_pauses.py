"""What a person has paused stands still, and goes on where it was."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from console import datasets as registry
from fetcher.schedule import announce
from fetcher.watch import Watching
from shared import pauses
from shared.catalog import open_catalog
from shared.catalog.schema import datasets
from shared.dataset_settings import DatasetSettings
from shared.messages import HitsParsed, first
from shared.process import make_tools
from shared.runner import Runner
from shared.settings import load_settings
from shared.work import Done, Obituary, Stage, Tools, Work
from tests.integration.settings_shop import Shop
from tests.web_console import place_in, with_account

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def tools_in(root: Path) -> Tools:
    settings = load_settings({}, data=root)
    return make_tools(settings, open_catalog(settings.catalog_url), "worker")


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_paused_stage_takes_no_message_and_ticks_not_until_it_goes_on(tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    done, ticks = [], []

    def handle(work: Work) -> Done:
        done.append(work.message.id)
        return Done()

    stage = Stage(
        name="worker",
        consumes=(HitsParsed,),
        handle=handle,
        bury=lambda _c, _m, _d: Obituary(None, None),
        tick=lambda _: ticks.append(1),
    )
    runner, stop = Runner(stage, tools), threading.Event()
    runner.connect(5)
    assert pauses.pause(tools.catalog, "stage", "worker", who="anna", now=NOW)
    assert not pauses.pause(tools.catalog, "stage", "worker", who="eve", now=NOW)
    message = first(HitsParsed("fruit", 1, 1, 1), origin="test")
    from shared import outbox

    with tools.catalog.write() as connection:
        outbox.put(connection, [message], datetime.now(UTC))
    outbox.sweep(tools.catalog, tools.transport, datetime.now(UTC), at_once=True)
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    try:
        time.sleep(2.5)
        assert done == []
        assert ticks == []
        assert pauses.resume(tools.catalog, "stage", "worker")
        wait_for(lambda: done == [message.id] and ticks != [])
        pauses.pause(tools.catalog, "stage", "worker", who="anna", now=NOW)
        time.sleep(2.5)
        before = len(ticks)
        time.sleep(1.5)
        assert len(ticks) == before
    finally:
        stop.set()
        thread.join()
        tools.transport.close()
        tools.catalog.close()


def test_who_steps_waits_for_nobody(tmp_path: Path, shop: Shop) -> None:
    """`process` is a person who waits."""
    for stage in ("fetcher", "parser", "analyzer", "reporter"):
        assert shop.run("pause", stage).code == 0
    ran = shop.run("process", shop.row()["location"], "--publish", shop.published)
    assert "published" in ran.out


def test_a_paused_data_set_is_not_made_due_and_comes_after(tmp_path: Path) -> None:
    tools = tools_in(tmp_path)
    place = registry.read_place(str(tmp_path / "logs"))
    settings = DatasetSettings.model_validate({"source": {"schedule": "* * * * *"}})
    dataset = registry.register(tools.catalog, place, settings, registry.Access(), now=NOW)
    past = datetime.now(UTC) - timedelta(minutes=5)
    with tools.catalog.write() as connection:
        connection.execute(sa.update(datasets).values(next_due=past))
    pauses.pause(tools.catalog, "dataset", dataset, who="anna", now=NOW)
    assert announce(tools) == 0
    pauses.resume(tools.catalog, "dataset", dataset)
    assert announce(tools) == 1
    tools.transport.close()
    tools.catalog.close()


def test_a_paused_folder_is_not_watched_and_looked_at_when_it_goes_on(tmp_path: Path) -> None:
    tools = tools_in(tmp_path / "data")
    logs = tmp_path / "logs"
    logs.mkdir()
    dataset = registry.register(
        tools.catalog, registry.read_place(str(logs)), DatasetSettings(), registry.Access(), now=NOW
    )
    pauses.pause(tools.catalog, "dataset", dataset, who="anna", now=NOW)

    def announced() -> int:
        with tools.catalog.read() as connection:
            from shared.catalog.schema import outbox

            return int(connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one())

    Watching().tick(tools)
    assert announced() == 0
    pauses.resume(tools.catalog, "dataset", dataset)
    Watching().tick(tools)
    assert announced() == 1
    tools.transport.close()
    tools.catalog.close()


def test_commands_and_pages_pause_and_tell(shop: Shop) -> None:
    assert "is paused." in shop.run("pause", "parser").out
    assert "already" in shop.run("pause", "parser").out
    assert "is paused." in shop.run("pause", "shop").out
    assert {one["name"] for one in json.loads(shop.run("status", "--json").out)["paused"]} == {"parser", "shop"}
    assert "parser is paused since" in shop.run("status").out
    assert shop.run("pause", "nonsense", code=65).err.startswith("There is no stage")
    with place_in(shop.data) as place:
        boss, eve = with_account(place, "boss", "administrator"), with_account(place, "eve", "editor", "shop")
        assert 'aria-label="Resume parser"' in boss.get("/operations").text
        assert "Not fetched by its timetable since" in eve.get("/datasets/shop").text
        assert eve.post("/operations/pauses", {"what": "parser", "do": "resume"}).status_code == 403
        assert boss.post("/operations/pauses", {"what": "parser", "do": "resume"}).headers["location"] == "/operations"
        assert (
            boss.post("/operations/pauses", {"what": "shop", "kind": "dataset", "do": "resume"}).headers["location"]
            == "/datasets/shop"
        )
        assert pauses.every(place.catalog) == []
        assert boss.post("/operations/pauses", {"what": "nonsense", "do": "pause"}).status_code == 404
    assert "was not paused" in shop.run("resume", "shop").out
    shop.run("pause", "shop")
    shop.run("datasets", "remove", "shop", "--yes")
    assert json.loads(shop.run("status", "--json").out)["paused"] == []
