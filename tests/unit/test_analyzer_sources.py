"""Which files count (Law 2, for files fetched again, renamed, rotated and grown)."""

from itertools import permutations

import pytest

from analyzer.sources import Chosen, Parsed, choose
from analyzer.stage import refuse_older
from shared.errors import Rejected


def parsed(file: int, path: str, content: str, server: str = "") -> Parsed:
    return Parsed(file=file, server=server, path=path, plain_sha256=content, content=content)


def rows(chosen: list[Chosen]) -> list[tuple[str, str, bool]]:
    return [(one.parsed.path, one.parsed.content, one.duplicate) for one in chosen]


def places(chosen: list[Chosen]) -> dict[str, str | None]:
    """Of each path the one that counts in its place."""
    return {one.parsed.path: one.duplicate_of for one in chosen}


def test_different_files_all_count() -> None:
    assert rows(choose([parsed(1, "a.log", "A"), parsed(2, "b.log", "B")], {})) == [
        ("a.log", "A", False),
        ("b.log", "B", False),
    ]


def test_a_renamed_file_counts_once_and_is_shown_as_a_duplicate() -> None:
    found = choose([parsed(1, "access.log", "A"), parsed(2, "access.log.1", "A")], {})
    assert rows(found) == [("access.log", "A", False), ("access.log.1", "A", True)]


def test_a_grown_file_replaces_its_beginning() -> None:
    found = choose([parsed(1, "access.log", "A"), parsed(2, "access.log", "AB")], {"A": frozenset({"AB"})})
    assert rows(found) == [("access.log", "AB", False)]


def test_rotation_gives_each_name_its_present_content() -> None:
    history = [
        parsed(1, "access.log", "A"),
        parsed(2, "access.log", "AB"),
        parsed(3, "access.log.1", "ABC"),
        parsed(4, "access.log", "D"),
    ]
    growths = {"A": frozenset({"AB", "ABC"}), "AB": frozenset({"ABC"})}
    for order in permutations(history):
        assert rows(choose(order, growths)) == [("access.log", "D", False), ("access.log.1", "ABC", False)]


def test_a_log_that_began_anew_keeps_what_it_held_before() -> None:
    found = choose([parsed(1, "access.log", "A"), parsed(2, "access.log", "B")], {})
    assert rows(found) == [("access.log", "B", False), ("access.log (earlier 1)", "A", False)]


def test_a_duplicate_says_which_file_counts() -> None:
    history = [
        parsed(1, "access.log", "AB"),
        parsed(2, "copy.log", "AB"),
        parsed(3, "backup.log", "A"),
        parsed(4, "access.log", "C"),
        parsed(5, "access.log.1", "D"),
        parsed(6, "access.log.1", "E"),
        parsed(7, "old.log", "D"),
    ]
    growths = {"A": frozenset({"AB", "elsewhere"})}
    for order in permutations(history):
        assert places(choose(order, growths)) == {
            "access.log": None,
            "access.log.1": None,
            "backup.log": "copy.log",
            "copy.log": None,
            "old.log": None,
        }


def test_a_duplicate_names_a_file_as_the_audit_does() -> None:
    found = choose(
        [parsed(1, "a.log", "AB"), parsed(2, "a.log", "C"), parsed(3, "b.log", "A")], {"A": frozenset({"AB"})}
    )
    assert places(found) == {"a.log": None, "a.log (earlier 1)": None, "b.log": "a.log (earlier 1)"}


def test_two_servers_are_two_truths() -> None:
    found = choose([parsed(1, "one/a.log", "A", "one"), parsed(2, "two/a.log", "A", "two")], {})
    assert [row[2] for row in rows(found)] == [False, False]


def test_a_longer_file_on_another_server_takes_nothing_away() -> None:
    found = choose([parsed(1, "one/a.log", "A", "one"), parsed(2, "two/a.log", "AB", "two")], {"A": frozenset({"AB"})})
    assert rows(found) == [("one/a.log", "A", False), ("two/a.log", "AB", False)]


def test_hits_of_an_older_parser_are_refused_with_what_to_do() -> None:
    refuse_older("shop", [2, 3])
    with pytest.raises(Rejected, match=r"shop: 2 files .*`proprocessor reparse shop`") as caught:
        refuse_older("shop", [1, 2, 1])
    assert caught.value.reason == "parsed_by_older"
