"""Kept raw files read again, by the API and in a browser: all, one, as another format, and only by who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from console.web import audit
from console.web.place import Place
from shared.catalog.schema import files
from shared.store import Store
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.web_console import place_in, with_account

URL = "/datasets/shop/reparse"


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    with place_in(shop.data) as made:
        yield made


def the_file(shop: Shop) -> dict[str, Any]:
    (row,) = shop.rows(sa.select(files))
    return dict(row)


def noted(place: Place) -> list[dict[str, Any]]:
    return [dict(one.detail) for one in audit.entries(place.catalog) if one.what == "dataset.reparse"]


def test_a_program_has_all_files_read_again(shop: Shop, place: Place) -> None:
    editor, before = Program(place, "editor", "operate"), len(shop.messages())
    answer = editor("POST", URL, json={})
    assert (answer.status_code, answer.json()) == (202, {"dataset": "shop", "announced": 1, "lost": 0})
    assert shop.messages()[before:] == ["file.fetched"]
    assert (the_file(shop)["state"], the_file(shop)["format"]) == ("fetched", None)
    assert noted(place) == [{"file": None, "format": None, "number": 1, "token": "test"}]


def test_a_program_has_one_file_read_as_another_format(shop: Shop, place: Place) -> None:
    editor = Program(place, "editor", "operate")
    answer = editor("POST", URL, json={"file": "access.log", "format": "common"})
    assert answer.json()["announced"] == 1
    assert the_file(shop)["format"] == "common"
    assert noted(place)[0]["file"] == "access.log"


def test_what_is_kept_no_longer_is_told(shop: Shop, place: Place) -> None:
    Store(shop.data).path(the_file(shop)["sha256"]).unlink()
    editor, before = Program(place, "editor", "operate"), len(shop.messages())
    assert editor("POST", URL, json={}).json() == {"dataset": "shop", "announced": 0, "lost": 1}
    assert shop.messages()[before:] == []
    eve = with_account(place, "eve", "editor", "shop")
    page = eve.get(URL).text
    assert "No raw file is kept any more" in page
    assert "<button>Read again</button>" not in page


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"file": "no.log"}, 404, "unknown_file"),
        ({"file": "../catalog.db"}, 404, "unknown_file"),
        ({"file": "access.log\x00"}, 422, "not_well_formed"),
        ({"file": ""}, 422, "not_well_formed"),
        ({"format": "<img src=x>"}, 422, "format_unknown"),
        ({"format": "combined\x00"}, 422, "not_well_formed"),
        ({"files": ["access.log"]}, 422, "not_well_formed"),
    ],
)
def test_wrong_wishes_change_nothing(shop: Shop, place: Place, given: dict[str, Any], status: int, reason: str) -> None:
    editor, before = Program(place, "editor", "operate"), len(shop.messages())
    assert is_problem(editor("POST", URL, json=given), status, reason)
    assert shop.messages()[before:] == []
    assert (the_file(shop)["state"], the_file(shop)["format"]) == ("parsed", None)


def test_only_editors_have_files_read_again(shop: Shop, place: Place) -> None:
    before = len(shop.messages())
    assert is_problem(Program(place, "viewer", "operate")("POST", URL, json={}), 403, "not_editor")
    assert is_problem(Program(place, "editor", "read", "write")("POST", URL, json={}), 403, "scope_missing")
    stranger = Program(place, "editor", "operate", datasets=())
    assert is_problem(stranger("POST", URL, json={}), 404, "unknown_dataset")
    boss = Program(place, "administrator", "operate")
    assert is_problem(boss("POST", "/datasets/no%00/reparse", json={}), 404, "unknown_dataset")
    vic = with_account(place, "vic", "viewer", "shop")
    assert vic.get(URL).status_code == 403
    assert vic.post(URL, {}).status_code == 403
    eve = with_account(place, "eve", "editor", "shop")
    assert eve.client.post(URL, data={}).status_code == 403, "without the text of our pages"
    assert shop.messages()[before:] == []


def test_in_a_browser_it_is_said_before_it_is_done(shop: Shop, place: Place) -> None:
    eve = with_account(place, "eve", "editor", "shop")
    before = len(shop.messages())
    assert f'href="{URL}"' in eve.get("/datasets/shop").text
    assert f'href="{URL}?file=access.log"' in eve.get(f"/datasets/shop/files/{the_file(shop)['id']}").text
    page = eve.get(f"{URL}?file=access.log").text
    assert "Its raw file is read again" in page
    assert shop.messages()[before:] == [], "asking does nothing"
    refused = eve.post(URL, {"file": "access.log", "format": '"><img src=x>'}, page=URL)
    assert refused.status_code == 422
    assert "<img" not in refused.text
    assert shop.messages()[before:] == []
    done = eve.post(URL, {"file": "access.log", "format": "common"}, page=URL)
    assert done.headers["location"] == "/datasets/shop"
    assert eve.said() == "1 file is announced. A running parser takes them."
    assert shop.messages()[before:] == ["file.fetched"]
    assert the_file(shop)["format"] == "common"


def test_in_a_browser_there_are_no_other_files(place: Place) -> None:
    eve = with_account(place, "eve", "editor", "shop")
    for file in ("no.log", "%00", "x" * 3000):
        assert eve.get(f"{URL}?file={file}").status_code == 404
    assert eve.post(URL, {"file": "no.log"}, page="/datasets/shop/settings").status_code == 404


def test_a_viewer_is_offered_nothing(place: Place) -> None:
    vic = with_account(place, "vic", "viewer", "shop")
    assert "/reparse" not in vic.get("/datasets/shop").text
