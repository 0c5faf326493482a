"""Any days, one more label, beside other days, in the console; and labels that are kept, and settings that are changed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape

import openpyxl
import pytest

from console.stored_settings import stored_settings
from console.web import audit, live, views
from console.web.bar import label_of
from console.web.drill import label_words
from console.web.place import Place
from console.web.turns import a_turn
from tests.integration.settings_shop import Shop
from tests.web_console import Browser, place_in, with_account

ASK = "label=referrer~google"


@pytest.fixture
def read(shop: Shop) -> Iterator[Place]:
    """An installation that has published reports."""
    with place_in(shop.data) as made:
        yield made


@pytest.fixture
def editor(read: Place) -> Browser:
    return with_account(read, "eve", "editor", "shop")


def rows_of(page: str) -> list[list[str]]:
    """The cells of the report's table."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_a_form_leads_to_an_address_that_can_be_kept(editor: Browser) -> None:
    form = {"from": "2015-05-16", "to": "2015-05-18", "criterion": "referrer", "value": "google", "compare": ""}
    answer = editor.get("/live/shop/pages", params=form)
    assert answer.headers["location"] == "/reports/shop/2015-05-16..2015-05-18/pages.html?label=referrer~google"
    kept = editor.get("/live/shop/pages", params={"period": "2015-05", "label": "channel=search"})
    assert kept.headers["location"] == "/reports/shop/2015-05/pages.html?label=channel%3Dsearch"


def test_days_that_are_no_period_are_answered(shop: Shop, editor: Browser) -> None:
    page = editor.get(f"/reports/shop/2015-05-16..2015-05-18/entries.html?{ASK}")
    assert page.status_code == 200
    told = json.loads(
        shop.run(
            "report",
            "shop",
            "entries",
            "--from",
            "2015-05-16",
            "--to",
            "2015-05-18",
            "--label",
            "referrer~google",
            "--json",
        ).out
    )
    numbers = [
        [row["page"], str(row["all"]["visits"]), str((row.get("asked") or {}).get("visits", "–"))]
        for row in told["rows"]
    ]
    cells = rows_of(page.text)
    at = 1 + (len(cells[0]) - 1) // 2
    assert [[row[0], row[1], row[at]] for row in cells] == numbers
    assert "Referrer contains google" in page.text
    data = editor.get(f"/reports/shop/2015-05-16..2015-05-18/entries.json?{ASK}").json()
    assert data["rows"] == told["rows"]
    listed = list(
        csv.DictReader(io.StringIO(editor.get(f"/reports/shop/2015-05-16..2015-05-18/entries.csv?{ASK}").text))
    )
    assert sum(int(one["visits"]) for one in listed if one["label"] == "all") == 4


def test_links_of_such_a_page_ask_for_the_same(editor: Browser) -> None:
    page = editor.get(f"/reports/shop/2015-05/pages.html?{ASK}&compare=previous").text
    query = "?label=referrer~google&amp;compare=previous"
    assert f'href="overview.html{query}"' in page
    assert f'href="pages.csv{query}"' in page
    assert f'href="../all/pages.html{query}"' in page
    assert 'href="../index.html"' in page


def test_robots_of_any_days_can_be_taken_along_day_by_day(shop: Shop, read: Place) -> None:
    folder = shop.root / "robots"
    folder.mkdir()
    lines = [
        f'192.0.2.9 - - [{day}/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 100 "-" "Googlebot/2.1"\n'
        for day in (16, 18, 18)
    ]
    (folder / "access.log").write_text("".join(lines))
    shop.run("process", folder, "--publish", shop.published, "--periods", "all")
    reader = with_account(read, "rob", "reader", "robots")
    asked = "/reports/robots/2015-05-16..2015-05-20/robots"
    page = reader.get(f"{asked}.html?label=page_views%3D2..").text
    assert 'href="robots.course.csv?label=page_views%3D2.."' in page
    answer = reader.get(f"{asked}.course.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = [(one["date"], one["robot"], int(one["hits"])) for one in csv.DictReader(io.StringIO(answer.text))]
    assert rows == [("2015-05-16", "Googlebot", 1), ("2015-05-18", "Googlebot", 2)]
    told = reader.get(f"{asked}.json").json()["course"]["rows"]
    assert [(one["date"], one["robot"], one["all"]["hits"]) for one in told] == rows
    assert "robots.course.csv" not in reader.get("/reports/robots/2015-05-17..2015-05-18/robots.html").text
    for nothing in ("2015-05-17..2015-05-18/robots", "2015-05-16..2015-05-18/pages"):
        assert reader.get(f"/reports/robots/{nothing}.course.csv").status_code == 422


def test_documents_draw_the_days_that_they_are_compared_with(editor: Browser) -> None:
    data = editor.get("/reports/shop/2015-05-17/trend.xlsx?compare=2015-05-17").content
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [one.value for one in book["Chart numbers"][4]] == ["Hour", "All visitors", "All visitors, before"]
    assert [one.value for one in book["Chart numbers"][15]] == [10, 4, 4]


def test_a_comparison_stands_beside(editor: Browser) -> None:
    page = editor.get("/reports/shop/2015-05-17/pages.html?compare=previous").text
    assert "before" in page
    data = editor.get("/reports/shop/2015-05-17/pages.json?compare=previous").json()
    assert data["compared_with"]["id"] == "2015-05-16"


def test_what_is_not_all_there_stands_beside_and_is_not_compared(editor: Browser) -> None:
    answer = editor.get("/reports/shop/2015-W20/overview.html?compare=2015-W19")
    assert answer.status_code == 200, "addresses stay valid"
    why = re.search(r'<p class="lacking">([^<]*Nothing is compared: [^<]*of Week 19, 2015, [^<]*)</p>', answer.text)
    assert why is not None
    news = re.search(r'<p class="news">([^<]*)</p>', answer.text)
    assert news is not None and "than in" not in news[1] and "%" not in news[1]
    data = editor.get("/reports/shop/2015-W20/overview.json?compare=2015-W19").json()
    assert data["lacking"] == unescape(why[1])
    assert data["totals"]["all"]["visits_change"] is None
    about = openpyxl.load_workbook(
        io.BytesIO(editor.get("/reports/shop/2015-W20/overview.xlsx?compare=2015-W19").content)
    )["About"]
    assert data["lacking"] in [cell.value for row in about.iter_rows() for cell in row]


def test_the_same_answer_is_made_once(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    ask = live.ask
    monkeypatch.setattr(live, "ask", lambda *given, **more: made.append(given) or ask(*given, **more))  # type: ignore[func-returns-value]
    path = f"/reports/shop/2015-05-17/sources.html?{ASK}"
    first = editor.get(path)
    assert editor.get(path.replace(".html", ".json")).status_code == 200
    assert len(made) == 1
    assert editor.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert len(made) == 1


def test_more_questions_than_can_be_answered_at_once_are_told_to_wait(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE_S", 0.01)
    with a_turn(), a_turn():
        answer = editor.get("/reports/shop/2015-05-17/robots.html?label=page_views%3D2..")
    assert answer.status_code == 503
    assert "Try again in a few seconds." in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("2015-05-18..2015-05-16/pages.html", 422),
        ("2015-13/pages.html", 422),
        ("2015-05-17/nothing.html", 422),
        ("2015-05-17/pages.exe?label=channel%3Dsearch", 422),
        ("2015-05-17/pages.html?label=nonsense", 422),
        ("2015-05-17/pages.html?label=channel%3Dnonsense", 422),
        ("2015-05-17/pages.html?label=referrer~%3Cscript%3E", 200),
        ("all/pages.html?compare=previous", 422),
        ("9999-12-31/pages.html?compare=year", 200),
    ],
)
def test_what_cannot_be_asked_is_told(editor: Browser, path: str, status: int) -> None:
    answer = editor.get(f"/reports/shop/{path}")
    assert answer.status_code == status
    assert "<script>" not in answer.text


def test_only_who_reads_a_data_set_may_ask(read: Place) -> None:
    stranger = with_account(read, "stranger", "viewer")
    for path in ("/live/shop/pages", "/reports/shop/2015-05-17..2015-05-18/pages.html", "/datasets/shop/settings"):
        assert stranger.get(path).status_code == 404
    assert stranger.post("/datasets/shop/labels", {"label": "channel=search", "name": "x"}).status_code == 404


def test_labels_as_words() -> None:
    assert label_words("referrer~google") == "Referrer contains google"
    assert label_words("country=AT") == "Country AT"
    assert label_of({"criterion": "country", "value": " AT "}) == "country=AT"
    assert label_of({"criterion": "saw_page", "value": "/a"}) == "saw_page~/a"
    assert label_of({"criterion": "", "value": "x"}) == ""


def test_a_label_is_kept_for_all_reports(shop: Shop, read: Place, editor: Browser) -> None:
    before = len(shop.messages())
    kept = editor.post("/datasets/shop/labels", {"label": "referrer~google", "name": "From Google"})
    assert kept.headers["location"] == "/datasets/shop"
    (label,) = stored_settings(shop.row()).labels
    assert (label.id, label.name) == ("from-google", "From Google")
    assert shop.messages()[before:] == ["fetch.finished"], "the analysis is made anew"
    again = editor.post("/datasets/shop/labels", {"label": "referrer~google", "name": "Again"})
    assert again.status_code == 422
    viewer = with_account(read, "anna", "viewer", "shop")
    assert viewer.post("/datasets/shop/labels", {"label": "channel=search", "name": "x"}).status_code == 403


def test_a_label_of_several_criteria_is_kept_as_one(shop: Shop, editor: Browser) -> None:
    form = {"label": "referrer~google && saw_page=/thanks/1", "name": "Google to thanks"}
    assert editor.post("/datasets/shop/labels", form).status_code == 303
    (label,) = stored_settings(shop.row()).labels
    assert [one.model_dump(exclude_none=True) for one in label.match.all or ()] == [
        {"referrer": {"contains": "google"}}, {"saw_page": {"equals": "/thanks/1"}},
    ]  # fmt: skip


def text_in(page: str) -> str:
    return unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0].removeprefix("\n"))


def known_in(page: str) -> str:
    return re.findall(r'name="known" value="([0-9a-f]+)"', page)[0]


@pytest.mark.parametrize(
    "more",
    ['[source]\nlocation = "ftp://evil.test/"', '[source]\npassword_env = "HOME"',
     '[[targets]]\nname = "x"\nlocation = "/tmp/x"', '[overlay]\nbase = "http://127.0.0.1/"'],
)  # fmt: skip
def test_where_data_comes_from_and_goes_to_only_administrators_change(
    shop: Shop, read: Place, editor: Browser, more: str
) -> None:
    path = "/datasets/shop/settings/file"
    shown = editor.get(path).text
    text = text_in(shown)
    if more.startswith("[source]"):
        text = re.sub(r"\[source\]\n(?:.+\n)*", "", text)
    form = {"text": f"{text}\n{more}\n", "do": "take", "known": known_in(shown)}
    before = shop.row()
    assert editor.post(path, form).status_code == 403
    assert shop.row() == before


def test_settings_are_shown_tried_taken_and_taken_back(shop: Shop, read: Place, editor: Browser) -> None:
    path = "/datasets/shop/settings/file"
    text = text_in(editor.get(path).text)
    assert editor.get("/datasets/shop/settings.toml").text == text
    changed = text + "\n[visits]\ngap_minutes = 45\n"
    tried = editor.post(path, {"text": changed.replace("\n", "\r\n"), "do": "preview"})
    assert "This would change 1 setting." in tried.text
    assert "visits.gap_minutes" in tried.text
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    before = len(shop.messages())
    assert editor.post(path, {"text": changed, "do": "take", "known": "another"}).status_code == 409
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    assert editor.post(path, {"text": changed, "do": "take", "known": known_in(tried.text)}).headers["location"] == path
    assert stored_settings(shop.row()).visits.gap_minutes == 45
    assert shop.messages()[before:] == ["fetch.finished"]
    (entry,) = [one for one in audit.entries(read.catalog) if one.what == "settings.change"]
    assert entry.who == "eve"
    assert "visits.gap_minutes" in editor.get(path).text
    back = editor.post("/datasets/shop/settings/undo", {"number": str(entry.seq)})
    assert text_in(back.text) == text
    assert (
        editor.post(path, {"text": text_in(back.text), "do": "take", "known": known_in(back.text)}).status_code == 303
    )
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    assert editor.post("/datasets/shop/settings/undo", {"number": "999"}).status_code == 422


def test_every_fault_of_settings_stands_beside_them(shop: Shop, editor: Browser) -> None:
    text = '[visits]\ngap_minutes = "<b>"\n\n[source]\nformat = "nonsense"\nwrong = 1\n'
    answer = editor.post("/datasets/shop/settings/file", {"text": text, "do": "take"})
    assert answer.status_code == 422
    assert answer.text.count("<li>line ") == 3
    assert "<b>" not in answer.text
    assert text_in(answer.text) == text
    assert stored_settings(shop.row()).visits.gap_minutes == 30


def test_what_is_read_otherwise_is_read_again(shop: Shop, editor: Browser) -> None:
    text = text_in(editor.get("/datasets/shop/settings/file").text)
    before = len(shop.messages())
    changed = text + '\n[privacy]\ndrop_parameters = ["session"]\n'
    answer = editor.post("/datasets/shop/settings/file", {"text": changed, "do": "preview"})
    assert "Raw files are read again" in answer.text
    form = {"text": changed, "do": "take", "known": known_in(answer.text)}
    assert editor.post("/datasets/shop/settings/file", form).status_code == 303
    assert "file.fetched" in shop.messages()[before:]


def test_a_page_is_saved_under_a_name_for_all_readers(read: Place, editor: Browser) -> None:
    anna = with_account(read, "anna", "viewer", "shop")
    page = anna.get(f"/reports/shop/2015-05/pages.html?{ASK}&compare=previous").text
    (path,) = re.findall(r'name="path" value="([^"]*)"', page)
    assert anna.post("/datasets/shop/views", {"name": "<b>Google</b>", "path": unescape(path)}).status_code == 303
    shown = editor.get("/datasets/shop").text
    assert "&lt;b&gt;Google" in shown
    (link,) = re.findall(r'href="(/reports/shop/2015-05/pages.html[^"]*)"', shown)
    assert unescape(link) == f"/reports/shop/2015-05/pages.html?{ASK}&compare=previous"
    (view,) = views.of_dataset(read.catalog, "shop")
    vic = with_account(read, "vic", "viewer", "shop")
    assert vic.post("/datasets/shop/views/remove", {"id": view.id}).status_code == 403
    assert anna.post("/datasets/shop/views/remove", {"id": view.id}).status_code == 303
    assert views.of_dataset(read.catalog, "shop") == []


@pytest.mark.parametrize(
    "path",
    [
        "//evil.test/x.html",
        "../../x.html",
        "2015-05/pages.html\n",
        "javascript:alert(1)",
        "a/b/c.html",
        "x",
        "../pages.html",
    ],
)
def test_only_pages_of_reports_are_saved(editor: Browser, path: str) -> None:
    assert editor.post("/datasets/shop/views", {"name": "x", "path": path}).status_code == 422
