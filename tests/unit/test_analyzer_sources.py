"""Which files count (Law 2, for files fetched again, renamed, rotated and grown)."""

from itertools import permutations

from analyzer.sources import Chosen, Parsed, choose


def parsed(file: int, path: str, content: str, server: str = "") -> Parsed:
    return Parsed(file=file, server=server, path=path, plain_sha256=content, content=content)


def rows(chosen: list[Chosen]) -> list[tuple[str, str, bool]]:
    return [(one.parsed.path, one.parsed.content, one.duplicate) for one in chosen]


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


def test_two_servers_are_two_truths() -> None:
    found = choose([parsed(1, "one/a.log", "A", "one"), parsed(2, "two/a.log", "A", "two")], {})
    assert [row[2] for row in rows(found)] == [False, False]


def test_a_longer_file_on_another_server_takes_nothing_away() -> None:
    found = choose([parsed(1, "one/a.log", "A", "one"), parsed(2, "two/a.log", "AB", "two")], {"A": frozenset({"AB"})})
    assert rows(found) == [("one/a.log", "A", False), ("two/a.log", "AB", False)]
