"""Rejected lines by the API and in a browser: counted, in parts, as CSV, hostile ones harmless, and only for editors."""

from __future__ import annotations

import csv
import shutil
from io import StringIO
from typing import Any

import pytest

from console.web.place import Place
from tests.integration.installation import Installation
from tests.integration.test_api import Program, is_problem
from tests.web_console import with_account

URL = "/datasets/shop/rejects"
HIT = '192.0.2.1 - - [17/May/2026:10:05:{:02d} +0000] "GET /{} HTTP/1.1" 200 5 "-" "Firefox/1"\n'
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"
FORMULA = "=cmd|' /C calc'!A0"
BAD_TIME = '192.0.2.1 - - [17/Mai/2026] "GET / HTTP/1.1" 200 5 "-" "Firefox/1"'
LONG = "x" * 5000


@pytest.fixture
def place(local: Installation) -> Place:
    return filled(local)


@pytest.fixture
def either(one: Installation) -> Place:
    """With each kind of catalog."""
    return filled(one)


def filled(one: Installation) -> Place:
    """A data set with two logs of which some lines are no hits."""
    dataset = one.dataset()
    assert dataset == "shop"
    hits = "".join(HIT.format(number, number) for number in range(20))
    one.fetch(dataset, f"{hits}{HOSTILE}\n{FORMULA}\n{BAD_TIME}\n".encode(), "a.log")
    one.fetch(dataset, f"{LONG}\nhalf a\n{hits}".encode(), "b.log")
    one.work()
    return Place(one.settings, one.catalog)


def lines_of(told: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(one["file"], one["line"], one["reason"]) for one in told["items"]]


ALL = [("a.log", 21, "shape"), ("a.log", 22, "shape"), ("a.log", 23, "time"), ("b.log", 1, "shape"), ("b.log", 2, "shape")]  # fmt: skip


def test_a_program_lists_them_with_counts(either: Place) -> None:
    editor = Program(either, "editor", "read")
    told = editor.get(URL).json()
    assert lines_of(told) == ALL
    assert [(one["reason"], one["number"]) for one in told["reasons"]] == [("shape", 4), ("time", 1)]
    assert told["reasons"][1]["meaning"] == "The time is missing or is no time."
    assert (told["total"], told["offset"], told["limit"]) == (5, 0, 100)
    assert (told["items"][0]["raw"], told["items"][0]["format"]) == (HOSTILE, "combined")
    long = told["items"][3]
    assert (len(long["raw"]), long["characters"]) == (2000, 5000)


@pytest.mark.parametrize("offset", range(6))
def test_they_are_had_in_parts(place: Place, offset: int) -> None:
    told = Program(place, "editor", "read").get(URL, params={"offset": offset, "limit": 2}).json()
    assert lines_of(told) == ALL[offset : offset + 2]
    assert told["total"] == 5


def test_of_one_file_and_one_reason(place: Place) -> None:
    editor = Program(place, "editor", "read")
    assert lines_of(editor.get(URL, params={"file": "b.log"}).json()) == ALL[3:]
    told = editor.get(URL, params={"reason": "time"}).json()
    assert (lines_of(told), told["total"]) == ([ALL[2]], 1)
    part = editor.get(URL, params={"reason": "shape", "offset": 1, "limit": 2}).json()
    assert lines_of(part) == [ALL[1], ALL[3]]
    both = editor.get(URL, params={"file": "b.log", "reason": "time"}).json()
    assert (both["items"], both["total"], both["reasons"]) == ([], 0, [])


def test_all_of_them_whole_as_csv(place: Place) -> None:
    editor = Program(place, "editor", "read")
    answer = editor.get(URL, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["x-total-count"] == "5"
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["raw"] for row in rows] == [HOSTILE, f"'{FORMULA}", BAD_TIME, LONG, "half a"]
    assert answer.text == editor.get(URL, params={"format": "csv"}).text
    one = editor.get(URL, params={"format": "csv", "reason": "time"}).text
    assert [row["line"] for row in csv.DictReader(StringIO(one))] == ["23"]
    part = editor.get(URL, params={"format": "csv", "limit": 1, "offset": 3}).text
    assert [row["file"] for row in csv.DictReader(StringIO(part))] == ["b.log"]


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"file": "no.log"}, 404, "unknown_file"),
        ({"file": "a.log\x00"}, 422, "not_well_formed"),
        ({"reason": "<b>"}, 422, "unknown_reason"),
        ({"limit": 0}, 422, "not_well_formed"),
        ({"offset": -1}, 422, "not_well_formed"),
        ({"format": "xml"}, 422, "not_well_formed"),
    ],
)
def test_wrong_questions_are_told(place: Place, asked: dict[str, Any], status: int, reason: str) -> None:
    assert is_problem(Program(place, "editor", "read").get(URL, params=asked), status, reason)


def test_no_other_format_is_given(place: Place) -> None:
    answer = Program(place, "editor", "read").get(URL, headers={"Accept": "application/pdf"})
    assert is_problem(answer, 406, "not_acceptable")


def test_a_parse_that_is_gone_is_told(local: Installation, place: Place) -> None:
    shutil.rmtree(local.settings.data / "hits")
    editor = Program(place, "editor", "read")
    assert is_problem(editor.get(URL), 409, "parse_missing")
    assert is_problem(editor.get(URL, params={"format": "csv"}), 409, "parse_missing")
    page = with_account(place, "eve", "editor", "shop").get(URL)
    assert page.status_code == 200
    assert "The lines cannot be shown" in page.text


def test_lines_of_logs_are_for_editors(place: Place) -> None:
    assert is_problem(Program(place, "viewer", "read").get(URL), 403, "not_editor")
    assert is_problem(Program(place, "editor", "operate").get(URL), 404, "unknown_dataset")
    assert is_problem(Program(place, "editor", "read", datasets=()).get(URL), 404, "unknown_dataset")
    vic = with_account(place, "vic", "viewer", "shop")
    for path in (URL, f"{URL}.csv"):
        assert vic.get(path).status_code == 403
    assert URL not in vic.get("/datasets/shop").text


def test_in_a_browser_they_are_counted_and_shown_harmless(place: Place) -> None:
    eve = with_account(place, "eve", "editor", "shop")
    assert f'href="{URL}?file=a.log"' in eve.get("/datasets/shop").text
    page = eve.get(URL).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\u202e" in page
    assert "<h2>5 lines</h2>" in page
    assert page.count("x" * 300) == 1 and "x" * 301 not in page
    assert f'href="{URL}.csv"' in page
    one = eve.get(f"{URL}?file=a.log&reason=time").text
    assert "1 line" in one and "17/Mai/2026" in one and "alert(1)" not in one
    assert f'href="{URL}.csv?file=a.log&amp;reason=time"' in one


def test_in_a_browser_they_are_turned_over_and_taken_along(local: Installation, place: Place) -> None:
    junk = "".join(f"junk {number} .\n" for number in range(120))
    local.fetch("shop", (HIT.format(1, 1) + junk).encode(), "c.log")
    local.work()
    eve = with_account(place, "eve", "editor", "shop")
    first, last = eve.get(f"{URL}?file=c.log").text, eve.get(f"{URL}?file=c.log&start=100").text
    assert "1 to 50 of 120" in first and "junk 49 ." in first and "junk 50 ." not in first
    assert "101 to 120 of 120" in last and "junk 119 ." in last and 'rel="next"' not in last
    assert "120 to 120 of 120" in eve.get(f"{URL}?file=c.log&start=99999").text
    file = eve.get(f"{URL}.csv?file=c.log")
    assert file.headers["content-disposition"] == 'attachment; filename="shop-rejects.csv"'
    assert len(list(csv.DictReader(StringIO(file.text)))) == 120


@pytest.mark.parametrize(
    ("query", "status"), [("file=no.log", 404), ("file=%00", 404), ("reason=no", 422), ("start=-1", 422)]
)
def test_in_a_browser_wrong_questions_are_told(place: Place, query: str, status: int) -> None:
    eve = with_account(place, "eve", "editor", "shop")
    assert eve.get(f"{URL}?{query}").status_code == status


def test_where_every_line_was_read_there_is_nothing(local: Installation) -> None:
    local.fetch(local.dataset(), HIT.format(1, 1).encode())
    local.work()
    place = Place(local.settings, local.catalog)
    assert "There is none" in with_account(place, "eve", "editor", "shop").get(URL).text
    assert Program(place, "editor", "read").get(URL).json()["total"] == 0
