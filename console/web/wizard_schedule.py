"""When a data set is fetched, in words that a person chooses from; and the next runs of that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.web.home import next_runs
from shared.dataset_settings import WEEKDAYS
from shared.errors import Misconfigured

CHOICES = {
    "hourly": "Every hour",
    "daily": "Every day",
    "weekly": "Every week",
    "cron": "By a cron expression of my own",
    "demand": "Only on demand",
}
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
HOURLY_MINUTE = 15
"""Past the hour, when collectors and web servers have rotated their files."""
CRON_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7])", re.ASCII)
RUNS = 3


@dataclass(frozen=True)
class Timetable:
    """What was chosen; ``at``: daily and weekly; ``weekday`` (``monday`` ...): weekly; ``cron``: one's own."""

    every: str = "daily"
    at: str = "03:15"
    weekday: str = "monday"
    cron: str = ""


def schedule_of(chosen: Timetable) -> tuple[str | None, dict[str, str]]:
    """The cron expression, ``None`` for on demand; and what is wrong, by field."""
    if chosen.every == "demand":
        return None, {}
    if chosen.every == "hourly":
        return f"{HOURLY_MINUTE} * * * *", {}
    if chosen.every == "cron":
        cron = " ".join(chosen.cron.split())
        return cron, {} if cron else {"cron": "There is no expression yet. Write five fields, such as 15 3 * * *."}
    if chosen.every not in CHOICES:
        return None, {"every": "Choose one of these."}
    match = TIME.fullmatch(chosen.at.strip())
    if match is None:
        return None, {"at": f"{chosen.at or 'Nothing'} is no time of day. Write hours and minutes, such as 03:15."}
    day = "*"
    if chosen.every == "weekly":
        if chosen.weekday not in WEEKDAYS:
            return None, {"weekday": "Choose a day."}
        day = str((WEEKDAYS.index(chosen.weekday) + 1) % 7)
    return f"{int(match[2])} {int(match[1])} * * {day}", {}


def timetable_of(schedule: str | None) -> Timetable:
    """The choice that a stored expression is of."""
    if schedule is None:
        return Timetable("demand")
    if schedule == f"{HOURLY_MINUTE} * * * *":
        return Timetable("hourly")
    match = CRON_DAILY.fullmatch(schedule)
    if match is None or int(match[1]) > 59 or int(match[2]) > 23:
        return Timetable("cron", cron=schedule)
    at = f"{int(match[2]):02}:{int(match[1]):02}"
    if match[3] == "*":
        return Timetable("daily", at, cron=schedule)
    return Timetable("weekly", at, WEEKDAYS[(int(match[3]) - 1) % 7], schedule)


def runs_in_words(schedule: str | None, timezone: str, now: datetime) -> tuple[list[str], dict[str, str]]:
    """The next runs in the zone of the data set; and what is wrong, by field."""
    try:
        zone = ZoneInfo(timezone)
        found = next_runs(schedule, timezone, now, RUNS)
    except Misconfigured as error:
        return [], {"cron": str(error)}
    except (KeyError, ValueError, OSError):
        return [], {
            "timezone": f"{timezone or 'Nothing'} is no time zone. Choose one of the list, such as Europe/Berlin."
        }
    return [f"{moment.astimezone(zone):%A %Y-%m-%d %H:%M %Z}" for moment in found], {}
