"""Alerts as administrators look after them, by the API and in the browser: the same as `proprocessor alerts`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.web import audit
from console.web.place import Place
from reporter.alerts.conditions import Right, Wrong
from reporter.alerts.incidents import Audience, Notices, judge
from reporter.mail import deliveries
from shared.settings import load_settings
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.mail_server import MailServer, mail_server
from tests.web_console import place_in, with_account

PAGE = "/operations/alerts"
TOLD = Notices(Audience(("ann@fruit.test",), ("hooks.fruit.test 1a2b3c4d",)), b"key", "fruit.test")


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 6, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, catalog_url: str) -> Iterator[Place]:
    """With each kind of catalog: an incident that is over, one of the installation that is open, and who was not told."""
    with place_in(tmp_path, catalog_url) as made:
        judge(made.catalog, "shop", "no_data", Wrong("Nothing came."), TOLD, at(1))
        judge(made.catalog, "shop", "no_data", Right("All came."), TOLD, at(2))
        judge(made.catalog, "", "disk", Wrong("<b>Full.</b>"), TOLD, at(3))
        mail = deliveries.find(made.catalog, kind="alert", event="alert/disk")[0]
        deliveries.end(made.catalog, mail, "failed", "550 <i>no</i>", at(3))
        yield made


@pytest.fixture
def boss(place: Place) -> Program:
    return Program(place, "administrator", "read", "operate", name="boss")


def test_incidents_are_listed_the_newest_first_with_who_was_told(boss: Program) -> None:
    found = boss.get("/alerts").json()
    assert [(one["condition"], one["state"]) for one in found["items"]] == [("disk", "open"), ("no_data", "recovered")]
    disk, no_data = found["items"]
    assert {one["kind"]: one["state"] for one in disk["notices"]} == {"alert": "failed", "webhook": "waiting"}
    assert {one["tells"] for one in no_data["notices"]} == {"opened", "recovered"}
    assert (no_data["recovered_text"], disk["dataset"]) == ("All came.", "")
    assert [one["condition"] for one in boss.get("/alerts?open=true").json()["items"]] == ["disk"]
    assert [one["condition"] for one in boss.get("/alerts?dataset=shop").json()["items"]] == ["no_data"]
    part = boss.get("/alerts?offset=1&limit=1").json()
    assert (part["total"], [one["condition"] for one in part["items"]]) == (2, ["no_data"])
    for query in ("dataset=%00", "limit=0", "open=perhaps"):
        assert is_problem(boss.get(f"/alerts?{query}"), 422, "not_well_formed")


def test_who_may_not_is_refused(place: Place) -> None:
    editor = Program(place, "editor", "read", "write", "operate")
    for one in (editor, Program(place, "administrator", "read")):
        assert is_problem(one.get("/alerts"), 403, "not_administrator")
        assert is_problem(one("POST", "/alerts/test", json={"dataset": "shop"}), 403, "not_administrator")


def test_a_test_says_who_is_reached(shop: Shop) -> None:
    alerts = '[alerts]\nto = ["ann@fruit.test", "bob@fruit.test"]\n'
    shop.settings("import", "shop", shop.file(f'[dataset]\nname = "shop"\n{alerts}'))
    with mail_server() as server, place_in(shop.data) as made:
        server.recipients["bob@fruit.test"] = "550 5.7.1 no"
        boss, place = _with(server, made)
        found = boss("POST", "/alerts/test", json={"dataset": "shop"}).json()["items"]
        assert {one["recipient"]: one["reached"] for one in found} == {"ann@fruit.test": True, "bob@fruit.test": False}
        assert server.to() == ["ann@fruit.test"]
        assert is_problem(boss("POST", "/alerts/test", json={}), 422, "nobody_told")
        assert is_problem(boss("POST", "/alerts/test", json={"dataset": "other"}), 404, "unknown_dataset")
        assert is_problem(boss("POST", "/alerts/test", json={"dataset": "\x00"}), 422, "not_well_formed")
        noted = [(one.about, one.detail["told"]) for one in audit.entries(place.catalog) if one.what == "alerts.test"]
        assert noted == [("shop", 2)]


def _with(server: MailServer, made: Place) -> tuple[Program, Place]:
    place = Place(load_settings(server.settings(), data=made.settings.data), made.catalog)
    return Program(place, "administrator", "operate", name="boss"), place


def test_the_page_of_e_mail_says_in_words_what_was_told(place: Place) -> None:
    page = with_account(place, "root", "administrator").get("/operations/mail").text
    assert "alert: Little disk space, opened" in page
    assert "alert: No data by the expected time, over" in page


def test_the_page_says_what_is_wrong_and_what_was(place: Place) -> None:
    browser = with_account(place, "root", "administrator")
    page = browser.get("/operations/alerts").text
    assert "&lt;b&gt;Full." in page and "<b>Full" not in page
    assert "ann@fruit.test: failed. 550 &lt;i&gt;no" in page
    assert page.index("Full.") < page.index("All came.")
    assert "0 of 2" in page and "installation" in page
    assert "<strong>Little disk space</strong>" in page and "<td>disk</td>" not in page, "in words"
    assert browser.post("/operations/alerts/test", {}).status_code == 422, "nobody is told"
    assert browser.client.post("/operations/alerts/test", data={}).status_code == 403
    editor = with_account(place, "eve", "editor", "shop")
    assert editor.get("/operations/alerts").status_code == 403
    assert editor.post("/operations/alerts/test", {}).status_code == 403


def test_the_page_tries_those_who_are_told_of_the_installation(tmp_path: Path) -> None:
    with mail_server() as server, place_in(tmp_path) as made:
        settings = load_settings(server.settings(alert_to="ann@fruit.test"), data=made.settings.data)
        place = Place(settings, made.catalog)
        assert "Nothing is wrong" in (root := with_account(place, "root", "administrator")).get(PAGE).text
        assert root.post(PAGE + "/test", {}).status_code == 303
        assert "ann@fruit.test: reached" in root.get(PAGE).text
        assert server.to() == ["ann@fruit.test"]
