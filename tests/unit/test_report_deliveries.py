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


def lacking(period: Period, zone: str = "UTC", **until: str | None) -> str:
    sources = [{"server": name, "until": moment} for name, moment in until.items()]
    analysis: Any = SimpleNamespace(data={"timezone": zone, "sources": sources})
    return Deliveries(analysis).lacking(period)


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


def test_times_are_those_of_the_data_set() -> None:
    assert lacking(DAY, "Europe/Berlin", a="2026-03-05T14:00:00Z") == "Not complete: the logs reach to 15:00."
    assert lacking(DAY, "Europe/Berlin", a="2026-03-05T23:10:00Z") == ""


def test_without_times_nothing_is_said() -> None:
    analysis: Any = SimpleNamespace(data={"timezone": "UTC", "sources": [{"server": "a"}]})
    assert Deliveries(analysis).lacking(DAY) == ""
