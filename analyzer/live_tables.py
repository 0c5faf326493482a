"""The tables that reports read, made of the facts kept with an analysis and cut down to some days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analyzer.cells import BY_ID, cells_of, count
from analyzer.engine import Engine, quote
from analyzer.facts import IN_MONTHS, WHOLE
from analyzer.folders import CELLS, FACTS, STATE, Folder
from analyzer.label_facts import Leaf, meet
from analyzer.labels import condition_of_label, number_sets
from analyzer.parquet_files import parquet, read_files
from analyzer.period_tables import put_periods
from analyzer.periods import Period, calendar_of, compared_units, units_of
from analyzer.significance import weigh_changes
from analyzer.units import UNDATED, day_of_unit
from analyzer.window import EVERYTHING
from shared.dataset_settings import Label
from shared.errors import Rejected, Transient

NOT_BY_DAYS = frozenset(
    "overview pages entries exits paths sources referrers click_quality funnel labels countries technology screens"
    " custom downloads exit_links".split()
)
"""Reports whose rows ask of a visit's day only whether it lies in the period: they have far less to group so."""
COOKIES = ("cookie", "first_cookie")
VISITORS_BY = {
    "sources": "channel", "campaigns": "campaign", "countries": "country", "click_quality": "click",
}  # fmt: skip
"""What reports tell visitors by."""
DIMENSIONS = {
    "all": ("''", "", "true"),
    "channel": ("channel", "JOIN arrivals USING (visit)", "true"),
    "campaign": ("coalesce(campaign, '(none)')", "JOIN arrivals USING (visit)", "true"),
    "click": ("campaign", "JOIN arrivals USING (visit)", "clicked"),
    "country": ("coalesce(country, '(unknown)')", "JOIN visit_traits USING (visit)", "true"),
}
"""How the name of a visitor's thing is told, with which tables, and of which visits."""
COUNTED_BEFORE = ("lines", "robots")
"""Cells that no label changes."""


def open_facts(engine: Engine, analysis: Path) -> None:
    """Let the facts be known as ``kept_<name>``, and ``kept_cells_<id>`` of what is no visitor's."""
    folder = Folder(analysis)
    if not (analysis / STATE).is_file():
        raise Transient(
            "The analysis was made by an older version of this software, which kept no facts to ask.",
            remedy="`proprocessor run` makes it anew.",
            reason="no_facts",
        )
    for name in WHOLE:
        engine.run(f"CREATE VIEW kept_{name} AS FROM {parquet(*folder.whole(name))}")
    for name in IN_MONTHS:
        engine.run(f"CREATE VIEW kept_{name} AS FROM {parquet(*folder.in_months(FACTS, name))}")
    for name in COUNTED_BEFORE:
        cells = BY_ID[name]
        engine.run(f"CREATE VIEW kept_{cells.table} AS {read_files(folder.in_months(CELLS, name), cells.types)}")


def put_tables(engine: Engine, asked: Period, whole: Period, report: str) -> None:
    """Make what a report reads, but for labels that are asked now."""
    _put_visits(engine, asked, report, "hour")
    low, high = _bounds(engine)
    engine.run_file("live/21_of_visits.sql", low=low, high=high, with_views=not _is_course(asked, report))
    first, last = _sql(_first(asked, report)), _sql(asked.last)
    engine.run_file("live/22_of_days.sql", first=first, last=last, click_day=_day(asked, report))
    engine.run_file("prepare/25_money.sql")
    _put_days(engine, asked, whole, one_day=report in NOT_BY_DAYS)


def put_label(engine: Engine, label: Label) -> None:
    """Let visits carry one more label."""
    known = [row[0] for row in engine.rows("SELECT label FROM every_label")]
    leaves: dict[Leaf, int] = {}
    condition = condition_of_label(label, leaves)
    _refuse(engine, label, known, leaves)
    low, high = _bounds(engine)
    engine.run_file("live/30_stubs.sql")
    engine.run_file("prepare/50_texts.sql")
    engine.run_file("prepare/51_numbers.sql")
    engine.run_file("live/31_kept_facts.sql", low=low, high=high)
    meet(engine, leaves)
    engine.run(f"INSERT INTO every_label SELECT {quote(label.id)}, {len(known)}")
    engine.run(f"INSERT INTO asked_membership SELECT visit, {quote(label.id)} FROM visits WHERE {condition}")


def put_cells(engine: Engine, asked: Period, report: str, *, with_overview: bool) -> None:
    """Make what a report is summed of, when all labels are known."""
    if _is_course(asked, report):
        _put_visits(engine, asked, report, "0")
    engine.run_file("prepare/43_earlier.sql", **EVERYTHING.days)
    number_sets(engine)
    needed = cells_of([report, "overview"] if with_overview else [report])
    for cells in needed:
        if cells.id in COUNTED_BEFORE:
            engine.run(f"CREATE VIEW {cells.table} AS FROM kept_{cells.table}")
        elif cells.id != "visitors":
            count(engine, cells)
    if any(cells.id == "visitors" for cells in needed):
        _put_visitors(engine, report)
    if report == "changes":
        weigh_changes(engine)


def _put_visitors(engine: Engine, report: str) -> None:
    """Different visitors, counted for the one period there is: that takes less than to count them by days."""
    engine.run(
        "CREATE TABLE visitors_of_periods (period VARCHAR, label VARCHAR, dimension VARCHAR, name VARCHAR, "
        "visitors BIGINT)"
    )
    for dimension in {"all", VISITORS_BY.get(report, "all")}:
        name, tables, condition = DIMENSIONS[dimension]
        engine.run_file("live/40_visitors.sql", dimension=dimension, thing=name, tables=tables, condition=condition)
    if report == "trend":
        engine.run_file("live/41_visitors_of_days.sql")


def _put_visits(engine: Engine, asked: Period, report: str, hour: str) -> None:
    last = _sql(asked.last)
    condition = f"day BETWEEN {_sql(_first(asked, report))} AND {last}"
    if report == "errors":
        # An error after midnight may be of a visit begun before; no time zone is further from UTC than a day.
        since = _sql(date.fromordinal(max(asked.first.toordinal() - 1, 1)))
        condition = f"until_ts >= {since} AND day <= {last}"
    engine.run_file("live/20_visits.sql", asked=condition, day=_day(asked, report), hour=hour)


def _bounds(engine: Engine) -> tuple[int, int]:
    low, high = engine.rows("SELECT coalesce(min(visit), 1), coalesce(max(visit), 0) FROM visits")[0]
    return int(low), int(high)


def _is_course(asked: Period, report: str) -> bool:
    """Whether a report tells of days only: neither of hours nor of page views by themselves."""
    return report == "trend" and asked.kind != "day"


def _first(asked: Period, report: str) -> date:
    """What changed is seen by the days before."""
    earlier = asked.days if report == "changes" and asked.kind != "all" else 0
    return date.fromordinal(max(asked.first.toordinal() - earlier, 1))


def _day(asked: Period, report: str) -> str:
    return _sql(asked.first) if report in NOT_BY_DAYS else "day"


def _refuse(engine: Engine, label: Label, known: list[str], leaves: dict[Leaf, int]) -> None:
    if label.id in known:
        raise Rejected(f"There is a label {label.id} already.", remedy="Give it another id.", reason="label_twice")
    asks_cookies = any(name in COOKIES for name, _ in leaves)
    if asks_cookies and not engine.rows("SELECT count(*) FROM kept_cookies")[0][0]:
        raise Rejected(
            "This analysis has read no cookies.",
            remedy="They are read where the site's configuration names one, or a label in the settings asks for one.",
            reason="no_cookies",
        )


def _put_days(engine: Engine, asked: Period, whole: Period, *, one_day: bool) -> None:
    """The tables of periods, of the one that is asked for."""
    with_lines = sorted(day_of_unit(row[0]) for row in engine.rows("SELECT DISTINCT unit FROM kept_cells_lines"))
    dated = [day for day in with_lines if day != UNDATED]
    days = [day for day in dated if asked.first <= day <= asked.last]
    undated = [UNDATED] if asked.kind == "all" else []
    put_periods(
        engine,
        [asked],
        units=units_of(asked, [asked.first] if one_day else [*undated, *days], by_month=False),
        calendar=calendar_of([asked], whole, dated),
        compared=compared_units(asked, dated, by_month=False),
    )


def _sql(day: date) -> str:
    return f"DATE {quote(day.isoformat())}"
