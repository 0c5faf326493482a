"""Targets as administrators look after them, by the API and in the browser: the same as `proprocessor targets`."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from console.web import audit
from console.web.place import Place
from reporter.targets.bring import LOCKS
from reporter.targets.stage import make_stage
from shared import outbox
from shared.catalog.schema import publications
from shared.messages import TargetDue, decode, encode, first
from shared.process import make_tools
from shared.runner import Runner
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.web_console import Browser, place_in, with_account

BASE = "/datasets/shop/targets"
PAGES = "/datasets/shop/settings/targets"


@pytest.fixture
def mirror(shop: Shop) -> Path:
    """The folder that the target `web` is; `gone` is a server that is not there."""
    folder = shop.root / "mirror"
    text = f'[dataset]\nname = "shop"\n[[targets]]\nname = "web"\nlocation = "{folder}"\n'
    text += '[[targets]]\nname = "gone"\nlocation = "ftp://127.0.0.1:1/x"\nuser = "joe"\n'
    shop.settings("import", "shop", shop.file(text))
    return folder


@pytest.fixture
def place(shop: Shop, mirror: Path) -> Iterator[Place]:
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def boss(place: Place) -> Program:
    return Program(place, "administrator", "read", "operate", name="boss")


@pytest.fixture
def browser(place: Place) -> Browser:
    return with_account(place, "root", "administrator")


def work(place: Place) -> None:
    """What a reporter does that runs beside."""
    with closing((tools := make_tools(place.settings, place.catalog, "mirror")).transport):
        runner = Runner(make_stage(), tools, delays_s=())
        runner.connect(10.0)
        outbox.sweep(place.catalog, tools.transport, place.now(), at_once=True)
        while runner.step(0.05):
            pass


def listed(boss: Program) -> dict[str, dict[str, Any]]:
    return {one["target"]: one for one in boss.get(BASE).json()["items"]}


def test_all_are_brought_in_step_and_what_fails_says_why(boss: Program, place: Place, mirror: Path) -> None:
    work(place)
    assert boss("POST", f"{BASE}/web/clear").status_code == 200
    assert not list(mirror.rglob("*.html"))
    assert {one["state"] for one in listed(boss).values()} == {"behind", "failed"}
    answer = boss("POST", f"{BASE}/sync", json={})
    assert (answer.status_code, answer.json()) == (202, {"dataset": "shop", "due": ["web", "gone"]})
    work(place)
    found = listed(boss)
    assert found["web"]["state"] == "in step" and found["web"]["sent_files"] > 5
    assert (mirror / "shop" / "index.html").is_file()
    assert found["gone"]["state"] == "failed" and found["gone"]["error"]
    noted = next(one for one in audit.entries(place.catalog) if one.what == "target.sync")
    assert noted.detail["targets"] == ["web", "gone"] and noted.about == "shop"


def test_everything_replaces_what_was_changed_by_hand(boss: Program, place: Place, mirror: Path) -> None:
    work(place)
    page = mirror / "shop" / "all" / "overview.html"
    right = page.read_bytes()
    page.write_text("by hand")
    boss("POST", f"{BASE}/sync", json={"targets": ["web"]})
    work(place)
    assert page.read_text() == "by hand", "nothing is known to have changed"
    boss("POST", f"{BASE}/sync", json={"targets": ["web", "web"], "everything": True})
    work(place)
    assert page.read_bytes() == right


def test_older_processes_read_what_newer_ones_ask_for() -> None:
    plain = first(TargetDue("shop", "web", "x"), origin="y")
    assert b"everything" not in encode(plain) and decode(encode(plain)) == plain
    whole = first(TargetDue("shop", "web", "x", True), origin="y")
    assert decode(encode(whole)) == whole


def test_a_target_is_cleared_unless_it_is_at_work(boss: Program, place: Place, mirror: Path) -> None:
    work(place)
    held = []
    for path in (place.settings.data / LOCKS).iterdir():
        file = path.open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        held.append(file)
    assert is_problem(boss("POST", f"{BASE}/web/clear"), 503, "target_busy")
    assert (mirror / "shop" / "index.html").is_file()
    for file in held:
        file.close()
    removed = boss("POST", f"{BASE}/web/clear").json()["removed_files"]
    assert removed > 5 and not list(mirror.rglob("*.html"))
    assert listed(boss)["web"]["state"] == "behind"
    assert next(one.what for one in audit.entries(place.catalog)) == "target.clear"


def test_a_connection_is_tried_and_nothing_written(boss: Program, place: Place, shop: Shop, mirror: Path) -> None:
    assert boss("POST", f"{BASE}/web/test").json() == {"things": 0}
    assert not mirror.exists()
    away = boss("POST", f"{BASE}/gone/test")
    assert (away.status_code, away.headers["content-type"]) == (422, "application/problem+json"), away.text
    assert "127.0.0.1" in away.json()["title"]
    work(place)
    assert boss("POST", f"{BASE}/web/test").json()["things"] > 1


def test_a_password_is_kept_forgotten_and_never_shown(boss: Program, place: Place) -> None:
    assert listed(boss)["web"]["has_password"] is False
    assert boss("PUT", f"{BASE}/web/password", json={"password": "s3cret word"}).status_code == 204
    assert listed(boss)["web"]["has_password"] is True
    assert "s3cret" not in boss.get(BASE).text + boss.get("/audit").text
    assert boss("DELETE", f"{BASE}/web/password").status_code == 204
    assert listed(boss)["web"]["has_password"] is False
    assert is_problem(boss("PUT", f"{BASE}/web/password", json={"password": ""}), 422, "not_well_formed")
    kept = [one.detail["kept"] for one in audit.entries(place.catalog) if one.what == "target.password"]
    assert kept == [False, True]


def test_what_is_not_there_is_said(boss: Program, place: Place) -> None:
    for method, path, body in (
        ("POST", "/other/clear", None),
        ("POST", "/%00/test", None),
        ("PUT", "/other/password", {"password": "x"}),
        ("POST", "/sync", {"targets": ["other"]}),
    ):
        assert is_problem(boss(method, f"{BASE}{path}", json=body), 404, "unknown_target")
    assert is_problem(boss("POST", f"{BASE}/sync", json={"targets": ["../x"]}), 422, "not_well_formed")
    assert is_problem(boss("POST", "/datasets/other/targets/sync", json={}), 404, "unknown_dataset")
    with place.catalog.write() as connection:
        connection.execute(sa.delete(publications))
    for path in ("/sync", "/web/clear"):
        assert is_problem(boss("POST", f"{BASE}{path}", json={}), 409, "nothing_published")


def test_who_may_not_is_refused(place: Place) -> None:
    editor = Program(place, "editor", "read", "write", "operate")
    assert len(editor.get(BASE).json()["items"]) == 2
    viewer, reads = Program(place, "viewer", "read"), Program(place, "administrator", "read")
    assert is_problem(viewer.get(BASE), 403, "not_editor")
    for one in (editor, reads, viewer):
        for method, path, body in (
            ("POST", "/sync", {}),
            ("POST", "/web/clear", None),
            ("POST", "/web/test", None),
            ("PUT", "/web/password", {"password": "x"}),
            ("DELETE", "/web/password", None),
        ):
            assert is_problem(one(method, f"{BASE}{path}", json=body), 403, "not_administrator"), path


# In the browser


def test_the_list_says_how_far_each_is_and_brings_it_in_step(browser: Browser, place: Place, mirror: Path) -> None:
    page = browser.get(PAGES).text
    assert "How far are they?" in page and "behind" in page
    assert browser.post(f"{PAGES}/sync", {}).status_code == 303
    work(place)
    page = browser.get(PAGES).text
    assert "brings web, gone in step now" in page
    assert "in step" in page and "failed" in page
    assert (mirror / "shop" / "index.html").is_file()
    assert "In step with what is published" in browser.get(f"{PAGES}/one?name=web").text
    assert browser.post(f"{PAGES}/clear", {"name": "web"}).status_code == 303
    assert "files removed" in browser.get(f"{PAGES}/one?name=web").text
    assert not list(mirror.rglob("*.html"))


def test_every_file_is_brought_again_by_a_button(browser: Browser, place: Place, mirror: Path) -> None:
    work(place)
    page = mirror / "shop" / "all" / "overview.html"
    page.write_text("by hand")
    assert browser.post(f"{PAGES}/sync", {"name": "web", "everything": "true"}).status_code == 303
    work(place)
    assert page.read_text() != "by hand"


def test_editors_and_other_sites_press_no_button(browser: Browser, place: Place, mirror: Path) -> None:
    work(place)
    editor = with_account(place, "eve", "editor", "shop")
    for action in ("sync", "clear"):
        assert editor.post(f"{PAGES}/{action}", {"name": "web"}).status_code == 403
        assert browser.client.post(f"{PAGES}/{action}", data={"name": "web"}).status_code == 403
        assert browser.post(f"{PAGES}/{action}", {"name": "other"}).status_code == 404
    assert (mirror / "shop" / "index.html").is_file()
