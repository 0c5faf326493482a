"""Cron expressions in a time zone, through changes of clocks, and what is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from shared.cron import next_run
from shared.errors import Misconfigured

BERLIN = "Europe/Berlin"


def runs(expression: str, after: datetime, number: int, timezone: str = BERLIN) -> list[str]:
    found = []
    for _ in range(number):
        after = next_run(expression, after, timezone)
        assert after.utcoffset() == timedelta(0)
        found.append(f"{after:%d %H:%M}")
    return found


def test_a_time_of_day_is_that_of_the_time_zone() -> None:
    before = datetime(2026, 1, 9, 12, tzinfo=UTC)
    assert runs("15 3 * * *", before, 2) == ["10 02:15", "11 02:15"]
    assert runs("15 3 * * *", before, 1, "Asia/Kolkata") == ["09 21:45"]


def test_the_moment_itself_is_not_after_itself() -> None:
    slot = datetime(2026, 1, 9, 3, 15, tzinfo=UTC)
    assert next_run("15 3 * * *", slot, "UTC") == slot + timedelta(days=1)
    assert next_run("15 3 * * *", slot - timedelta(microseconds=1), "UTC") == slot


def test_an_hour_that_is_skipped_loses_no_run() -> None:
    # On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.
    assert runs("30 2 * * *", datetime(2026, 3, 28, tzinfo=UTC), 3) == ["28 01:30", "29 01:00", "30 00:30"]


def test_an_hour_that_comes_twice_doubles_no_run() -> None:
    # On 25 October 2026 they go from 03:00 back to 02:00.
    assert runs("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), 2) == ["25 00:30", "26 01:30"]


@pytest.mark.parametrize("night", [datetime(2026, 3, 28, 21, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC)])
def test_every_hour_is_every_hour_in_any_night(night: datetime) -> None:
    moments = [night]
    for _ in range(8):
        moments.append(next_run("0 * * * *", moments[-1], BERLIN))
    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(hours=1)}


def test_a_day_that_comes_every_fourth_year_is_waited_for() -> None:
    assert next_run("0 0 29 2 *", datetime(2026, 1, 1, tzinfo=UTC), "UTC") == datetime(2028, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 31 4,6 *"])
def test_a_day_that_never_comes_is_refused(expression: str) -> None:
    with pytest.raises(Misconfigured, match=r"day-of-month"):
        next_run(expression, datetime(2026, 1, 1, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(
    "expression", ["", "x", "* * * *", "60 * * * *", "* 24 * * *", "* * * 13 *", "@daily", "- * * * *"]
)
def test_what_is_no_expression_is_refused_with_an_example(expression: str) -> None:
    with pytest.raises(Misconfigured, match=r"15 3 \* \* \*") as refused:
        next_run(expression, datetime(2026, 1, 1, tzinfo=UTC), "UTC")
    assert repr(expression) in str(refused.value)


def test_there_are_no_seconds() -> None:
    with pytest.raises(Misconfigured, match="five fields"):
        next_run("* * * * * *", datetime(2026, 1, 1, tzinfo=UTC), "UTC")


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "Europe", "../UTC", "UTC\0", "CEST?"])
def test_an_unknown_time_zone_is_refused(timezone: str) -> None:
    with pytest.raises(Misconfigured, match="IANA"):
        next_run("* * * * *", datetime(2026, 1, 1, tzinfo=UTC), timezone)
