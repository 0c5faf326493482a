"""From which day on an analysis counts anew, and what it must read for that (DOMAIN.md sections 3 and 8, Law 4).

Days before the first that is touched keep their numbers: no visit of theirs reaches into what has changed, nor does a
robot's day, nor a cookie that follows. What reaches the other way, from an untouched day into the first that is
counted, is read with it and not counted: visits that go on past midnight, and the stretch each of them is part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analyzer.engine import Engine
from analyzer.state import KnownSource

DAY = timedelta(days=1)
MARGIN = timedelta(hours=3)
"""More than a clock is ever set back."""


@dataclass(frozen=True)
class Window:
    """Visits and lines of days from ``first_day`` on are counted, hits of days from ``load_day`` on are read, none of
    which is before ``since`` or from ``until`` on (UTC, naive); without them, all. Numbers begin above ``base``.
    """

    first_day: date | None = None
    load_day: date | None = None
    since: datetime | None = None
    base: int = 0
    until: datetime | None = None

    @property
    def days(self) -> dict[str, str]:
        """The two days as SQL, for queries."""
        return {"first_day": f"DATE '{self.first_day or date.min}'", "load_day": f"DATE '{self.load_day or date.min}'"}

    @property
    def logged(self) -> str:
        """A condition on ``ts``; lines without time are always read."""
        bounds = ((">=", self.since), ("<", self.until))
        told = " AND ".join(f"ts {sign} TIMESTAMP '{bound}'" for sign, bound in bounds if bound is not None)
        return f"(ts IS NULL OR {told})" if told else "true"

    def reads(self, first_ts: datetime | None, last_ts: datetime | None) -> bool:
        """Whether a file with such times must be read."""
        if first_ts is None or last_ts is None:
            return True
        return (self.since is None or naive(last_ts) >= self.since) and (
            self.until is None or naive(first_ts) < self.until
        )


EVERYTHING = Window()


def naive(moment: datetime) -> datetime:
    """In UTC, without saying so, as the engine has it."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def first_change(before: Sequence[KnownSource], now: Sequence[KnownSource]) -> datetime | None:
    """The earliest time at which files tell anything else than before (UTC, naive); ``None`` where none does."""
    old = {one.id: one for one in before}
    new = {one.id: one for one in now}
    changes: list[datetime] = []
    for number in old.keys() | new.keys():
        was, is_now = old.get(number), new.get(number)
        if was and is_now and was.content == is_now.content:
            continue
        alike = was and is_now and (was.first_ts, was.parser_version) == (is_now.first_ts, is_now.parser_version)
        if was and alike and was.last_ts is not None:
            changes.append(was.last_ts)  # it has grown
        else:
            changes += [one.first_ts for one in (was, is_now) if one and one.first_ts]
    return min(map(naive, changes)).replace(microsecond=0) if changes else None


def make_window(
    engine: Engine, change: datetime, zone: ZoneInfo, gap: timedelta, *, cookies: bool, base: int
) -> Window:
    """What must be counted when files tell something else from ``change`` on; needs ``earlier_history``.

    ``cookies``: a cookie names whoever came without one up to the gap before.
    """
    touched = day_of(change - gap if cookies else change, zone)
    if _clock_is_set(touched, zone):
        touched -= DAY
    reaching = f"SELECT min(day) FROM earlier_history WHERE until_ts >= TIMESTAMP '{begin_of(touched, zone) - gap}'"
    day = engine.rows(reaching)[0][0]
    first_day = min(touched, day) if day else touched
    begin = begin_of(first_day, zone)
    gap_s = round(gap.total_seconds())
    stretch = engine.rows(
        engine.text("prepare/reaching.sql", first_day=first_day.isoformat(), since=begin - gap, gap_s=gap_s)
    )[0][0]  # fmt: skip
    load_day = min(first_day, day_of(stretch, zone)) if stretch else first_day
    if _clock_is_set(load_day, zone):
        load_day -= DAY
    return Window(first_day, load_day, begin_of(load_day, zone) - MARGIN, base)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day of a naive time in UTC."""
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, naive in UTC."""
    return naive(datetime.combine(day, time(), zone))


def _clock_is_set(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone's clock is set within a day of its beginning: days may then overlap."""
    noon = datetime.combine(day, time(12), zone)
    return (noon - 2 * DAY).utcoffset() != (noon + DAY).utcoffset()
