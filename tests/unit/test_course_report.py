"""The course of robots in files: the same numbers in CSV, JSON and side by side, and nothing runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from console.web.api import tables
from reporter import words
from reporter.course import course_of
from reporter.course_report import course_rows, course_table
from reporter.csv_report import render_csv
from reporter.documents.cells import key_cell, key_kind
from reporter.json_report import render_json
from reporter.model import Analysis, Report, RobotHits
from tests.analysis_folder import days_from, write_analysis

COURSE = (
    RobotHits("2026-03-01", "Googlebot", "search", 5),
    RobotHits("2026-03-03", "Googlebot", "search", 2),
    RobotHits("2026-03-03", "=1+1", "ai_training", 4),
    RobotHits("2026-03-01", None, None, 1),
)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(date(2026, 3, 1), 3)))


@pytest.fixture(scope="module")
def robots(analysis: Analysis) -> Report:
    found = analysis.reports([analysis.whole], ["robots"])[analysis.whole.id]["robots"]
    return replace(found, course=COURSE)


def test_the_csv_has_a_row_for_each_day_and_robot(analysis: Analysis, robots: Report) -> None:
    course = course_rows(robots)
    assert course is not None
    rows = list(csv.reader(io.StringIO(render_csv(analysis, course))))
    assert rows == [
        ["label", "date", "robot", "purpose", "hits"],
        ["all", "2026-03-01", "Googlebot", "search", "5"],
        ["all", "2026-03-03", "Googlebot", "search", "2"],
        ["all", "2026-03-03", "'=1+1", "ai_training", "4"],
        ["all", "2026-03-01", "", "", "1"],
    ]


def test_the_json_of_the_report_has_the_same(analysis: Analysis, robots: Report) -> None:
    told = json.loads(render_json(analysis, analysis.whole, robots))
    assert [one["id"] for one in told["course"]["columns"]] == ["date", "robot", "purpose", "hits"]
    assert all(one["definition"] for one in told["course"]["columns"])
    assert told["course"]["rows"][2:] == [
        {"date": "2026-03-03", "robot": "=1+1", "purpose": "ai_training", "all": {"hits": 4}},
        {"date": "2026-03-01", "robot": None, "purpose": None, "all": {"hits": 1}},
    ]
    assert list(told)[-2:] == ["totals", "course"], "what was there stays as it was"


def test_typed_columns_tell_it_beside_what_columns_mean(analysis: Analysis, robots: Report) -> None:
    told = tables.read_report(render_json(analysis, analysis.whole, robots))
    about = json.loads((tables.table_of(told).schema.metadata or {})[b"proprocessor"])
    assert about["course"] == told["course"] and len(about["course"]["rows"]) == len(COURSE)


def test_side_by_side_each_line_of_the_chart_has_a_column(robots: Report) -> None:
    course, table = course_of(robots), course_table(robots)
    assert course is not None and table is not None
    assert [one.title for one in table.measures] == [line.name for line in course.lines]
    assert [row.key for row in table.rows] == [(date(2026, 3, 1),), (date(2026, 3, 3),)]
    assert [list(row.values["all"].values()) for row in table.rows] == [[6, 5, 0, 1], [6, 2, 4, 0]]
    assert list(table.totals["all"].values()) == [12, 7, 4, 1]


def test_months_are_named_by_their_ids_and_begin_on_their_first_day(robots: Report) -> None:
    months = [one._replace(part=f"2026-0{at}") for at, one in enumerate(COURSE, start=1)]
    report = replace(robots, course=months)
    course, table = course_rows(report), course_table(report)
    assert course is not None and table is not None
    assert [row.key[0] for row in course.rows] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert (course.dimensions[0].id, table.dimensions[0].id) == ("month", "month")
    assert table.rows[0].key == (date(2026, 1, 1),)
    month = table.dimensions[0]
    assert words.named(table.rows[0].key[0], month.id) == "January 2026"
    assert (key_kind(month, date(2026, 1, 1)), key_cell(month, date(2026, 1, 1))) == ("month", 46023)


@pytest.mark.parametrize("course", [(), COURSE[:1]])
def test_what_is_not_drawn_is_in_no_file(analysis: Analysis, robots: Report, course: tuple[RobotHits, ...]) -> None:
    report = replace(robots, course=course)
    assert course_rows(report) is None and course_table(report) is None
    assert "course" not in json.loads(render_json(analysis, analysis.whole, report))


def test_no_other_report_has_one(analysis: Analysis) -> None:
    found = analysis.reports([analysis.whole])[analysis.whole.id]
    assert [one.id for one in found.values() if course_rows(one) is not None] == ["robots"]
