"""Notes on days: made by editors from the bar and by programs, shown above reports and in their charts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from console.web import audit, day_notes, noted, shares
from console.web.day_notes import MAX_TEXT, Annotation
from console.web.place import Place
from shared.errors import Rejected
from tests.integration.settings_shop import copy_of
from tests.integration.test_api import Program, is_problem
from tests.web_console import Browser, place_in, with_account

PATH = "/datasets/shop/annotations"
LIVE = "/reports/shop/2015-05-16..2015-05-18/trend.html"
PUBLISHED = "/reports/shop/all/trend.html"
HOSTILE = "</script><script>alert(1)</script> \"'> \u202egnp.exe"


@pytest.fixture(scope="module")
def place(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation that has published reports."""
    shop = copy_of(processed, tmp_path_factory.mktemp("noted"))
    shop.store(publish=None)
    with place_in(shop.data) as made:
        yield made


@pytest.fixture(scope="module")
def editor(place: Place) -> Browser:
    return with_account(place, "eve", "editor", "shop")


@pytest.fixture(scope="module")
def viewer(place: Place) -> Browser:
    return with_account(place, "anna", "viewer", "shop")


@pytest.fixture(autouse=True)
def _none_is_left(place: Place) -> Iterator[None]:
    yield
    for one in day_notes.of_dataset(place.catalog, "shop"):
        day_notes.remove(place.catalog, "shop", one.id)


def keep(place: Place, first: str, last: str = "", text: str = "x", **more: Any) -> Annotation:
    values = {"first": date.fromisoformat(first), "last": date.fromisoformat(last or first), "text": text, **more}
    return day_notes.add(place.catalog, "shop", values, ["paid"], made_by="eve", now=place.now())


def marks(page: str) -> list[dict[str, Any]]:
    """What the chart has of notes."""
    found = re.search(r'id="chart-definition">(.*?)</script>', page, re.DOTALL)
    assert found
    rows: list[dict[str, Any]] = json.loads(found[1])["datasets"].get("notes", [])
    return rows


def test_a_note_is_made_from_a_report_and_shown_there(place: Place, editor: Browser, viewer: Browser) -> None:
    shown = editor.get(PUBLISHED).text
    (back,) = re.findall(r'name="back" value="([^"]*)"', shown)
    form = {"first": "2015-05-17", "text": "  Newsletter\nsent ", "color": "#D55E00", "back": unescape(back)}
    assert editor.post(PATH, form).headers["location"] == PUBLISHED
    for path in (PUBLISHED, LIVE, "/reports/shop/index.html", "/reports/shop/all/pages.html"):
        page = viewer.get(path).text
        assert "<bdi>Newsletter sent</bdi>" in page, path
        assert "Write a note" not in page, path
        assert f"{PATH}?change=" not in page, path
    assert [(one["number"], one["at"][:10]) for one in marks(viewer.get(PUBLISHED).text)] == [("1", "2015-05-17")]
    assert "Newsletter" not in viewer.get("/reports/shop/2015-05-18..2015-05-19/trend.html").text
    assert "Newsletter sent" in viewer.get(PATH).text
    (entry,) = [one for one in audit.entries(place.catalog) if one.what == "annotation.add"]
    assert (entry.who, entry.about, entry.detail["days"]) == ("eve", "shop", "2015-05-17..2015-05-17")


def test_a_page_is_another_one_with_another_note(place: Place, viewer: Browser) -> None:
    for path in (PUBLISHED, LIVE):
        before = viewer.get(path).headers["etag"]
        kept = keep(place, "2015-05-17")
        assert viewer.get(path, headers={"If-None-Match": before}).status_code == 200
        day_notes.remove(place.catalog, "shop", kept.id)
        assert viewer.get(path, headers={"If-None-Match": before}).status_code == 304


def test_a_note_is_changed_and_removed(place: Place, editor: Browser) -> None:
    kept = keep(place, "2015-05-17", text="first")
    form = editor.get(f"{PATH}?change={kept.id}").text
    assert 'value="first"' in form
    assert f'name="id" value="{kept.id}"' in form
    days = {"first": "2015-05-16", "last": "2015-05-20"}
    assert editor.post(PATH, {"id": kept.id, **days, "text": "second"}).headers["location"] == PATH
    (now,) = day_notes.of_dataset(place.catalog, "shop")
    assert (now.first, now.last, now.text, now.made_by) == (date(2015, 5, 16), date(2015, 5, 20), "second", "eve")
    assert editor.post(f"{PATH}/remove", {"id": kept.id}).status_code == 303
    assert day_notes.of_dataset(place.catalog, "shop") == []
    assert editor.post(f"{PATH}/remove", {"id": kept.id}).status_code == 404
    assert {"annotation.change", "annotation.remove"} <= {one.what for one in audit.entries(place.catalog)}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text": ""}, "this is empty"),
        ({"text": "\u202e\0"}, "this is empty"),
        ({"text": "x" * (MAX_TEXT + 1)}, "this has 501"),
        ({"first": "2015-02-30"}, "is no day"),
        ({"first": ""}, "has no day"),
        ({"first": "1889-01-01"}, "lies between"),
        ({"last": "2015-05-01"}, "before it begins"),
        ({"color": "red;}"}, "is no colour"),
        ({"label": "<b>"}, "There is no label"),
    ],
)
def test_what_is_no_note_is_told_and_can_be_mended(
    place: Place, editor: Browser, more: dict[str, str], said: str
) -> None:
    form = {"first": "2015-05-17", "text": "kept <b>", **more}
    answer = editor.post(PATH, form)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "<b>" not in answer.text
    assert day_notes.of_dataset(place.catalog, "shop") == []


def test_a_label_that_is_gone_stays_where_nobody_changes_it(place: Place, editor: Browser) -> None:
    kept = keep(place, "2015-05-17", label="paid")
    form = editor.get(f"{PATH}?change={kept.id}").text
    assert '<option value="paid" selected>' in form
    assert editor.post(PATH, {"id": kept.id, "first": "2015-05-18", "text": "x", "label": "paid"}).status_code == 303
    assert "about paid" in editor.get(PUBLISHED).text
    assert editor.post(PATH, {"id": kept.id, "first": "2015-05-18", "text": "x"}).status_code == 303
    assert day_notes.one(place.catalog, "shop", kept.id).label is None


def test_hostile_text_is_only_text(place: Place, editor: Browser) -> None:
    keep(place, "2015-05-17", text=HOSTILE)
    for path in (PUBLISHED, LIVE, PATH):
        page = editor.get(path).text
        assert "<script>alert" not in page, path
        assert "\u202e" not in page, path
    assert marks(editor.get(PUBLISHED).text)[0]["note"] == day_notes.plain(HOSTILE)


def test_many_notes_are_folded_away_and_not_without_end(
    place: Place, viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        keep(place, "2015-05-17", text=f"note {number}")
    assert "<details><summary>6 notes on these days" in viewer.get(PUBLISHED).text
    monkeypatch.setattr(noted, "MOST", 2)
    page = viewer.get(PUBLISHED).text
    assert "The last 2 of them." in page
    assert ("note 3" in page, "note 4" in page) == (False, True)
    day_notes.MOST, before = 6, day_notes.MOST
    try:
        with pytest.raises(Rejected, match="has 6 notes"):
            keep(place, "2015-05-17")
    finally:
        day_notes.MOST = before


def test_viewers_and_guests_see_notes_and_write_none(place: Place, editor: Browser, viewer: Browser) -> None:
    kept = keep(place, "2015-05-17", text="seen")
    form = {"first": "2015-05-17", "text": "x"}
    assert viewer.post(PATH, form).status_code == 403
    assert viewer.post(f"{PATH}/remove", {"id": kept.id}).status_code == 403
    stranger = with_account(place, "stranger", "editor")
    assert stranger.get(PATH).status_code == 404
    assert stranger.post(PATH, form).status_code == 404
    assert editor.client.post(PATH, data=form).status_code == 403, "another site made the browser ask"
    _, text = shares.add(place.catalog, "shop", name="guest", made_by="eve", days=1, now=place.now())
    guest = Browser(place, address="203.0.113.9")
    guest.get(f"/share/{text}")
    page = guest.get(PUBLISHED).text
    assert "<bdi>seen</bdi>" in page
    assert "· eve" not in page
    assert guest.client.post(PATH, data=form).status_code == 303, "to sign in"
    assert [one.text for one in day_notes.of_dataset(place.catalog, "shop")] == ["seen"]


def test_programs_make_change_list_and_remove_them(place: Place) -> None:
    program = Program(place, "editor", "read", "write")
    new = {"first": "2015-05-17", "text": "by a program", "color": "#009E73"}
    made = program("POST", PATH, json=new)
    assert made.status_code == 201
    one = made.json()
    assert (one["first"], one["last"], one["label"]) == ("2015-05-17", "2015-05-17", None)
    changed = program("PATCH", f"{PATH}/{one['id']}", json={"last": "2015-05-19", "color": None})
    assert changed.json() == {**one, "last": "2015-05-19", "color": None}
    listed = program.get(PATH, params={"from": "2015-05-19", "to": "2015-05-19"}).json()
    assert (listed["total"], listed["items"]) == (1, [changed.json()])
    assert program.get(PATH, params={"from": "2015-05-20"}).json()["total"] == 0
    assert is_problem(program("PATCH", f"{PATH}/{one['id']}", json={"last": "2015-05-01"}), 422, "bad_range")
    assert is_problem(program("POST", PATH, json=new | {"label": "none"}), 422, "unknown_label")
    assert is_problem(program("POST", PATH, json=new | {"first": 1}), 422, "not_well_formed")
    assert program("DELETE", f"{PATH}/{one['id']}").status_code == 204
    assert is_problem(program("DELETE", f"{PATH}/{one['id']}"), 404, "unknown_note")
    assert is_problem(program("PATCH", f"{PATH}/%00", json={}), 404, "unknown_note")


def test_only_programs_that_may_write_do(place: Place) -> None:
    new = {"first": "2015-05-17", "text": "x"}
    assert is_problem(Program(place, "editor", "read")("POST", PATH, json=new), 403, "not_editor")
    viewer = Program(place, "viewer", "read", "write")
    assert is_problem(viewer("POST", PATH, json=new), 403, "not_editor")
    other = Program(place, "editor", "read", "write", datasets=())
    assert is_problem(other("POST", PATH, json=new), 404, "unknown_dataset")
    assert is_problem(other.get(PATH), 404, "unknown_dataset")


def test_every_catalog_keeps_them(tmp_path: Path, catalog_url: str) -> None:
    with place_in(tmp_path, catalog_url) as place:
        made: list[Annotation] = []
        for dataset in ("shop", "other"):
            values = {"first": date(2015, 5, 17), "last": date(2015, 6, 1), "text": "متجر 🍎", "label": "paid"}
            made.append(day_notes.add(place.catalog, dataset, values, ["paid"], made_by="eve", now=place.now()))
        changed = day_notes.change(place.catalog, "shop", made[0].id, {"text": "other", "label": "paid"}, [])
        assert day_notes.of_dataset(place.catalog, "shop", date(2015, 6, 1), date(2015, 6, 1)) == [changed]
        assert day_notes.of_dataset(place.catalog, "shop", date(2015, 6, 2)) == []
        with pytest.raises(Rejected, match="no such note"):
            day_notes.remove(place.catalog, "other", made[0].id)
