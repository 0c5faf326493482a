"""A page weighs less than 100 KB compressed, whatever the data set: its names are long and random, its labels seven."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporter import assets
from reporter.charts import layouts
from reporter.editions import editions
from reporter.html_report import Site
from reporter.model import Analysis
from reporter.period_folder import render
from reporter.world import names
from tests import analysis_folder
from tests.analysis_folder import days_from, write_analysis

MOST = 100_000
LABELS = tuple(
    {"id": f"label-{at}", "name": f"Visitors of kind {at}", "color": f"#{at * 37 % 256:02x}40a0", "hide_in": []}
    for at in range(1, 7)
)


def test_no_page_weighs_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_folder, "LABELS", (analysis_folder.LABELS[0], *LABELS))
    key = analysis_folder._key

    def long_key(name: str, at: int, period: dict[str, Any], *, number: int) -> Any:
        if name in ("kind", "country"):
            few = ("browser", "os", "device") if name == "kind" else tuple(names())
            return few[at % len(few)]
        found = key(name, at, period, number=number)
        return f"/{hashlib.sha256(found.encode()).hexdigest()}" if str(found).startswith("/page/") else found

    monkeypatch.setattr(analysis_folder, "_key", long_key)
    analysis = Analysis(write_analysis(tmp_path / "analysis", days_from(date(2026, 3, 1), 1), rows=400))
    (tmp_path / "out").mkdir()
    site = Site(analysis, assets.write(tmp_path / "out"), layouts())
    periods = [one for one in analysis.periods() if one.kind == "month"]
    (edition,) = editions(analysis, periods, periods, site.assets)
    reports = analysis.reports(periods)[periods[0].id]
    files = render(site, edition, reports, reports)
    weights = {name: len(gzip.compress(data)) for name, data in files.items() if name.endswith(".html")}
    assert max(weights.values()) < MOST, weights
    assert weights["pages.html"] > 10_000, "it is a big data set"
    assert len(files["pages.rows.js"]) > len(files["pages.html"]) / 2, "the other rows are beside the page"
