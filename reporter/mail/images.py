"""The charts of pages as images that an e-mail carries with it, and what pages say of them."""

from __future__ import annotations

from functools import cache

from reporter.charts import Layouts, chart_of, layouts
from reporter.charts.images import png
from reporter.mail.content import Drawn, Image
from reporter.model import Analysis, Period, Report
from reporter.news import news_of

WIDTH = 480
SCALE = 2.5
"""An e-mail shows it 600 wide, a telephone 360: this lies between, and sharp screens want two pixels for one."""


def draw(analysis: Analysis, period: Period, report: Report, before: Report | None) -> Drawn | None:
    """A report's chart; ``None``: it has none, or there is nothing to draw."""
    chart = chart_of(report, analysis, period, before, kept_layouts())
    if chart is None:
        return None
    image = Image(report.id, png(chart, WIDTH, SCALE), chart.description)
    return Drawn(image, news_of(report, analysis, chart))


@cache
def kept_layouts() -> Layouts:
    """All layouts, made or read once."""
    return layouts()
