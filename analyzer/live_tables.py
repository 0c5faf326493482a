"""The tables that reports read, made of what is kept with an analysis and cut down to some days.

All visitors and the labels of the settings are summed of the cells that were counted in the analysis; only of a label
that is asked now, the visits that carry it are counted, from the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from analyzer.cells import Cells, cells_of, count
from analyzer.engine import Engine, quote
from analyzer.facts import IN_MONTHS, WHOLE
from analyzer.folders import CELLS, FACTS, ROLLED, STATE, Folder
from analyzer.label_facts import Leaf, meet
from analyzer.labels import MOST_BITS, condition_of_label
from analyzer.parquet_files import parquet, read_files
from analyzer.period_tables import put_periods
from analyzer.periods import Period, calendar_of, compared_units, units_of
from analyzer.units import MONTHS, UNDATED, day_of_unit, month_of_unit, unit_of_day
from shared.dataset_settings import Label
from shared.errors import Rejected, Transient

COOKIES = ("cookie", "first_cookie")
VISITORS_BY = {
    "sources": "channel", "campaigns": "campaign", "countries": "country", "click_quality": "click",
}  # fmt: skip
"""What reports tell visitors by."""
THINGS = {
    "all": ("''", "true"),
    "channel": ("coalesce(channel, '')", "true"),
    "campaign": ("coalesce(campaign, '(none)')", "true"),
    "click": ("campaign", "clicked"),
    "country": ("coalesce(country, '(unknown)')", "true"),
}
"""How the name of a visitor's thing is told, and of which visits."""
BY_DAYS = frozenset(("trend", "campaigns", "search", "changes", "errors"))
"""Reports that ask of a visit's day more than whether it lies in the period: others have far less to group."""
ALONE = ("visitors", "lines", "robots", "robot_days")
"""Cells that no label has, or that are counted otherwise here."""
OF_HOURS = ("hours", "hour_visitors")
FEW_BITS = 62
"""Labels that are bits of a number of the quicker kind."""


@dataclass(frozen=True)
class Days:
    """The units of the days that a report asks for: what is summed, and every single day, those compared with too."""

    asked: Period
    summed: Sequence[int]
    single: Sequence[int]

    @cached_property
    def first(self) -> date:
        """The first day of all; what changed is seen by days before the period."""
        return day_of_unit(min(self.single)) if self.single else self.asked.first


def open_facts(engine: Engine, analysis: Path, *, with_visits: bool) -> Folder:
    """Let the facts be known as ``kept_<name>``, and what things are called and cost by its own name.

    Opening files takes time: all that is known of visits is only opened where a label asks for it.
    """
    folder = Folder(analysis)
    if not (analysis / STATE).is_file():
        raise Transient(
            "The analysis was made by an older version of this software, which kept no facts to ask.",
            remedy="`proprocessor run` makes it anew.",
            reason="no_facts",
        )
    for name in WHOLE:
        engine.run(f"CREATE VIEW kept_{name} AS FROM {parquet(*folder.whole(name))}")
    for name in IN_MONTHS if with_visits else ("history",):
        engine.run(f"CREATE VIEW kept_{name} AS FROM {parquet(*folder.in_months(FACTS, name))}")
    engine.run_file("live/14_names.sql")
    engine.run_file("prepare/25_money.sql")
    engine.run_file("prepare/44_labels_of_sets.sql")
    return folder


def put_days(engine: Engine, folder: Folder, asked: Period, whole: Period, report: str) -> Days:
    """Make the tables of periods, of the one that is asked for; a course is summed by days only."""
    lines = read_files(folder.in_months(CELLS, "lines"), {"unit": "INTEGER"})
    dated = sorted(day for (unit,) in engine.rows(f"SELECT DISTINCT unit FROM ({lines})") if (day := day_of_unit(unit)))
    undated = [day for day in dated if day == UNDATED and asked.kind == "all"]
    dated = [day for day in dated if day != UNDATED]
    by_month = report != "trend"
    units = [unit for unit, _ in units_of(asked, [*undated, *dated], by_month=by_month)]
    compared = list(compared_units(asked, dated, by_month=by_month)) if report == "changes" else []
    apart = list(compared_units(asked, dated, by_month=False)) if report == "changes" else []
    first = unit_of_day(asked.first)
    single = [unit_of_day(day) for day in (*undated, *dated) if day == UNDATED or asked.first <= day <= asked.last]
    put_periods(
        engine,
        [asked],
        units=((unit, asked) for unit in sorted({*units, *single, first})),
        calendar=calendar_of([asked], whole, dated),
        compared={*compared, *apart},
    )
    return Days(
        asked,
        sorted({*units, *(unit for unit, _, _ in compared)}),
        sorted({*single, *(unit for unit, _, _ in apart)}),
    )


def put_known_cells(engine: Engine, folder: Folder, days: Days, report: str, *, with_overview: bool) -> None:
    """Make what a report is summed of, of all visitors and the labels of the settings."""
    for cells in _needed(report, with_overview=with_overview):
        engine.run(f"CREATE VIEW {cells.table} AS {_known(folder, cells, days, report)}")
    if with_overview or report in VISITORS_BY:
        _put_known_visitors(engine, days.asked, report)


def put_label(engine: Engine, folder: Folder, label: Label, days: Days, report: str, *, with_overview: bool) -> None:
    """Add one more label to what the report is summed of."""
    number = _put_members(engine, label, days, report)
    needed = [one for one in _needed(report, with_overview=with_overview) if not _is_empty(one, days, report)]
    if report == "labels":
        engine.run_file("live/33_overlaps.sql", label_set=number, label=quote(label.id))
    for cells in needed:
        if cells.id == "visitors" and report == "trend":
            engine.run(f"CREATE TABLE asked_visitors AS {engine.text('live/41_visitors_of_days.sql')}")
        elif cells.id in ALONE:
            continue
        elif report != "labels":
            count(engine, cells, table=f"asked_{cells.id}", only=f"label_set = {number}")
        known = _known(folder, cells, days, report)
        engine.run(f"CREATE OR REPLACE VIEW {cells.table} AS {known} UNION ALL BY NAME FROM asked_{cells.id}")
    if with_overview or report in VISITORS_BY:
        for values in _visitors_by(days.asked, report):
            engine.run_file("live/42_asked_visitors.sql", label=quote(label.id), **values)


def _needed(report: str, *, with_overview: bool) -> tuple[Cells, ...]:
    return cells_of([report, "overview"] if with_overview else [report])


def _is_empty(cells: Cells, days: Days, report: str) -> bool:
    """A course of more than a day asks for no hours."""
    return cells.id in OF_HOURS and report == "trend" and days.asked.kind != "day"


def _known(folder: Folder, cells: Cells, days: Days, report: str) -> str:
    """A query of what was counted of these days, by day and by month."""
    units = days.single if cells.by_days_only else days.summed
    found = [f"SELECT * FROM ({read_files((), cells.types)})"]
    for part, wanted in (
        (CELLS, [unit for unit in units if unit < MONTHS]),
        (ROLLED, [unit for unit in units if unit >= MONTHS]),
    ):
        files = folder.in_months(part, cells.id, sorted({month_of_unit(unit) for unit in wanted}))
        if files and not _is_empty(cells, days, report):
            among = f"unit BETWEEN {wanted[0]} AND {wanted[-1]} AND unit IN ({', '.join(map(str, wanted))})"
            found.append(f"SELECT * FROM ({read_files(files, cells.types)}) WHERE {among}")
    return " UNION ALL ".join(found)


def _put_known_visitors(engine: Engine, asked: Period, report: str) -> None:
    """Different visitors: of published periods they were counted with the days, of others they are now."""
    if asked.kind != "range":
        engine.run_file("prepare/49_visitors.sql")
        return
    engine.run(
        "CREATE TABLE visitors_of_periods (period VARCHAR, label VARCHAR, dimension VARCHAR, name VARCHAR, "
        "visitors BIGINT)"
    )
    highest = engine.rows("SELECT max(label_order) FROM every_label")[0][0]
    for values in _visitors_by(asked, report):
        if highest > MOST_BITS:
            engine.run_file("live/40_visitors_by_many_labels.sql", **values)
        else:
            bits = "BIGINT" if highest <= FEW_BITS else "HUGEINT"
            engine.run_file("live/40_visitors.sql", bits=bits, **values)


def _visitors_by(asked: Period, report: str) -> Iterator[dict[str, str]]:
    """What the queries of visitors ask, for each thing that the report tells them by."""
    for dimension in dict.fromkeys(("all", VISITORS_BY.get(report, "all"))):
        thing, condition = THINGS[dimension]
        bounds = {"first": _sql(asked.first), "last": _sql(asked.last)}
        yield {"dimension": dimension, "thing": thing, "condition": condition, **bounds}


def count_visits(engine: Engine, labels: Sequence[Label], days: Days) -> tuple[int, list[int]]:
    """How many visits there were on these days, and how many of them carry each of these labels."""
    leaves: dict[Leaf, int] = {}
    conditions = [condition_of_label(label, leaves) for label in labels]
    _put_met(engine, leaves, days, "overview")
    counted = ", ".join(("count(*)", *(f"count(*) FILTER (WHERE {condition})" for condition in conditions)))
    (row,) = engine.rows(f"SELECT {counted} FROM visits")
    return int(row[0]), [int(one) for one in row[1:]]


def _put_members(engine: Engine, label: Label, days: Days, report: str) -> int:
    """Make the visits those that carry a label; gives the number of the set of labels that they make."""
    known = [row[0] for row in engine.rows("SELECT label FROM every_label")]
    if label.id in known:
        raise Rejected(f"There is a label {label.id} already.", remedy="Give it another id.", reason="label_twice")
    leaves: dict[Leaf, int] = {}
    condition = condition_of_label(label, leaves)
    low, high = _put_met(engine, leaves, days, report)
    number = 1 + int(engine.rows("SELECT max(label_set) FROM label_sets")[0][0])
    engine.run_file(
        "live/32_members.sql", condition=condition, label=quote(label.id), label_set=number, low=low, high=high,
        day="day" if report in BY_DAYS else _sql(days.asked.first),
    )  # fmt: skip
    engine.run(f"INSERT INTO every_label VALUES ({quote(label.id)}, {number})")
    return number


def _put_met(engine: Engine, leaves: dict[Leaf, int], days: Days, report: str) -> tuple[int, int]:
    """Make the visits of these days, and ``met``, which of them meet which criterion; gives their bounds."""
    _refuse_cookies(engine, leaves)
    low, high = _put_visits(engine, days, report)
    engine.run_file("live/30_stubs.sql")
    engine.run_file("prepare/50_texts.sql")
    engine.run_file("prepare/51_numbers.sql")
    engine.run_file("live/31_kept_facts.sql", low=low, high=high)
    meet(engine, leaves)
    return low, high


def _put_visits(engine: Engine, days: Days, report: str) -> tuple[int, int]:
    """Make the visits of these days, and what is known of them; gives the first and the last number."""
    asked = days.asked
    first = days.first if report == "changes" else asked.first
    condition = f"day BETWEEN {_sql(first)} AND {_sql(asked.last)}"
    if report == "errors":
        # An error after midnight may be of a visit begun before; no time zone is further from UTC than a day.
        since = _sql(date.fromordinal(max(asked.first.toordinal() - 1, 1)))
        condition = f"until_ts >= {since} AND day <= {_sql(asked.last)}"
    engine.run_file("live/20_visits.sql", asked=condition)
    low, high = map(int, engine.rows("SELECT coalesce(min(visit), 1), coalesce(max(visit), 0) FROM visits")[0])
    bounds = {"low": low, "high": high, "first": _sql(asked.first), "last": _sql(asked.last)}
    engine.run_file("live/21_of_visits.sql", **bounds)
    return low, high


def _refuse_cookies(engine: Engine, leaves: dict[Leaf, int]) -> None:
    asks_cookies = any(name in COOKIES for name, _ in leaves)
    if asks_cookies and not engine.rows("SELECT count(*) FROM kept_cookies")[0][0]:
        raise Rejected(
            "This analysis has read no cookies.",
            remedy="They are read where the site's configuration names one, or a label in the settings asks for one.",
            reason="no_cookies",
        )


def _sql(day: date) -> str:
    return f"DATE {quote(day.isoformat())}"
