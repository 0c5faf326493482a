"""What values are taken for, by the API and in the browser: the same as `proprocessor explain`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from console.web.place import Place
from console.web.turns import AT_ONCE, a_turn
from tests.integration.settings_shop import LINES, Shop
from tests.integration.test_api import Program, is_problem
from tests.web_console import place_in, with_account

VALUES = {
    "agent": ["curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", "", "\x00\x07"],
    "referrer": ["https://www.google.com/search?q=fruit", "javascript:alert(1)", "-"],
    "address": ["8.8.8.8", "192.168.0.1", "no address", "::1"],
    "page": ["/a.css?x=1", "/?utm_campaign=may", "//", "%"],
    "line": ["no line at all", LINES[0].rstrip("\n")],
}


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    shop.settings("import", "shop", shop.file('[dataset]\nname = "shop"\nhosts = ["www.fruit.test"]\n'))
    with place_in(shop.data) as made:
        yield made


@pytest.mark.parametrize("kind", VALUES)
def test_the_answers_are_those_of_the_command(place: Place, shop: Shop, kind: str) -> None:
    values = [one for one in VALUES[kind] if one and "\x00" not in one]
    answer = Program(place, "viewer").client.post("/api/v1/explain", json={"kind": kind, "values": values})
    assert answer.status_code == 200, answer.text
    told = shop.run("explain", kind, *values, "--json").out.splitlines()
    assert answer.json() == {"kind": kind, "items": [json.loads(one) for one in told]}


@pytest.mark.parametrize("kind", VALUES)
def test_strange_values_are_answered(place: Place, kind: str) -> None:
    strange = [*VALUES[kind], "'\"><script>", "\ufffe\u202e", "a" * 10_000, "[" * 10_000, "%41" * 3000]
    viewer = Program(place, "viewer")
    answer = viewer("POST", "/explain", json={"kind": kind, "values": strange})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["items"]) == len(strange)
    assert all(one.get("rule") or one.get("rules") for one in answer.json()["items"])


def test_a_data_sets_own_settings_are_for_its_editors(place: Place) -> None:
    own = {"kind": "referrer", "values": ["https://www.fruit.test/x"], "dataset": "shop"}
    editor, viewer = Program(place, "editor", "read"), Program(place, "viewer", "read")
    (inside,) = editor("POST", "/explain", json=own).json()["items"]
    (outside,) = editor("POST", "/explain", json={**own, "dataset": None}).json()["items"]
    (named,) = editor("POST", "/explain", json={**own, "dataset": None, "hosts": ["www.fruit.test"]}).json()["items"]
    assert inside["medium"] == named["medium"] != outside["medium"]
    assert is_problem(viewer("POST", "/explain", json=own), 403, "not_editor")
    other = Program(place, "editor", "read", datasets=("other",))
    assert is_problem(other("POST", "/explain", json=own), 404, "unknown_dataset")
    assert is_problem(
        Program(place, "viewer", "operate")("POST", "/explain", json={**own, "dataset": None}), 403, "scope_missing"
    )


def test_how_much_is_asked_has_an_end(place: Place) -> None:
    viewer = Program(place, "viewer")
    for wrong in (
        {"kind": "agent", "values": []},
        {"kind": "agent", "values": ["x"] * 101},
        {"kind": "agent", "values": ["x" * 10_001]},
        {"kind": "cookie", "values": ["x"]},
        {"kind": "agent", "values": ["x"], "dataset": "../x"},
        {"kind": "agent", "values": ["x"], "countries": "/etc/passwd"},
    ):
        assert is_problem(viewer("POST", "/explain", json=wrong), 422, "not_well_formed")
    assert len(viewer("POST", "/explain", json={"kind": "agent", "values": ["x"] * 100}).json()["items"]) == 100


def test_the_page_explains_what_is_pasted(place: Place) -> None:
    viewer = with_account(place, "anna", "viewer", "shop")
    assert "As read by" not in viewer.get("/explain?dataset=shop").text
    page = viewer.post("/explain", {"kind": "agent", "values": "curl/8.5.0\r\n\r\n<b>me</b>"}).text
    assert "robot:</span> yes" in page and "&lt;b&gt;me" in page and "<b>me" not in page
    assert page.count("<tr>") == 3
    editor = with_account(place, "eve", "editor", "shop")
    assert "<option selected>shop" in editor.get("/explain?dataset=shop").text
    own = {"kind": "referrer", "values": "https://www.fruit.test/x"}
    assert editor.post("/explain", {**own, "dataset": "shop"}).text != editor.post("/explain", own).text
    for form, said in (
        ({"kind": "agent", "values": " \n"}, "1 to 100 values"),
        ({"kind": "agent", "values": "x\n" * 101}, "1 to 100 values"),
        ({"kind": "odd", "values": "<i>"}, "Choose what"),
        ({**own, "dataset": "other"}, "no data set"),
        ({**own, "dataset": "\x00"}, "no data set"),
    ):
        answer = editor.post("/explain", form)
        assert answer.status_code == 422 and said in answer.text, form
    assert editor.client.post("/explain", data=own).status_code == 403


def test_what_is_busy_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.web.explained.PATIENCE_S", 0.0)
    viewer = Program(place, "viewer")
    with a_turn(), a_turn():
        assert AT_ONCE == 2
        answer = viewer("POST", "/explain", json={"kind": "agent", "values": ["x"]})
        assert is_problem(answer, 503, "too_many_questions") and answer.headers["retry-after"]
