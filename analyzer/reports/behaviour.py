"""What visitors do."""

from __future__ import annotations

from analyzer.reports.columns import ORDERS, PAGE, REVENUE, SHORT, SHORT_RATE, VISITS, Measure, Report, count

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
)
