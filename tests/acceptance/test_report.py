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
    }
    assert [one["id"] for one in found["labels"]] == ["all", "asked"]
    rows = {row["channel"]: row for row in found["rows"]}
    assert "asked" not in rows["direct"]
    partner = rows["referral"]["asked"]
    assert partner["visits"] - partner["visits_before"] == partner["visits_difference"]
    assert partner["visits_change"] == partner["visits_difference"] / partner["visits_before"]
    told = ask(data, *words)
    assert "compared with 2015-05-01..2015-05-02" in told.out and "referrer~partner" in told.out


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
