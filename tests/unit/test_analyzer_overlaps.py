"""Which times of which files must be compared (Law 2): as little as possible."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.overlaps import MOST_TIMES, Span, Told, best_chain, shared_times, touching_seconds

MIDNIGHT = datetime(2026, 3, 1)


def at(second: int) -> datetime:
    return MIDNIGHT + timedelta(seconds=second)


def spans(*bounds: tuple[int, int], server: str = "") -> list[Span]:
    return [Span(source, server, at(first), at(last)) for source, (first, last) in enumerate(bounds)]


def shared(given_spans: list[Span]) -> list[tuple[int, int, int]]:
    """Source, first second, last second."""
    found = [(one.source, one.first - MIDNIGHT, one.after - MIDNIGHT) for one in shared_times(given_spans)]
    return [(source, first.seconds, after.seconds - 1) for source, first, after in found]


def test_files_one_after_another_share_nothing() -> None:
    days = spans((0, 9), (10, 19), (20, 29))
    assert (shared(days), touching_seconds(days)) == ([], [])


def test_files_that_touch_share_one_second() -> None:
    days = spans((0, 10), (10, 20))
    assert (shared(days), touching_seconds(days)) == ([(0, 10, 10), (1, 10, 10)], [("", at(10))])


def test_files_that_overlap_share_the_overlap() -> None:
    exports = spans((0, 10), (7, 20))
    assert (shared(exports), touching_seconds(exports)) == ([(0, 7, 10), (1, 7, 10)], [])


def test_a_file_between_others_shares_its_own_time_only() -> None:
    assert shared(spans((0, 100), (20, 30), (50, 50))) == [(0, 20, 30), (0, 50, 50), (1, 20, 30), (2, 50, 50)]


def test_other_servers_share_nothing() -> None:
    assert shared([*spans((0, 10)), Span(1, "other", at(0), at(10))]) == []


def test_a_lone_file_of_one_second_touches_nothing() -> None:
    assert touching_seconds(spans((5, 5), (6, 9))) == []
    assert touching_seconds(spans((5, 5), (5, 5))) == [("", at(5))]
    assert touching_seconds(spans((5, 5), (5, 9))) == [("", at(5))]
    assert touching_seconds(spans((0, 5), (2, 5))) == []


def test_a_file_that_shares_many_times_is_read_in_one_go() -> None:
    small = [(second, second) for second in range(0, 4 * MOST_TIMES, 2)]
    found = shared(spans((0, 4 * MOST_TIMES), *small))
    assert found[0] == (0, 0, small[-1][1])
    assert found[1:] == [(source + 1, *bounds) for source, bounds in enumerate(small)]


BOUNDS = st.tuples(st.integers(0, 30), st.integers(0, 8)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(BOUNDS, max_size=9))
def test_a_second_is_shared_where_another_file_covers_it(bounds: list[tuple[int, int]]) -> None:
    found = shared(spans(*bounds))
    for source, (first, last) in enumerate(bounds):
        mine = [(low, high) for one, low, high in found if one == source]
        assert all(high < low for (_, high), (low, _) in pairwise(mine))
        for second in range(first, last + 1):
            others = [one for one, (low, high) in enumerate(bounds) if low <= second <= high and one != source]
            assert any(low <= second <= high for low, high in mine) == bool(others)


def test_the_order_in_which_files_are_told_changes_nothing() -> None:
    told = [Told(one, copies, alike) for one, copies, alike in zip(
        spans((0, 5), (1, 9), (5, 5), (5, 5), (5, 8)), (1, 2, 1, 1, 1), "abcda", strict=True)]  # fmt: skip
    for seed in range(20):
        random.Random(seed).shuffle(told)
        assert sorted(one.span.source for one in best_chain(at(5), told)) == [0, 2, 3]
