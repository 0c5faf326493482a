"""Files that go with an e-mail say what its event says: its reports, its labels, every row."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from datetime import date

import pytest

from reporter.mail.attachments import attachments_of
from reporter.model import Analysis, Period
from shared.dataset_settings import Mail
from tests.analysis_folder import LABELS, days_from, write_analysis


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(
        write_analysis(tmp_path_factory.mktemp("made") / "analysis", days_from(date(2026, 2, 24), 9), rows=12)
    )


def week_of(analysis: Analysis) -> Period:
    return next(one for one in analysis.periods() if one.kind == "week")


def an_event(**more: object) -> Mail:
    return Mail.model_validate({"id": "weekly", "to": ["ann@fruit.test"], "reports": ["overview", "pages"], **more})


def test_the_course_of_robots_is_a_file_beside_them(analysis: Analysis) -> None:
    event = an_event(attach=["csv"], reports=["robots", "pages"])
    period = week_of(analysis)
    names = [one.name for one in attachments_of(event, analysis, period, partial=False)]
    assert names == [f"shop-{period.id}-{one}.csv" for one in ("robots", "pages", "robots.course")]


@pytest.mark.parametrize("chosen", [[], ["few"]], ids=["all labels", "one label"])
def test_a_file_has_the_labels_that_are_chosen(analysis: Analysis, chosen: list[str]) -> None:
    event = an_event(attach=["csv", "xlsx"], labels=chosen)
    files = {one.name: one.data for one in attachments_of(event, analysis, week_of(analysis), partial=False)}
    sheets, pages = (next(data for name, data in files.items() if name.endswith(end)) for end in (".xlsx", "pages.csv"))
    found = {row["label"] for row in csv.DictReader(io.StringIO(pages.decode()))}
    wanted = {"all", *(chosen or [one["id"] for one in LABELS])}
    assert found == wanted
    with zipfile.ZipFile(io.BytesIO(sheets)) as packed:
        texts = html.unescape("".join(packed.read(one).decode() for one in packed.namelist() if one.endswith(".xml")))
    assert {one["id"] for one in LABELS if str(one["name"]) in texts} == wanted
