"""What reports are summed of: a row for each unit, set of labels and thing, in the tables ``cells_<id>``.

Each comes from ``queries/cells/<id>.sql``, which counts the days of visits at hand; whatever is counted can be added up
over days, so that a month is the sum of its days (:func:`roll_up`) and a report that of its units
(:mod:`analyzer.units`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from analyzer.engine import Engine
from analyzer.units import UNDATED_UNIT, unit_of_day
from analyzer.window import EVERYTHING, Window

TEXT, NUMBER = "VARCHAR", "BIGINT"
PLACE = {"unit": "INTEGER", "label_set": "INTEGER"}
SUM_TYPES = {"revenue": "DECIMAL(38, 2)"}
"""Of measures that are no whole numbers."""


@dataclass(frozen=True)
class Cells:
    """One table: ``keys`` (name to SQL type) tell its things apart."""

    id: str
    keys: Mapping[str, str]
    sums: tuple[str, ...]
    bounds: Mapping[str, str] = field(default_factory=dict)
    """Times, of which the ``min`` or ``max`` counts."""
    by_days_only: bool = False
    """Whether nobody asks for it by months."""
    course: str = ""
    """A condition on its rows: those are needed of every day there is, however it is summed."""

    @property
    def table(self) -> str:
        """Its name."""
        return f"cells_{self.id}"

    @property
    def types(self) -> dict[str, str]:
        """Every column and its SQL type."""
        measures = {one: SUM_TYPES.get(one, NUMBER) for one in self.sums}
        return PLACE | dict(self.keys) | measures | dict.fromkeys(self.bounds, "TIMESTAMP")


VISIT_SUMS = ("visits", "short_visits", "orders", "revenue")
ALL_CELLS = (
    Cells("visits", {}, ("visits", "page_views", "visit_us", "short_visits", "new_visits", "returning_visits",
                         "orders", "revenue"), course="true"),
    Cells("visitors", {"dimension": TEXT, "name": TEXT}, ("in_day", "in_week", "in_month", "in_year", "in_all"),
          course="dimension = 'all'"),
    Cells("clicks", {}, ("downloads", "exit_clicks")),
    Cells("hours", {"weekday": "TINYINT", "hour": "TINYINT"},
          ("visits", "page_views", "short_visits", "orders", "revenue")),
    Cells("hour_visitors", {"hour": "TINYINT"}, ("visitors",), by_days_only=True),
    Cells("pages", {"page": NUMBER},
          ("visits", "views", "entries", "exits", "short_entries", "page_us", "timed")),
    Cells("entries", {"page": NUMBER}, VISIT_SUMS),
    Cells("paths", {"page_before": NUMBER, "page": NUMBER}, ("clicks",)),
    Cells("funnel", {"funnel": TEXT, "stage_number": NUMBER, "group_number": NUMBER, "left_to": NUMBER},
          ("visits", "progressed")),
    Cells("downloads", {"page": NUMBER}, ("downloads", "visits")),
    Cells("exit_links", {"url": TEXT}, ("clicks", "visits")),
    Cells("sources", {"channel": TEXT}, VISIT_SUMS),
    Cells("referrers", {"domain": TEXT, "url": TEXT}, VISIT_SUMS),
    Cells("search", {"engine": TEXT, "term": TEXT}, VISIT_SUMS),
    Cells("campaigns", {"campaign": TEXT}, ("clicks", "short_clicks", "visits", "orders", "revenue")),
    Cells("label_clicks", {"campaign": TEXT, "engine": TEXT, "term": TEXT}, ("clicks",), by_days_only=True,
          course="true"),
    Cells("countries", {"country": TEXT}, ("visits", "orders", "revenue")),
    Cells("technology", dict.fromkeys(("browser", "browser_version", "os", "os_version", "device"), TEXT), ("visits",)),
    Cells("screens", {"screen": TEXT}, ("visits",)),
    Cells("custom", {"variable": TEXT, "value": TEXT}, ("visits", "orders", "revenue")),
    Cells("errors", {"status": NUMBER, "path": TEXT, "referrer": TEXT}, ("hits",)),
    Cells("robots", {"robot": TEXT, "purpose": TEXT, "page": NUMBER, "marked": "BOOLEAN"}, ("hits", "bytes"),
          {"first_ts": "min", "last_ts": "max"}),
    Cells("robot_days", {"robot": TEXT, "purpose": TEXT}, ("hits",), by_days_only=True, course="true"),
    Cells("lines", {"source": NUMBER, "category": TEXT}, ("lines",)),
    Cells("repeated", {"source": NUMBER, "already": NUMBER}, ("hits",)),
    Cells("unread", {}, ("amounts",)),
    Cells("behaved", {"rule": TEXT}, ("visitor_days",)),
    Cells("static_hosts", {"host": TEXT}, ("hits",), by_days_only=True),
)  # fmt: skip
BY_ID = {one.id: one for one in ALL_CELLS}
CELLS_OF_REPORT: dict[str, tuple[str, ...]] = {
    "overview": ("visits", "clicks", "visitors"),
    "trend": ("visits", "hours", "visitors", "hour_visitors"),
    "hours": ("hours",),
    "countries": ("countries", "visitors"),
    "technology": ("technology",),
    "screens": ("screens",),
    "custom": ("custom",),
    "labels": ("visits",),
    "sources": ("sources", "visitors"),
    "referrers": ("referrers",),
    "search": ("search", "label_clicks"),
    "campaigns": ("campaigns", "label_clicks", "visitors"),
    "click_quality": ("campaigns", "visits", "visitors"),
    "pages": ("pages",),
    "entries": ("entries",),
    "exits": ("pages",),
    "paths": ("paths",),
    "funnel": ("funnel",),
    "downloads": ("downloads",),
    "exit_links": ("exit_links",),
    "changes": (
        "pages", "entries", "referrers", "search", "campaigns", "countries", "robots", "errors", "visits", "lines",
    ),
    "errors": ("errors",),
    "robots": ("robots", "robot_days"),
    "robot_pages": ("robots",),
    "audit": ("lines",),
}  # fmt: skip
"""What the query of each report reads, and that of what stands beside it."""


def cells_of(reports: Iterable[str]) -> tuple[Cells, ...]:
    """The tables that these reports need, each once."""
    wanted = {one for report in reports for one in CELLS_OF_REPORT[report]}
    return tuple(one for one in ALL_CELLS if one.id in wanted)


def count(engine: Engine, cells: Cells, window: Window = EVERYTHING, *, table: str = "", only: str = "true") -> None:
    """Make a table of the days at hand; needs what :mod:`analyzer.prepare` makes. ``only`` these rows count."""
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in cells.types.items())
    query = f"SELECT {columns} FROM ({engine.text(f'cells/{cells.id}.sql')})"
    counted = f"unit = {UNDATED_UNIT} OR unit >= {unit_of_day(window.first_day)}" if window.first_day else "true"
    engine.run(f"CREATE TABLE {table or cells.table} AS FROM ({query}) WHERE ({counted}) AND {only}")


def roll_up(engine: Engine, cells: Cells, months: Mapping[int, Collection[int]]) -> None:
    """Add months to a table: each by its unit, with the units of its days."""
    keys = ["label_set", *cells.keys]
    sums = [f"sum({name}) AS {name}" for name in cells.sums]
    bounds = [f"{which}({name}) AS {name}" for name, which in cells.bounds.items()]
    days = ", ".join(f"({day}, {month})" for month, days in months.items() for day in days)
    if not days or cells.by_days_only:
        return
    engine.run(
        f"INSERT INTO {cells.table} BY NAME SELECT month AS unit, {', '.join([*keys, *sums, *bounds])} "
        f"FROM {cells.table} JOIN (VALUES {days}) AS of_month(day, month) ON day = unit "
        f"GROUP BY {', '.join(['month', *keys])}"
    )
