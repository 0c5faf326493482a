"""What is seen of live reports, taken along as a spreadsheet or printed: from the bar, and by programs."""

from __future__ import annotations

import csv
import io
import os
import re
import threading
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from console.web import day_notes, live, shares
from console.web.place import Place
from console.web.turns import a_turn
from reporter.documents.sheet_layout import FIRST
from tests.integration.settings_shop import copy_of
from tests.integration.test_api import Program, is_problem
from tests.integration.test_documents_stage import held
from tests.web_console import Browser, place_in, with_account

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASK = "label=referrer~google"
DAYS = "/reports/shop/2015-05-16..2015-05-18"


@pytest.fixture(scope="module")
def place(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation that has published reports, with a note."""
    shop = copy_of(processed, tmp_path_factory.mktemp("exported"))
    shop.store(publish=None)
    with place_in(shop.data) as made:
        day = date(2015, 5, 17)
        note = {"first": day, "last": day, "text": "=HYPERLINK(1) #strong[x] الفاكهة"}
        day_notes.add(made.catalog, "shop", note, [], made_by="eve", now=made.now())
        yield made


@pytest.fixture(scope="module")
def anna(place: Place) -> Browser:
    return with_account(place, "anna", "viewer", "shop")


def sheet(data: bytes, title: str) -> list[list[Any]]:
    """The rows of a report's sheet, below its head."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [list(row) for row in book[title].iter_rows(min_row=FIRST + 1, values_only=True)]


def about(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book["About"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    return "\n".join(str(cell.value) for cell in cells if cell.value is not None)


def printed(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_a_live_page_is_a_spreadsheet_with_its_label(anna: Browser) -> None:
    answer = anna.get(f"{DAYS}/entries.xlsx?{ASK}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == 'attachment; filename="shop-entries-2015-05-16-to-2015-05-18.xlsx"'
    told = anna.get(f"{DAYS}/entries.json?{ASK}").json()
    rows = sheet(answer.content, "Entry pages")
    width = len([one for one in told["columns"] if one["kind"] == "measure"])
    numbers = [[one["page"], one["all"]["visits"], (one.get("asked") or {}).get("visits")] for one in told["rows"]]
    assert [[row[0], row[1], row[1 + width]] for row in rows] == numbers
    text = about(answer.content)
    assert "Referrer contains google" in text
    assert "Sunday, 17 May 2015: =HYPERLINK(1)" in text


def test_it_is_printed_with_its_comparison_and_notes(anna: Browser) -> None:
    answer = anna.get(f"/reports/shop/2015-05-17/entries.pdf?{ASK}&compare=previous")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="shop-entries-2015-05-17.pdf"'
    text = printed(answer.content)
    assert "Where do visits begin?" in text
    assert "Referrer contains google" in text
    assert "before" in text
    assert "Compared with 16 May 2015." in text
    assert "#strong[x]" in text


def test_while_a_document_is_made_others_are_answered(anna: Browser, place: Place) -> None:
    answers: list[int] = []
    path = f"{DAYS}/exits.pdf?{ASK}"
    asker = threading.Thread(target=lambda: answers.append(anna.get(path).status_code))
    asker.start()
    with held(os.getpid()):
        for other in (f"{DAYS}/pages.html", "/reports/shop/all/pages.html"):
            assert with_account(place, f"reader{len(other)}", "viewer", "shop").get(other).status_code == 200
        assert answers == []
    asker.join(120)
    assert answers == [200]


def test_rows_are_those_that_are_seen_in_their_order(anna: Browser) -> None:
    def pages(query: str, path: str = f"{DAYS}/pages") -> list[str]:
        told = anna.get(f"{path}.json?{query}").json()
        listed = list(csv.DictReader(io.StringIO(anna.get(f"{path}.csv?{query}").text)))
        found = [one["page"] for one in told["rows"]]
        assert [one["page"] for one in listed if one["label"] == "all"] == found
        return found

    assert pages(ASK) == ["/", "/thanks/1", "/thanks/2"]
    assert pages(f"{ASK}&sort=-page") == ["/thanks/2", "/thanks/1", "/"]
    assert pages(f"{ASK}&sort=all.views") == ["/thanks/1", "/thanks/2", "/"]
    assert pages(f"{ASK}&sort=-asked.views&rows=THANKS") == ["/thanks/1", "/thanks/2"]
    assert pages("rows=thanks", "/reports/shop/all/pages") == ["/thanks/1", "/thanks/2"], "also of what is published"
    answer = anna.get(f"{DAYS}/pages.xlsx?sort=-page&rows=thanks")
    assert [row[0] for row in sheet(answer.content, "Pages")] == ["/thanks/2", "/thanks/1"]
    assert "Only rows with “thanks” in their name, sorted by Page; totals are of all rows." in about(answer.content)
    for sort in ("views", "all.page", "none.", "all.nothing", "x y"):
        assert anna.get(f"{DAYS}/pages.csv", params={"sort": sort}).status_code == 422


def test_files_are_known_again_until_a_note_is_another(place: Place, anna: Browser) -> None:
    path = "/reports/shop/all/sources.xlsx"
    tag = anna.get(path).headers["etag"]
    assert anna.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert anna.get("/reports/shop/all/sources.pdf").headers["etag"] != tag
    (note,) = day_notes.of_dataset(place.catalog, "shop")
    day_notes.change(place.catalog, "shop", note.id, {"text": f"{note.text}!"}, [])
    assert anna.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_the_bar_leads_to_them(anna: Browser) -> None:
    page = anna.get(f"{DAYS}/entries.html?{ASK}&compare=previous").text
    found = re.findall(r'<a href="([^"]*)">(?:Spreadsheet|Printed|CSV|JSON)', page.partition('class="files"')[2])
    links = [unescape(one) for one in found[:4]]
    assert links == [f"{DAYS}/entries.{one}?{ASK}&compare=previous" for one in ("xlsx", "pdf", "csv", "json")]
    assert [anna.get(one).status_code for one in links] == [200] * 4
    assert 'href="/reports/shop/all/pages.pdf"' in anna.get("/reports/shop/all/pages.html").text


def test_they_wait_for_a_turn(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/reports/shop/2015-05-17/entries.pdf?label=page_views%3D2.."
    anna.get(path.replace("pdf", "csv"))
    monkeypatch.setattr(live, "PATIENCE_S", 0.01)
    with a_turn(), a_turn():
        assert anna.get(path).status_code == 503
    assert anna.get(path).status_code == 200


def test_guests_and_strangers_get_none(place: Place) -> None:
    assert with_account(place, "stranger", "viewer").get(f"{DAYS}/entries.xlsx").status_code == 404
    _, text = shares.add(place.catalog, "shop", name="guest", made_by="eve", days=1, now=place.now())
    guest = Browser(place, address="203.0.113.9")
    guest.get(f"/share/{text}")
    assert guest.get(f"{DAYS}/entries.xlsx").status_code == 404
    assert "entries.pdf" not in guest.get("/reports/shop/all/entries.html").text


def test_programs_get_them_by_format_and_accept(place: Place) -> None:
    program = Program(place, "viewer", "read")
    path = "/datasets/shop/reports/entries"
    answer = program.get(path, params={"format": "xlsx", "label": "referrer~google", "limit": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    assert answer.headers["x-total-count"] == "2"
    assert len(sheet(answer.content, "Entry pages")) == 1
    assert program.get(path, params={"format": "xlsx", "label": "referrer~google", "limit": 1},
                       headers={"If-None-Match": answer.headers["etag"]}).status_code == 304  # fmt: skip
    pdf = program.get(path, params={"period": "2015-05-17"}, headers={"Accept": "application/pdf"})
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["content-disposition"] == 'attachment; filename="shop-entries-2015-05-17.pdf"'
    with a_turn(), a_turn():
        assert is_problem(program.get(path, params={"format": "pdf"}), 503, "too_many_questions")
    published = "/datasets/shop/periods/all/reports/entries"
    assert is_problem(program.get(published, params={"format": "xlsx"}), 422, "not_well_formed")
    assert is_problem(program.get(published, headers={"Accept": "application/pdf"}), 406, "not_acceptable")
