"""When an event is due, and of which period it tells then: pure, in the data set's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporter.model import Period
from shared.cron import next_run
from shared.dataset_settings import WEEKDAYS, Mail
from shared.year_before import day_before, week_before

MISSED = 7
"""After an outage so many missed periods of an event are made up for, the newest."""


def expression(mail: Mail) -> str:
    """The cron expression of an event."""
    hour, minute = map(int, mail.time.split(":"))
    match mail.period:
        case "day":
            return f"{minute} {hour} * * *"
        case "week":
            return f"{minute} {hour} * * {(WEEKDAYS.index(mail.weekday) + 1) % 7}"
        case _:
            return f"{minute} {hour} {mail.day_of_month} * *"


def plan_of(mail: Mail, timezone: str) -> str:
    """Tells one timetable from another: what is due next holds as long as this stays the same."""
    return f"{mail.period} {expression(mail)} {timezone}"


def following(mail: Mail, after: datetime, timezone: str) -> datetime:
    """The first moment after another that an event is due, UTC. A change of clocks neither skips nor doubles it."""
    return next_run(expression(mail), after, timezone)


def passed(mail: Mail, next_due: datetime, now: datetime, timezone: str) -> tuple[list[datetime], datetime]:
    """The moments from ``next_due`` to ``now`` that are to be made up for, oldest first, and the next one to come."""
    moments = []
    while next_due <= now:
        moments.append(next_due)
        next_due = following(mail, next_due, timezone)
    return moments[-MISSED:], next_due


def period_at(mail: Mail, due: datetime, timezone: str) -> Period:
    """The last whole day, week or month before the day of a moment."""
    return last_whole(mail.period, due.astimezone(ZoneInfo(timezone)).date())


def last_whole(kind: str, today: date) -> Period:
    """The last period of a kind that ended before a day."""
    match kind:
        case "day":
            last = today - timedelta(days=1)
        case "week":
            last = today - timedelta(days=today.isoweekday())
        case _:
            last = today.replace(day=1) - timedelta(days=1)
    return _ending(kind, last)


def before(period: Period) -> Period:
    """The period of the same kind just before."""
    return _ending(period.kind, period.first - timedelta(days=1))


def year_before(period: Period) -> Period:
    """The same day, week (by its number) or month a year before."""
    first = week_before(period.first) if period.kind == "week" else day_before(period.first)
    return _from(period.kind, first)


def named(kind: str, identity: str) -> Period | None:
    """The period of an id of the published folder, such as ``2015-W20``; ``None`` where it is of another kind."""
    try:
        match kind:
            case "day":
                first = date.fromisoformat(identity)
            case "week":
                first = datetime.strptime(f"{identity}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day, no time
            case _:
                first = date.fromisoformat(f"{identity}-01")
    except ValueError:
        return None
    found = _from(kind, first)
    return found if found.id == identity else None


def end_of(period: Period, timezone: str) -> datetime:
    """The moment at which a period is over, UTC."""
    return start_of_day(period.last + timedelta(days=1), timezone)


def bounds_of(period: Period, timezone: str) -> tuple[datetime, datetime]:
    """The moments at which a period begins and is over, UTC."""
    return start_of_day(period.first, timezone), end_of(period, timezone)


def start_of_day(day: date, timezone: str) -> datetime:
    """The moment at which a day begins, UTC."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def days_of(period: Period) -> Iterator[date]:
    """Every day of a period."""
    day = period.first
    while day <= period.last:
        yield day
        day += timedelta(days=1)


def _ending(kind: str, last: date) -> Period:
    match kind:
        case "day":
            return _from(kind, last)
        case "week":
            return _from(kind, last - timedelta(days=last.isoweekday() - 1))
        case _:
            return _from(kind, last.replace(day=1))


def _from(kind: str, first: date) -> Period:
    match kind:
        case "day":
            return Period(first.isoformat(), kind, first, first)
        case "week":
            year, week, _ = first.isocalendar()
            return Period(f"{year}-W{week:02d}", kind, first, first + timedelta(days=6))
        case _:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return Period(f"{first:%Y-%m}", kind, first, last)
