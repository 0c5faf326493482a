"""Copies for the link overlay by the API and in a browser: a round asked for, made once, listed, removed by who may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.web import audit
from console.web.place import Place
from reporter.overlay.archive import Archive
from reporter.overlay.schedule import Round, ask, due, fetch_due, waits_since
from shared.catalog.schema import overlay_plans
from shared.process import make_tools
from shared.work import Tools
from tests.integration.installation import Installation
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.overlay_site import page, served
from tests.web_console import place_in, with_account

URL = "/datasets/shop/overlay"
SETTINGS = '[dataset]\nname = "shop"\n[overlay]\nbase = "{}"\nallow_private = true\ndelay_seconds = 0\n'


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    """Of a data set whose host is known."""
    shop.settings("import", "shop", shop.file('[dataset]\nname = "shop"\nhosts = ["shop.test"]\n'))
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def tools(place: Place) -> Iterator[Tools]:
    """Those of a reporter."""
    made = make_tools(place.settings, place.catalog, "reporter")
    yield made
    made.transport.close()


def archive(place: Place) -> Archive:
    return Archive(place.catalog, place.settings.data, "shop")


def tried(place: Place, *pages: str) -> None:
    for one in pages:
        archive(place).fail(one, f"https://shop.test{one}", "it answers <b>404</b>", place.now())


def names(place: Place) -> list[str]:
    return [one.page for one in archive(place).snapshots()]


def test_a_round_is_asked_for_made_and_removed(shop: Shop, place: Place, tools: Tools) -> None:
    boss, vic = Program(place, "administrator", "operate"), Program(place, "viewer", "read")
    replies = {"/": page("<title>Fruit</title>"), "/thanks/1": page("<title>Thanks</title>")}
    with served(replies) as site:
        shop.settings("import", "shop", shop.file(SETTINGS.format(site.url)))
        assert vic.get(URL).json() == {"total": 0, "offset": 0, "limit": 100, "items": [], "waits_since": None}
        asked = boss("POST", f"{URL}/fetch")
        assert (asked.status_code, asked.json()) == (202, {"dataset": "shop", "due": True})
        assert vic.get(URL).json()["waits_since"] is not None
        assert site.paths == [], "the console itself asks nobody"
        found = due(tools)
        assert found == [Round("shop")]
        assert due(tools) == [], "made once"
        assert vic.get(URL).json()["waits_since"] is None
        fetch_due(tools, found)
    told = vic.get(URL).json()
    assert [(one["page"], one["state"]) for one in told["items"]] == [
        ("/", "copied"),
        ("/thanks/1", "copied"),
        ("/thanks/2", "failed"),
    ]
    editor = Program(place, "editor", "operate")
    assert editor("DELETE", URL, params={"page": ["/", "/thanks/2"]}).json() == {"number": 2}
    assert names(place) == ["/thanks/1"]
    assert editor("DELETE", URL).json() == {"number": 1}
    assert names(place) == []
    whats = [one.what for one in audit.entries(place.catalog) if one.what.startswith("overlay")]
    assert whats == ["overlay.remove", "overlay.remove", "overlay.fetch"]


def test_a_page_is_asked_for_by_name_or_address(shop: Shop, place: Place, tools: Tools) -> None:
    boss = Program(place, "administrator", "read", "operate")
    replies = {"/": page("<title>Fruit</title>"), "/thanks/1": page("<title>Thanks</title>")}
    with served(replies) as site:
        shop.settings("import", "shop", shop.file(SETTINGS.format(site.url)))
        assert is_problem(boss("POST", f"{URL}/fetch", params={"page": "/nothing"}), 422, "overlay_unknown_page")
        assert due(tools) == []
        assert boss("POST", f"{URL}/fetch", params={"page": f"{site.url}/thanks/1"}).status_code == 202
        browser = with_account(place, "root", "administrator")
        form = {"page": " /thanks/2 "}
        assert browser.post("/datasets/shop/overlay/fetch", form, page="/datasets/shop/overlay").status_code == 303
        found = due(tools)
        assert found == [Round("shop", ("/thanks/1", "/thanks/2"))], "both are made together"
        fetch_due(tools, found)
        assert names(place) == ["/thanks/1", "/thanks/2"]
        browser.post("/datasets/shop/overlay/fetch", {"page": "/no"}, page="/datasets/shop/overlay")
        assert "none of the analysed pages" in browser.said()
    ask(place.catalog, "shop", place.now(), ["/thanks/1"])
    ask(place.catalog, "shop", place.now())
    ask(place.catalog, "shop", place.now(), ["/"])
    assert due(tools) == [Round("shop")], "the most viewed ones were asked for, too"
    told = [one.detail["pages"] for one in audit.entries(place.catalog) if one.what == "overlay.fetch"]
    assert told == [["/thanks/2"], ["/thanks/1"]]


def test_the_timetable_goes_on_as_before(shop: Shop, place: Place, tools: Tools) -> None:
    shop.settings("import", "shop", shop.file('[dataset]\nname = "shop"\n[overlay]\nschedule = "0 3 1 1 *"\n'))
    assert due(tools) == [], "planned for the next January"
    ask(place.catalog, "shop", place.now())
    assert waits_since(place.catalog, "shop", place.now()) is not None
    assert (due(tools), due(tools)) == ([Round("shop")], [])
    with place.catalog.read() as connection:
        (plan,) = connection.execute(overlay_plans.select()).all()
    assert (plan.schedule, plan.next_due > place.now()) == ("0 3 1 1 *", True)


def test_before_an_analysis_nobody_knows_the_pages(local: Installation) -> None:
    local.dataset()
    here = Place(local.settings, local.catalog)
    boss = Program(here, "administrator", "read", "operate")
    assert is_problem(boss("POST", f"{URL}/fetch"), 409, "overlay_no_analysis")
    assert boss.get(URL).json()["waits_since"] is None


def test_pages_that_there_are_not_are_told(place: Place) -> None:
    tried(place, "/")
    editor = Program(place, "editor", "operate")
    assert is_problem(editor("DELETE", URL, params={"page": ["/", "/no"]}), 422, "overlay_unknown_page")
    assert is_problem(editor("DELETE", URL, params={"page": "/\x00"}), 422, "not_well_formed")
    assert names(place) == ["/"], "not even the one that there is"


def test_while_a_round_goes_on_nothing_is_removed(place: Place) -> None:
    tried(place, "/")
    with archive(place).alone():
        answer = Program(place, "editor", "operate")("DELETE", URL)
    assert answer.status_code == 503
    assert names(place) == ["/"]


def test_who_may_what(place: Place) -> None:
    tried(place, "/")
    vic = Program(place, "viewer", "read", "write", "operate")
    assert is_problem(vic("DELETE", URL), 403, "not_editor")
    editor = Program(place, "editor", "read", "write", "operate")
    assert is_problem(editor("POST", f"{URL}/fetch"), 403, "not_administrator")
    assert is_problem(Program(place, "editor", "read", "write")("DELETE", URL), 403, "scope_missing")
    stranger = Program(place, "editor", "read", "operate", datasets=())
    assert is_problem(stranger.get(URL), 404, "unknown_dataset")
    assert is_problem(stranger("DELETE", URL), 404, "unknown_dataset")
    boss = Program(place, "administrator", "operate")
    assert is_problem(boss("POST", "/datasets/other/overlay/fetch"), 404, "unknown_dataset")
    anna = with_account(place, "anna", "viewer", "shop")
    shown = anna.get(URL).text
    assert "Fetch now" not in shown and "Remove" not in shown
    assert anna.post(f"{URL}/remove", {"do": "all"}).status_code == 403
    eve = with_account(place, "eve", "editor", "shop")
    assert eve.post(f"{URL}/fetch", {}).status_code == 403
    assert eve.client.post(f"{URL}/remove", data={"do": "all"}).status_code == 403, "without the text of our pages"
    assert names(place) == ["/"]
    assert waits_since(place.catalog, "shop", place.now()) is None


def test_in_a_browser_they_are_listed_fetched_and_removed(place: Place) -> None:
    tried(place, "/", "/a", "/<img src=x>")
    boss = with_account(place, "boss", "administrator")
    assert f'href="{URL}"' in boss.get("/datasets/shop").text
    shown = boss.get(URL).text
    assert "it answers &lt;b&gt;404&lt;/b&gt;" in shown
    assert "<img" not in shown and "/&lt;img src=x&gt;" in shown
    assert boss.post(f"{URL}/fetch", {}, page=URL).headers["location"] == URL
    assert "No reporter is running" in boss.get(URL).text
    boss.post(f"{URL}/remove", {}, page=URL)
    assert len(names(place)) == 3, "none was marked"
    boss.post(f"{URL}/remove", {"pages": ["/a", "/<img src=x>"]}, page=URL)
    assert boss.said() == "2 copies are removed."
    assert names(place) == ["/"]
    boss.post(f"{URL}/remove", {"do": "all"}, page=URL)
    assert names(place) == []
