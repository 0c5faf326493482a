"""Databases are lent empty, to one at a time, and used again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from shared import databases
from shared.databases import lend


@pytest.fixture(autouse=True)
def _none_idle() -> Iterator[None]:
    """Other tests have left some."""
    kept = list(databases._IDLE)
    databases._IDLE.clear()
    yield
    databases._IDLE.extend(kept)


def test_what_is_given_back_is_lent_again_and_empty(tmp_path: Path) -> None:
    first = lend(tmp_path / "one", memory_limit_mb=100, threads=1)
    first.connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    first.connection.execute("CREATE VIEW seen AS FROM kept")
    first.connection.execute("CREATE TEMPORARY TABLE kept_apart AS FROM kept")
    beside = first.another()
    assert beside.execute("FROM seen").fetchall() == [(1,)]
    beside.close()
    first.close()
    second = lend(tmp_path / "two", memory_limit_mb=200, threads=2, caches_files=False)
    assert second._root is first._root
    for name in ("kept", "seen", "kept_apart"):
        with pytest.raises(duckdb.CatalogException):
            second.connection.execute(f"FROM {name}")
    told = {
        name: second.connection.execute(f"SELECT current_setting('{name}')").fetchall()[0][0]
        for name in ("threads", "memory_limit", "temp_directory", "TimeZone", "enable_external_file_cache")
    }
    assert told == {
        "threads": 2,
        "memory_limit": "190.7 MiB",
        "temp_directory": str(tmp_path / "two"),
        "TimeZone": "UTC",
        "enable_external_file_cache": False,
    }
    second.close()


def test_two_at_once_see_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = (lend(tmp_path / name, memory_limit_mb=100, threads=1) for name in "ab")
    one.connection.execute("CREATE TABLE mine AS SELECT 1")
    other.connection.execute("CREATE TABLE mine AS SELECT 2")
    assert one.connection.execute("FROM mine").fetchall() == [(1,)]
    one.close()
    other.close()
    assert len(databases._IDLE) == 2


def test_one_that_has_spilled_is_not_used_again(tmp_path: Path) -> None:
    spilling = lend(tmp_path / "spill", memory_limit_mb=60, threads=1)
    spilling.connection.execute(
        "CREATE TABLE much AS SELECT range AS number, repeat('x', 60) || range AS text FROM range(2000000)"
    )
    assert list((tmp_path / "spill").iterdir())
    spilling.close()
    assert not databases._IDLE
    assert not (tmp_path / "spill").exists()


def test_no_more_are_kept_than_are_used_at_once(tmp_path: Path) -> None:
    lent = [lend(tmp_path / str(number), memory_limit_mb=50, threads=1) for number in range(databases.MOST_IDLE + 2)]
    for one in lent:
        one.close()
    assert len(databases._IDLE) == databases.MOST_IDLE


def test_one_in_which_something_is_going_on_is_not_used_again(tmp_path: Path) -> None:
    lent = lend(tmp_path / "spill", memory_limit_mb=100, threads=1)
    left_open = lent.another()
    left_open.execute("BEGIN")
    left_open.execute("CREATE TABLE half AS SELECT 1")
    lent.close()
    following = lend(tmp_path / "spill", memory_limit_mb=100, threads=1)
    with pytest.raises(duckdb.CatalogException):
        following.connection.execute("FROM half")
    following.close()
