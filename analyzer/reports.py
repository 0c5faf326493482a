"""The reports: one literal table that feeds the analysis, the pages and the documentation (DOMAIN.md section 6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Unit = Literal["count", "rate", "seconds", "money", "number"]


@dataclass(frozen=True)
class Dimension:
    """A column that names what a row is about."""

    id: str
    title: str
    definition: str


@dataclass(frozen=True)
class Measure:
    """A column of numbers. ``total``: ``sum`` of the rows, ``overview:<measure>`` of the period, or ``none``."""

    id: str
    title: str
    unit: Unit
    definition: str
    total: str = "sum"


@dataclass(frozen=True)
class Report:
    """One report; its rows come from ``queries/<id>.sql``, in published order."""

    id: str
    title: str
    question: str
    group: Literal["Visitors", "Arrivals", "Behaviour", "Change", "Health"]
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]

    def to_json(self) -> dict[str, Any]:
        """As it stands in ``analysis.json``."""
        return asdict(self)


PAGE = Dimension(
    "page", "Page", "Path and the query parameters that are not ignored, sorted; a default page is its folder."
)
VISITS = Measure(
    "visits",
    "Visits",
    "count",
    "Visits: page views of one visitor without a pause longer than the gap.",
    "overview:visits",
)
VISITORS = Measure(
    "visitors", "Visitors", "count", "Different visitors, by cookie or by address and agent.", "overview:visitors"
)
PAGE_VIEWS = Measure("page_views", "Page views", "count", "Pages delivered to people.", "overview:page_views")
SHORT = Measure(
    "short_visits", "Short visits", "count", "Visits of at most the short limit (5 seconds).", "overview:short_visits"
)
SHORT_RATE = Measure("short_visit_rate", "Short", "rate", "Short visits / visits.", "overview:short_visit_rate")
ORDERS = Measure(
    "orders", "Orders", "count", "Orders, each id once; without an id, an immediate reload once.", "overview:orders"
)
REVENUE = Measure("revenue", "Revenue", "money", "Sum of the orders' amounts.", "overview:revenue")


def _count(identity: str, title: str, definition: str) -> Measure:
    return Measure(identity, title, "count", definition)


REPORTS: tuple[Report, ...] = (
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
            _count("new_visits", "New visits", "Visits of visitors not seen before."),
            _count(
                "returning_visits",
                "Returning visits",
                "Visits of visitors seen on an earlier day, or with the persistent cookie.",
            ),
            _count("downloads", "Downloads", "Files of a download type delivered, and clicks on links to them."),
            _count("exit_clicks", "Exit clicks", "Clicks on links to other sites."),
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
    Report(
        "pages",
        "Pages",
        "Which pages are read?",
        "Behaviour",
        (PAGE,),
        (
            Measure("views", "Page views", "count", "Times the page was delivered to people.", "overview:page_views"),
            Measure("visits", "Visits", "count", "Visits that saw the page.", "overview:visits"),
            _count("entries", "Entries", "Visits that began on the page."),
            _count("exits", "Exits", "Visits that ended on the page."),
            Measure("exit_rate", "Exit rate", "rate", "Exits / page views of the page.", "none"),
            _count("short_entries", "Short entries", "Short visits that began on the page."),
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
    Report(
        "audit",
        "Audit",
        "Where did every line go?",
        "Health",
        (Dimension("file", "File", "Path of the file below its location."),),
        (
            _count("lines", "Lines", "Lines read; directives + hits + rejects."),
            _count("directives", "Directives", "Lines about the log itself, and blank lines."),
            _count("hits", "Hits", "Lines that are requests; the sum of the columns on the right."),
            _count("rejects", "Rejects", "Lines that could not be read."),
            _count("duplicates", "Duplicates", "Hits that another file has too."),
            _count("excluded", "Excluded", "Hits that the settings exclude."),
            _count("robots", "Robots", "Hits of known crawlers, empty agents, and who asks for /robots.txt."),
            _count("static", "Static", "Hits on images, scripts, styles and the like."),
            _count("downloads", "Downloads", "Hits on files of a download type."),
            _count("exits", "Exit clicks", "Clicks on links to other sites."),
            _count("page_views", "Page views", "Pages delivered to people."),
            _count("other", "Other", "Errors, redirects, HEAD and so on."),
        ),
    ),
)
