"""Cron expressions: the one door to cronsim."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from shared.errors import Misconfigured

FIELDS = 5
"""cronsim knows six, with seconds; a data set fetched every second is a mistake."""


def next_run(expression: str, after: datetime, timezone: str) -> datetime:
    """The first moment after ``after`` that the expression names in a time zone; aware, UTC.

    Through the hour that a change of clocks skips or repeats, a run is neither lost nor doubled (as Debian's cron).
    """
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Misconfigured(f"{timezone!r} is not a time zone of the IANA database.") from error
    try:
        if len(expression.split()) != FIELDS:
            raise CronSimError("Wrong number of fields")
        found: datetime = next(CronSim(expression, after.astimezone(zone)))
    except CronSimError as error:
        raise Misconfigured(
            f"The schedule {expression!r} is not a cron expression: {error}.",
            remedy="Write five fields: minute hour day-of-month month day-of-week, for example '15 3 * * *'.",
        ) from error
    except StopIteration as error:
        raise Misconfigured(f"The schedule {expression!r} names a day that never comes.") from error
    return found.astimezone(UTC)
