"""Times in a data set's zone: the engine's, beside those of Python's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.local_time import LONGEST, local_time, offsets

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # its clock is set by half an hour
    "Asia/Kathmandu",
    "Africa/Casablanca",  # four times a year
    "Pacific/Apia",  # it left out a day
    "America/Caracas",
    "Asia/Tehran",
)
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1))


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    begin=MOMENTS.map(lambda one: one.replace(microsecond=0)),
    days=st.integers(0, 900),
    others=st.lists(MOMENTS, max_size=5),
    within=st.lists(st.floats(0, 1), min_size=1, max_size=10),
)
def test_times_are_those_of_the_zone_within_the_span(
    engine: duckdb.DuckDBPyConnection,
    zone: ZoneInfo,
    begin: datetime,
    days: int,
    others: list[datetime],
    within: list[float],
) -> None:
    end = begin + timedelta(days=days)
    changes = [until for until, _ in offsets(zone, begin, end)]
    near = [one + timedelta(seconds=by) for one in (begin, end, *changes) for by in (-1, 0, 1)]
    moments = [*others, *near, *(begin + (end - begin) * share for share in within)]
    engine.register("moments", pa.table({"ts": pa.array(moments, pa.timestamp("us"))}))
    query = f"SELECT {local_time('ts', zone, (begin, end))}, timezone('{zone.key}', timezone('UTC', ts)) FROM moments"
    said = engine.execute(query).fetchall()
    engine.unregister("moments")
    for moment, (found, by_the_engine) in zip(moments, said, strict=True):
        # The engine has a calendar of its own, which may be older: that counts where no log is.
        within_span = begin <= moment <= end
        right = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if within_span else by_the_engine
        assert found == right, moment


def test_offsets_change_when_the_clock_is_set() -> None:
    begin, end = datetime(2026, 3, 1), datetime(2026, 11, 1)
    hour = timedelta(hours=1)
    assert list(offsets(ZoneInfo("Europe/Berlin"), begin, end)) == [
        (datetime(2026, 3, 29, 1), hour),
        (datetime(2026, 10, 25, 1), 2 * hour),
        (end + timedelta(seconds=1), hour),
    ]


def test_a_span_that_no_log_has_is_left_to_the_rules() -> None:
    begin = datetime(1970, 1, 1)
    zone = ZoneInfo("Europe/Berlin")
    assert "CASE" not in local_time("ts", zone, (begin, begin + LONGEST + timedelta(seconds=1)))
    assert "CASE" not in local_time("ts", zone, None)
