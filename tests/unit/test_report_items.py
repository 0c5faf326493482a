"""Countries among what changed are named, whatever else is called like their codes."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from console.report_words import lines
from console.web.seen import Seen
from reporter.csv_report import render_csv
from reporter.items import key_named, keys_shown
from reporter.json_report import render_json
from reporter.mail.grid import make_grids
from reporter.model import Column, Period, Report, Row
from reporter.rest import render_rest
from reporter.table import make_table

KEYS = [("campaign", "DE"), ("country", "DE"), ("country", "XX"), ("country", "(unknown)"), ("page", "/DE")]
NAMES = ["DE", "Germany", "XX", "(unknown)", "/DE"]
VALUES: dict[str, Any] = {"before": 1, "after": 3}
REPORT = Report(
    "changes",
    "What changed",
    "What rose?",
    "Change",
    (Column("dimension", "Kind", ""), Column("item", "Item", "")),
    (Column("before", "Before", "", "count"), Column("after", "After", "", "count")),
    tuple(Row(key, {"all": VALUES}) for key in KEYS),
    {"all": {"before": None, "after": None}},
)
LABEL = {"id": "all", "name": "All visitors", "color": None, "hide_in": [], "letter": "", "ink": "#000"}
DAYS = Period("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31))
ANALYSIS: Any = SimpleNamespace(
    data={"dataset": "shop", "timezone": "UTC", "currency": "EUR"}, labels=[LABEL], whole=DAYS
)


def test_columns_have_names_and_keep_what_is_called_the_same_apart() -> None:
    assert keys_shown(REPORT)[1].values() == NAMES
    assert [key_named(key, ("dimension", "item"))[1] for key in KEYS] == NAMES


def test_a_report_without_rows_has_none() -> None:
    empty = Report("changes", "", "", "", REPORT.dimensions, REPORT.measures, (), {})
    assert [one.values() for one in keys_shown(empty)] == [[], []]


def test_other_reports_are_left_as_they_are() -> None:
    other = Report("countries", "", "", "", (Column("country", "", ""),), (), (Row(("DE",), {}),), {})
    assert keys_shown(other) is other.columns.keys


def test_people_read_names_wherever_they_look() -> None:
    page = make_table(ANALYSIS, REPORT, 100).body
    rest = json.loads(render_rest(ANALYSIS, REPORT).removeprefix("proprocessorRows(").removesuffix(");\n"))
    mail = make_grids(REPORT, None, [LABEL], "EUR", 10)
    _, terminal = lines(REPORT, ["before"], [LABEL], "EUR", compared=False)
    assert [page.count(f">{name}<") for name in NAMES] == [1, 1, 1, 1, 1]
    assert [rest[1]["t"][code] for code in rest[1]["c"]] == NAMES
    assert [line.keys[1] for grid in mail for line in grid.lines if len(line.keys) == 2] == NAMES
    assert [line[1] for line in terminal] == NAMES


def test_programs_read_codes_as_in_the_report_of_countries() -> None:
    assert [row["item"] for row in json.loads(render_json(ANALYSIS, DAYS, REPORT))["rows"]] == [one for _, one in KEYS]
    assert "all,country,DE,1,3" in render_csv(ANALYSIS, REPORT)


def test_a_reader_finds_a_country_by_its_name() -> None:
    assert [row.key for row in Seen(rows="germany").of(REPORT).rows] == [("country", "DE")]
