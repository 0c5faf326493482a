"""Where visitors come from, what that costs and brings."""

from __future__ import annotations

from analyzer.reports.columns import ORDERS, REVENUE, SHORT_RATE, VISITS, Dimension, Report

ARRIVALS_REPORTS: tuple[Report, ...] = (
    Report(
        "referrers",
        "Referrers",
        "Where do visitors come from?",
        "Arrivals",
        (
            Dimension("domain", "Site", "Registrable domain of the referrer; (direct) without an external one."),
            Dimension("url", "Address", "The referrer as the browser sent it."),
        ),
        (VISITS, SHORT_RATE, ORDERS, REVENUE),
    ),
)
