"""The setup wizard as a browser asks it: the live test, faults in place, the sealed password, the first import."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from console.demo.dataset import make_dataset
from console.stored_settings import stored_settings
from console.web import audit
from console.web.place import Place
from console.web.wizard_look import Source, look
from console.web.wizard_schedule import Timetable, runs_in_words, schedule_of, timetable_of
from console.web.wizard_seal import LASTS, Proven, seal, unseal
from shared.catalog.schema import datasets, outbox, processes
from shared.label_tasks import TASKS
from shared.secrets import open_box
from tests.integration.settings_shop import LINES
from tests.jdc import ftp_server
from tests.web_console import Browser, place_in, with_account

SECRET = "a pass phrase"
CONFIG = "fruit/ClickTracks_Config.xml"
SEALED = re.compile(r'name="sealed" value="([^"]+)"')
ANSWERS = {"name": "Fruit shop", "timezone": "Europe/Berlin", "every": "daily", "at": "03:15", "weekday": "monday"}


@dataclass(frozen=True)
class Later(Place):
    """An installation whose clock is ahead."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path / "data") as made:
        yield made


@pytest.fixture
def anywhere(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    """With each kind of catalog."""
    with place_in(tmp_path / "data", catalog_url) as made:
        yield made


@pytest.fixture
def boss(place: Place) -> Browser:
    return with_account(place, "boss", "administrator")


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("jdc")
    make_dataset(root, last_day=date(2026, 3, 10), days=3, visits_per_day=15)
    return root


def tried(browser: Browser, location: str, user: str = "", password: str = "", **more: str) -> str:
    """What the test of a source shows."""
    form = {"location": location, "user": user, "password": password, **more}
    answer = browser.post("/setup/test", form, page="/setup")
    assert answer.status_code == 200
    return answer.text


def sealed_in(page: str) -> str:
    found = SEALED.search(page)
    assert found, page
    return found[1]


def fault(page: str, field: str) -> str:
    """What stands beside a field; it is marked, and names what is wrong with it."""
    found = re.search(rf'<p class="fault" id="fault-{field}">(.*?)</p>', page, re.S)
    return unescape(found[1]) if found else ""


def stored(place: Place) -> dict[str, Any]:
    with place.catalog.read() as connection:
        return dict(connection.execute(sa.select(datasets)).mappings().one())


def shop(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "access.log").write_text("".join(LINES))
    return folder


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)]


def test_only_administrators_add_data_sets_and_only_from_our_pages(place: Place, boss: Browser) -> None:
    assert "There is no data set yet." in boss.get("/").text
    assert 'href="/setup"' in boss.get("/").text
    paths = ("/setup", "/setup/test", "/setup/answers", "/setup/schedule", "/setup/store")
    for path in paths:
        assert boss.client.post(path, data={"location": "/"}).status_code == 403, "no token of a page of ours"
    for role in ("viewer", "editor"):
        other = with_account(place, role, role)  # type: ignore[arg-type]
        assert 'href="/setup"' not in other.get("/").text
        assert other.get("/setup").status_code == 403
        for path in paths:
            assert other.post(path, {"location": "/"}).status_code == 403


def test_the_test_shows_what_a_collector_holds(boss: Browser, collector: Path) -> None:
    with ftp_server(collector, "pro", SECRET) as url:
        page = tried(boss, f"{url}{CONFIG}", "pro", SECRET)
    shown = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    files = sorted((collector / "fruit" / "normal").rglob("*.nlf"))
    assert shown["Site"] == "www.fruit.test"
    assert shown["Own hosts"] == "www.fruit.test, fruit.test"
    assert shown["Subdomains"] == "www"
    assert shown["Servers"] == "www/web1, www/web2"
    assert shown["Files"].startswith(f"{len(files)} (")
    assert (shown["First day"], shown["Last day"]) == ("2026-03-08", "2026-03-10")
    assert shown["Log format"] == "nlf"
    newest = max(files, key=lambda file: file.name.partition("_to_")[2])
    hits = [line.split() for line in newest.read_text().splitlines() if not line.startswith("#")]
    assert (
        f"Of the first {len(hits)} lines of {newest.relative_to(collector / 'fruit')}, {len(hits)} can be read." in page
    )
    rows = re.findall(r"<tr><td.*?</tr>", page)
    assert len(rows) == 5
    for row, hit in zip(rows, hits, strict=False):
        assert f"{hit[0]} {hit[1]}" in row
        assert f"www.fruit.test {hit[2]}" in row
        assert f">{hit[7]}</td>" in row


def test_a_folder_of_logs_is_tested_too_with_the_lines_that_cannot_be_read(boss: Browser, tmp_path: Path) -> None:
    (shop(tmp_path / "logs") / "access.log").write_text("".join(LINES) + "<script>alert(1)</script>\n")
    page = tried(boss, str(tmp_path / "logs"))
    assert "Log format</dt><dd>combined" in page
    assert "Lines that cannot be read" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_every_fault_stands_beside_its_field_with_what_to_do(boss: Browser, collector: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "ClickTracks_Config.xml"
    broken.parent.mkdir()
    broken.write_text("<CLICKTRACKSSERVER><SITE>")
    (tmp_path / "empty").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "There is no location yet. Enter one." in fault(tried(boss, " "), "location")
    assert "unknown scheme 'gopher'" in fault(tried(boss, "gopher://example.test/"), "location")
    assert "is not there. Check the location." in fault(tried(boss, f"{tmp_path}/none/access.log"), "location")
    assert "is not there. Check the location." in fault(tried(boss, f"{tmp_path}/none.log"), "location")
    assert "holds no log files" in fault(tried(boss, f"{tmp_path}/empty"), "location")
    assert "Point at the ClickTracks_Config.xml" in fault(tried(boss, str(broken)), "location")
    assert "Check address, port and network." in fault(tried(boss, f"ftp://127.0.0.1:{port}/x/"), "location")
    with ftp_server(collector, "pro", SECRET) as url:
        assert "refused the user or password" in fault(page := tried(boss, f"{url}{CONFIG}", "pro", "x"), "password")
        assert "Enter both again" in fault(page, "password")
        assert 'aria-invalid="true" aria-describedby="fault-password password-hint"' in page
        assert "is not there" in fault(tried(boss, f"{url}none/ClickTracks_Config.xml", "pro", SECRET), "location")
    assert not SEALED.search(page), "only what was tested goes on"


def test_a_source_that_says_nothing_is_not_waited_for(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        location = f"ftp://127.0.0.1:{silent.getsockname()[1]}/x/"
        looked = look(place, Source(location), "boss", longest_s=0.2)
    assert looked.faults.keys() == {"location"}
    assert "did not show all it holds" in looked.faults["location"]


def test_the_password_is_in_no_page_and_no_log_and_goes_to_no_other_host(
    place: Place, boss: Browser, collector: Path
) -> None:
    with ftp_server(collector, "pro", SECRET) as url, ftp_server(collector, "pro", SECRET) as other:
        first = tried(boss, f"{url}{CONFIG}", "pro", SECRET)
        inline = tried(boss, f"{url}{CONFIG}".replace("://", "://pro:a%20pass%20phrase@"))
        sealed = sealed_in(first)
        again = tried(boss, f"{url}{CONFIG}", "pro", sealed=sealed)
        elsewhere = tried(boss, f"{other}{CONFIG}", "pro", sealed=sealed)
        form = {"location": f"{other}{CONFIG}", "user": "pro", "sealed": sealed}
        moved = boss.post("/setup/answers", form, page="/setup").text
        form = {"location": f"{url}{CONFIG}", "user": "someone", "sealed": sealed}
        renamed = boss.post("/setup/answers", form, page="/setup").text
    assert "The source answers" in first
    assert "The source answers" in inline
    assert "The source answers" in again, "the sealed one is used for the same source"
    for page in (elsewhere, moved, renamed):
        assert "refused the user or password" in fault(page, "password"), "though the same would open it"
    bad = tried(boss, f"ftp://pro:{SECRET}@127.0.0.1:port/")
    second = boss.post("/setup/answers", {"location": f"{url}{CONFIG}", "user": "pro", "sealed": sealed}).text
    back = boss.post("/setup", {"sealed": sealed_in(second)}).text
    stored_page = boss.post("/setup/store", {**ANSWERS, "sealed": sealed_in(back)})
    assert stored_page.headers["location"] == "/setup/progress/fruit-shop"
    pages = [first, inline, again, elsewhere, moved, renamed, bad, second, back, boss.get("/audit").text]
    for page in (*pages, boss.get("/setup/progress/fruit-shop").text, boss.get("/datasets/fruit-shop").text):
        assert SECRET not in page
        assert "a%20pass%20phrase" not in page
    for entry in audit.entries(place.catalog):
        assert SECRET not in json.dumps(dict(entry.detail))
    added = next(one for one in audit.entries(place.catalog) if one.what == "dataset.add")
    assert added.detail["location"] == f"{url}{CONFIG}"
    row = stored(place)
    assert open_box(place.settings).open(row["sealed_password"]) == SECRET
    for path in place.settings.data.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_what_was_sealed_for_another_or_long_ago_or_by_nobody_is_not_opened(place: Place, boss: Browser) -> None:
    tested = Proven("ftp://a.test/", "pro", SECRET, "a", "", "boss")
    sealed = seal(place, tested)
    assert SECRET not in repr(tested)
    assert unseal(place, sealed, "boss") == tested
    assert unseal(place, sealed, "another") is None
    assert unseal(place, f"{sealed[:-4]}AAA=", "boss") is None
    assert unseal(place, open_box(place.settings).seal(SECRET), "boss") is None, "a stored password is none"
    assert unseal(place, open_box(place.settings).seal('{"location": "x"}'), "boss") is None
    assert unseal(Later(place.settings, place.catalog, LASTS), sealed, "boss") is None
    refused = boss.post("/setup/store", {**ANSWERS, "sealed": "made up"})
    assert refused.status_code == 422
    assert "Test it, then continue." in refused.text


SCHEDULES = [
    (Timetable("hourly"), "15 * * * *"),
    (Timetable("daily", "23:05"), "5 23 * * *"),
    (Timetable("weekly", "00:30", "sunday"), "30 0 * * 0"),
    (Timetable("weekly", "7:30", "saturday"), "30 7 * * 6"),
    (Timetable("cron", cron=" 1  2 * * 1-5"), "1 2 * * 1-5"),
    (Timetable("demand"), None),
]


@pytest.mark.parametrize(("chosen", "expression"), SCHEDULES, ids=[str(one) for _, one in SCHEDULES])
def test_a_choice_in_words_is_a_cron_expression_and_back(chosen: Timetable, expression: str | None) -> None:
    assert schedule_of(chosen) == (expression, {})
    assert schedule_of(timetable_of(expression)) == (expression, {})
    assert timetable_of(expression).every == chosen.every


def test_the_next_runs_are_told_in_the_zone_of_the_data_set(place: Place, boss: Browser) -> None:
    moment = datetime(2026, 3, 28, 12, tzinfo=UTC)
    runs, faults = runs_in_words("30 2 * * *", "Europe/Berlin", moment)
    assert faults == {}
    assert runs[1:] == ["Monday 2026-03-30 02:30 CEST", "Tuesday 2026-03-31 02:30 CEST"], "and 02:30 is skipped once"
    shown = boss.post("/setup/schedule", {**ANSWERS, "every": "weekly", "timezone": "Asia/Tokyo"}).text
    assert re.findall(r"<li>(\w+) \d{4}-\d\d-\d\d 03:15 JST</li>", shown) == ["Monday"] * 3
    wrong = boss.post("/setup/schedule", {**ANSWERS, "every": "cron", "cron": "61 * * * *"}).text
    assert "not a cron expression" in wrong
    assert "is no time zone" in boss.post("/setup/schedule", {**ANSWERS, "timezone": "Mars/Base"}).text
    assert "only when somebody asks" in boss.post("/setup/schedule", {**ANSWERS, "every": "demand"}).text


def test_answers_are_checked_as_a_whole_and_tasks_become_labels(place: Place, boss: Browser, tmp_path: Path) -> None:
    sealed = sealed_in(tried(boss, str(shop(tmp_path / "shop"))))
    step = boss.post("/setup/answers", {"location": str(tmp_path / "shop"), "sealed": sealed}).text
    for task in TASKS:
        assert task.question in unescape(step)
    wrong = {"name": "", "timezone": "Mars/Base", "every": "cron", "cron": "99 * * * *", "task": ["goal", "engines"]}
    refused = boss.post("/setup/store", {**wrong, "goal": "thanks", "engines": "Gogle", "sealed": sealed})
    assert refused.status_code == 422
    assert "5 answers must be mended" in refused.text
    told = {field: fault(refused.text, field) for field in ("name", "timezone", "cron", "goal", "engines")}
    assert "There is no name yet." in told["name"]
    assert "'Mars/Base' is not a time zone" in told["timezone"]
    assert "not a cron expression" in told["cron"]
    assert told["goal"] == "thanks is no path. It begins with a slash, such as /thanks."
    assert told["engines"] == "Gogle is no search engine that is known. Is Google meant?"
    for value in ("Mars/Base", "99 * * * *", "thanks", "Gogle"):
        assert f'value="{value}"' in refused.text, "what was entered stands there still"
    with place.catalog.read() as connection:
        assert connection.execute(sa.select(datasets)).first() is None
    tasks = {"task": [task.id for task in TASKS], "goal": "/thanks*", "engines": "Google, Bing"}
    assert boss.post("/setup/store", {**ANSWERS, **tasks, "sealed": sealed}).status_code == 303
    settings = stored_settings(stored(place))
    assert (settings.dataset.name, settings.dataset.timezone) == ("Fruit shop", "Europe/Berlin")
    assert settings.source.schedule == "15 3 * * *"
    assert [label.id for label in settings.labels] == [
        "reached-goal", "missed-goal", "from-google", "from-bing", "from-search", "not-from-search", "paid-search",
        "free-search", "short-stay", "longer-stay", "new-visitors", "returning-visitors", "from-assistants",
    ]  # fmt: skip
    with place.catalog.read() as connection:
        assert connection.execute(sa.select(outbox.c.type)).scalars().all() == ["dataset.due"]


def test_a_location_that_is_known_is_changed_and_keeps_the_rest(place: Place, boss: Browser, collector: Path) -> None:
    with ftp_server(collector, "pro", SECRET) as url:
        location = f"{url}{CONFIG}"
        sealed = sealed_in(tried(boss, location, "pro", SECRET))
        boss.post("/setup/store", {**ANSWERS, "task": "short", "sealed": sealed})
        page = tried(boss, location)
        assert "has this location already" in page, "with the password that is stored"
        assert "belongs to another user" in fault(tried(boss, location, "someone"), "password")
        step = boss.post("/setup/answers", {"location": location, "user": "pro", "sealed": sealed_in(page)}).text
    assert 'value="Fruit shop"' in step
    assert 'value="Europe/Berlin"' in step
    changed = {**ANSWERS, "every": "demand", "task": ["short", "returning"], "sealed": sealed_in(step)}
    assert boss.post("/setup/store", changed).headers["location"] == "/setup/progress/fruit-shop"
    row = stored(place)
    assert row["schedule"] is None
    assert open_box(place.settings).open(row["sealed_password"]) == SECRET
    assert len(stored_settings(row).labels) == 4
    (change,) = [one for one in audit.entries(place.catalog) if one.what == "settings.change"]
    assert (change.who, change.detail["why"]) == ("boss", "setup wizard")
    assert "source.schedule" in [one["path"] for one in change.detail["changes"]]
    assert "short-stay" in change.detail["before"]


def test_the_first_import_is_followed_to_the_first_report(anywhere: Place, collector: Path) -> None:
    boss = with_account(anywhere, "boss", "administrator")
    with ftp_server(collector, "pro", SECRET) as url:
        sealed = sealed_in(tried(boss, f"{url}{CONFIG}", "pro", SECRET))
        boss.post("/setup/store", {**ANSWERS, "sealed": sealed})
        page = boss.get("/setup/progress/fruit-shop").text
        assert "Waiting for the fetcher, the parser, the analyzer and the reporter: they are not running." in page
        assert '<meta http-equiv="refresh"' in page
        assert boss.post("/setup/progress/fruit-shop/import", {}).status_code == 303
        assert "The import has begun." in boss.get("/setup/progress/fruit-shop").text
        boss.post("/setup/progress/fruit-shop/import", {})
        assert boss.said() == "An import of this data set is under way here already."
        answer = boss.get("/setup/progress/fruit-shop/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = events_of(answer.text)
    assert {name for name, _ in told[:-1]} == {"progress"}
    name, last = told[-1]
    assert name == "done"
    files = len(list((collector / "fruit" / "normal").rglob("*.nlf")))
    assert (last["listed"], last["fetched"], last["parsed"], last["failed"]) == (files, files, files, 0)
    assert last["lines"] > 0
    assert last["lines_s"] > 0
    assert last["size_bytes"] == sum(one.stat().st_size for one in (collector / "fruit" / "normal").rglob("*.nlf"))
    assert (last["leaves"], last["address"]) == (True, "/reports/fruit-shop/all/index.html")
    assert boss.get(last["address"]).status_code == 200
    assert boss.get("/setup/progress/fruit-shop").headers["location"] == last["address"]
    assert "dataset.import" in [one.what for one in audit.entries(anywhere.catalog)]


def test_files_that_cannot_be_read_are_told_and_the_page_stays(place: Place, boss: Browser, tmp_path: Path) -> None:
    (shop(tmp_path / "shop") / "old.log.gz").write_bytes(b"\x1f\x8b\x08\x00 this is no gzip file")
    boss.post("/setup/store", {**ANSWERS, "sealed": sealed_in(tried(boss, str(tmp_path / "shop")))})
    boss.post("/setup/progress/fruit-shop/import", {})
    name, last = events_of(boss.get("/setup/progress/fruit-shop/events").text)[-1]
    assert (name, last["failed"], last["leaves"]) == ("done", 1, False)
    page = boss.get("/setup/progress/fruit-shop")
    assert page.status_code == 200
    for text in (page.text, last["html"]):
        assert "1 file could not be read." in text
        assert 'href="/operations/failures"' in text
        assert 'href="/reports/fruit-shop/all/index.html"' in text
        assert "old.log.gz" in text


def test_an_import_that_cannot_be_says_why_and_can_be_tried_again(place: Place, boss: Browser, tmp_path: Path) -> None:
    sealed = sealed_in(tried(boss, str(shop(tmp_path / "shop"))))
    boss.post("/setup/store", {**ANSWERS, "sealed": sealed})
    (tmp_path / "shop" / "access.log").unlink()
    boss.post("/setup/progress/fruit-shop/import", {})
    name, last = events_of(boss.get("/setup/progress/fruit-shop/events").text)[-1]
    assert (name, last["address"], last["dead_letters"]) == ("stopped", "", 1)
    assert "holds no log files" in last["html"]
    assert "Import now in this console" in last["html"]
    shop(tmp_path / "shop")
    boss.post("/setup/progress/fruit-shop/import", {})
    assert events_of(boss.get("/setup/progress/fruit-shop/events").text)[-1][0] == "done"


def test_processes_that_run_are_left_to_their_work(place: Place, boss: Browser, tmp_path: Path) -> None:
    sealed = sealed_in(tried(boss, str(shop(tmp_path / "shop"))))
    boss.post("/setup/store", {**ANSWERS, "sealed": sealed})
    now = place.now()
    rows = [
        {"id": stage, "stage": stage, "host": "h", "pid": 1, "started_at": now, "seen_at": now - timedelta(seconds=age)}
        for stage, age in (("fetcher", 1), ("parser", 1), ("analyzer", 1), ("reporter", 100))
    ]
    with place.catalog.write() as connection:
        connection.execute(sa.insert(processes), rows)
    assert "Waiting for the reporter: it is not running." in boss.get("/setup/progress/fruit-shop").text
    with place.catalog.write() as connection:
        connection.execute(sa.update(processes).values(seen_at=now))
    page = boss.get("/setup/progress/fruit-shop").text
    assert "Fetching files." in page
    assert "Import now" not in page
