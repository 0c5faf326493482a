"""E-mails that Gmail shows whole: as many rows as fit, the rest as one row, charts drawn once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reporter.mail.content import Content, make_content
from reporter.mail.fitting import FEWEST, fitting, html_bytes, once
from reporter.mail.html import Addressee, render_html
from reporter.mail.html_subset import MAX_BYTES, faults
from reporter.mail.timetable import named
from reporter.model import Analysis, Period, Report
from shared.dataset_settings import Mail
from tests.analysis_folder import days_from, write_analysis

WEEK = named("week", "2026-W09")
MANY = ["overview", "pages", "entries", "exits", "sources", "campaigns"]


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(
        write_analysis(tmp_path_factory.mktemp("mail") / "analysis", days_from(date(2026, 2, 16), 20), rows=50)
    )


def mail(**given: Any) -> Mail:
    return Mail.model_validate({"id": "weekly", "to": ["ann@fruit.test"], **given})


def fitted(analysis: Analysis, event: Mail) -> tuple[Content, list[int]]:
    """The content, and the numbers of rows that were tried."""
    assert WEEK is not None
    tried: list[int] = []

    def make(given: Mail) -> Content:
        tried.append(given.rows)
        return make_content(analysis, given, WEEK)

    return fitting(event, make), tried


def test_what_is_too_long_shows_as_many_rows_as_fit_and_the_rest_as_one(analysis: Analysis) -> None:
    found, tried = fitted(analysis, mail(reports=MANY, rows=50))
    assert tried[0] == 50 and tried[-1] >= FEWEST and tried == sorted(tried, reverse=True)
    html = render_html(found, Addressee("ann@fruit.test", "weekly", "https://console.fruit.test/unsubscribe/x.y"))
    assert faults(html) == []
    assert "unsubscribe/x.y" in html
    pages = next(one for one in found.sections if one.id == "pages")
    for grid in pages.grids:
        assert [one.kind for one in grid.lines].count("others") == 1
        assert [one.kind for one in grid.lines].count("row") == tried[-1]


def test_what_fits_is_as_it_was_asked_for(analysis: Analysis) -> None:
    found, tried = fitted(analysis, mail(reports=["overview", "pages"], rows=5))
    assert tried == [5]
    assert html_bytes(found) < MAX_BYTES


def test_what_never_fits_has_the_fewest_rows(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reporter.mail.fitting.html_bytes", lambda _: MAX_BYTES)
    for rows in (9, FEWEST, 1):
        _, tried = fitted(analysis, mail(reports=["pages"], rows=rows))
        assert (tried[0], tried[-1]) == (rows, min(rows, FEWEST))


def test_a_chart_is_drawn_once(analysis: Analysis) -> None:
    drawn: list[str] = []

    def draw(_analysis: Analysis, _period: Period, report: Report, _before: Report | None) -> None:
        drawn.append(report.id)

    assert WEEK is not None
    again = once(draw)
    for _ in range(2):
        make_content(analysis, mail(reports=["trend", "pages"]), WEEK, draw=again)
    assert drawn == ["trend", "pages"]
