"""Whether an analysis can go on from another, and from which day on it must count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from analyzer.earlier import Anew, Earlier, put_earlier_fact
from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs
from analyzer.state import KnownSource, State
from analyzer.units import UNDATED
from analyzer.window import Window, begin_of, first_change, make_window

MOST_NUMBERS = 3_000_000_000
"""Numbers of rows are kept in four bytes; when so many are used up, everything is numbered anew."""


def first_change_of(inputs: AnalysisInputs, state: State, known: Sequence[KnownSource]) -> datetime:
    """The time from which on anything is told otherwise than before; :class:`Anew` where there is no going on."""
    if state.next_number > MOST_NUMBERS:
        raise Anew("numbers are used up")
    if _order(state.sources, known) != _order(known, state.sources):
        raise Anew("files that begin together have another order")
    days = [day for day in state.days if day != UNDATED]
    if not days:
        raise Anew("there are no days to go on from")
    change = first_change(state.sources, known)
    # Else costs have changed, or lines without a time.
    return begin_of(days[-1], inputs.settings.dataset.zone) if change is None else change


def window_from(engine: Engine, inputs: AnalysisInputs, earlier: Earlier, change: datetime) -> Window:
    """What must be counted; :class:`Anew` where it is everything."""
    settings = inputs.settings
    put_earlier_fact(engine, earlier, "history")
    gap = timedelta(minutes=settings.visits.gap_minutes)
    cookies = any(one.persistent_cookie or one.session_cookie for one in inputs.site.subdomains)
    base = earlier.state.next_number
    window = make_window(engine, change, settings.dataset.zone, gap, cookies=cookies, base=base)
    first = next((day for day in earlier.state.days if day != UNDATED), date.max)
    if window.load_day is None or window.load_day <= first:
        raise Anew("what has changed reaches the first day")
    return window


def _order(of: Sequence[KnownSource], among: Sequence[KnownSource]) -> list[int]:
    """The order, that breaks ties in time, of the files that are known to both."""
    there = {one.id for one in among}
    return [one.id for one in of if one.id in there]
