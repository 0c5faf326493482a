"""E-mails that Gmail shows whole: as many rows and reports as fit, what is left out said, charts drawn once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reporter.mail.content import Content, Room, make_content
from reporter.mail.fitting import FEWEST, USUAL, fitting, html_bytes, once
from reporter.mail.grid import make_grids
from reporter.mail.html import Addressee, render_html
from reporter.mail.html_subset import MAX_BYTES, faults
from reporter.mail.text import render_text
from reporter.mail.timetable import named
from reporter.model import Analysis, Period, Report
from shared.dataset_settings import Mail
from shared.dataset_settings.reserved import REPORTS
from tests.analysis_folder import days_from, write_analysis

WEEK = named("week", "2026-W09")
MONTH = named("month", "2026-02")
MANY = ["overview", "trend", "pages", "entries", "exits", "sources", "campaigns", "labels", "funnel", "technology"]
LINK = "https://reports.fruit.test/shop/2026-02/"


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(
        write_analysis(tmp_path_factory.mktemp("mail") / "analysis", days_from(date(2026, 2, 1), 40), rows=50)
    )


def mail(**given: Any) -> Mail:
    return Mail.model_validate({"id": "weekly", "to": ["ann@fruit.test"], **given})


def fitted(analysis: Analysis, event: Mail) -> tuple[Content, list[Room]]:
    """The content of a month, and the rooms that were tried."""
    assert MONTH is not None
    tried: list[Room] = []

    def make(room: Room) -> Content:
        tried.append(room)
        return make_content(analysis, event, MONTH, link=LINK, room=room)

    return fitting(event.rows, make), tried


def kinds(content: Content, report: str) -> list[tuple[int, int]]:
    """Of each table of a report, how many rows it shows, and how many that stand for others."""
    (section,) = [one for one in content.sections if one.id == report]
    found = [[line.kind for line in grid.lines] for grid in section.grids]
    return [(one.count("row"), one.count("others")) for one in found]


def test_what_is_too_long_shows_as_many_rows_as_fit_and_the_rest_as_one(analysis: Analysis) -> None:
    found, tried = fitted(analysis, mail(reports=MANY, rows=50))
    assert tried[0] == Room(50) and tried[-1].rows > FEWEST
    assert [one.rows for one in tried] == sorted((one.rows for one in tried), reverse=True)
    html = render_html(found, Addressee("ann@fruit.test", "weekly", "https://console.fruit.test/unsubscribe/x.y"))
    assert faults(html) == []
    assert "unsubscribe/x.y" in html
    assert found.rows == tried[-1].rows and found.further == ()
    assert set(kinds(found, "pages")) == {(tried[-1].rows, 1)}


def test_what_is_read_as_a_whole_shows_its_busiest_rows_in_order_of_time(analysis: Analysis) -> None:
    assert MONTH is not None
    whole = make_content(analysis, mail(reports=["trend"]), MONTH)
    (first, *_) = whole.sections[0].grids
    assert kinds(whole, "trend")[0] == (len(first.lines) - 1, 0)
    rows = {line.keys[0]: line.cells for line in first.lines if line.kind == "row"}
    assert len(rows) > 12
    cut = make_content(analysis, mail(reports=["trend"]), MONTH, room=Room(6, 12))
    assert kinds(cut, "trend")[0] == (12, 1)
    shown = [line.keys[0] for line in cut.sections[0].grids[0].lines if line.kind == "row"]
    assert shown == [one for one in rows if one in shown], "in the order of time"
    assert all(cut.sections[0].grids[0].lines[at].cells == rows[one] for at, one in enumerate(shown))
    visits = {name: int(cells[0].text.replace(",", "").replace("–", "0")) for name, cells in rows.items()}
    assert min(visits[one] for one in shown) >= max(visits[one] for one in rows if one not in shown)
    others = cut.sections[0].grids[0].lines[12]
    assert others.keys == (f"Others ({len(rows) - 12})",)
    assert others.cells[0].text == f"{sum(visits[one] for one in rows if one not in shown):,}"


def test_days_that_are_left_are_compared_with_the_same_days(analysis: Analysis) -> None:
    """By their order within the period, whichever are shown."""
    assert MONTH is not None
    now = analysis.reports([MONTH])[MONTH.id]["trend"]
    before = replace(now, rows=tuple(now.rows)[::-1])
    (all_of_it,) = make_grids(now, before, analysis.labels[:1], "EUR", 3)
    (some,) = make_grids(now, before, analysis.labels[:1], "EUR", 3, 7)
    rows = {line.keys: line for line in all_of_it.lines if line.kind == "row"}
    assert [rows[line.keys] for line in some.lines[:7]] == list(some.lines[:7])
    assert any(cell.note.startswith("was") for line in some.lines[:7] for cell in line.cells)


def test_what_fits_is_as_it_was_asked_for(analysis: Analysis) -> None:
    found, tried = fitted(analysis, mail(reports=["overview", "pages"], rows=5))
    assert tried == [Room(5)]
    assert html_bytes(found) < MAX_BYTES and found.no_room == ""


def test_reports_that_never_fit_are_named_and_the_others_keep_their_order(tmp_path: Path) -> None:
    """All reports, and pages whose names alone are longer than an e-mail."""
    folder = write_analysis(tmp_path / "analysis", days_from(date(2026, 2, 1), 40), rows=50)
    for name in ("entries", "exits"):
        lengthen(folder / f"{name}.parquet", "page", 40_000)
    analysis = Analysis(folder)
    found, tried = fitted(analysis, mail(reports=[*REPORTS], rows=50))
    assert tried[-1] == Room(FEWEST, 7)
    shown, named_only = ([one.id for one in some] for some in (found.sections, found.further))
    assert {"entries", "exits"} <= {*named_only} and len(shown) > 5
    order = list(REPORTS)
    assert sorted([*shown, *named_only], key=order.index) == order
    assert shown == sorted(shown, key=order.index) and named_only == sorted(named_only, key=order.index)
    html = render_html(found, USUAL)
    assert faults(html) == []
    assert len(html.encode()) > MAX_BYTES // 2
    assert found.no_room == f"This e-mail has no room for {len(named_only)} more reports"
    for text in (html, render_text(found, USUAL)):
        assert found.no_room in text
        assert all(f"{LINK}{one}.html" in text for one in named_only)


def test_one_report_without_room_is_one(analysis: Analysis, tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "analysis", days_from(date(2026, 2, 1), 40))
    lengthen(folder / "pages.parquet", "page", 90_000)
    found, _ = fitted(Analysis(folder), mail(reports=["overview", "pages", "exits"]))
    assert [one.id for one in found.sections] == ["overview", "exits"]
    assert found.no_room == "This e-mail has no room for 1 more report"


@pytest.mark.parametrize("rows", [9, FEWEST, 1])
def test_the_fewest_rows_are_tried_before_a_report_is_only_named(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr("reporter.mail.fitting.html_bytes", lambda _: MAX_BYTES)
    found, tried = fitted(analysis, mail(reports=["pages"], rows=rows))
    assert (tried[0], tried[-1]) == (Room(rows), Room(min(rows, FEWEST), 7))
    assert len(tried) == len(set(tried))
    assert found.sections == () and [one.id for one in found.further] == ["pages"]


def lengthen(path: Path, column: str, signs: int) -> None:
    """Let each page be called something long."""
    table = pq.read_table(path)
    texts = pa.array([None if one is None else f"{one}{'x' * signs}" for one in table[column].to_pylist()], pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, texts), path)


def test_a_chart_is_drawn_once(analysis: Analysis) -> None:
    drawn: list[str] = []

    def draw(_analysis: Analysis, _period: Period, report: Report, _before: Report | None) -> None:
        drawn.append(report.id)

    assert WEEK is not None
    again = once(draw)
    for _ in range(2):
        make_content(analysis, mail(reports=["trend", "pages"]), WEEK, draw=again)
    assert drawn == ["trend", "pages"]
