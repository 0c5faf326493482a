"""The printed reports of a period, read back: they say what the other files say, nothing is cut, nothing runs."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
import typst
from pypdf import PdfReader

from reporter import words
from reporter.charts import chart_of, layouts
from reporter.documents.document import Document
from reporter.documents.pdf import Making, render_pdf
from reporter.documents.pdf_added import add_further_pages
from reporter.documents.pdf_further import Further, with_further_pages
from reporter.documents.pdf_lengths import REAL_CELLS, Lengths, lengths_of
from reporter.documents.pdf_rows import ASCII, BLANK
from reporter.documents.pdf_table import MOST_CELLS, paper_table
from reporter.documents.pdf_text import visible
from reporter.model import Analysis, Column, Report, Row
from tests.analysis_folder import LABELS, change_description, days_from, write_analysis
from tests.integration.test_documents_xlsx import DAY, document_of
from tests.unit.test_report_writers import report_of


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(DAY, 2), rows=130))


@pytest.fixture(scope="module")
def document(analysis: Analysis) -> Document:
    return document_of(analysis)


@pytest.fixture(scope="module")
def pdf(document: Document) -> PdfReader:
    return reader(document)


def printed(document: Document) -> bytes:
    with TemporaryDirectory() as folder:
        return render_pdf(document, layouts(), Path(folder))


def reader(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(printed(document)))


@pytest.fixture(scope="module")
def pages(pdf: PdfReader) -> list[str]:
    return [page.extract_text().replace("\u200b", "") for page in pdf.pages]


@pytest.fixture(scope="module")
def text(pages: list[str]) -> str:
    return " ".join(" ".join(one.split()) for one in pages)


@pytest.fixture(scope="module")
def pieces(document: Document) -> list[dict[str, Any]]:
    return told(document)


def told(document: Document) -> list[dict[str, Any]]:
    """Every piece that the template sets."""
    with TemporaryDirectory() as folder:
        sections = Making(document, layouts(), Path(folder), lengths_of(document)).paper()["sections"]
        return [one for section in sections for one in section["pieces"]]


def table_of(pieces: list[dict[str, Any]], question: str) -> dict[str, Any]:
    return next(one for one in pieces if one["question"] == question and one["parts"])


def words_of(pdf: PdfReader) -> str:
    """All text; where lines end is left to the paper."""
    return " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pdf.pages)


def test_it_begins_with_a_title_page_and_contents_with_page_numbers(pdf: PdfReader, document: Document) -> None:
    title = pdf.pages[0].extract_text()
    for one in (
        "Fruit shop",
        "March 2026",
        "1 to 31 March 2026",
        document.news() or "",
        'Paid, "dear" & <b>',
        "A note.",
        "UTC",
    ):
        assert one in title
    contents = " ".join(pdf.pages[1].extract_text().split())
    for report in document.reports.values():
        entry = re.search(re.escape(report.question) + r"[ .]*(\d+)", contents)
        assert entry
        page = int(entry[1])
        assert report.question in " ".join(pdf.pages[page - 1].extract_text().split())
    assert f"{len(pdf.pages)} / {len(pdf.pages)}" in pdf.pages[-1].extract_text()


def test_a_single_report_follows_its_title_page(document: Document) -> None:
    one = replace(document, reports={"pages": document.reports["pages"]})
    pages = [page.extract_text() for page in reader(one).pages]
    assert "Labels" in pages[0]
    assert document.reports["pages"].question in pages[1]
    assert not any("Contents" in page for page in pages)


def test_it_says_who_made_it_when_and_what_of(pdf: PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Fruit shop, March 2026"
    assert pdf.metadata.creation_date == datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert [one.title for one in pdf.outline if not isinstance(one, list)] == [
        "Visitors",
        "Arrivals",
        "Behaviour",
        "Change",
        "Health",
    ]


def test_every_number_of_every_row_is_there_in_the_words_of_pages(text: str, document: Document) -> None:
    compared = 0
    text = text.replace(BLANK, " ")
    for report in document.reports.values():
        for row in report.rows:
            for label in document.labels(report):
                if report.id in label["hide_in"] or label["id"] not in row.values:
                    continue
                for one in report.measures:
                    shown = words.shown(row.values[label["id"]][one.id], one.unit, "EUR")
                    assert shown in text, (report.id, one.id)
                    compared += 1
    assert compared > 15_000


def test_a_row_says_what_json_says_of_it(text: str, document: Document) -> None:
    report = document.reports["entries"]
    row = report.rows[11]
    cells = [
        words.shown(row.values.get(label, {}).get(one.id), one.unit, "EUR")
        for label in ("all", "paid", "few")
        for one in report.measures
    ]
    assert f"{row.key[0]} {' '.join(cells)}" in text


def test_tables_that_are_too_long_sum_up_the_others_and_say_where_all_are(document: Document) -> None:
    one = replace(document, reports={"entries": document.reports["entries"], "trend": document.reports["trend"]})
    with TemporaryDirectory() as folder:
        sections = Making(one, layouts(), Path(folder), lengths_of(replace(one, most_rows=25))).paper()["sections"]
    made, trend = (
        table_of([one for told in sections for one in told["pieces"]], question)
        for question in ("Where do visits begin?", "How did it develop?")
    )
    assert made["said"] == (
        "The first 25 of 130 rows. All of them are in reports.xlsx, entries.csv and entries.json, beside this file."
    )
    orders = [one.id for one in document.reports["entries"].measures].index("orders")
    left = document.reports["entries"].rows[25:]
    sums = sum(row.values["all"]["orders"] for row in left if row.values["all"]["orders"] is not None)
    assert made["parts"][0]["others"][0] == "Others (105)"
    assert made["parts"][0]["others"][1 + orders] == f"{sums:,}"
    assert made["parts"][0]["totals"][1] == f"{document.reports['entries'].totals['all']['visits']:,}"
    assert trend["said"] is not None
    assert all(one["said"] is None for one in told(one) if one["question"] == "Where do visits begin?")


def test_all_pages_of_a_long_table_are_a_table_for_screen_readers(document: Document) -> None:
    rows = [Row((f"/{at}", "x"), {"all": {"visits": at, "share": at / 1000}}) for at in range(900)]
    report = report_of(rows, {"visits": "count", "share": "rate"}, "listing")
    labels = len(document.analysis.labels)
    one = replace(document, reports={"listing": report}, before={})
    (piece,) = told(one)
    (part,) = piece["parts"]
    assert len(part["rows"]) == 900 and part["further"] is None
    read = reader(one)
    kinds = Counter(str(element.get("/S")) for element in elements(read))
    cells = (kinds["/TD"] + kinds["/TH"]) / (2 + 2 * labels)
    assert len(read.pages) > 10 and kinds["/Table"] == 1 and cells >= 900


def test_where_there_is_more_every_report_has_as_many_rows_in_its_table(document: Document) -> None:
    rows = [Row((f"/{at}", "x"), {"all": {"visits": at, "share": at / 1000}}) for at in range(9_000)]
    long, short = (report_of(rows[:some], {"visits": "count", "share": "rate"}, str(some)) for some in (9_000, 50))
    columns = 2 + 2 * len(document.analysis.labels)

    def real(*reports: Report) -> int:
        return lengths_of(replace(document, reports={str(at): one for at, one in enumerate(reports)})).real

    assert real(long) == REAL_CELLS // columns
    assert real(long, long, short) == (REAL_CELLS - 50 * columns) // columns // 2
    assert real(short) >= 50
    further: list[Further] = []
    (part,) = with_further_pages(paper_table(document, long, Lengths(real=200)), further, below_chart=True)
    (one,) = further
    assert len(part["rows"]) == 200 and next(one.pages()).start == 200
    assert part["further"]["pages"] == len(list(one.pages()))


def test_longer_tables_go_on_on_further_pages_that_say_which_rows_they_have(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.documents.pdf_lengths.REAL_CELLS", 0)
    report = document.reports["entries"]
    one = replace(document, reports={"entries": report})
    pdf = reader(one)
    pages = [page.extract_text().replace("\u200b", "") for page in pdf.pages]
    (part,) = table_of(told(one), "Where do visits begin?")["parts"]
    assert len(report.rows) * (len(part["keys"]) + len(part["columns"])) > MOST_CELLS
    figures = [one for one in elements(pdf) if str(one.get("/Alt")).startswith("Rows ")]
    figures.sort(key=lambda figure: page_number(pdf, figure))
    said = [str(figure["/Alt"]) for figure in figures]
    assert len(said) == part["further"]["pages"] > 1
    assert said[0].startswith(f"Rows {len(part['rows']) + 1} to ") and said[-1].endswith("to 130 of 130")
    assert [one.split()[3] for one in said[:-1]] == [str(int(one.split()[1]) - 1) for one in said[1:]], (
        "none is left out"
    )
    last = [one for one in pages if "/page/129" in one and "\nPage Visits" in one]
    assert last and all("All visitors" in one for one in last), "each page has the head"
    numbers = [re.findall(r"\b(\d+) / (\d+)\b", one)[-1] for one in pages]
    assert numbers == [(f"{at}", f"{len(pages)}") for at in range(1, len(pages) + 1)]


def page_number(pdf: PdfReader, element: Any) -> int:
    found = pdf.get_page_number(element["/Pg"].get_object())
    assert found is not None
    return found


def test_what_screen_readers_are_told_of_a_further_page_and_the_page_name_each_other(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.documents.pdf_lengths.REAL_CELLS", 0)
    reports = {one: document.reports[one] for one in ("entries", "pages", "referrers")}
    pdf = reader(replace(document, reports=reports))
    root: Any = pdf.trailer["/Root"]
    tree = root["/StructTreeRoot"]
    told_of = tree["/ParentTree"]["/Nums"]
    parents = dict(zip(told_of[::2], told_of[1::2], strict=True))
    figures = [one for one in elements(pdf) if str(one.get("/Alt")).startswith("Rows ")]
    assert len(figures) >= 3 and max(parents) < tree["/ParentTreeNextKey"]
    for one in figures:
        page = one["/Pg"].get_object()
        (element,) = parents[page["/StructParents"]].get_object()
        assert element.get_object() == one
        assert one.raw_get("/P") in [kid.raw_get("/P") for kid in one["/P"].get_object()["/K"]]
        content = pdf.pages[page_number(pdf, one)].get_contents()
        assert content is not None and b"/Figure <</MCID 0>> BDC" in content.get_data()
    places = [page_number(pdf, one) for one in figures]
    assert len(set(places)) == len(places)


def test_a_file_without_a_place_for_further_pages_is_refused(document: Document, tmp_path: Path) -> None:
    whole = printed(replace(document, reports={"overview": document.reports["overview"]}))
    further: list[Further] = []
    with_further_pages(paper_table(document, document.reports["entries"], Lengths(real=0)), further, below_chart=False)
    with pytest.raises(ValueError, match="typst has left no place for further-rows-0"):
        add_further_pages(whole, further, document, tmp_path, io.BytesIO())


def test_what_makes_no_further_pages_does_without_their_library() -> None:
    code = "import sys, reporter.documents, reporter.mail.attachments; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "reporter.documents.pdf" in loaded and "pikepdf" not in loaded


SCRIPTS = {
    "all": lambda at: HOSTILE[at % len(HOSTILE)],
    "plain": lambda at: f"Grüße/{at}/" + "long-" * (at % 40),
    "both": lambda at: HOSTILE[at % len(HOSTILE)] if at // 100 % 2 else "Ελλάδα, Москва & Łódź",
}


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_on_further_pages_numbers_stand_beside_what_they_are_of_whatever_letters_that_has(
    document: Document, monkeypatch: pytest.MonkeyPatch, scripts: str
) -> None:
    """Letters of other scripts, which come from other fonts; names of several lines; names that nobody can break."""
    monkeypatch.setattr("reporter.documents.pdf_lengths.REAL_CELLS", 0)
    names = [f"{at} {SCRIPTS[scripts](at)}" for at in range(700)]
    rows = [Row((one, "x"), {"all": {"visits": 10_000 + at, "share": at / 1000}}) for at, one in enumerate(names)]
    report = report_of(rows, {"visits": "count", "share": "rate"}, "listing")
    whole = replace(document, reports={"listing": report}, before={})
    (part,) = told(whole)[0]["parts"]
    first = len(part["rows"])
    assert [row[2] for row in part["rows"]] == [f"{10_000 + at:,}" for at in range(first)]
    seen = first
    for page in reader(whole).pages[-part["further"]["pages"] :]:
        at_height: dict[float, list[str]] = {}
        for piece in placed(page):
            at_height.setdefault(piece.y, []).append(piece.text.replace(BLANK, " "))
        numbered = {found[0].split()[0]: found for found in at_height.values() if f"{10_000:,}"[:2] in " ".join(found)}
        while str(seen) in numbered:
            assert f"{10_000 + seen:,}" in numbered[str(seen)], numbered[str(seen)]
            assert f"{seen / 10:.1f} %" in numbered[str(seen)]
            seen += 1
    assert seen == 700


def test_further_pages_look_as_typst_would_set_them(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows written and typeset: every text begins at the same place, or ends there."""
    monkeypatch.setattr("reporter.documents.pdf_lengths.REAL_CELLS", 0)
    one = replace(document, reports={"entries": document.reports["entries"]})
    number = table_of(told(one), "Where do visits begin?")["parts"][0]["further"]["pages"]
    written = [placed(page) for page in reader(one).pages[-number:]]
    monkeypatch.setattr("reporter.documents.pdf_frame.Ink.written", lambda *_: None)
    typeset = [placed(page) for page in reader(one).pages[-number:]]
    for ours, theirs in zip(written, typeset, strict=True):
        both = [
            {one.text: one for one in found if times[one.text] == 1}
            for found in ([one._replace(text=one.text.replace(BLANK, " ")) for one in page] for page in (ours, theirs))
            for times in [Counter(one.text for one in found)]
        ]
        pairs = [(one, both[1][text]) for text, one in both[0].items() if text in both[1]]
        # What typst has set is told from the lower left corner of its own; heads are so both times.
        rows = [(one, other) for one, other in pairs if (one.x, one.y) != (other.x, other.y)]
        assert len(rows) > 5
        up = rows[0][0].y - rows[0][1].y
        for one, other in rows:
            assert abs(one.x - other.x - 18 * 72 / 25.4) < 0.3 and abs(one.y - other.y - up) < 0.3, (one, other)


def test_letters_are_as_wide_as_typst_sets_them() -> None:
    told = typst.query(
        b'''#set text(font: "Libertinus Serif", size: 100pt, number-width: "tabular", number-type: "lining")
#context [#metadata(range(32, 127).map(one => measure(text(str.from-unicode(one))).width / 1pt)) <widths>]''',
        "<widths>", field="value", one=True,
    )  # fmt: skip
    assert all(abs(one - ours) <= 0.5 for one, ours in zip(json.loads(told), ASCII, strict=True))


def test_the_hours_of_the_week_are_a_table_for_each_label_and_measure(document: Document) -> None:
    report = document.reports["hours"]
    keys = [(day, hour) for day in (1, 2, 7) for hour in (0, 9)]
    rows = [
        Row(key, {"all": {"visits": 10 * at, "page_views": 1000 + at}, "few": {"visits": at, "page_views": at}})
        for at, key in enumerate(keys)
    ]
    whole = replace(report, rows=rows, totals={"all": {"visits": 150, "page_views": 6015}})
    parts = table_of(told(replace(document, reports={"hours": whole})), report.question)["parts"]
    names = [part["bands"][0]["name"] for part in parts]
    assert names[:2] == ["All visitors: Visits", "All visitors: Page views"] and names[-1] == "Few: Page views"
    assert [one["title"] for one in parts[0]["columns"]] == ["Monday", "Tuesday", "Sunday", "Total"]
    assert parts[0]["rows"][9] == ["09:00", "10", "30", "50", "90"]
    assert parts[0]["rows"][10] == ["10:00", "0", "0", "0", "0"]
    assert parts[1]["totals"] == ["Total", "2,001", "2,005", "2,009", "6,015"]
    chosen = replace(whole, rows=rows[:3])
    (part,) = table_of(told(replace(document, reports={"hours": chosen})), report.question)["parts"]
    assert [row[:2] for row in part["rows"]] == [["Monday", "00:00"], ["Monday", "09:00"], ["Tuesday", "00:00"]]


def test_labels_hidden_in_a_report_are_not_on_its_page(pieces: list[dict[str, Any]]) -> None:
    names = [band["name"] for part in table_of(pieces, "Which pages are read?")["parts"] for band in part["bands"]]
    assert names == ["All visitors", "Few"]
    assert [one["name"] for one in table_of(pieces, "Where did every line go?")["parts"][0]["bands"]] == [
        "All visitors"
    ]


@pytest.mark.parametrize("labels", [1, 3, 20])
def test_nothing_is_wider_than_its_page_however_many_labels_there_are(tmp_path: Path, labels: int) -> None:
    """Numbers as long as they come: each is on its page, and each column is somewhere."""
    names = ["all", *(f"l{at}" for at in range(1, labels))]
    described = [
        {"id": one, "name": f"Visitors named {one}", "color": None if one == "all" else "#0072B2", "hide_in": []}
        for one in names
    ]
    folder = write_analysis(tmp_path / "analysis", days_from(DAY, 1), rows=1)
    change_description(folder, labels=described)
    units = {
        "visits": "count",
        "revenue": "money",
        "share": "rate",
        "stay": "seconds",
        "seen": "timestamp",
        "roas": "number",
    }
    values = {
        "visits": 123_456_789,
        "revenue": 12_345_678.9,
        "share": 0.987654,
        "stay": 3599.0,
        "seen": datetime(2026, 3, 1, tzinfo=UTC),
        "roas": 1234.5,
    }
    rows = [Row(("/" + "long" * 60, "é" * 100), dict.fromkeys(names, values))]
    document = document_of(Analysis(folder), "2026-03-01")
    report = report_of(rows, units, "listing", "none")
    pdf = reader(replace(document, reports={"listing": report}))
    pieces = [one for page in pdf.pages[1:] for one in placed(page)]
    numbers = {words.shown(value, units[one], "EUR") for one, value in values.items()}
    for left, right in pairwise(pieces):
        assert left.end <= left.room + 2, left
        if right.text in numbers and left.y == right.y:
            assert left.end < right.x, (left, right)
    assert Counter(one.text for one in pieces if one.text in numbers) == dict.fromkeys(numbers, labels)
    assert "".join(one.text for one in pieces).count("long") >= 35


class Piece(NamedTuple):
    """A line of a cell: where it begins and about ends, and where what is printed must end."""

    text: str
    x: float
    y: float
    end: float
    room: float


def placed(page: Any) -> list[Piece]:
    found = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, size: float) -> None:
        x, y = (tm[4] * cm[at] + tm[5] * cm[2 + at] + cm[4 + at] for at in (0, 1))
        if text.strip():
            end = x + len(text.strip()) * 0.4 * 8
            found.append(Piece(text.strip(), round(x, 1), round(y, 1), end, float(page.mediabox.width) - 51 + 1))

    page.extract_text(visitor_text=visit)
    return found


def test_charts_stand_above_their_tables_and_say_what_they_show(
    document: Document, pdf: PdfReader, pieces: list[dict[str, Any]]
) -> None:
    drawn = {one["question"]: one["chart"] for one in pieces if one["chart"]}
    made = layouts()
    for report in document.reports.values():
        chart = chart_of(report, document.analysis, document.period, None, made) if report.rows else None
        assert (report.question in drawn) == (chart is not None), report.id
        if chart is not None:
            assert drawn[report.question]["alternative"] == visible(chart.description)
    assert len(drawn) > 15
    alternatives = [str(one["/Alt"]) for one in elements(pdf) if "/Alt" in one]
    assert drawn["How did it develop?"]["alternative"] in alternatives


def elements(pdf: PdfReader) -> Iterator[Any]:
    """The elements of the structure that a screen reader is told."""
    root: Any = pdf.trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, dict):
            yield one
            inner = one.get("/K", ())
            waiting += inner if isinstance(inner, (list, tuple)) else [inner]


def test_a_screen_reader_is_told_of_headings_and_tables(pdf: PdfReader, document: Document) -> None:
    kinds = Counter(str(one.get("/S")) for one in elements(pdf))
    assert kinds["/H1"] == 5 and kinds["/H2"] == len(document.reports)
    assert kinds["/Table"] >= 20 and kinds["/TH"] > 100 and kinds["/Figure"] > 15


MEASURES = "views visits entries exits exit_rate short_entries seconds_on_page".split()
HOSTILE: list[str] = [
    "#panic()", "$x$ *bold* _it_ `raw`", "\\u{41}", '#read("/etc/passwd")', "<script>", "]#[", "//comment", "@ref", "@preview/x", "https://evil.test/x",
    "=cmd", "\x00\x01\x1b[31m", "a\u202eb", "日本語のページ", "العربية", "👩‍👩‍👧 emoji", "\ufffe", "ß" * 500, "x" * 100_000, "", " ", "\n\r\t", "{}", "%s", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("times", [1, 12])
def test_what_visitors_wrote_is_set_and_never_run(document: Document, times: int) -> None:
    rows = tuple(Row((one,), {"all": dict.fromkeys(MEASURES, 9)}) for one in HOSTILE * times)
    made = replace(document, reports={"pages": replace(document.reports["pages"], rows=rows)})
    pdf = reader(made)
    text = words_of(pdf)
    for one in (
        "#panic()",
        "$x$ *bold* _it_ `raw`",
        "\\u{41}",
        '#read("/etc/passwd")',
        "]#[",
        "//comment",
        "@ref",
        "=cmd",
    ):
        assert one in text
    assert "\\x00\\x01\\x1b[31m" in text and "a\\u202eb" in text, "what cannot be seen is written out"
    assert not any("/URI" in str(note.get_object()) for page in pdf.pages for note in page.get("/Annots") or ())


def test_names_of_the_data_set_and_its_labels_are_only_text(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "analysis", days_from(DAY, 1))
    labels = [*LABELS[:2], {**LABELS[2], "name": "#eval(1) 👾 " + "long " * 80}]
    change_description(
        folder,
        name="#panic() \x00 日本 " + "name" * 90,
        labels=labels,
        notes=["#read(1)\x07"],
        own_hosts={"hosts": ["*a*"], "origin": "x"},
    )
    document = document_of(Analysis(folder), "2026-03-01")
    pdf = reader(replace(document, reports={"trend": document.reports["trend"]}))
    assert "#panic() \\x00" in words_of(pdf) and "#eval(1)" in words_of(pdf) and "*a*" in words_of(pdf)


@pytest.mark.parametrize("real", [0, REAL_CELLS], ids=["with further pages", "without"])
def test_the_same_gives_the_same_bytes(
    document: Document, analysis: Analysis, monkeypatch: pytest.MonkeyPatch, real: int
) -> None:
    monkeypatch.setattr("reporter.documents.pdf_lengths.REAL_CELLS", real)
    few = {one: document.reports[one] for one in ("overview", "trend", "countries", "pages")}
    again = document_of(analysis)
    assert printed(replace(document, reports=few)) == printed(
        replace(again, reports={one: again.reports[one] for one in few})
    )


def test_reports_without_rows_say_why_and_take_no_page_of_their_own(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "analysis", days_from(date(2026, 3, 1), 1), rows=0)
    pdf = reader(document_of(Analysis(folder), "2026-03-01"))
    assert words.EMPTY["screens"] in words_of(pdf)
    assert len(pdf.pages) < 8


def test_a_column_of_words_that_says_nothing_is_a_dash(document: Document) -> None:
    report = report_of([Row((None, ""), {"all": {"visits": None}})], {"visits": "count"}, "listing")
    report = replace(report, dimensions=(Column("url", "Address", "x"), report.dimensions[1]))
    made = table_of(told(replace(document, reports={"listing": report})), report.question)
    assert made["parts"][0]["rows"] == [["–"] * 5]
