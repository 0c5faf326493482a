"""When events are due, in the data set's zone, and of which period they tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.asked import asked_period, compared_with
from analyzer.periods import periods_of
from reporter.mail.timetable import (
    before,
    days_of,
    end_of,
    following,
    last_whole,
    named,
    passed,
    period_at,
    plan_of,
    start_of_day,
    year_before,
)
from reporter.model import Period
from shared.dataset_settings import Mail

BERLIN = "Europe/Berlin"
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
KINDS = st.sampled_from(["day", "week", "month"])


def mail(**given: Any) -> Mail:
    return Mail.model_validate({"id": "a", "to": ["ann@fruit.test"], **given})


@pytest.mark.parametrize(
    ("given", "after", "due", "period"),
    [
        ({"period": "day"}, "2026-03-02T06:00", "2026-03-03T06:00", "2026-03-02"),
        ({"period": "day", "time": "23:59"}, "2026-03-02T06:00", "2026-03-02T22:59", "2026-03-01"),
        ({}, "2026-03-02T05:59", "2026-03-02T06:00", "2026-W09"),
        ({}, "2026-03-02T06:00", "2026-03-09T06:00", "2026-W10"),
        ({"weekday": "sunday"}, "2026-03-02T06:00", "2026-03-08T06:00", "2026-W09"),
        ({"weekday": "saturday"}, "2026-03-02T06:00", "2026-03-07T06:00", "2026-W09"),
        ({"period": "month"}, "2026-03-02T06:00", "2026-04-01T05:00", "2026-03"),
        ({"period": "month", "day_of_month": 28}, "2026-03-02T06:00", "2026-03-28T06:00", "2026-02"),
        ({}, "2026-12-31T06:00", "2027-01-04T06:00", "2026-W53"),
    ],
)
def test_the_next_time_and_its_period(given: dict[str, Any], after: str, due: str, period: str) -> None:
    one = mail(**given)
    found = following(one, datetime.fromisoformat(after).replace(tzinfo=UTC), BERLIN)
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert period_at(one, found, BERLIN).id == period


@pytest.mark.parametrize("time", ["01:30", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_change_of_clocks_neither_skips_nor_doubles_a_day(time: str, change: date) -> None:
    one = mail(period="day", time=time)
    at = start_of_day(change - timedelta(days=3), BERLIN)
    told = []
    for _ in range(7):
        at = following(one, at, BERLIN)
        told.append(period_at(one, at, BERLIN).first)
    assert told == [change + timedelta(days=number) for number in range(-4, 3)]


@given(DAYS, KINDS)
def test_the_last_whole_period_ends_before_the_day_and_the_next_does_not(day: date, kind: str) -> None:
    found = last_whole(kind, day)
    assert found.last < day
    after = found.last + timedelta(days=1)
    following_one = next(one for one in periods_of(after, Period("all", "all", day, day)) if one.kind == kind)
    assert following_one.first == after and following_one.last >= day


@given(DAYS, KINDS)
def test_periods_are_those_of_the_analyzer_and_have_its_names(day: date, kind: str) -> None:
    found = last_whole(kind, day)
    (theirs,) = [one for one in periods_of(found.first, Period("all", "all", day, day)) if one.kind == kind]
    assert (found.id, found.first, found.last) == (theirs.id, theirs.first, theirs.last)
    assert named(kind, found.id) == found
    earlier = before(found)
    assert earlier.last == found.first - timedelta(days=1)
    assert [*days_of(earlier)][-1] == earlier.last


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-W09-1", "2026-W54", "2026-13", "2026-3", "all", "2026-02-30", "../x"]
)
def test_what_is_no_period_is_none(text: str) -> None:
    assert [named(kind, text) for kind in ("day", "week", "month")] == [None] * 3


def test_a_name_of_another_kind_is_none() -> None:
    assert (
        named("day", "2026-W09") is None and named("week", "2026-02") is None and named("month", "2026-02-01") is None
    )


def test_a_period_ends_when_its_last_day_does_where_it_is() -> None:
    week = named("week", "2026-W13")
    assert week is not None
    assert end_of(week, BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC), "in summer time by then"
    assert end_of(week, "UTC") == datetime(2026, 3, 30, tzinfo=UTC)


def test_what_was_missed_is_the_newest_seven() -> None:
    one = mail(period="day")
    first = datetime(2026, 1, 1, 6, tzinfo=UTC)
    moments, next_due = passed(one, first, first + timedelta(days=30), BERLIN)
    assert moments == [first + timedelta(days=number) for number in range(24, 31)]
    assert next_due == first + timedelta(days=31)
    assert passed(one, first, first - timedelta(seconds=1), BERLIN) == ([], first)


def test_another_time_zone_or_kind_is_another_timetable() -> None:
    told = [
        plan_of(mail(), BERLIN),
        plan_of(mail(), "UTC"),
        plan_of(mail(time="07:01"), BERLIN),
        plan_of(mail(weekday="friday"), BERLIN),
    ]
    assert len({*told, plan_of(mail(period="day"), BERLIN)}) == 5
    assert plan_of(mail(rows=20, subject="x"), BERLIN) == told[0]


@given(DAYS, KINDS)
def test_a_year_before_is_the_period_of_the_same_name_among_those_of_the_year(day: date, kind: str) -> None:
    """The oracle looks through all days of two years."""
    period = last_whole(kind, day)
    first = date(period.first.year - 2, 12, 1)
    all_there_are = {last_whole(kind, first + timedelta(days=at)).id for at in range(1150)}
    prefix, name = (period.id.partition("-W")[::2]) if kind == "week" else (period.id[:4], period.id[5:])
    joint = "-W" if kind == "week" else "-"
    wanted = f"{int(prefix) - 1}{joint}{name}"
    if wanted not in all_there_are:
        assert name in ("53", "02-29")
        wanted = f"{int(prefix) - 1}{joint}{'52' if kind == 'week' else '02-28'}"
    found = year_before(period)
    assert (found.id, found.kind) == (wanted, kind)
    assert found == named(kind, wanted)
    asked = compared_with(asked_period(period.id), "year")
    assert (found.first, found.last) == (asked.first, asked.last), "as answers of the console have it"
