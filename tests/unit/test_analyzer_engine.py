"""Queries beside each other: as if they were run one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analyzer.engine import Engine


@pytest.fixture(params=[1, 3])
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    with Engine(tmp_path / "spill", memory_limit_mb=256, threads=1, side_by_side=request.param) as made:
        made.run("CREATE TABLE numbers AS SELECT range AS number FROM range(1000)")
        yield made


def test_what_is_found_stands_in_the_order_of_what_was_asked(engine: Engine) -> None:
    def count(side: Engine, below: int) -> int:
        return int(side.rows(f"SELECT count(*) FROM numbers WHERE number < {below}")[0][0])

    assert list(engine.each(count, range(40))) == list(range(40))


def test_what_is_temporary_is_seen_by_none_of_the_others(engine: Engine) -> None:
    def keep(side: Engine, number: int) -> list[tuple[int]]:
        side.make_ordered("found", f"SELECT {number} AS number")
        side.run(f"CREATE TABLE kept_{number} AS FROM found")
        return side.rows("FROM found")

    assert list(engine.each(keep, range(20))) == [[(number,)] for number in range(20)]
    assert engine.rows("FROM kept_7") == [(7,)]
    with pytest.raises(duckdb.CatalogException):
        engine.rows("FROM found")


def test_times_are_in_utc_in_every_connection(engine: Engine) -> None:
    told = engine.each(lambda side, _: side.rows("SELECT current_setting('TimeZone')")[0][0], range(3))
    assert set(told) == {"UTC"}


def test_rows_keep_their_order_while_several_write(engine: Engine, tmp_path: Path) -> None:
    def write(side: Engine, number: int) -> None:
        query = f"FROM numbers WHERE number % 7 <> {number} ORDER BY (number * 7919) % 1000"
        side.write(query, tmp_path / f"{number}.parquet")

    engine.write_each(write, range(6))
    for number in range(6):
        found = engine.rows(f"SELECT number FROM '{tmp_path / f'{number}.parquet'}'")
        kept = [one for one in range(1000) if one % 7 != number]
        assert [one for (one,) in found] == sorted(kept, key=lambda one: (one * 7919) % 1000)
    assert engine.rows("SELECT current_setting('preserve_insertion_order')") == [(False,)]


def test_what_does_not_fit_beside_others_is_done_again_alone(engine: Engine) -> None:
    lock, under_way, tried = threading.Lock(), set[int](), list[int]()

    def take(side: Engine, number: int) -> int:
        with lock:
            tried.append(number)
            under_way.add(number)
            alone = under_way == {number}
        try:
            if number == 2 and tried.count(2) == 1:
                raise duckdb.OutOfMemoryException("beside others")
            assert number != 2 or alone
            return int(side.rows(f"SELECT {number}")[0][0])
        finally:
            with lock:
                under_way.discard(number)

    assert list(engine.each(take, range(5))) == [0, 1, 2, 3, 4]
    assert tried.count(2) == 2


def test_what_does_not_fit_alone_is_an_error(engine: Engine) -> None:
    def take(side: Engine, number: int) -> None:
        raise duckdb.OutOfMemoryException("even alone")

    with pytest.raises(duckdb.OutOfMemoryException, match="even alone"):
        engine.write_each(take, range(3))


def test_an_error_of_one_is_raised_and_nothing_more_is_begun(engine: Engine) -> None:
    begun: list[int] = []

    def fail(side: Engine, number: int) -> None:
        begun.append(number)
        side.run("FROM nothing_of_that_name")

    with pytest.raises(duckdb.CatalogException):
        engine.write_each(fail, range(1000))
    assert len(begun) < 1000
