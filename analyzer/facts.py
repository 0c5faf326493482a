"""The facts kept with an analysis: :mod:`analyzer.live` answers from them what was not computed beforehand, and the
next analysis goes on from them.

A fact is a view ``kept_<name>`` of ``queries/live/1*.sql``, written as Parquet by month: columns that a question does
not need are not read, nor are the rows of other days, since those of visits stand in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from analyzer.earlier import Before
from analyzer.engine import Engine
from analyzer.folders import FACTS, Folder
from analyzer.parquet_files import parquet
from analyzer.units import last_of_month, month_of, unit_of_day

OF_VISITS = (
    "visits", "arrivals", "traits", "membership", "history", "seen", "views", "custom_values", "funnel_seen",
    "evidence", "places", "visit_cookies", "statuses",
)  # fmt: skip
"""By ``visit``."""
OF_DAYS = ("clicks", "visitors", "orders", "error_hits", "behaviour")
"""By ``day``."""
OF_NUMBERS = {
    "addresses": ("sender", "visits"),
    "queries": ("place", "places"),
    "cookies": ("cookie", "visit_cookies"),
}
"""Texts by their number: its name, and the fact that uses it."""
WHOLE = (
    "pages", "profiles", "agents", "named_sets", "every_label", "hidden_labels", "funnel_groups",
    "campaign_clicks", "campaign_costs", "costed", "sources",
)  # fmt: skip
"""Not of a month."""
IN_MONTHS = (*OF_VISITS, *OF_DAYS, *OF_NUMBERS)
KEPT = ("10_kept_visits", "11_kept_views", "12_kept_texts", "13_kept_others")


def name_facts(engine: Engine) -> None:
    """Make the views; needs all that :mod:`analyzer.prepare` makes."""
    for name in KEPT:
        engine.run_file(f"live/{name}.sql")


def write_whole_facts(engine: Engine, out: Folder) -> None:
    """Write those that are not of a month."""
    (out.path / FACTS).mkdir(exist_ok=True)

    def write(side: Engine, name: str) -> None:
        side.write(f"FROM kept_{name}", out.path / FACTS / f"{name}.parquet")

    engine.write_each(write, WHOLE)


def write_month_facts(engine: Engine, out: Folder, months: Sequence[date], before: Before | None) -> None:
    """Write those of these months, each given by its first day."""
    for first in months:
        _write_month(engine, out.month(month_of(first)) / FACTS, first, before, alone=len(months) == 1)


def _write_month(engine: Engine, folder: Path, first: date, before: Before | None, *, alone: bool) -> None:
    """``alone``: all that was counted is of this month."""
    folder.mkdir(parents=True, exist_ok=True)
    last = last_of_month(first)
    engine.run(
        "CREATE OR REPLACE TABLE month_visits AS SELECT visit FROM classes "
        f"WHERE unit BETWEEN {unit_of_day(first)} AND {unit_of_day(last)}"
    )
    old = before and before.folder.month(month_of(first)) / FACTS
    until = before.first_day if before else first
    stays = f"day < DATE '{until}'"
    if not (old and old.is_dir() and until > first):
        old = None
    low, high = engine.rows("SELECT coalesce(min(visit), 0), coalesce(max(visit), -1) FROM month_visits")[0]

    facts = []
    for name in OF_VISITS:
        new = f"FROM kept_{name}"
        if before or not alone:
            new += f" SEMI JOIN month_visits USING (visit) WHERE visit BETWEEN {low} AND {high}"
        staying = f"visit IN (SELECT visit FROM {parquet(old / 'visits.parquet')} WHERE {stays})" if old else ""
        facts.append((name, new, staying, "ORDER BY visit"))
    for name in OF_DAYS:
        new = f"FROM kept_{name} WHERE day BETWEEN DATE '{first}' AND DATE '{last}'"
        facts.append((name, new, stays, "ORDER BY day"))
    texts = []
    for name, (number, user) in OF_NUMBERS.items():
        used = f"{number} IN (SELECT {number} FROM {parquet(folder / f'{user}.parquet')})"
        texts.append((name, f"FROM kept_{name} WHERE {used}", used, ""))
    for together in (facts, texts):  # these are of what those say
        engine.write_each(lambda side, one: _write(side, folder, old, *one), together)


def _write(engine: Engine, folder: Path, old: Path | None, name: str, new: str, staying: str, order: str) -> None:
    if old and (file := old / f"{name}.parquet").is_file():
        new = f"SELECT * FROM (FROM {parquet(file)} WHERE {staying}) UNION ALL BY NAME SELECT * FROM ({new})"
    engine.write(f"SELECT * FROM ({new}) {order}", folder / f"{name}.parquet")
