"""The API where data sets come and go, and what belongs to one: costs, share links, views, history, the way of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from console.web.place import Place
from shared.catalog.schema import datasets, files
from shared.secrets import open_box
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.web_console import Browser, place_in, with_account

LINE = '192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET /{} HTTP/1.1" 200 5 "-" "Firefox"\n'
COSTS = "date,campaign,cost\n2015-05-17,Spring,12.50\n2015-05-18,Spring,7.50\n"


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def empty(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    """With each kind of catalog."""
    with place_in(tmp_path / "data", catalog_url) as made:
        yield made


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "access.log").write_text("".join(LINE.format(number) for number in range(5)))
    return folder


def test_a_source_is_tested_made_a_data_set_and_removed(empty: Place, logs: Path) -> None:
    boss = Program(empty, "administrator", "read", "operate", datasets=())
    found = boss("POST", "/sources/test", json={"location": str(logs)}).json()
    assert (found["files"], found["first_lines"]["hits"], found["first_lines"]["error"]) == (1, 5, None)
    assert boss.get("/datasets").json()["total"] == 0
    new = {"location": str(logs), "name": "Pears", "timezone": "Europe/Berlin", "schedule": "15 3 * * *"}
    new |= {"user": "joe", "password": "hush", "periods": ["month", "all"]}
    made = boss("POST", "/datasets", json=new)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["id"], told["name"], told["periods"]) == ("pears", "Pears", ["month", "all"])
    assert told["schedule"] == "15 3 * * *"
    assert "hush" not in made.text
    with empty.catalog.read() as connection:
        row = connection.execute(sa.select(datasets)).mappings().one()
    assert open_box(empty.settings).open(row["sealed_password"]) == "hush"
    assert is_problem(boss("POST", "/datasets", json=new), 409, "dataset_known")
    assert boss("DELETE", "/datasets/pears").status_code == 204
    assert is_problem(boss("DELETE", "/datasets/pears"), 404, "unknown_dataset")
    assert boss.get("/datasets").json()["total"] == 0
    assert (logs / "access.log").is_file()
    done = [one["what"] for one in boss.get("/audit").json()["items"]]
    assert [one for one in done if one.startswith(("dataset", "setup"))] == [
        "dataset.remove",
        "dataset.add",
        "setup.test",
    ]


def test_a_source_that_is_none_makes_no_data_set(empty: Place, logs: Path) -> None:
    boss = Program(empty, "administrator", "read", "operate", datasets=())
    for path in ("/sources/test", "/datasets"):
        assert is_problem(boss("POST", path, json={"location": str(logs / "no")}), 422, "file_missing")
    wrong = boss("POST", "/datasets", json={"location": str(logs), "timezone": "Mars/Base", "schedule": "sometimes"})
    assert wrong.status_code == 422
    assert {one.partition(":")[0] for one in wrong.json()["faults"]} == {"dataset.timezone", "source.schedule"}
    assert boss.get("/datasets").json()["total"] == 0


def test_only_administrators_make_and_remove_data_sets(place: Place, logs: Path) -> None:
    editor = Program(place, "editor", "read", "write", "operate")
    given = {"location": str(logs)}
    assert is_problem(editor("POST", "/sources/test", json=given), 403, "not_administrator")
    assert is_problem(editor("POST", "/datasets", json=given), 403, "not_administrator")
    assert is_problem(editor("DELETE", "/datasets/shop"), 403, "not_administrator")
    writes = Program(place, "administrator", "read", "write")
    assert is_problem(writes("DELETE", "/datasets/shop"), 403, "not_administrator")


def test_in_a_browser_a_data_set_is_removed_by_writing_its_id(place: Place) -> None:
    boss = with_account(place, "boss", "administrator")
    assert "Remove this data set" in boss.get("/datasets/shop").text
    boss.post("/datasets/shop/remove", {"confirm": "shop!"}, page="/datasets/shop")
    assert boss.get("/datasets/shop").status_code == 200
    boss.post("/datasets/shop/remove", {"confirm": "shop"}, page="/datasets/shop")
    assert boss.get("/datasets/shop").status_code == 404
    eve = with_account(place, "eve", "editor", "shop")
    assert eve.post("/datasets/shop/remove", {"confirm": "shop"}).status_code in (403, 404)


def test_costs_are_tried_kept_listed_and_forgotten(place: Place) -> None:
    editor, viewer = Program(place, "editor", "read", "write"), Program(place, "viewer", "read", "write")
    tried = editor("PUT", "/datasets/shop/costs/ads.csv?dry_run=true", content=COSTS).json()
    assert (tried["rows"], tried["cost"], tried["replaced"]) == (2, "20", None)
    assert tried["campaigns"] == {"Spring": "20"}
    assert editor.get("/datasets/shop/costs").json()["total"] == 0
    for replaced in (0, 2):
        assert editor("PUT", "/datasets/shop/costs/ads.csv", content=COSTS).json()["replaced"] == replaced
    (listed,) = editor.get("/datasets/shop/costs").json()["items"]
    assert (listed["name"], listed["rows"], listed["campaigns"], listed["first_day"]) == ("ads.csv", 2, 1, "2015-05-17")
    wrong = editor("PUT", "/datasets/shop/costs/x.csv", content="date,campaign,cost\n2015-05-17,Spring,much\n")
    assert wrong.status_code == 422
    assert "2" in wrong.json()["title"]
    assert is_problem(viewer("PUT", "/datasets/shop/costs/ads.csv", content=COSTS), 403, "not_editor")
    assert editor("DELETE", "/datasets/shop/costs/ads.csv").status_code == 204
    assert is_problem(editor("DELETE", "/datasets/shop/costs/ads.csv"), 422, "unknown_costs")


def test_share_links_are_made_followed_and_taken_back(place: Place) -> None:
    editor, viewer = Program(place, "editor", "read", "write"), Program(place, "viewer", "read", "write")
    made = editor("POST", "/datasets/shop/shares", json={"name": "the board", "days": 7}).json()
    guest = Browser(place, address="203.0.113.7")
    followed = guest.get("/share/" + made["link"].rpartition("/")[2])
    assert followed.status_code == 303
    (listed,) = editor.get("/datasets/shop/shares").json()["items"]
    assert (listed["id"], listed["name"]) == (made["id"], "the board")
    assert made["link"].rpartition("/")[2] not in editor.get("/datasets/shop/shares").text
    assert is_problem(viewer.get("/datasets/shop/shares"), 403, "not_editor")
    assert editor("DELETE", f"/datasets/shop/shares/{made['id']}").status_code == 204
    assert is_problem(editor("DELETE", f"/datasets/shop/shares/{made['id']}"), 404, "unknown_share")


def test_views_are_saved_and_forgotten_by_who_saved_them(place: Place) -> None:
    anna, bert = Program(place, "viewer", "read", "write"), Program(place, "viewer", "read", "write")
    reads, editor = Program(place, "viewer", "read"), Program(place, "editor", "read", "write")
    new = {"name": "Austria", "path": "all/pages.html?label=country%3DAT"}
    made = anna("POST", "/datasets/shop/views", json=new).json()
    assert (made["name"], made["path"]) == (new["name"], new["path"])
    assert [one["id"] for one in bert.get("/datasets/shop/views").json()["items"]] == [made["id"]]
    assert is_problem(reads("POST", "/datasets/shop/views", json=new), 403, "scope_missing")
    wrong = {"name": "x", "path": "https://elsewhere.test/"}
    assert is_problem(anna("POST", "/datasets/shop/views", json=wrong), 422, "no_such_page")
    assert is_problem(bert("DELETE", f"/datasets/shop/views/{made['id']}"), 404, "unknown_view")
    assert editor("DELETE", f"/datasets/shop/views/{made['id']}").status_code == 204
    assert anna.get("/datasets/shop/views").json()["total"] == 0


def test_a_change_of_settings_is_taken_back_from_its_history(place: Place) -> None:
    editor = Program(place, "editor", "read", "write")
    toml = {"Accept": "application/toml"}
    assert editor.get("/datasets/shop/settings/changes").json()["items"] == []
    changed = '[dataset]\ncurrency = "CHF"\n'
    assert editor("PUT", "/datasets/shop/settings", content=changed).json()["stored"]
    assert "CHF" in editor.get("/datasets/shop/settings", headers=toml).text
    (told,) = editor.get("/datasets/shop/settings/changes").json()["items"]
    assert [(one["path"], one["after"]) for one in told["changes"]] == [("dataset.currency", '"CHF"')]
    old = editor.get(f"/datasets/shop/settings/changes/{told['number']}")
    assert old.headers["content-type"].startswith("application/toml")
    assert editor("PUT", "/datasets/shop/settings", content=old.content).json()["stored"]
    assert "CHF" not in editor.get("/datasets/shop/settings", headers=toml).text
    assert is_problem(editor.get("/datasets/shop/settings/changes/999999"), 422, "unknown_change")


def test_visits_that_settings_mean_are_counted_and_values_told(place: Place) -> None:
    reads, viewer = Program(place, "editor", "read"), Program(place, "viewer", "read")
    path, days = "/datasets/shop/settings", {"from": "2015-05-17", "to": "2015-05-17"}
    text = '[[labels]]\nid = "thanks"\nmatch.saw_page.starts_with = "/thanks"\n[exclude]\npages = [{equals = "/"}]\n'
    counted = reads("POST", f"{path}/count", params=days, content=text).json()
    assert (counted["first"], counted["last"], counted["visits"]) == ("2015-05-17", "2015-05-17", 4)
    assert counted["items"] == [
        {"part": "labels", "id": "thanks", "counts": [{"what": "carry this label", "visits": 2, "with_earlier": None}]},
        {
            "part": "exclude",
            "id": "exclude",
            "counts": [{"what": "saw one of these pages", "visits": 3, "with_earlier": None}],
        },
    ]
    assert is_problem(reads("POST", f"{path}/count", content="[[labels]]\nid = 1\n"), 422, "misconfigured")
    assert is_problem(viewer("POST", f"{path}/count", content=text), 403, "not_editor")
    engines = reads.get(f"{path}/values", params={**days, "of": "labels.match.search_engine"}).json()
    assert engines["unit"] == "visits"
    assert [one["value"] for one in engines["items"]] == ["Google", "Bing"]
    some = reads.get(f"{path}/values", params={**days, "of": "labels.match.search_engine", "text": "ING", "limit": 1})
    assert [one["value"] for one in some.json()["items"]] == ["Bing"]
    assert reads.get(f"{path}/values", params={"of": "source.location"}).status_code == 422
    assert viewer.get(f"{path}/values", params={"of": "labels.match.country"}).status_code == 403


def test_a_file_is_followed_from_fetch_to_report(place: Place) -> None:
    viewer = Program(place, "viewer", "read")
    with place.catalog.read() as connection:
        file = connection.execute(sa.select(files.c.id).limit(1)).scalar_one()
    told = viewer.get(f"/datasets/shop/files/{file}/trace").json()
    assert told["state"] == "parsed"
    assert told["fetched_at"] <= told["parsed_at"] <= told["published_at"]
    assert {one["type"] for one in told["messages"]} >= {"file.fetched", "hits.parsed"}
    assert len(told["traces"]) == 1
    assert is_problem(viewer.get("/datasets/shop/files/999999/trace"), 404, "unknown_file")
