"""The reports: one literal table that feeds the analysis, the pages and the documentation (DOMAIN.md section 6)."""

from __future__ import annotations

from analyzer.reports.arrivals import ARRIVALS_REPORTS
from analyzer.reports.behaviour import BEHAVIOUR_REPORTS
from analyzer.reports.change import CHANGE_REPORTS
from analyzer.reports.columns import Dimension, Measure, Report
from analyzer.reports.health import HEALTH_REPORTS
from analyzer.reports.visitors import VISITORS_REPORTS

REPORTS: tuple[Report, ...] = (
    *VISITORS_REPORTS,
    *ARRIVALS_REPORTS,
    *BEHAVIOUR_REPORTS,
    *CHANGE_REPORTS,
    *HEALTH_REPORTS,
)
"""In the order in which they are shown."""

__all__ = ["REPORTS", "Dimension", "Measure", "Report"]
