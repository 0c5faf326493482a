"""CSV, JSON and tables of pages: whatever the rows hold, they say it as the libraries for these formats would."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from reporter import words
from reporter.csv_report import render_csv
from reporter.json_report import render_json
from reporter.model import Analysis, Column, Period, Report, Row, total
from reporter.rest import has_rest, render_rest
from reporter.table import breakable, make_table
from reporter.turned import turn
from shared.spreadsheet import safe
from tests.analysis_folder import days_from, write_analysis

DAY = Period("2026-03-01", "day", date(2026, 3, 1), date(2026, 3, 1))
TEXTS = st.one_of(st.none(), st.text(max_size=4), st.sampled_from(["", '"', ",", "\n", "\r", "=1", " x", "a,b", "%s"]))
COUNTS = st.one_of(st.none(), st.integers(-(10**20), 10**20))
MONEY = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9)))
RATES = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(date(2026, 3, 1), 1)))


def report_of(rows: list[Row], units: dict[str, str], identity: str = "pages", totals: str = "sum") -> Report:
    measures = tuple(Column(one, one.title(), "What it is.", unit, totals) for one, unit in units.items())
    known = {
        label: {one.id: total(one, label, rows, {}) for one in measures if one.unit in ("count", "money")}
        for label in ("all", "paid", "few")
    }
    dimensions = (Column("page", "Page", "A page."), Column("other", "Other", "Another."))
    return Report(identity, "Pages", "Which?", "Behaviour", dimensions, measures, tuple(rows), known)


UNITS = {"visits": "count", "revenue": "money", "share": "rate"}


@st.composite
def reports(draw: Any) -> Report:
    rows = []
    for key in draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=5)):
        labels = [label for label in ("all", "paid", "few") if draw(st.booleans())]
        values = {
            label: {"visits": draw(COUNTS), "revenue": draw(MONEY), "share": draw(RATES)}
            for label in labels or ["paid"]
        }
        rows.append(Row(key, values))
    return report_of(rows, UNITS)


@given(reports())
def test_csv_is_what_the_csv_writer_writes(analysis: Analysis, report: Report) -> None:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["label", "page", "other", "visits", "revenue", "share"])
    for label in ("all", "paid", "few"):
        for row in report.rows:
            if label in row.values:
                key = [safe(one) if one is not None else "" for one in row.key]
                visits, revenue, share = row.values[label].values()
                money = "" if revenue is None else f"{revenue:f}"
                writer.writerow([label, *key, "" if visits is None else visits, money, "" if share is None else share])
    assert render_csv(analysis, report) == file.getvalue()


@given(reports())
def test_json_is_what_was_written(analysis: Analysis, report: Report) -> None:
    read = json.loads(render_json(analysis, DAY, report), parse_float=str, parse_int=str)

    def as_read(value: Any) -> Any:
        return value if value is None or isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else repr(value)  # fmt: skip

    def values(by_label: Any) -> Any:
        return {label: {name: as_read(one) for name, one in found.items()} for label, found in by_label.items()}

    assert read["rows"] == [{"page": row.key[0], "other": row.key[1], **values(row.values)} for row in report.rows]
    assert read["totals"] == values(report.totals)


def test_times_dates_and_flags_are_written_in_their_own_way(analysis: Analysis) -> None:
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    report = report_of(
        [Row((date(2026, 3, 1), 7), {"all": {"held": True, "seen": at}})], {"held": "flag", "seen": "timestamp"}
    )
    assert render_csv(analysis, report).splitlines()[1] == "all,2026-03-01,7,True,2026-03-01T12:30:00Z"
    row = json.loads(render_json(analysis, DAY, report))["rows"][0]
    assert row == {"page": "2026-03-01", "other": 7, "all": {"held": True, "seen": "2026-03-01T12:30:00Z"}}
    body = make_table(analysis, report, 10).body
    assert "Sun 1 Mar 2026" in body and "<td>2026-03-01 12:30 UTC</td>" in body and "<td>yes</td>" in body


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0123, "points", "+1.2 pp"),
        (-0.2, "points", "−20.0 pp"),
        (12.0, "points", "+1,200.0 pp"),
        (0.0, "points", "0.0 pp"),
        (0.0004, "points", "0.0 pp"),
        (-0.0004, "points", "0.0 pp"),
        (0.0, "probability", "< 0.001"),
        (0.00099, "probability", "< 0.001"),
        (0.001, "probability", "0.001"),
        (0.04999, "probability", "0.050"),
        (1.0, "probability", "1.000"),
        (-1234.5, "number", "−1,234.50"),
        (-0.001, "number", "0.00"),
        (-0.105, "rate", "−10.5 %"),
        (-1200, "count", "−1,200"),
        (Decimal("-3.50"), "money", "−3.50 €"),
        (-95.0, "seconds", "−1 min 35 s"),
        (None, "points", "–"),
    ],
)
def test_numbers_below_zero_and_changes_and_chances_are_said_as_people_write_them(
    value: Any, unit: str, said: str
) -> None:
    assert words.shown(value, unit, "EUR") == said


def test_a_change_is_shown_in_points_in_page_and_script_and_whole_in_data(analysis: Analysis) -> None:
    values = {"change": -0.01234, "p": 0.0000005}
    report = report_of([Row(("/", None), {"all": values})], {"change": "points", "p": "probability"})
    body = make_table(analysis, report, 10).body
    assert "<td>−1.2 pp</td>" in body and "<td>&lt; 0.001</td>" in body
    texts = [one["t"] for one in told(render_rest(analysis, report))]
    assert ["−1.2 pp"] in texts and ["< 0.001"] in texts
    assert render_csv(analysis, report).splitlines()[1].endswith(",-0.01234,5e-07")
    assert json.loads(render_json(analysis, DAY, report))["rows"][0]["all"] == values


def test_zero_keeps_its_sign_and_a_number_its_kind(analysis: Analysis) -> None:
    rows = [Row((str(at), None), {"all": {"share": value}}) for at, value in enumerate((0.0, -0.0, 1.0, 1))]
    lines = render_csv(analysis, report_of(rows, {"share": "rate"})).splitlines()
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["0.0", "-0.0", "1.0", "1"]


def rows_of(number: int, **values: Any) -> list[Row]:
    return [Row((f"/{at}", None), {"all": values, "few": values}) for at in range(number)]


def test_a_table_shows_the_first_rows_and_sums_up_the_others(analysis: Analysis) -> None:
    units = {"visits": "count", "revenue": "money", "each": "money", "share": "rate", "cost": "money"}
    values = {"visits": 2, "revenue": Decimal("1.50"), "each": 0.75, "share": 0.5, "cost": None}
    table = make_table(analysis, report_of(rows_of(5, **values), units), 3)
    assert (table.shown, table.others_count) == (3, 2)
    assert table.body.count("<tr>") == 3
    texts = ["4", "3.00 €", "–", "–", "–"]
    assert table.others is not None
    assert [one.partition("</td>")[0] for one in table.others.split("<td>")[1:]] == texts * 2
    assert make_table(analysis, report_of(rows_of(3, **values), units), 3).others is None


def test_a_total_is_of_all_rows_and_some_reports_are_shown_whole(analysis: Analysis) -> None:
    table = make_table(analysis, report_of(rows_of(5, visits=2), {"visits": "count"}), 3)
    assert table.totals.count("<td>10</td>") == 2, "pages hide the label paid"
    whole = make_table(analysis, report_of(rows_of(5, visits=2), {"visits": "count"}, "funnel"), 3)
    assert (whole.shown, whole.others) == (5, None)
    audit = make_table(analysis, report_of(rows_of(5, visits=2), {"visits": "count"}, "audit"), 3)
    assert [one["id"] for one in audit.labels] == ["all"]


def test_bars_compare_with_the_longest_that_is_shown(analysis: Analysis) -> None:
    rows = [Row((f"/{at}", None), {"all": {"visits": at, "views": 9}}) for at in (4, 1, 0, 8)]
    table = make_table(analysis, report_of(rows, {"visits": "count", "views": "count"}), 3)
    assert [one.partition('"')[0] for one in table.body.split("--s:")[1:]] == ["1", "0.25"]


def told(script: str) -> Any:
    """What a script of rows calls its page with."""
    assert script.startswith("proprocessorRows(") and script.endswith(");\n")
    return json.loads(script.removeprefix("proprocessorRows(").removesuffix(");\n"))


@given(reports())
def test_the_script_of_rows_says_what_the_page_would(analysis: Analysis, report: Report) -> None:
    columns = told(render_rest(analysis, report))
    values: list[tuple[list[Any], Any]] = [
        ([row.key[at] for row in report.rows], partial(words.named, dimension=one.id))
        for at, one in enumerate(report.dimensions)
    ]
    for label in ("all", "few"):  # pages hide the label paid
        for one in report.measures:
            found = [row.values.get(label, {}).get(one.id) for row in report.rows]
            values.append((found, partial(words.shown, unit=one.unit, currency="EUR")))
    assert len(columns) == len(values)
    for column, (found, write) in zip(columns, values, strict=True):
        assert [column["t"][code] for code in column["c"]] == [write(one) for one in found]
        ranked = sorted(zip(column["c"], found, strict=True), key=lambda pair: pair[0])
        known = [one for _, one in ranked if one is not None]
        assert known == sorted(known) and all(one is not None for _, one in ranked[len(ranked) - len(known) :])


def test_codes_are_sorted_by_what_is_read(analysis: Analysis) -> None:
    codes = ["CH", "AT", "ES", "DE", "(unknown)"]  # Switzerland, Austria, Spain, Germany
    rows = tuple(Row((one,), {"all": {"visits": 1}}) for one in codes)
    found = Report(
        "countries", "", "", "", (Column("country", "", ""),), (Column("visits", "", "", "count"),), rows, {}
    )
    (column, *_) = told(render_rest(analysis, found))
    assert column["t"] == ["(unknown)", "Austria", "Germany", "Spain", "Switzerland"]
    assert [column["t"][code] for code in column["c"]] == ["Switzerland", "Austria", "Spain", "Germany", "(unknown)"]


def test_the_rows_that_are_left_out_are_in_a_script(analysis: Analysis) -> None:
    few, many = (report_of(rows_of(number, visits=1), {"visits": "count"}) for number in (100, 101))
    assert not has_rest(few) and make_table(analysis, few, 100).rest == ""
    assert has_rest(many) and make_table(analysis, many, 100).rest == "pages.rows.js"
    assert [len(one["c"]) for one in told(render_rest(analysis, many))] == [101] * 4, "two keys, two labels"
    assert set(told(render_rest(analysis, many))[2]["s"]) == {1000}


@given(st.text(), st.text())
def test_what_visitors_wrote_is_escaped(analysis: Analysis, page: str, other: str) -> None:
    report = report_of([Row((f"<b>{page}", f"\"'&{other}"), {"all": {"visits": 1}})], {"visits": "count"})
    body = make_table(analysis, report, 1).body
    assert "<b>" not in body and "&lt;b&gt;" in body and "&#34;&#39;&amp;" in body


def test_only_addresses_of_the_web_are_links(analysis: Analysis) -> None:
    def body_of(url: str | None) -> str:
        report = report_of([Row((url, None), {"all": {"visits": 1}})], {"visits": "count"})
        dimensions = (Column("url", "URL", "An address."), report.dimensions[1])
        return make_table(analysis, Report(**{**vars(report), "dimensions": dimensions}), 1).body

    link = 'href="https://a.test/?&lt;&#34;&gt;"'
    shown = "https://<wbr>a.<wbr>test/?<wbr>&lt;&#34;&gt;"
    assert f'<a {link} rel="noopener noreferrer nofollow">{shown}</a>' in body_of('https://a.test/?<">')
    assert "<a " not in body_of("javascript:alert(1)")
    assert '<th scope="row">–</th>' in body_of(None)


@given(st.text(alphabet="a/-_.?&=<\n\u202e"))
def test_long_names_may_be_broken_behind_what_parts_them_and_stay_what_they_are(text: str) -> None:
    broken = breakable(text)
    assert broken.replace("<wbr>", "") == escape(text)
    assert "<wbr>" not in broken or len(text) > 12
    assert all(part.unescape()[-1] in "/-_.?&=" for part in broken.split("<wbr>")[:-1])


def test_a_report_of_one_row_has_a_measure_a_row_and_labels_side_by_side(analysis: Analysis) -> None:
    values = {"all": {"visits": 1200, "rate": 0.5}, "paid": {"visits": 7, "rate": None}}
    units = {"visits": "count", "rate": "rate"}
    report = Report(**{**vars(report_of([Row((), values)], units, "overview")), "dimensions": ()})
    table = turn(analysis, report)
    rows = [re.findall(r"<t[hd][^>]*>(?:<span[^>]*>)?([^<]*)", row) for row in table.body.split("<tr>")[1:]]
    assert [one["id"] for one in table.labels] == ["all", "paid", "few"]
    assert rows == [["Visits", "1,200", "7", "–"], ["Rate", "50.0 %", "–", "–"]]
    assert re.findall('data-term="([^"]*)"', table.body) == ["visits", "rate"] and table.shown == 2
    assert turn(analysis, Report(**{**vars(report), "rows": ()})).shown == 0


def test_what_a_measure_was_is_told_apart_from_it(analysis: Analysis) -> None:
    titles = {"visits": "Visits", "visits_before": "Visits, before", "visits_so": "So", "visitors": "Visitors"}
    measures = tuple(Column(one, title, "What it is.", "count") for one, title in titles.items())
    values = {"all": dict.fromkeys(titles, 1)}
    report = Report("overview", "", "", "", (), measures, (Row((), values),), {})
    assert re.findall('<tr([^>]*)>\n<th[^>]*><span[^>]*>([^<]*)', turn(analysis, report).body) == [
        ("", "Visits"), (' class="part"', "Visits, before"), ("", "So"), ("", "Visitors"),
    ]  # fmt: skip


def test_totals_take_the_overview_where_things_overlap(analysis: Analysis, tmp_path: Path) -> None:
    reports = analysis.reports([next(analysis.periods())])["2026-03-01"]
    assert reports["pages"].totals["all"]["visits"] == reports["overview"].totals["all"]["visits"]
    entries = [row.values["all"]["entries"] for row in reports["pages"].rows]
    assert reports["pages"].totals["all"]["entries"] == sum(entries)
    assert reports["pages"].totals["all"]["exit_rate"] is None
