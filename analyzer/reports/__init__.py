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
COURSES = {"robots": "robots_course"}
"""Of reports that do not tell it themselves, the query of how they spread over a period, which only their charts show:
columns ``period``, ``label``, ``part`` (a day or month by its id), ``robot``, ``purpose``, ``hits``.
"""

EXITS = {"funnel": "funnel_exits"}
"""Of reports, the query of where visits go that do not go on: columns ``period``, ``label``, the report's dimensions,
``other``, ``visits``, ``share`` (of the visits of the report's row, so that it and what went on make one).
"""

__all__ = ["COURSES", "EXITS", "REPORTS", "Dimension", "Measure", "Report"]
