"""The line that says what a period still lacks."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from reporter.deliveries import Deliveries
from reporter.model import Period

DAY = Period("2026-03-05", "day", date(2026, 3, 5), date(2026, 3, 5))
MONTH = Period("2026-03", "month", date(2026, 3, 1), date(2026, 3, 31))


WEEK = Period("2026-W10", "week", date(2026, 3, 2), date(2026, 3, 8))
YEARS = Period("all", "all", date(2025, 1, 1), date(2026, 12, 31))


def deliveries(sources: list[dict[str, Any]], zone: str = "UTC", whole: Period = YEARS) -> Deliveries:
    analysis: Any = SimpleNamespace(data={"timezone": zone, "sources": sources}, whole=whole)
    return Deliveries(analysis)


def lacking(period: Period, zone: str = "UTC", **until: str | None) -> str:
    return deliveries([{"server": name, "until": moment} for name, moment in until.items()], zone).lacking(period)


@pytest.mark.parametrize(
    ("period", "until", "expected"),
    [
        (DAY, {"a": "2026-03-06T00:00:00Z", "b": "2026-03-07T10:00:00Z"}, ""),
        (DAY, {"a": "2026-03-05T23:45:00Z"}, ""),
        (DAY, {"a": "2026-03-05T14:00:59Z"}, "Not complete: the logs reach to 14:00."),
        (
            DAY,
            {"a": "2026-03-05T14:00:00Z", "b": "2026-03-05T12:10:00Z", "c": "2026-03-05T09:12:00Z"},
            "Not complete: 2 of 3 servers have delivered to 14:00; c to 09:12.",
        ),
        (
            DAY,
            {"a": "2026-03-06T14:00:00Z", "b": "2026-03-03T09:12:00Z"},
            "Not complete: 1 of 2 servers has delivered the whole period; b nothing since 3 March.",
        ),
        (
            MONTH,
            {"a": "2026-03-20T14:00:00Z", "b": "2026-03-20T13:00:00Z"},
            "Not complete: 2 of 2 servers have delivered to 20 March, 14:00; the month ends on 31 March.",
        ),
        (DAY, {"a": "2026-03-06T00:00:00Z", "gone": "2026-02-01T00:00:00Z"}, ""),
        (DAY, {"a": "2026-03-05T14:00:00", "unread": None}, "Not complete: the logs reach to 14:00."),
    ],
)
def test_what_is_missing_is_said(period: Period, until: dict[str, str | None], expected: str) -> None:
    assert lacking(period, **until) == expected
    told = [{"server": name, "until": moment} for name, moment in until.items()]
    assert deliveries(told).told(period)[1] == bool(expected), "while logs are to come, it is compared with nothing"


def test_a_period_goes_on_while_days_of_it_are_to_come() -> None:
    here = Period("all", "all", date(2026, 1, 1), date(2026, 3, 30))
    told = [{"server": "a", "until": "2026-03-30T23:59:00Z"}]
    assert deliveries(told, whole=here).told(MONTH)[1]
    assert not deliveries(told, whole=here).told(DAY)[1]


def test_times_are_those_of_the_data_set() -> None:
    assert lacking(DAY, "Europe/Berlin", a="2026-03-05T14:00:00Z") == "Not complete: the logs reach to 15:00."
    assert lacking(DAY, "Europe/Berlin", a="2026-03-05T23:10:00Z") == ""


def test_without_times_nothing_is_said() -> None:
    assert deliveries([{"server": "a"}]).lacking(DAY) == ""


def beginning(period: Period, since: str | None, first: date, zone: str = "UTC") -> str:
    whole = Period("all", "all", first, date(2026, 12, 31))
    servers = [{"server": "a", "since": since}, {"server": "b", "since": "2026-08-01T00:00:00Z"}, {"server": "c"}]
    return deliveries(servers if since else [{"server": "c"}], zone, whole).beginning(period)


@pytest.mark.parametrize(
    ("period", "since", "first", "expected"),
    [
        (MONTH, "2026-03-14T00:00:05Z", date(2026, 3, 14), "Data begins on 14 March 2026."),
        (MONTH, "2026-03-14T10:05:00Z", date(2026, 3, 14), "Data begins on 14 March 2026, 10:05."),
        (MONTH, None, date(2026, 3, 14), "Data begins on 14 March 2026."),
        # Of the first hits, nothing is kept; or lines without hits come first.
        (MONTH, "2026-02-10T10:05:00Z", date(2026, 3, 14), "Data begins on 14 March 2026."),
        (MONTH, "2026-03-20T10:05:00Z", date(2026, 3, 14), "Data begins on 14 March 2026."),
        (MONTH, "2026-03-01T00:30:00Z", date(2026, 3, 1), ""),
        (MONTH, "2026-03-01T00:31:00Z", date(2026, 3, 1), "Data begins on 1 March 2026, 00:31."),
        (DAY, "2026-03-05T10:05:00Z", date(2026, 3, 5), "Data begins at 10:05."),
        (DAY, "2026-03-05T00:05:00Z", date(2026, 3, 5), ""),
        (DAY, "2026-03-06T10:05:00Z", date(2026, 3, 6), "Data begins on 6 March 2026, 10:05."),
        (DAY, "2026-03-04T10:05:00Z", date(2026, 3, 4), ""),
        (WEEK, "2026-03-05T10:05:00Z", date(2026, 3, 5), "Data begins on 5 March 2026, 10:05."),
        (Period("all", "all", date(2026, 3, 5), date(2026, 12, 31)), "2026-03-05T10:05:00Z", date(2026, 3, 5), ""),
    ],
)
def test_a_period_that_begins_before_the_data_says_so(
    period: Period, since: str | None, first: date, expected: str
) -> None:
    assert beginning(period, since, first) == expected


def test_the_beginning_too_is_told_in_the_time_of_the_data_set() -> None:
    assert beginning(DAY, "2026-03-05T09:05:00Z", date(2026, 3, 5), "Europe/Berlin") == "Data begins at 10:05."
    assert beginning(DAY, "2026-03-04T23:05:00Z", date(2026, 3, 5), "Europe/Berlin") == ""


def test_both_ends_are_told_together() -> None:
    whole = Period("all", "all", date(2026, 3, 14), date(2026, 3, 20))
    found = deliveries([{"server": "a", "since": "2026-03-14T00:05:00Z", "until": "2026-03-20T14:00:00Z"}], whole=whole)
    assert found.lacking(MONTH) == (
        "Data begins on 14 March 2026. Not complete: the logs reach to 20 March, 14:00; the month ends on 31 March."
    )
    later = Period("2026-04", "month", date(2026, 4, 1), date(2026, 4, 30))
    assert found.lacking(later) == "Data ends on 20 March 2026."
