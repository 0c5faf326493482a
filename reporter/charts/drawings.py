"""Who draws which report."""

from __future__ import annotations

from collections.abc import Callable

from reporter.charts.amounts import draw_audit, draw_bars, draw_bullets, draw_labels
from reporter.charts.chart import Chart
from reporter.charts.comparisons import draw_campaigns, draw_changes, draw_countries, draw_overlaps
from reporter.charts.funnels import draw_funnel
from reporter.charts.layouts import Layouts
from reporter.charts.request import Request
from reporter.charts.robots import draw_robots
from reporter.charts.shapes import BARS
from reporter.charts.times import draw_hours, draw_trend
from reporter.charts.ways import draw_paths
from reporter.model import Analysis, Period, Report

DRAWINGS: dict[str, Callable[[Request], Chart | None]] = {
    **dict.fromkeys(BARS, draw_bars),
    "overview": draw_labels,
    "audit": draw_audit,
    "trend": draw_trend,
    "hours": draw_hours,
    "countries": draw_countries,
    "campaigns": draw_campaigns,
    "click_quality": draw_bullets,
    "paths": draw_paths,
    "funnel": draw_funnel,
    "changes": draw_changes,
    "labels": draw_overlaps,
    "robots": draw_robots,
}


def chart_of(
    report: Report, analysis: Analysis, period: Period, before: Report | None, layouts: Layouts
) -> Chart | None:
    """The chart of a report of a period; ``before`` is that of the earlier period. ``None``: nothing to draw."""
    draw = DRAWINGS.get(report.id)
    return draw(Request(report, analysis, period, before, layouts)) if draw is not None else None
