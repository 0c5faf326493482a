"""Which hits count where files of one server overlap (Law 2), on hits in Parquet, against tests/oracle/overlaps.py.

A file is written as ``"1a 1b 2c"``: the line *a* and the line *b* in second 1, then *c* in second 2. Capitals come half a
second later.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.earlier import put_earlier
from analyzer.engine import Engine
from analyzer.inputs import Source
from analyzer.load import IDENTITY, by_start, load
from analyzer.settle import settle
from analyzer.state import known_as
from analyzer.window import EVERYTHING
from tests.examples import examples
from tests.oracle import overlaps
from tests.oracle.sources import COLUMNS, write_source

MIDNIGHT = datetime(2026, 3, 1)


def hits_of(file: str) -> list[dict[str, object]]:
    hits = []
    for number, word in enumerate(file.split(), start=1):
        hit = dict.fromkeys(COLUMNS) | {"method": "GET", "status": 200, "address": "192.0.2.7", "agent": "A"}
        when = timedelta(seconds=int(word[:-1]), milliseconds=500 * word[-1].isupper())
        hits.append(hit | {"line": number, "ts": MIDNIGHT + when, "path": word[-1]})
    return hits


def repeats(sources: list[Source], root: Path) -> list[tuple[str, int, str]]:
    """File, line, and the file that has it already."""
    with Engine(root / "spill", memory_limit_mb=256, threads=1) as engine:
        ordered = by_start(sources)
        put_earlier(engine, None)
        load(engine, ordered, known_as(ordered, ()), EVERYTHING)
        settle(engine, ordered, EVERYTHING)
        names = [one.file for one in by_start(sources)]
        rows = engine.rows("SELECT source, line, already FROM repeats ORDER BY ALL")
        return sorted((names[source], line, names[already]) for source, line, already in rows)


def counted(*files: str) -> str:
    """The lines that count, in order, whatever order the files come in."""
    with TemporaryDirectory() as name:
        root = Path(name)
        sources = [write_source(root / f"f{number}", hits_of(file)) for number, file in enumerate(files)]
        found = repeats(sources, root)
        assert repeats(sources[::-1], root) == found
    lines = Counter(word for file in files for word in file.split())
    lines.subtract(files[int(file[1:])].split()[line - 1] for file, line, _ in found)
    return " ".join(sorted(lines.elements()))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("1a 2b 3c", "2b 3c 4d"), "1a 2b 3c 4d"),  # the exports have other boundaries
        (("1a 2b 2b 3c", "1x 2b 3c"), "1a 1x 2b 2b 3c"),  # twice in one file, once in the other: twice
        (("1a 2b 3c", "1a 2x 3c"), "1a 2b 2x 3c"),  # neither has all
        (("1a 2b", "2c 3d"), "1a 2b 2c 3d"),  # they touch
        (("1a 2b", "2b 2c 3d"), "1a 2b 2b 2c 3d"),  # they touch, and a line happened on both sides
        (("1a 2b 2c", "2c 2b 3d"), "1a 2b 2c 3d"),  # they tell the same of the second: they overlap
        (("1a 2b", "2b 2b 3d"), "1a 2b 2b 2b 3d"),  # not as often: they differ
        (("2a", "2b"), "2a 2b"),  # files of one second touch each other
        (("2a 2a", "2a"), "2a 2a 2a"),
        (("1a 2b", "2c", "2d", "2e 3f"), "1a 2b 2c 2d 2e 3f"),  # a chain of four
        (("1a 2b", "2b 2c", "2b 3d"), "1a 2b 2b 2c 3d"),  # the first and the last tell the same
        (("1a 2b", "2c 3d", "1a 2b 2c 3d"), "1a 2b 2c 3d"),  # a chain, and a file that has it all
        (("1a 2b", "2b 2c 3d", "1a 2b 2c 3d"), "1a 2b 2b 2c 3d"),  # the chain has more
        (("1a 2b", "2c 3d", "1a 2b 2b 2b 3d"), "1a 2b 2b 2b 2c 3d"),  # the file has more
        (("0a 2b", "1a 2b 2b", "2c 2b 3d", "2b 4d"), "0a 1a 2b 2b 2b 2c 3d 4d"),  # two ends, two beginnings: 2 + 1
        (("1a 2B", "2c 3d"), "1a 2B 2c 3d"),  # a second is a second, whatever its fractions
        (("1a 2B 2c", "2c 2B 3d"), "1a 2B 2c 3d"),
        (("1a 3x", "3y 5a", "1a 3x 3z", "3y 3w 5a", "1a 3x 3y 5a"), "1a 3w 3x 3y 3z 5a"),  # many chains
    ],
)  # fmt: skip
def test_the_rule_of_chains(files: tuple[str, ...], expected: str) -> None:
    assert counted(*files) == expected
    truth = overlaps.truth([[(int(word[:-1]), word[-1]) for word in file.split()] for file in files])
    assert " ".join(sorted(f"{second}{line}" for second, line in truth.elements())) == expected


WORDS = st.tuples(st.integers(1, 4), st.sampled_from("aaabC"))
FILES = st.lists(st.lists(WORDS, max_size=5), min_size=2, max_size=5)


@settings(max_examples=examples(100), deadline=None)
@given(FILES)
def test_any_files_give_exactly_the_oracles_choice(files: list[list[tuple[int, str]]]) -> None:
    """Which copies count, too: of the chains with the most the first in the order that breaks ties."""
    with TemporaryDirectory() as name:
        root = Path(name)
        words = [" ".join(f"{second}{line}" for second, line in file) for file in files]
        sources = [write_source(root / f"f{number}", hits_of(file)) for number, file in enumerate(words)]
        found = repeats(sources, root)
        order = [int(one.file[1:]) for one in by_start(sources)]
    chosen = overlaps.settle([files[place] for place in order])
    expected = []
    for place, number in enumerate(order):
        for line, word in enumerate(files[number], start=1):
            having = chosen[word]
            if place not in having:
                expected.append((f"f{number}", line, f"f{order[having[0]]}"))
    assert found == sorted(expected)
    # And the number that count is the truth.
    lines = Counter(word for file in files for word in file)
    lines.subtract(files[int(file[1:])][line - 1] for file, line, _ in found)
    assert lines == overlaps.truth(files)


OTHER_VALUES = {"ts": MIDNIGHT + timedelta(seconds=2, microseconds=7), "status": 404, "bytes": 5, "opted_out": True}


@pytest.mark.parametrize("column", [one for one in COLUMNS if one != "line"])
def test_lines_that_differ_in_anything_logged_are_two(column: str, tmp_path: Path) -> None:
    hits = hits_of("1a 2b 3c")
    other = [dict(hit) for hit in hits]
    other[1][column] = OTHER_VALUES.get(column, "")  # nothing logged, and an empty text, are not the same either
    sources = [write_source(tmp_path / "f0", hits), write_source(tmp_path / "f1", [*other, hits_of("4d")[0]])]
    assert repeats(sources, tmp_path) == [("f1", 1, "f0"), ("f1", 3, "f0")]


def test_every_column_of_a_line_is_part_of_its_identity() -> None:
    assert set(IDENTITY) == set(COLUMNS) - {"line"}


def test_values_do_not_run_into_each_other(tmp_path: Path) -> None:
    one, other = hits_of("1a 2b 3c"), hits_of("1a 2b 3c 4d")
    one[1] |= {"query": "1:x", "referrer": None}
    other[1] |= {"query": "1:x:", "referrer": None}
    one[2] |= {"path": "/a", "query": "b"}
    other[2] |= {"path": "/", "query": "ab"}
    sources = [write_source(tmp_path / "f0", one), write_source(tmp_path / "f1", other)]
    assert repeats(sources, tmp_path) == [("f1", 1, "f0")]


def test_servers_are_settled_apart_and_whole_duplicates_not_at_all(tmp_path: Path) -> None:
    sources = [
        write_source(tmp_path / "f0", hits_of("1a 2b")),
        write_source(tmp_path / "f1", hits_of("1a 2b 3c"), server="other"),
        write_source(tmp_path / "f2", hits_of("1a 2b"), duplicate_of="f0"),
        write_source(tmp_path / "f3", []),
    ]
    assert repeats(sources, tmp_path) == []
    more = [write_source(tmp_path / f"more{server}", hits_of("1d 2b 2b"), server=server) for server in ("", "other")]
    assert repeats(sources + more, tmp_path) == [("f0", 2, "more"), ("f1", 2, "moreother")]
