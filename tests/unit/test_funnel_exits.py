"""Where visits go that do not go on in a funnel: the same in chart, page, CSV, JSON and Arrow, by the funnel's name."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from console.web.api import tables
from reporter.beside import reports_beside, tables_beside
from reporter.charts import Layouts, chart_of, layouts
from reporter.csv_report import render_csv
from reporter.exits import exits_of
from reporter.json_report import render_json
from reporter.mail.content import make_content
from reporter.mail.grid import make_grids
from reporter.mail.html import Addressee
from reporter.mail.text import render_text
from reporter.model import Analysis, Report, Row
from reporter.news import news_of
from reporter.report import names_in
from reporter.rows import Coded
from reporter.table import make_table
from shared.dataset_settings import Mail
from tests.analysis_folder import days_from, write_analysis

GONE = [
    ("all", "Product", "(exit)", 30),
    ("all", "Product", "=1+1", 12),
    ("all", "Product", "/a", 9),
    ("all", "Product", "/b", 5),
    ("all", "Product", "/c", 4),
    ("all", "Cart", "(exit)", 20),
    ("few", "Product", "/c", 3),
]
SEEN: dict[str, dict[str, Any]] = {
    "Product": {"all": (100, 40), "few": (5, 2)},
    "Cart": {"all": (40, 20), "few": (2, 2)},
    "End": {"all": (20, None), "few": (2, None)},
}


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(date(2026, 3, 1), 3)))


@pytest.fixture(scope="module")
def made() -> Layouts:
    return layouts()


@pytest.fixture(scope="module")
def funnel(analysis: Analysis) -> Report:
    found = analysis.reports([analysis.whole], ["funnel"])[analysis.whole.id]["funnel"]
    rows = [
        Row(("buy", stage, stage), {label: values(*told) for label, told in seen.items()})
        for stage, seen in SEEN.items()
    ]
    columns: dict[str, list[Any]] = {
        "label": [label for label, *_ in GONE],
        "funnel": ["buy"] * len(GONE),
        "stage": [stage for _, stage, *_ in GONE],
        "group": [stage for _, stage, *_ in GONE],
        "other": [page for *_, page, _ in GONE],
        "visits": [visits for *_, visits in GONE],
        "share": [visits / SEEN[stage][label][0] for label, stage, _, visits in GONE],
    }
    report = replace(found, rows=rows, names={"funnel": {"buy": "Buying"}})
    return replace(report, exits=exits_of(report, {name: Coded.of_equal(one) for name, one in columns.items()}))


def values(visits: int, onward: int | None) -> dict[str, Any]:
    return {"visits": visits, "progressed": onward, "progression": onward / visits if onward is not None else None}


def rows_of(analysis: Analysis, made: Layouts, funnel: Report) -> list[dict[str, Any]]:
    chart = chart_of(funnel, analysis, analysis.whole, None, made)
    assert chart is not None
    rows: list[dict[str, Any]] = chart.spec["datasets"]["rows"]
    return rows


def test_the_chart_has_below_each_step_where_most_go_and_the_others_together(
    analysis: Analysis, made: Layouts, funnel: Report
) -> None:
    rows = [one for one in rows_of(analysis, made, funnel) if one["label"] == "All visitors"]
    assert [(one["stage"].rstrip("\u200b"), one["visits"], one["end"]) for one in rows] == [
        ("Product", 100, "100, 40 go on"),
        ("→ (exit)", 30, "30"),
        ("→ =1+1", 12, "12"),
        ("→ 3 other pages", 18, "18"),
        ("Cart", 40, "40, 20 go on"),
        ("→ (exit)", 20, "20"),
        ("End", 20, "20"),
    ]
    assert len({one["stage"] for one in rows}) == len(rows), "the same page below two steps is two bars"
    for step, *_ in SEEN.items():
        here = [one["visits"] for one in rows if one.get("of") == step]
        visits, onward = SEEN[step]["all"]
        assert sum(here) == visits - (visits if onward is None else onward)
    few = [one for one in rows_of(analysis, made, funnel) if one["label"].endswith("Few")]
    assert [one["stage"] for one in few] == [one["stage"] for one in rows], "labels stand side by side"
    assert [one["visits"] for one in few if one.get("of") == "Product"] == [0, 0, 3]


def test_the_funnel_is_called_by_its_name_wherever_it_is_read(
    analysis: Analysis, made: Layouts, funnel: Report
) -> None:
    assert {one["funnel"] for one in rows_of(analysis, made, funnel)} == {"Buying"}
    chart = chart_of(funnel, analysis, analysis.whole, None, made)
    assert chart is not None and chart.description == (
        "Steps of the funnel Buying: Product 100, 40 (40.0 %) go on; (exit) 30 (30.0 %); =1+1 12 (12.0 %); "
        "3 other pages 18 (18.0 %); Cart 40, 20 (50.0 %) go on; (exit) 20 (50.0 %); End 20."
    )
    assert news_of(funnel, analysis, chart) == (
        "100 visits saw Product, 20 saw End; most stop at Product: 60 of 100 do not go on."
    )
    assert funnel.exits is not None
    for one in (funnel, funnel.exits):
        body = make_table(analysis, one, 100).body
        assert "Buying" in body and ">buy<" not in body


def test_names_of_the_settings_are_told_apart() -> None:
    funnels = [{"id": "a", "name": "Buy"}, {"id": "b", "name": "Buy"}, {"id": "c", "name": ""}]
    assert names_in("funnel", [], funnels) == {"funnel": {"a": "Buy (a)", "b": "Buy (b)", "c": "c"}}
    assert names_in("labels", [{"id": "few", "name": "Few"}], funnels) == {"other": {"few": "Few"}}
    assert names_in("pages", [{"id": "few", "name": "Few"}], funnels) == {}


def test_data_has_the_id_and_every_row(analysis: Analysis, funnel: Report) -> None:
    ((ending, exits),) = reports_beside(funnel)
    assert ending == ".exits.csv" and [*tables_beside(funnel)] == [exits]
    rows = list(csv.DictReader(io.StringIO(render_csv(analysis, exits))))
    assert [(one["label"], one["stage"], one["other"].removeprefix("'"), int(one["visits"])) for one in rows] == GONE
    assert rows[1]["other"] == "'=1+1" and {one["funnel"] for one in rows} == {"buy"}
    told = json.loads(render_json(analysis, analysis.whole, funnel))
    assert told["exits"]["rows"][4] == {
        "funnel": "buy", "stage": "Product", "group": "Product", "other": "/c",
        "all": {"visits": 4, "share": 0.04}, "few": {"visits": 3, "share": 0.6},
    }  # fmt: skip
    about = json.loads(tables.schema_of(told).metadata[b"proprocessor"])
    assert about["exits"]["columns"] == told["exits"]["columns"]
    assert "exits" not in json.loads(render_json(analysis, analysis.whole, replace(funnel, exits=None)))


def test_an_e_mail_has_the_ways_that_most_take_in_the_order_of_the_steps(analysis: Analysis, funnel: Report) -> None:
    assert funnel.exits is not None
    labels = analysis.labels[:1]
    (whole,) = make_grids(funnel.exits, None, labels, "EUR", 10)
    assert [(line.keys, line.cells[0].text, line.cells[1].text) for line in whole.lines][:2] == [
        (("Buying", "Product", "Product", "(exit)"), "30", "30.0 %"),
        (("Buying", "Product", "Product", "=1+1"), "12", "12.0 %"),
    ]
    (some,) = make_grids(funnel.exits, None, labels, "EUR", 3)
    assert [(line.keys[1:], line.cells[0].text) for line in some.lines] == [
        (("Product", "Product", "(exit)"), "30"),
        (("Product", "Product", "=1+1"), "12"),
        (("Cart", "Cart", "(exit)"), "20"),
        ((), "18"),
    ]
    assert some.lines[-1].keys == ("Others (3)",) and some.lines[-1].cells[1].text == "–"


def test_an_e_mail_compares_them_also_with_days_on_which_all_went_on(
    analysis: Analysis, funnel: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with those of which nothing is known."""
    days = [one for one in analysis.periods() if one.kind == "day"]
    event = Mail.model_validate({"id": "daily", "to": ["ann@fruit.test"], "period": "day", "reports": ["funnel"]})
    for then, note in ((replace(funnel, exits=None), "was 0, +30"), (funnel, "as before")):
        found = {days[0].id: then, days[1].id: funnel}
        monkeypatch.setattr("reporter.mail.content.reports_of", lambda _, day, __, f=found: {"funnel": f[day.id]})
        exits = make_content(analysis, event, days[1]).sections[0].exits
        assert exits is not None and exits.grids[0].lines[0].cells[0].note == note
        text = render_text(make_content(analysis, event, days[1]), Addressee("ann@fruit.test"))
        assert "Where do visits go that do not go on?\n\n" in text and "(exit)" in text
    exits = make_content(analysis, event, days[1], lacks=("Some.",)).sections[0].exits
    assert exits is not None and exits.grids[0].lines[0].cells[0].note == ""


def test_a_row_of_dashes_is_no_total(analysis: Analysis, funnel: Report) -> None:
    assert make_table(analysis, funnel, 100).totals is None
    pages = analysis.reports([analysis.whole], ["pages"])[analysis.whole.id]["pages"]
    assert make_table(analysis, pages, 100).totals is not None
