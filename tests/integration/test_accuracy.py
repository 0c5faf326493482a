"""Agents and referrers against public suites of cases: the targets of docs/accuracy.md."""

from pathlib import Path

import pytest

from benchmarks.accuracy import Figure, measure

AT_LEAST = {"crawlers": 0.97, "browser": 0.98, "os": 0.98, "medium": 0.95, "source": 0.95, "term": 0.95}
AT_MOST = {"people": 0.01}
ENOUGH = {"crawlers": 2000, "people": 300, "browser": 1000, "os": 400, "medium": 50}
"""Cases: a suite that was cut short proves nothing."""


@pytest.fixture(scope="module")
def figures(shared_data: Path) -> dict[str, Figure]:
    return measure(shared_data / "suites")


@pytest.mark.parametrize("key", AT_LEAST)
def test_enough_is_right(key: str, figures: dict[str, Figure]) -> None:
    assert figures[key].share >= AT_LEAST[key], figures[key]


@pytest.mark.parametrize("key", AT_MOST)
def test_little_is_wrong(key: str, figures: dict[str, Figure]) -> None:
    assert figures[key].share <= AT_MOST[key], figures[key]


@pytest.mark.parametrize("key", ENOUGH)
def test_the_suite_is_whole(key: str, figures: dict[str, Figure]) -> None:
    assert figures[key].of >= ENOUGH[key]
