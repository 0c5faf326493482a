"""Charts: every report that has rows has one, the layouts are made once for all processes, colours can be told apart."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporter.charts import Chart, Layouts, chart_of, layouts
from reporter.charts.chart import DARK_PAPER, PAPER, series_of
from reporter.charts.images import png, svg
from reporter.charts.robots import STRIP
from reporter.colors import ENOUGH, contrast, readable
from reporter.model import Analysis, Report, RobotHits, Row
from reporter.neighbours import KINDS
from reporter.news import news_of
from reporter.world import names, outlines
from tests.analysis_folder import days_from, write_analysis

DRAWN_ALSO_WHERE_FEW = ("trend", "hours", "pages", "sources", "referrers", "search", "exits", "technology", "errors")


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    days = days_from(date(2026, 2, 24), 9)
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days, rows=12))


@pytest.fixture(scope="module")
def made() -> Layouts:
    return layouts()


def charts_of(analysis: Analysis, made: Layouts, kind: str) -> dict[str, Chart]:
    period = next(one for one in analysis.periods() if one.kind == kind)
    reports = analysis.reports([period])[period.id]
    found = {one.id: chart_of(one, analysis, period, one, made) for one in reports.values()}
    return {name: one for name, one in found.items() if one is not None}


def test_layouts_are_kept_and_the_same_when_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = dict(layouts())
    assert {"trend-hour", "bars", "paths"} < set(first)
    (kept,) = (tmp_path / "proprocessor").iterdir()
    before = kept.stat().st_mtime_ns
    assert dict(layouts()) == first
    assert kept.stat().st_mtime_ns == before
    kept.write_text("{")
    assert dict(layouts()) == first


def test_without_a_place_to_keep_them_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert layouts()["trend-day"]["layer"]


@pytest.mark.parametrize("kind", KINDS)
def test_reports_with_rows_have_charts_that_ask_and_tell(analysis: Analysis, made: Layouts, kind: str) -> None:
    found = charts_of(analysis, made, kind)
    assert set(DRAWN_ALSO_WHERE_FEW) <= set(found)
    for name, one in found.items():
        assert one.question.endswith("?"), name
        assert len(one.description) > 20, name
        assert one.spec["datasets"]["rows"], name
        assert "@" not in json.dumps(one.spec["layer" if "layer" in one.spec else "encoding"]), name


@pytest.mark.parametrize("report", ["trend", "paths", "countries", "robots"])
def test_images_are_drawn_without_a_browser_or_a_host(analysis: Analysis, made: Layouts, report: str) -> None:
    text = svg(charts_of(analysis, made, "week")[report], 600)
    assert text.startswith("<svg") and text.count("<path") > 3
    assert set(re.findall(r'(?:href|src)="', text)) == set()


def test_a_png_has_the_width_that_was_asked_for(analysis: Analysis, made: Layouts) -> None:
    data = png(charts_of(analysis, made, "month")["sources"], 500, scale=2)
    assert data.startswith(b"\x89PNG")
    assert abs(int.from_bytes(data[16:20], "big") - 1000) <= 20


def test_an_empty_report_has_no_chart(analysis: Analysis, made: Layouts) -> None:
    period = next(analysis.periods())
    for one in analysis.reports([period])[period.id].values():
        empty = Report(one.id, one.title, one.question, one.group, one.dimensions, one.measures, (), {})
        chart = chart_of(empty, analysis, period, None, made)
        assert chart is None or one.id == "overview", one.id


@pytest.mark.parametrize("paper", [PAPER, DARK_PAPER])
@pytest.mark.parametrize("color", ["#0072B2", "#E69F00", "#56B4E9", "#882255", "#999933", "#ffffff", "#000000"])
def test_colours_can_be_told_from_what_is_behind_them(color: str, paper: str) -> None:
    assert contrast(readable(color, paper), paper) >= ENOUGH


def test_a_colour_that_can_be_told_stays(analysis: Analysis) -> None:
    assert readable("#0072B2", PAPER) == "#0072b2"
    assert readable("#E69F00", PAPER) != "#e69f00"
    everybody, paid, few = series_of(analysis, "trend")
    assert (paid.name[0], few.name[0]) == ("A", "B") and everybody.name == "All visitors"
    assert [one.id for one in series_of(analysis, "pages")] == ["all", "few"]
    assert [one.id for one in series_of(analysis, "robots")] == ["all"]


def test_the_sums_of_bars_are_those_of_the_rows(analysis: Analysis, made: Layouts) -> None:
    period = next(one for one in analysis.periods() if one.kind == "month")
    report = analysis.reports([period])[period.id]["referrers"]
    expected: dict[str, int] = {}
    for row in report.rows:
        name = str(row.key[0] or "–")
        expected[name] = expected.get(name, 0) + row.values.get("all", {}).get("visits", 0)
    chart = chart_of(report, analysis, period, None, made)
    assert chart is not None
    drawn = {one["item"]: one["value"] for one in chart.spec["datasets"]["rows"] if one["label"] == "All visitors"}
    assert drawn == {name: value for name, value in expected.items() if value}
    assert list(drawn.values()) == sorted(drawn.values(), reverse=True)


def test_a_trend_is_laid_over_the_one_before(analysis: Analysis, made: Layouts) -> None:
    rows: list[dict[str, Any]] = charts_of(analysis, made, "month")["trend"].spec["datasets"]["rows"]
    assert [one["end"] for one in rows] == ["All", "A", "B"]
    assert all(one["then"] == one["value"] for one in rows), "it was compared with itself"


def test_robots_have_a_line_each_with_a_bar_a_day(analysis: Analysis, made: Layouts) -> None:
    spec = charts_of(analysis, made, "week")["robots"].spec
    rows: list[dict[str, Any]] = spec["datasets"]["rows"]
    assert [one["item"] for one in rows] == ["All robots", "Googlebot", "=1+1", "Others"]
    assert rows[0]["part"][0] == "Tue 24 Feb 2026", "logs begin within the week"
    assert rows[0]["value"] == [sum(values) for values in zip(*(one["value"] for one in rows[1:]), strict=True)]
    assert [one["end"] for one in rows] == ["36", "6", "12", "18"]
    assert spec["height"] == 4 * STRIP


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_drawn_as_published_reports_are(analysis: Analysis, made: Layouts, kind: str) -> None:
    period = next(one for one in analysis.periods() if one.kind == kind)
    reports = analysis.reports([period])[period.id]
    for name, chart in charts_of(analysis, made, kind).items():
        plain = [replace(reports[name], rows=tuple(reports[name].rows)) for _ in ("now", "before")]
        drawn = chart_of(plain[0], analysis, period, plain[1], made)
        assert drawn is not None and drawn.spec["datasets"] == chart.spec["datasets"], name


def test_a_thing_of_several_rows_of_an_answer_is_one_bar(analysis: Analysis, made: Layouts) -> None:
    period = next(one for one in analysis.periods() if one.kind == "month")
    report = analysis.reports([period])[period.id]["search"]
    rows = [replace(row, key=(("Bing", None)[at % 2], row.key[1])) for at, row in enumerate(report.rows)]
    drawn = chart_of(replace(report, rows=tuple(rows)), analysis, period, None, made)
    assert drawn is not None
    bars = {one["item"]: one["value"] for one in drawn.spec["datasets"]["rows"] if one["label"] == "All visitors"}
    visits = [row.values["all"]["visits"] if "all" in row.values else 0 for row in rows]
    assert bars == {"Bing": sum(visits[::2]), "–": sum(visits[1::2])}


def test_robots_of_many_months_have_a_bar_a_month(analysis: Analysis, made: Layouts) -> None:
    period = next(one for one in analysis.periods() if one.kind == "all")
    report = analysis.reports([period])[period.id]["robots"]
    course = [RobotHits("2025-11", "Bingbot", "search", 1200), RobotHits("2026-01", "Bingbot", "search", 7)]
    chart = chart_of(replace(report, course=course), analysis, period, None, made)
    assert chart is not None
    (row,) = chart.spec["datasets"]["rows"]
    assert (row["part"], row["text"]) == (["November 2025", "January 2026"], ["1,200", "7"])
    assert "Bingbot 1,207, up to 1,200" in chart.description


@pytest.mark.parametrize("course", [(), (RobotHits("2026-03-01", "Bingbot", "search", 7),)])
def test_robots_whose_course_is_not_known_are_bars(
    analysis: Analysis, made: Layouts, course: tuple[RobotHits, ...]
) -> None:
    period = next(one for one in analysis.periods() if one.kind == "month")
    report = replace(analysis.reports([period])[period.id]["robots"], course=course)
    chart = chart_of(report, analysis, period, None, made)
    assert chart is not None
    assert max(one["value"] for one in chart.spec["datasets"]["rows"]) == max(
        row.values["all"]["hits"] for row in report.rows
    )


def test_where_no_country_is_known_that_is_said_in_place_of_a_map(analysis: Analysis, made: Layouts) -> None:
    period = next(one for one in analysis.periods() if one.kind == "month")
    report = analysis.reports([period])[period.id]["countries"]
    unknown = replace(report, rows=(replace(report.rows[0], key=("(unknown)",)),))
    assert chart_of(unknown, analysis, period, None, made) is None
    assert news_of(unknown, analysis, None) == "The country of no visitor is known."
    assert news_of(replace(report, rows=()), analysis, None) == ""


def test_every_country_of_the_map_has_a_code_of_its_own() -> None:
    codes = [one["id"] for one in outlines() if "id" in one and one["id"] != "AU"]
    assert len(codes) == len(set(codes))
    assert {"DE": "Germany", "US": "United States", "SG": "Singapore"}.items() <= names().items()


def test_a_point_of_a_day_stands_where_the_axis_names_the_day(analysis: Analysis, made: Layouts) -> None:
    drawn = charts_of(analysis, made, "week")["trend"]
    ats = drawn.spec["datasets"]["rows"][0]["at"]
    assert ats and all(one.endswith("T00:00:00") for one in ats)


@pytest.mark.parametrize("kind", ["day", "week", "all"])
def test_the_chart_of_visits_has_a_table_with_what_was_before(analysis: Analysis, made: Layouts, kind: str) -> None:
    period = next(one for one in analysis.periods() if one.kind == kind)
    report = analysis.reports([period])[period.id]["trend"]
    for before in (None, report):
        drawn = chart_of(report, analysis, period, before, made)
        assert drawn is not None
        table = drawn.table
        assert table is not None
        at, step = (2, 2) if before else (1, 1)
        names = [one.name for one in series_of(analysis, "trend")]
        assert [head for head in table.heads[1:] if not head.endswith(", before")] == names
        assert len(table.heads) == 1 + len(names) * step
        shown = [row[1] for row in table.rows]
        assert shown == [f"{row.values['all']['visits']:,}" if "all" in row.values else "0" for row in report.rows]
        if before:
            assert [row[at] for row in table.rows] == shown
        assert table.is_repeated == (before is None)
    assert charts_of(analysis, made, kind)["pages"].table is None


def test_paths_are_drawn_of_each_label_as_the_report_has_them(analysis: Analysis, made: Layouts) -> None:
    period = next(one for one in analysis.periods() if one.kind == "month")
    report = analysis.reports([period])[period.id]["paths"]
    clicks = [("previous", "(entry)", 60), ("previous", "/b", 39), ("previous", "/c", 1), ("next", "/b", 100)]
    rows = [
        *(Row(("/a", way, other), {"all": {"clicks": n, "share": n / 200}}) for way, other, n in clicks),
        Row(("/b", "next", "/a"), {"all": {"clicks": 4, "share": 0.5}, "few": {"clicks": 3, "share": 0.75}}),
        *(Row(("/b", "next", f"/x{at:02}"), {"all": {"clicks": 1, "share": 0.125}}) for at in range(20)),
    ]
    chart = chart_of(replace(report, rows=rows), analysis, period, None, made)
    assert chart is not None
    drawn: list[dict[str, Any]] = chart.spec["datasets"]["rows"]
    everybody, *labels = dict.fromkeys(one["label"] for one in drawn)
    few = next(one for one in labels if one.endswith("Few"))
    by_key = {(one["page"], one["label"]): one for one in drawn}
    assert by_key["/a", everybody] == {
        "page": "/a", "label": everybody, "views": "200", "side": ["previous", "previous", "next"],
        "other": ["(entry)", "/b", "/b"], "clicks": [60, 39, 100], "share": [0.3, 0.195, 0.5],
    }  # fmt: skip
    assert by_key["/a", few]["views"] == "0" and by_key["/a", few]["side"] == [], "these visits did not see it"
    assert len(by_key["/b", everybody]["side"]) == 15, "so many boxes a side"
    assert (by_key["/b", few]["other"], by_key["/b", few]["share"], by_key["/b", few]["views"]) == (["/a"], [0.75], "4")
    choices = {one["name"]: one["bind"]["options"] for one in chart.spec["params"] if "bind" in one}
    assert choices == {"choice": ["/a", "/b"], "whose": [everybody, *labels]}
