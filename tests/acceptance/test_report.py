"""``proprocessor report``: what is published can be asked for, and any other days, labels and comparisons too."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from tests.acceptance.command import Ran, run
from tests.acceptance.log_lines import page_view

ENDS = "Not complete: the logs reach to 23:00."
"""Of the last day."""
BAD_INPUT, MISCONFIGURED, USAGE = 65, 78, 2


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("report")
    (root / "shop").mkdir()
    lines = [
        page_view(
            number, 1 + number % 4, f"/page-{number % 3}", hour=number % 24,
            referrer="https://partner.example/x" if number % 2 else "-",
        )
        for number in range(1, 60)
    ]  # fmt: skip
    (root / "shop" / "access.log").write_text("".join(lines))
    ran = run("process", root / "shop", "--publish", root / "out", data=root / "data")
    assert ran.code == 0, ran.said
    return root / "data"


def ask(data: Path, *words: str | Path) -> Ran:
    return run("report", "shop", *words, data=data)


@pytest.mark.parametrize("report", ["overview", "trend", "pages", "audit"])
@pytest.mark.parametrize("period", ["2015-05-02", "2015-W18", "all"])
def test_a_published_period_is_shown_as_it_is_published(data: Path, report: str, period: str) -> None:
    folder = data.parent / "out" / "shop" / period
    assert ask(data, report, "--period", period, "--json").out == (folder / f"{report}.json").read_text()
    assert ask(data, report, "--period", period, "--csv").out == (folder / f"{report}.csv").read_text()


def test_any_days_with_a_label_beside_the_days_before(data: Path) -> None:
    words = (
        "sources",
        "--from",
        "2015-05-03",
        "--to",
        "2015-05-04",
        "--label",
        "referrer~partner",
        "--compare",
        "previous",
    )
    found = json.loads(ask(data, *words, "--json").out)
    assert found["period"]["id"] == "2015-05-03..2015-05-04"
    assert found["compared_with"] == {
        "id": "2015-05-01..2015-05-02",
        "kind": "range",
        "first": "2015-05-01",
        "last": "2015-05-02",
        "days": 2,
        "days_there": 2,
    }
    assert found["lacking"] == ENDS, "all of it is compared"
    assert [one["id"] for one in found["labels"]] == ["all", "asked"]
    rows = {row["channel"]: row for row in found["rows"]}
    assert "asked" not in rows["direct"]
    partner = rows["referral"]["asked"]
    assert partner["visits"] - partner["visits_before"] == partner["visits_difference"]
    assert partner["visits_change"] == partner["visits_difference"] / partner["visits_before"]
    told = ask(data, *words)
    assert "compared with 2015-05-01..2015-05-02" in told.out and "referrer~partner" in told.out


def test_days_of_which_only_some_are_there_are_not_compared(data: Path) -> None:
    words = ("overview", "--from", "2015-05-02", "--to", "2015-05-04", "--compare", "previous")
    why = "Nothing is compared: of 29 April to 1 May 2015, 1 of 3 days is there."
    found = json.loads(ask(data, *words, "--json").out)
    alone = json.loads(ask(data, "overview", "--period", "2015-05-01", "--json").out)["totals"]["all"]
    total, row = found["totals"]["all"], found["rows"][0]["all"]
    assert found["lacking"] == f"{ENDS} {why}"
    assert (found["compared_with"]["days"], found["compared_with"]["days_there"]) == (3, 1)
    for told in (total, row):
        assert told["visits_before"] == alone["visits"] > 0
        assert {told[f"{one}_{part}"] for one in ("visits", "page_views") for part in ("difference", "change")} == {
            None
        }
    shown = ask(data, *words)
    assert why in " ".join(shown.out.split()) and f"from {alone['visits']}" in shown.out and "%," not in shown.out
    table = ask(data, *words, "--csv")
    (line,) = csv.DictReader(io.StringIO(table.out))
    assert line["visits_before"] == str(alone["visits"]) and line["visits_difference"] == line["visits_change"] == ""
    assert why in " ".join(table.err.split())


def test_days_that_both_have_are_compared_where_others_are_missing(data: Path) -> None:
    words = ("trend", "--from", "2015-05-02", "--to", "2015-05-04", "--compare", "previous", "--json")
    found = json.loads(ask(data, *words).out)
    days = {row["date"]: row["all"] for row in found["rows"]}
    # The 4th stands beside the 1st, of the two days before there is nothing.
    assert [days[f"2015-05-0{day}"]["visits_before"] for day in (2, 3)] == [None, None]
    fourth = days["2015-05-04"]
    assert fourth["visits_difference"] == fourth["visits"] - fourth["visits_before"]
    assert found["totals"]["all"]["visits_difference"] is None
    assert found["lacking"].startswith(f"{ENDS} Only days that both have are compared, and no totals: ")


def test_a_period_that_begins_before_the_data_says_so(data: Path, tmp_path: Path) -> None:
    why = "Data begins on 1 May 2015."
    week, folder = ("--period", "2015-W18"), data.parent / "out" / "shop" / "2015-W18"
    assert json.loads((folder / "manifest.json").read_text())["lacking"] == why
    for report in ("overview", "pages"):
        assert json.loads((folder / f"{report}.json").read_text())["lacking"] == why
        assert f'<p class="lacking">{why}</p>' in (folder / f"{report}.html").read_text()
    assert why in ask(data, "pages", *week).out
    xlsx, pdf = tmp_path / "week.xlsx", tmp_path / "week.pdf"
    assert why in ask(data, "pages", *week, "--xlsx", xlsx, "--pdf", pdf).out
    assert why in [cell.value for row in openpyxl.load_workbook(xlsx)["About"].iter_rows() for cell in row]
    assert why in PdfReader(pdf).pages[0].extract_text()
    day = json.loads((data.parent / "out" / "shop" / "2015-05-02" / "pages.json").read_text())
    assert day["lacking"] == ""


def test_what_changed_is_empty_where_only_some_days_before_are_there(data: Path) -> None:
    words = ("changes", "--from", "2015-05-02", "--to", "2015-05-04")
    why = "Nothing is compared: of the 3 days before this period, only 1 is there."
    found = json.loads(ask(data, *words, "--json").out)
    assert found["rows"] == [] and found["lacking"] == f"{ENDS} {why}"
    assert why in " ".join(ask(data, *words).out.split())
    assert json.loads(ask(data, "changes", "--period", "2015-05-02", "--json").out)["rows"] != []


def test_a_label_from_a_file_and_fewer_rows(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "label.toml"
    file.write_text('[[labels]]\nid = "late"\nname = "Late"\nmatch = { hour = { min = 12 } }\n')
    rows = list(csv.DictReader(io.StringIO(ask(data, "pages", "--label-file", file, "--limit", "1", "--csv").out)))
    assert [row["label"] for row in rows] == ["all", "late"]
    assert "1 of 3 rows shown." in ask(data, "pages", "--limit", "1").out
    file.write_text("match = { hour = { min = 12 }, short = 3 }\n")
    ran = ask(data, "pages", "--label-file", file)
    assert ran.code == MISCONFIGURED and "fault" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nonsense",), USAGE, "there are overview, trend"),
        (("overview", "--period", "2015-13"), USAGE, "2015-W20"),
        (("overview", "--from", "yesterday"), USAGE, "write 2015-05-17"),
        (("overview", "--from", "2015-05-04", "--to", "2015-05-01"), USAGE, "before it begins"),
        (("overview", "--compare", "previous"), USAGE, "nothing before"),
        (("overview", "--json", "--csv"), USAGE, "one of them"),
        (("overview", "--json", "--pdf", "x.pdf"), USAGE, "one of them"),
        (("all",), USAGE, "there is no report 'all'"),
        (("pages", "--xlsx", "/no/such/folder/x.xlsx"), BAD_INPUT, "cannot be written"),
        (("overview", "--label", "channel"), MISCONFIGURED, "channel=paid"),
        (("overview", "--label", "channel=carrier pigeon"), MISCONFIGURED, "not a channel"),
        (("overview", "--label", "page_views=many"), MISCONFIGURED, "page_views"),
        (("overview", "--label", "label=nobody"), BAD_INPUT, "There is no label 'nobody'"),
        (("overview", "--label", "cookie=member"), BAD_INPUT, "read no cookies"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_words(data: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ran = ask(data, *words)
    assert ran.code == code, ran.said
    assert said in " ".join(ran.err.split()) and ran.out == ""


def test_a_data_set_that_there_is_not(data: Path) -> None:
    ran = run("report", "nobody", "overview", data=data)
    assert ran.code == BAD_INPUT and "There are: shop." in ran.err


def test_every_report_of_any_days_as_documents(data: Path, tmp_path: Path) -> None:
    xlsx, pdf = tmp_path / "days.xlsx", tmp_path / "days.pdf"
    words = ("--from", "2015-05-01", "--to", "2015-05-03")
    ran = ask(data, "all", *words, "--xlsx", xlsx, "--pdf", pdf)
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(xlsx)
    visits = json.loads(ask(data, "overview", *words, "--json").out)["totals"]["all"]["visits"]
    assert {row[0].value: row[1].value for row in book["Overview"].iter_rows()}["Visits"] == visits
    more = {"About", "Charts", "Hours of the week", "Chart numbers", "Columns", "Made from"}
    assert more < set(book.sheetnames) and len(book.sheetnames) == len(more) + 25
    about = [cell.value for row in book["About"].iter_rows() for cell in row]
    assert "1 to 3 May 2015 (2015-05-01..2015-05-03)" in about
    assert [row[0].value for row in book["Made from"].iter_rows(min_row=2)] == ["access.log"]
    text = PdfReader(pdf).pages[0].extract_text()
    assert "1 to 3 May 2015" in text and f"{visits:,}" in text


def test_a_comparison_as_documents_has_what_was_before_beside_each_number(data: Path, tmp_path: Path) -> None:
    xlsx, pdf = tmp_path / "pages.xlsx", tmp_path / "pages.pdf"
    words = ("pages", "--period", "2015-05-03", "--compare", "previous", "--label", "referrer~partner")
    assert ask(data, *words, "--xlsx", xlsx, "--pdf", pdf).code == 0
    said = json.loads(ask(data, *words, "--json").out)
    sheet = openpyxl.load_workbook(xlsx)["Pages"]
    headings = [cell.value for cell in sheet[5]]
    assert headings[1:5] == ["Page views", "Page views, before", "Page views, difference", "Page views, change"]
    first = said["rows"][0]
    assert [cell.value for cell in sheet[6]][:4] == [
        first["page"],
        *(first["all"][f"views{one}"] for one in ("", "_before", "_difference")),
    ]
    assert "Page views, before" in " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())
