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
            Measure("conversion_rate", "Conversion rate", "rate", "Orders / visits.", "none"),
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
    Report(
        "hours",
        "Hours",
        "When do visitors come?",
        "Visitors",
        (
            Dimension("weekday", "Weekday", "Day of the week of the visit's day: 1 is Monday, 7 Sunday."),
            Dimension("hour", "Hour", "0 to 23, in the data set's time zone."),
        ),
        (
            Measure("visits", "Visits", "count", "Visits whose first page view lies in the hour.", "overview:visits"),
            Measure(
                "page_views",
                "Page views",
                "count",
                "Page views in the hour; those past the midnight of the visit's day in its hour 23.",
                "overview:page_views",
            ),
        ),
    ),
    Report(
        "countries",
        "Countries",
        "Which countries are visitors in?",
        "Visitors",
        (
            Dimension(
                "country",
                "Country",
                "Of the address, as ISO 3166 alpha-2 code; (unknown) where no registry or database knows it.",
            ),
        ),
        (VISITS, VISITORS, ORDERS, REVENUE),
    ),
    Report(
        "technology",
        "Technology",
        "With which browsers, systems and devices do visitors come?",
        "Visitors",
        (
            Dimension("kind", "Kind", "What is counted: browser, os or device; each visit is in each of them once."),
            Dimension("name", "Name", "As the agent has it; (unknown) where it could not be read."),
            Dimension("version", "Version", "Of browser or system; empty where the agent does not tell."),
        ),
        (VISITS, Measure("share", "Share", "rate", "Visits / all visits.", "none")),
    ),
    Report(
        "screens",
        "Screens",
        "Which screens do visitors have?",
        "Visitors",
        (Dimension("screen", "Screen", "The first that a visit tells, where the log has it."),),
        (count("visits", "Visits", "Visits that tell their screen."),),
    ),
)
