"""Which periods there are, and which of them must be made anew (DOMAIN.md section 8, touched days)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from analyzer.earlier import Earlier
from analyzer.engine import Engine
from analyzer.period_tables import put_periods
from analyzer.periods import Period, all_periods, calendar_of, compared_units, units_of
from analyzer.units import UNDATED, day_of_unit, unit_of_day, unit_of_month
from analyzer.window import Window

Days = tuple[date, date]


@dataclass(frozen=True)
class Scope:
    """``days`` have lines, in order, the undated first; ``recounted`` are the first days of the months of which any day
    was counted now, or is no more.
    """

    days: Sequence[date]
    recounted: Sequence[date]
    periods: Sequence[Period]
    rebuilt: Sequence[Period]

    @cached_property
    def months(self) -> dict[int, list[int]]:
        """The months counted now, by unit, with the units of all their days."""
        touched = {unit_of_month(day) for day in self.recounted}
        found: dict[int, list[int]] = defaultdict(list)
        for day in self.days:
            if unit_of_month(day) in touched:
                found[unit_of_month(day)].append(unit_of_day(day))
        return found

    def units(self) -> Iterator[int]:
        """What the periods made anew are summed of."""
        for unit in chain.from_iterable(_units(period, self.days) for period in self.rebuilt):
            yield from self.months.get(unit, (unit,))


@dataclass(frozen=True)
class Past:
    """The analysis that was ``published`` before, and from which day on it is not what it was."""

    published: Earlier
    touched_from: date


def make_scope(
    engine: Engine, earlier: Earlier | None, past: Past | None, window: Window, repriced: Collection[date] | None
) -> Scope:
    """``earlier``: from which this one goes on. ``repriced``: days on which campaigns cost something else than was
    published; ``None`` where it may be any.
    """
    counted = sorted(day_of_unit(row[0]) for row in engine.rows("SELECT DISTINCT unit FROM cells_lines"))
    stay = earlier.state.days if earlier and window.first_day else ()
    days = sorted({*counted, *(day for day in stay if day != UNDATED and window.first_day and day < window.first_day)})
    periods = all_periods(day for day in days if day != UNDATED)
    # Of the first day's month days before it stay, though nothing may be left of those from it on.
    months = {day.replace(day=1) for day in (*counted, *([window.first_day] if window.first_day else []))}
    recounted = sorted(months & {day.replace(day=1) for day in days})
    if past is None:
        return Scope(days, recounted, periods, periods)
    before = [day for day in past.published.state.days if day != UNDATED]
    known = {one["id"] for one in past.published.description["periods"]}
    touched = _touched(before, days, past.touched_from, repriced)
    rebuilt = [one for one in periods if one.kind == "all" or one.id not in known or _is_touched(one, touched)]
    return Scope(days, recounted, periods, rebuilt)


def put_scope(engine: Engine, scope: Scope, periods: Sequence[Period]) -> None:
    """Make the tables of some of the periods made anew, in place of those of others."""
    put_periods(
        engine,
        periods,
        units=chain.from_iterable(units_of(period, scope.days) for period in periods),
        calendar=calendar_of(periods, scope.periods[-1], [day for day in scope.days if day != UNDATED]),
        compared=chain.from_iterable(compared_units(period, scope.days) for period in periods),
    )


def _units(period: Period, days: Sequence[date]) -> Iterator[int]:
    yield from (unit for unit, _ in units_of(period, days))
    yield from (unit for unit, _, _ in compared_units(period, days))


def _touched(
    before: Sequence[date], days: Sequence[date], first_day: date, repriced: Collection[date] | None
) -> list[Days]:
    """Stretches of days of which something is not as it was."""
    dated = [day for day in days if day != UNDATED]
    if repriced is None or not before or not dated:
        return [(date.min, date.max)]
    if before[0] != dated[0]:
        # What changed is told of periods before which all days are there: that may be others now.
        return [(date.min, date.max)]
    found = [(first_day, date.max), *((day, day) for day in repriced)]
    # Where a calendar ends earlier or later than before, its empty days are shown, or no more.
    last = (before[-1], dated[-1])
    return [*found, *([(min(last), max(last))] if last[0] != last[1] else [])]


def _is_touched(period: Period, touched: Sequence[Days]) -> bool:
    return any(period.first <= last and first <= period.last for first, last in touched)
