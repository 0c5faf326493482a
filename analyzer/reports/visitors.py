"""Who came, when, from where, with what."""

from __future__ import annotations

from analyzer.reports.columns import (
    ORDERS,
    PAGE_VIEWS,
    REVENUE,
    SHORT,
    SHORT_RATE,
    VISITORS,
    VISITS,
    Dimension,
    Measure,
    Report,
    count,
)

VISITORS_REPORTS: tuple[Report, ...] = (
    Report(
        "overview",
        "Overview",
        "How much happened?",
        "Visitors",
        (),
        (
            VISITS,
            VISITORS,
            PAGE_VIEWS,
            Measure("pages_per_visit", "Pages per visit", "number", "Page views / visits.", "none"),
            Measure(
                "seconds_per_visit",
                "Time per visit",
                "seconds",
                "Time from first to last page view, mean of visits.",
                "none",
            ),
            SHORT,
            SHORT_RATE,
            count("new_visits", "New visits", "Visits of visitors not seen before."),
            count(
                "returning_visits",
                "Returning visits",
                "Visits of visitors seen on an earlier day, or with the persistent cookie.",
            ),
            count("downloads", "Downloads", "Files of a download type delivered, and clicks on links to them."),
            count("exit_clicks", "Exit clicks", "Clicks on links to other sites."),
            ORDERS,
            REVENUE,
            Measure("conversion_rate", "Conversion", "rate", "Orders / visits.", "none"),
        ),
    ),
    Report(
        "trend",
        "Trend",
        "How did it develop?",
        "Visitors",
        (Dimension("date", "Date", "Day of the visit's first page view; of one day, the hour."),),
        (VISITS, VISITORS, PAGE_VIEWS, SHORT, ORDERS, REVENUE),
    ),
)
