"""What a report is, and the columns that several share (DOMAIN.md section 6)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Unit = Literal["count", "rate", "points", "seconds", "money", "number", "probability", "timestamp", "flag"]
"""``points`` are a difference of rates, a fraction like them; people read it in percentage points."""


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
SHORT_RATE = Measure(
    "short_visit_rate", "Short visit rate", "rate", "Short visits / visits.", "overview:short_visit_rate"
)
ORDERS = Measure(
    "orders", "Orders", "count", "Orders, each id once; without an id, an immediate reload once.", "overview:orders"
)
REVENUE = Measure("revenue", "Revenue", "money", "Sum of the orders' amounts.", "overview:revenue")


def count(identity: str, title: str, definition: str) -> Measure:
    return Measure(identity, title, "count", definition)
