"""What visitors do."""

from __future__ import annotations

from analyzer.reports.columns import (
    ORDERS,
    PAGE,
    REVENUE,
    SHORT,
    SHORT_RATE,
    VISITS,
    Dimension,
    Measure,
    Report,
    count,
)

PATHS = Report(
    "paths",
    "Paths",
    "Which pages come before and after a page?",
    "Behaviour",
    (
        PAGE,
        Dimension("direction", "Direction", "previous: the other page came just before; next: just after."),
        Dimension("other", "Other page", "The page before or after; (entry) and (exit) where the visit has none."),
    ),
    (
        Measure(
            "clicks", "Clicks", "count", "Consecutive page views of a visit; a page after itself is no row.", "none"
        ),
        Measure(
            "share", "Share", "rate", "Clicks / page views of the page, those that follow on itself included.", "none"
        ),
    ),
)
FUNNEL = Report(
    "funnel",
    "Funnel",
    "How far do visits go, and where do they leave?",
    "Behaviour",
    (
        Dimension("funnel", "Funnel", "The funnel of the settings: in data its id, to readers its name."),
        Dimension("stage", "Stage", "Step of the funnel, in order."),
        Dimension("group", "Group", "Pages of the stage that count as one."),
    ),
    (
        Measure(
            "visits",
            "Visits",
            "count",
            "Visits that saw a page of the group, without those that saw a deeper stage only before it.",
            "none",
        ),
        Measure(
            "progressed",
            "Progressed",
            "count",
            "Of these, visits that saw any deeper stage after it; of the last stage empty.",
            "none",
        ),
        Measure("progression", "Progression", "rate", "Progressed / visits.", "none"),
    ),
)
DOWNLOADS = Report(
    "downloads",
    "Downloads",
    "Which files are downloaded?",
    "Behaviour",
    (Dimension("file", "File", "Path of the file, as a page's."),),
    (
        count("downloads", "Downloads", "Times the file was delivered, and clicks on links to it."),
        Measure("visits", "Visits", "count", "Visits that downloaded the file.", "none"),
    ),
)
EXIT_LINKS = Report(
    "exit_links",
    "Exit links",
    "Which links to other sites are followed?",
    "Behaviour",
    (Dimension("url", "Address", "Target of the link; (unknown) where the log does not tell."),),
    (
        count("clicks", "Clicks", "Clicks on links to the address."),
        Measure("visits", "Visits", "count", "Visits that followed such a link.", "none"),
    ),
)
CUSTOM = Report(
    "custom",
    "Custom variables",
    "What do the site's own variables say?",
    "Behaviour",
    (
        Dimension("variable", "Variable", "Name of the custom variable."),
        Dimension("value", "Value", "What it was set to."),
    ),
    (
        Measure("visits", "Visits", "count", "Visits with the value, each once.", "none"),
        Measure("orders", "Orders", "count", "Orders of these visits.", "none"),
        Measure("revenue", "Revenue", "money", "Revenue of these visits.", "none"),
    ),
)

BEHAVIOUR_REPORTS: tuple[Report, ...] = (
    Report(
        "pages",
        "Pages",
        "Which pages are read?",
        "Behaviour",
        (PAGE,),
        (
            Measure("views", "Page views", "count", "Times the page was delivered to people.", "overview:page_views"),
            Measure("visits", "Visits", "count", "Visits that saw the page.", "overview:visits"),
            count("entries", "Entries", "Visits that began on the page."),
            count("exits", "Exits", "Visits that ended on the page."),
            Measure("exit_rate", "Exit rate", "rate", "Exits / page views of the page.", "none"),
            count("short_entries", "Short entries", "Short visits that began on the page."),
            Measure(
                "seconds_on_page",
                "Time on page",
                "seconds",
                "Mean time to the visit's next page view; last pages have none.",
                "none",
            ),
        ),
    ),
    Report(
        "entries",
        "Entry pages",
        "Where do visits begin?",
        "Behaviour",
        (PAGE,),
        (VISITS, SHORT, SHORT_RATE, ORDERS, REVENUE),
    ),
    Report(
        "exits",
        "Exit pages",
        "Where do visits end?",
        "Behaviour",
        (PAGE,),
        (VISITS, Measure("exit_rate", "Exit rate", "rate", "Exits / page views of the page.", "none")),
    ),
    PATHS,
    FUNNEL,
    DOWNLOADS,
    EXIT_LINKS,
    CUSTOM,
)
