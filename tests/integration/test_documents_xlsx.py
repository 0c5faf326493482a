"""The spreadsheet of a period, read back by another library: it says what JSON says, as typed cells, and runs nothing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.charts import chart_of, layouts
from reporter.course_report import course_table
from reporter.documents.document import Document
from reporter.documents.figures import pale
from reporter.documents.sheet_layout import FIRST
from reporter.documents.sheet_text import CELL_UNITS, CUT, clean
from reporter.documents.workbook import render_xlsx
from reporter.exits import exits_of
from reporter.json_report import render_json
from reporter.model import Analysis, Period, Row
from reporter.rows import Coded
from reporter.words import named
from tests.analysis_folder import LABELS, change_description, days_from, write_analysis
from tests.unit.test_report_writers import COUNTS, MONEY, RATES, report_of

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(DAY, 9), rows=12))


def document_of(analysis: Analysis, period: str = "2026-03", **more: Any) -> Document:
    found = next(one for one in analysis.periods() if one.id == period)
    return Document(analysis, found, analysis.reports([found])[period], **more)


def rendered(document: Document, folder: Path, **more: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(document, layouts(), folder, **more)))


@pytest.fixture(scope="module", params=["2026-03", "2026-03-01", "all"])
def document(request: pytest.FixtureRequest, analysis: Analysis) -> Document:
    return document_of(analysis, request.param)


@pytest.fixture(scope="module")
def book(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return rendered(document, tmp_path_factory.mktemp("book"))


def number(cell: Any, unit: str) -> Any:
    """What a cell says, in the unit of JSON."""
    value = cell.value
    if value is None or unit in ("count", "number", "probability", "rate", "money"):
        assert value is None or cell.data_type == "n"
        return value
    if unit == "points":
        assert cell.data_type == "n"
        return value / 100
    if unit == "flag":
        assert cell.data_type == "b"
        return value
    if unit == "seconds":
        # openpyxl takes a duration of less than a day for a time, or for a date where there are too many.
        if isinstance(value, timedelta):
            return value.total_seconds()
        return timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        ).total_seconds()
    assert unit == "timestamp" and isinstance(value, datetime)
    return value.replace(tzinfo=UTC)


def same(cell: Any, value: Any, unit: str) -> bool:
    found = number(cell, unit)
    if value is None or found is None:
        return value is found
    if unit == "timestamp":
        return abs((found - datetime.fromisoformat(value)).total_seconds()) < 0.001
    if unit == "seconds":
        return abs(found - value) < 0.001
    # A spreadsheet has 15 to 16 digits.
    return found == pytest.approx(float(value), rel=1e-14, abs=0) if unit != "count" else found == value


def key_text(value: Any, column: str) -> Any:
    match column:
        case "weekday" | "country" | "channel" | "kind" | "direction" | "dimension" | "purpose":
            return None if value is None else named(value, column)
        case "date":
            return datetime.combine(date.fromisoformat(value), time())
        case _:
            return value


def test_every_number_is_the_one_that_json_says(document: Document, book: Any) -> None:
    compared = 0
    for report in document.reports.values():
        said = json.loads(render_json(document.analysis, document.period, report))
        sheet = book[report.title]
        measures = [(one["id"], one["unit"]) for one in said["columns"] if one["kind"] == "measure"]
        dimensions = [one["id"] for one in said["columns"] if one["kind"] == "dimension"]
        labels = [one["id"] for one in document.labels(report)]
        if not dimensions:
            for row, (measure, unit) in enumerate(measures, start=FIRST + 1):
                for column, label in enumerate(labels, start=2):
                    assert same(sheet.cell(row, column), said["rows"][0].get(label, {}).get(measure), unit)
                    compared += 1
            continue
        columns = [(label, measure, unit) for label in labels for measure, unit in measures]
        assert sheet.max_row == FIRST + len(said["rows"]), report.id
        assert sheet.max_column == len(dimensions) + len(columns)
        for column, (label, measure, unit) in enumerate(columns, start=len(dimensions) + 1):
            assert same(sheet.cell(FIRST - 1, column), said["totals"][label][measure], unit), report.id
        for row, one in enumerate(said["rows"], start=FIRST + 1):
            for column, dimension in enumerate(dimensions, start=1):
                is_country = dimension == "item" and one["dimension"] == "country"
                named_as = "country" if is_country else dimension
                assert sheet.cell(row, column).value == key_text(one[dimension], named_as)
            for column, (label, measure, unit) in enumerate(columns, start=len(dimensions) + 1):
                assert same(sheet.cell(row, column), one.get(label, {}).get(measure), unit), (report.id, measure)
                compared += 1
    assert compared > 3000


def test_cells_are_shown_in_their_unit(document: Document, book: Any) -> None:
    formats = {
        "number": "#,##0.00##",
        "count": "#,##0",
        "rate": "0.0%",
        "money": "#,##0.00\\ [$€]",
        "seconds": "[h]:mm:ss",
    }
    for row, measure in enumerate(document.reports["overview"].measures, start=FIRST + 1):
        cell = book["Overview"].cell(row, 2)
        assert cell.value is None or cell.number_format == formats[measure.unit]
        assert book["Overview"].cell(row, 1).value == measure.title
    pages = document.reports["pages"]
    for column, measure in enumerate(pages.measures, start=2):
        cell = book["Pages"].cell(FIRST + 1, column)
        assert cell.value is None or cell.number_format == formats[measure.unit]
        assert book["Pages"].cell(FIRST, column).value == measure.title
    revenue = [one.id for one in document.reports["entries"].measures].index("revenue") + 2
    assert book["Entry pages"].cell(FIRST + 1, revenue).number_format == formats["money"]
    assert book["Robots"].cell(FIRST + 1, 5).number_format == "yyyy-mm-dd hh:mm"
    changes = [one.id for one in document.reports["changes"].measures]
    for measure, shown in {"change": '+0.0" pp";"−"0.0" pp";0.0" pp"', "p": '[<0.001]"< 0.001";0.000'}.items():
        cells = [one[changes.index(measure) + 2] for one in book["What changed"].iter_rows(min_row=FIRST + 1)]
        assert {one.number_format for one in cells if one.data_type == "n" and one.value is not None} == {shown}
    trend = book["Trend"].cell(FIRST + 1, 1)
    assert trend.number_format == ('00":00"' if document.period.kind == "day" else "ddd d mmm yyyy")


def test_labels_stand_side_by_side_in_their_colours_above_a_frozen_heading(book: Any, document: Document) -> None:
    sheet, step = book["Entry pages"], len(document.reports["entries"].measures)
    bands = [sheet.cell(3, 2 + step * at) for at in range(3)]
    assert [one.value for one in bands] == ["All visitors", 'A · Paid, "dear" & <b>', "B · Few"]
    assert [one.fill.fgColor.rgb[2:] for one in bands] == ["6B7280", "0072B2", "E69F00"]
    assert [one.font.color.rgb[2:] for one in bands] == ["FFFFFF", "FFFFFF", "000000"]
    assert sheet.freeze_panes == "B6"
    assert sheet.auto_filter.ref == f"A5:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
    assert sheet.cell(4, 1).value == "Total" and sheet.cell(4, 2).font.bold
    assert book["Paths"].cell(4, 1).value is None, "there is nothing that could be added up"
    assert [one.value for one in book["Audit"][3] if one.value] == ["All visitors"]


def test_columns_are_as_wide_as_what_stands_in_them(book: Any) -> None:
    widths = {name: one.width for name, one in book["Pages"].column_dimensions.items()}
    assert len("https://a.test/?x=<b>&y") < widths["A"] < 40
    assert all(8 <= one <= 63 for one in widths.values())


def test_the_first_sheet_says_what_this_is(book: Any, document: Document) -> None:
    texts = [cell.value for row in book["About"].iter_rows() for cell in row if cell.value is not None]
    assert texts[0] == document.title
    assert texts[1] == document.news()
    for one in ("shop", "UTC", "EUR", "A note.", "B", "Few", "few", "Which pages are read?", "proprocessor 0"):
        assert one in texts
    assert book.sheetnames[:3] == ["About", "Charts", "Overview"] and book.sheetnames[-2:] == ["Columns", "Made from"]
    assert set(book.sheetnames) >= {one.title for one in document.reports.values()}
    files = [row[0].value for row in book["Made from"].iter_rows(min_row=2)]
    assert files == [one["file"] for one in document.analysis.sources(document.period)]
    definitions = [row[4].value for row in book["Columns"].iter_rows(min_row=2)]
    assert len(definitions) == sum(len(one.dimensions) + len(one.measures) for one in document.reports.values())
    assert all(definitions)


def test_links_on_the_first_sheet_lead_to_sheets_and_nowhere_else(book: Any) -> None:
    links = {
        cell.value: cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink
    }
    assert len(links) == 25 + ("Robots over time" in book.sheetnames)
    for name, link in links.items():
        assert link.target is None
        assert link.location == f"'{name}'!A1" and name in book.sheetnames


def test_charts_are_drawn_from_cells_that_they_have_copies_of(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    file = zipfile.ZipFile(io.BytesIO(render_xlsx(document, layouts(), tmp_path)))
    charts = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) >= 12
    trend = next(one for one in charts if "<c:lineChart>" in one)
    (first, last) = re.findall(r"<c:cat><c:numRef><c:f>'Chart numbers'!\$A\$(\d+):\$A\$(\d+)</c:f>", trend)[0]
    assert int(last) - int(first) == 11 and '<c:ptCount val="12"/>' in trend and "<c:dateAx>" in trend
    views = document.reports["trend"].rows[0].values["all"]["visits"]
    assert f"<c:v>{views}</c:v>" in trend
    assert "How did visits develop?" in trend and "0072B2" in trend and 'A Paid, "dear" &amp; &lt;b&gt;' in trend


CHOSEN = {"campaigns", "changes", "hours", "countries"}
"""Reports of which a page draws one label, which a reader chooses."""


def test_charts_draw_what_pages_draw(analysis: Analysis, tmp_path: Path) -> None:
    """Every value of a page's chart that is drawn at first stands among its numbers, and every chart has its numbers."""
    document = with_before(analysis)
    book, made, compared = rendered(document, tmp_path), layouts(), 0
    drawn = charts_of(book)
    for report in document.reports.values():
        before = document.before.get(report.id) if document.before else None
        chart = chart_of(report, document.analysis, document.period, before, made)
        if chart is None or report.id == "paths":
            continue
        mine = [one for one in drawn if one.question.split(" · ")[0] == chart.question]
        assert mine, report.id
        shown = [value for one in mine for values in one.series.values() for value in values]
        for row in chart.spec["datasets"]["rows"]:
            if report.id in CHOSEN and row["label"] != chart.spec["datasets"]["rows"][0]["label"]:
                continue
            found = row["value"] if "value" in row else row.get("visits", row.get("share"))
            for value in found if isinstance(found, list) and row.get("item") != "All robots" else [found]:
                if not isinstance(value, list):
                    assert any(one is not None and abs(one - value) < 1e-9 for one in shown), (report.id, row)
                    compared += 1
    assert compared > 300


class Shown(NamedTuple):
    question: str
    kind: str
    series: dict[str, list[Any]]
    colors: list[str]


def charts_of(book: Any) -> list[Shown]:
    """Each chart with the numbers that its series refer to."""
    found = []
    for one in book["Charts"]._charts:
        question = "".join(run.t for paragraph in one.title.tx.rich.p for run in paragraph.r)
        series, colors = {}, []
        for each in one.series:
            series[cells(book, each.tx.strRef.f)[0]] = cells(book, each.val.numRef.f)
            line = each.graphicalProperties.line.solidFill
            colors.append((line or each.graphicalProperties.solidFill).srgbClr)
        found.append(Shown(question, type(one).__name__, series, colors))
    return found


def cells(book: Any, place: str) -> list[Any]:
    name, _, area = place.rpartition("!")
    found = book[name.strip("'")][area.replace("$", "")]
    return [one[0].value for one in found] if isinstance(found, tuple) else [found.value]


def with_before(analysis: Analysis) -> Document:
    """A week, beside the one before."""
    now, then = (next(one for one in analysis.periods() if one.id == name) for name in ("2026-W10", "2026-W09"))
    before = analysis.reports([then], ("overview", "trend"))[then.id]
    return Document(analysis, now, analysis.reports([now])[now.id], before, then)


def test_the_trend_has_the_period_before_as_paler_dashed_lines(analysis: Analysis, tmp_path: Path) -> None:
    document = with_before(analysis)
    trend = next(one for one in charts_of(rendered(document, tmp_path)) if one.kind == "LineChart")
    assert list(trend.series) == [
        name for label in ("All visitors", 'A Paid, "dear" & <b>', "B Few") for name in (label, f"{label}, before")
    ]
    rows = document.before["trend"].rows if document.before else ()
    assert trend.series["All visitors, before"] == [one.values["all"]["visits"] for one in rows]
    assert trend.colors[1] == pale("#" + trend.colors[0]).lstrip("#").upper()
    file = zipfile.ZipFile(io.BytesIO(render_xlsx(document, layouts(), tmp_path)))
    text = next(
        data for name in file.namelist() if "<c:lineChart>" in (data := file.read(name).decode(errors="replace"))
    )
    assert text.count('<a:prstDash val="dash"/>') == 3


def test_the_funnel_has_who_left_beside_who_came(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    rows = [
        Row(("buy", stage, stage), {"all": {"visits": visits, "progressed": onward, "progression": None}})
        for stage, visits, onward in (("Product", 100, 40), ("Cart", 50, 20), ("Thanks", 25, None))
    ]
    made = replace(document, reports={"funnel": replace(document.reports["funnel"], rows=rows)})
    (funnel,) = charts_of(rendered(made, tmp_path))
    assert funnel.series["All visitors"] == [100, 50, 25]
    assert funnel.series["All visitors, not on"] == [60, 30, 0]


def test_the_funnel_has_where_others_went_as_a_chart_and_a_sheet(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    funnel = replace(document.reports["funnel"], names={"funnel": {"buy": "=Buying"}})
    rows = [
        Row(("buy", stage, stage), {"all": {"visits": visits, "progressed": onward, "progression": None}})
        for stage, visits, onward in (("Product", 100, 40), ("Thanks", 25, None))
    ]
    gone = [("(exit)", 50), ("/a", 6), ("/b", 3), ("/c", 1)]
    columns = {
        "label": ["all"] * 4, "funnel": ["buy"] * 4, "stage": ["Product"] * 4, "group": ["Product"] * 4,
        "other": [one for one, _ in gone], "visits": [n for _, n in gone], "share": [n / 100 for _, n in gone],
    }  # fmt: skip
    exits = exits_of(funnel, {name: Coded.of_equal(values) for name, values in columns.items()})
    made = replace(document, reports={"funnel": replace(funnel, rows=rows, exits=exits)})
    book = rendered(made, tmp_path)
    steps, ways = charts_of(book)
    assert steps.series["All visitors, not on"] == [60, 0]
    assert ways.question == "Where do visits go that do not go on? · =Buying"
    assert ways.series["All visitors"][:3] == [50, 6, 4]
    sheet = book["Where visits leave a funnel"]
    assert [[one.value for one in row[:5]] for row in sheet.iter_rows(min_row=FIRST + 1)] == [
        ["=Buying", "Product", "Product", page, visits] for page, visits in gone
    ]


def test_robots_stand_on_each_other_day_by_day_and_on_a_sheet_of_their_own(document: Document, book: Any) -> None:
    course = course_table(document.reports["robots"])
    assert (course is None) == ("Robots over time" not in book.sheetnames)
    if course is None:
        return
    sheet = book["Robots over time"]
    assert [one.value for one in sheet[FIRST]] == ["Day", *(one.title for one in course.measures)]
    assert [one.quotePrefix for one in sheet[FIRST] if one.value == "=1+1"] == [True]
    assert [[one.value for one in row] for row in sheet.iter_rows(min_row=FIRST + 1)] == [
        [datetime.combine(row.key[0], time()), *row.values["all"].values()] for row in course.rows
    ]
    assert [one.value for one in sheet[FIRST - 1]] == ["Total", *course.totals["all"].values()]
    assert sheet.freeze_panes == "B6"
    robots = next(one for one in charts_of(book) if one.question.startswith("When did which robot"))
    assert list(robots.series) == [one.title for one in course.measures[1:]], "all together is what they add up to"
    assert sum(map(sum, robots.series.values())) == course.totals["all"]["hits_0"]


def test_the_hours_are_a_heat_map_of_each_label(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    rows = [
        Row((day, hour), {"all": {"visits": day * 100 + hour, "page_views": 1}, "few": {"visits": 1, "page_views": 1}})
        for day in (1, 3)
        for hour in range(24)
    ]
    made = replace(document, reports={"hours": replace(document.reports["hours"], rows=rows)})
    sheet = rendered(made, tmp_path)["Hours of the week"]
    assert [one.value for one in sheet[3]][:3] == ["All visitors", 0, 1]
    assert [one.value for one in sheet[5]] == ["Wednesday", *range(300, 324)]
    scales = {str(one.sqref): rule.colorScale for one in sheet.conditional_formatting for rule in one.rules}
    assert list(scales) == ["B4:Y5", "B8:Y9", "B12:Y13"]
    assert [one.rgb for one in scales["B8:Y9"].color] == ["FFFFFFFF", "FF0072B2"]


def test_the_same_gives_the_same_bytes_and_nothing_is_left(analysis: Analysis, tmp_path: Path) -> None:
    first = render_xlsx(document_of(analysis), layouts(), tmp_path)
    assert render_xlsx(document_of(analysis), layouts(), tmp_path) == first
    assert list(tmp_path.iterdir()) == []
    properties = openpyxl.load_workbook(io.BytesIO(first)).properties
    assert properties.created == datetime(2026, 3, 31, 23, 59, 59)
    assert (properties.title, properties.subject) == ("Fruit shop, March 2026", "1 to 31 March 2026")


def test_what_charts_are_drawn_from_is_text_and_stays_text(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    pages = document.reports["pages"]
    told = {one.id: 9 for one in pages.measures}
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "<r>x</r>", "http://a.test/", "\x00"]
    made = replace(document, reports={"pages": replace(pages, rows=[Row((one,), {"all": told}) for one in texts])})
    data = render_xlsx(made, layouts(), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = [one[0] for one in book["Chart numbers"].iter_rows(min_row=5)]
    assert [read_text(one.value) for one in found] == texts
    assert all(one.data_type == "s" and one.hyperlink is None for one in found)
    assert [bool(one.quotePrefix) for one in found] == [True] * 5 + [False] * 3
    assert not any(b"<f>" in zipfile.ZipFile(io.BytesIO(data)).read(name) for name in sheets_of(data))


HOSTILE = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "<r>", "<r><t>x</t></r>", "<r></evil></r>", "http://a.test/",
         "internal:About!A1", "1e5", " x ", "\n", "]]>", "&amp;", "_x0041_", "{=1}", "\x00", "\ud800", "\uffff", "a\u202eb", "😀", ""]
    ),
)  # fmt: skip


def read_text(value: Any) -> str:
    """Excel writes what XML cannot hold in its own way; openpyxl leaves it so."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), value or "")


@settings(max_examples=25)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=8, unique=True), COUNTS, MONEY, RATES)
def test_what_visitors_wrote_is_text_and_stays_text(
    analysis: Analysis,
    tmp_path_factory: pytest.TempPathFactory,
    keys: list[tuple[str, str]],
    count: Any,
    money: Any,
    rate: Any,
) -> None:
    values = {"all": {"visits": count, "revenue": money, "share": rate}}
    report = report_of(
        [Row(one, values) for one in keys], {"visits": "count", "revenue": "money", "share": "rate"}, "paths"
    )
    period = Period("2026-03-01", "day", DAY, DAY)
    data = render_xlsx(Document(analysis, period, {"paths": report}), layouts(), tmp_path_factory.getbasetemp())
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=False)
    sheet = book["Pages"]
    for row, key in enumerate(keys, start=FIRST + 1):
        for column, text in enumerate(key, start=1):
            cell = sheet.cell(row, column)
            assert read_text(cell.value) == clean(text), key
            assert cell.data_type == ("s" if text else "n") and cell.hyperlink is None
            assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert b"<f>" not in b"".join(zipfile.ZipFile(io.BytesIO(data)).read(name) for name in sheets_of(data))


def sheets_of(data: bytes) -> list[str]:
    return [one for one in zipfile.ZipFile(io.BytesIO(data)).namelist() if one.startswith("xl/worksheets/sheet")]


def test_more_rows_than_a_sheet_has_go_on_on_the_next_one(analysis: Analysis, tmp_path: Path) -> None:
    document = document_of(analysis)
    report = document.reports["pages"]
    book = rendered(replace(document, reports={"pages": report}), tmp_path, max_rows=FIRST + 5)
    names = ["Pages", "Pages (2)", "Pages (3)"]
    assert book.sheetnames == ["About", "Charts", *names, "Chart numbers", "Columns", "Made from"]
    pages = [row[0].value for name in names for row in book[name].iter_rows(min_row=FIRST + 1)]
    assert pages == [row.key[0] for row in report.rows]
    views = [row[1].value for name in names for row in book[name].iter_rows(min_row=FIRST + 1)]
    assert views == [row.values["all"]["views"] for row in report.rows]
    assert "12 rows · sheet 2 of 3 of this report, rows 6 to 10, totals of all rows" in book["Pages (2)"]["A2"].value
    assert {book[name]["B4"].value for name in names} == {report.totals["all"]["views"]}
    listed = {row[0].value: row[2].value for row in book["About"].iter_rows() if row[0].hyperlink}
    assert listed == {"Pages": 5, "Pages (2)": 5, "Pages (3)": 2}


def test_texts_too_long_for_a_cell_are_cut_and_the_sheet_says_so(analysis: Analysis, tmp_path: Path) -> None:
    long = "/" + "😀" * CELL_UNITS
    report = report_of([Row((long, "x"), {"all": {"visits": 1}})], {"visits": "count"}, "paths")
    period = Period("2026-03-01", "day", DAY, DAY)
    sheet = rendered(Document(analysis, period, {"pages": report}), tmp_path)["Pages"]
    text = sheet.cell(FIRST + 1, 1).value
    assert text.startswith("/😀") and text.endswith(CUT)
    assert CELL_UNITS - 1 <= len(text.encode("utf-16-le")) / 2 <= CELL_UNITS
    assert "are cut at that length; the CSV has them whole" in sheet["A2"].value
    short = report_of([Row(("/", "x"), {"all": {"visits": 1}})], {"visits": "count"}, "paths")
    assert "cut" not in rendered(Document(analysis, period, {"pages": short}), tmp_path)["Pages"]["A2"].value


def test_names_of_the_data_set_and_its_labels_run_nothing(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "analysis", days_from(DAY, 1))
    labels = [
        *LABELS[:1],
        {**LABELS[1], "name": "=cmd|' /C calc'!A0"},
        {**LABELS[2], "name": "http://x.test/" + "y" * 300},
    ]
    change_description(folder, name='=HYPERLINK("http://x.test")&<r>', labels=labels, notes=["@note", "=1"])
    data = render_xlsx(document_of(Analysis(folder)), layouts(), tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "d"}
    assert book["Pages"]["I3"].value == "A · =cmd|' /C calc'!A0"
    assert not any(b"<f>" in zipfile.ZipFile(io.BytesIO(data)).read(name) for name in sheets_of(data))
    external = [one for one in zipfile.ZipFile(io.BytesIO(data)).namelist() if "external" in one.lower()]
    assert external == []


def test_a_period_without_anything_says_so(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "analysis", days_from(DAY, 1), rows=0)
    book = rendered(document_of(Analysis(folder)), tmp_path)
    assert "The data does not say which screens visitors have" in book["Screens"]["A2"].value
    assert book["Pages"].max_row == FIRST
