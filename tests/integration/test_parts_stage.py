"""A file that several parsers share: whoever stops, and when, it is what one parser makes of it, and counts once."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import shared.store
from console import datasets as registry
from console.how_far import read_so_far, state_of
from parser import part_stage, parts, stage
from parser.readings import Reading
from shared import failures
from shared.catalog import Catalog
from shared.catalog.schema import contents, files, readings
from shared.catalog.schema import parts as part_rows
from shared.errors import Rejected
from shared.messages import FileFailed, FileFetched, HitsParsed, PartDue, encode
from shared.transport import Envelope
from shared.work import Work
from tests.integration.installation import Installation
from tests.integration.test_parser_files import DIRECTIVES, W3C_LINES
from tests.oracle.lines import Expected, expect

PART_BYTES = 8_000
CONSUMED = (FileFetched.TYPE, PartDue.TYPE)
pytestmark = pytest.mark.usefixtures("small_parts")


def ncsa(lines: int = 400, seed: int = 1) -> bytes:
    """Four days, and what is no hit before, between and behind."""
    chance = random.Random(seed)
    found = ["first", "", "second"]
    for at in range(lines):
        when = f"{1 + at * 4 // lines:02d}/Mar/2026:12:{at % 60:02d}:{chance.randrange(60):02d} +0000"
        found.append(
            f'192.0.2.{chance.randrange(9)} - - [{when}] "GET /{at} HTTP/1.1" 200 5 "https://a.test/" "Firefox/{at % 7}"'
        )
        found += chance.choice(([], [], [], [""], ["junk \u00e4"]))
    return ("\n".join(found)).encode()


def w3c(head: tuple[bytes, ...] = ()) -> bytes:
    """Headers that change."""
    chance = random.Random(2)
    lines = [*head, DIRECTIVES[0]]
    for _ in range(500):
        lines.append(chance.choice(W3C_LINES[:7]))
        if chance.random() < 0.1:
            lines.append(chance.choice((*DIRECTIVES[:3], *DIRECTIVES[6:13])))
    return b"\r\n".join(lines)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def change(part_bytes: int) -> None:
        def small(raw: Path, **given: Any) -> tuple[parts.Part, ...]:
            return parts.plan(raw, **given | {"part_bytes": part_bytes})

        monkeypatch.setattr(part_stage, "plan", small)

    change(PART_BYTES)
    return change


def whole(root: Path, data: bytes, **settings: Any) -> tuple[dict[str, Any], Expected]:
    """By a parser that does not cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part_stage, "plan", lambda raw, **given: ())
        made = Installation(root / "whole", f"sqlite:///{root / 'whole.db'}")
        file = made.fetch(made.dataset(**settings), data)
        made.work()
        found = made.read(file)
        assert all("/" not in name for name in made.content(file)["parts"])
        made.close()
    return found


def assert_as_whole(made: Installation, file: int, expected: tuple[dict[str, Any], Expected]) -> None:
    assert made.read(file) == expected
    assert made.content(file)["parts"][0].startswith("p0000-0-")
    assert made.parts() == {}


# The same, and once


@pytest.mark.parametrize(
    ("data", "family"),
    [(ncsa(), "ncsa"), (w3c(), "w3c"), (w3c((DIRECTIVES[4],)), "w3c")],
    ids=["combined", "w3c", "nlf"],
)
def test_a_file_in_parts_is_the_file_parsed_whole(one: Installation, tmp_path: Path, data: bytes, family: Any) -> None:
    file = one.fetch(one.dataset(), data)
    one.work()
    assert len(one.facts(PartDue)) >= 3
    assert_as_whole(one, file, whole(tmp_path, data))
    assert one.read(file)[1] == expect(data, family)
    content = one.content(file)
    assert one.facts(HitsParsed) == [HitsParsed("shop", file, content["lines"], content["hits"])]
    assert content["plain_sha256"] == hashlib.sha256(data).hexdigest()


def test_side_tables_lie_in_the_folders_of_parts(local: Installation) -> None:
    file = local.fetch(local.dataset(), ncsa())
    local.work()
    folder = local.settings.data / local.content(file)["folder"]
    for kind in ("agents", "addresses", "referrers"):
        found = {path.parent.name for path in folder.glob(f"**/{kind}-*.parquet")}
        assert found == {name.partition("/")[0] for name in local.content(file)["parts"]}


def test_a_small_file_is_not_cut(local: Installation) -> None:
    file = local.fetch(local.dataset(), ncsa(20))
    local.work()
    assert local.facts(PartDue) == []
    assert all("/" not in name for name in local.content(file)["parts"])


def test_the_file_is_under_way_until_its_last_part_is_done(local: Installation) -> None:
    file = local.fetch(local.dataset(), ncsa())
    with local.parser() as runner:
        seen = set()
        while runner.step(0.02):
            row = local.row(files, id=file)
            seen.add((row["state"], bool(local.facts(HitsParsed))))
    assert seen == {("fetched", False), ("parsed", True)}


def test_every_message_that_comes_twice_counts_once(local: Installation) -> None:
    file = local.fetch(local.dataset(), ncsa())
    repeated: set[str] = set()
    with local.parser() as runner:
        while runner.step(0.02):
            again = [one for one in local.messages() if one.fact.TYPE in CONSUMED and one.id not in repeated]
            repeated |= {one.id for one in again}
            local.tools.transport.publish([Envelope(one.id, one.fact.TYPE, encode(one)) for one in again])
    assert len(repeated) == len(local.facts(PartDue)) + 2
    assert len(local.facts(HitsParsed)) == 1
    assert local.content(file)["hits"] == 400


# Several at once, and stopped at any moment


def test_parsers_that_finish_at_the_same_moment_see_each_other(one: Installation, tmp_path: Path) -> None:
    data = [ncsa(seed=seed) for seed in range(3)]
    dataset = one.dataset()
    made = [one.fetch(dataset, each, f"{number}.log") for number, each in enumerate(data)]
    errors: list[BaseException] = []

    def parse() -> None:
        try:
            one.work()
        except BaseException as error:  # noqa: BLE001 - a thread's error must fail the test
            errors.append(error)

    while one.row(files, id=made[-1])["state"] == "fetched" and not errors:
        threads = [threading.Thread(target=parse) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert errors == []
    assert failures.letters(one.catalog) == []
    for number, (file, each) in enumerate(zip(made, data, strict=True)):
        assert_as_whole(one, file, whole(tmp_path / str(number), each))
    assert len(one.facts(HitsParsed)) == 3


class Killed(BaseException):
    """Nothing catches it; what runs on the way out does not matter, since it is done again."""


class Mortal:
    """Counts what changes catalog and disk, and ends the process before one of them."""

    def __init__(self, lives: Callable[[], bool]) -> None:
        self.lives, self.steps = lives, 0

    def step(self) -> None:
        self.steps += 1
        if not self.lives():
            raise Killed

    def catalog(self, one: Catalog) -> Catalog:
        mortal = self

        class Fragile(Catalog):
            @contextmanager
            def write(self) -> Iterator[sa.Connection]:
                mortal.step()
                with super().write() as connection:
                    yield connection
                mortal.step()

        return Fragile(one.engine)


def work_mortally(made: Installation, mortal: Mortal, patch: pytest.MonkeyPatch) -> int:
    """Parsers one after the other, each until it is killed; gives how many."""
    sync = shared.store._sync

    def fragile(path: Path) -> None:
        mortal.step()
        sync(path)

    patch.setattr(shared.store, "_sync", fragile)
    for number in range(1, 1000):
        try:
            with made.parser(mortal.catalog(made.catalog)) as runner:
                while runner.step(0.02):
                    pass
        except Killed:
            continue
        return number
    raise AssertionError("it never ends")


@pytest.mark.parametrize("seed", range(4))
def test_parsers_killed_at_random_moments_change_nothing(
    one: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    data, chance = ncsa(), random.Random(seed)
    file = one.fetch(one.dataset(), data)
    with monkeypatch.context() as patch:
        assert work_mortally(one, Mortal(lambda: chance.random() > 0.06), patch) > 2
    assert_as_whole(one, file, whole(tmp_path, data))
    assert len(one.facts(HitsParsed)) == 1


def test_a_parser_killed_at_any_one_moment_changes_nothing(
    tmp_path: Path, small_parts: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ncsa(150)
    expected = whole(tmp_path, data)
    moments = 0
    for at in range(1000):  # at 0 nobody is killed
        if at > moments > 0:
            break
        made = Installation(tmp_path / str(at), f"sqlite:///{tmp_path / f'{at}.db'}")
        file = made.fetch(made.dataset(), data)
        mortal = Mortal(lambda: True)
        mortal.lives = lambda mortal=mortal, at=at: mortal.steps != at  # type: ignore[misc]
        with monkeypatch.context() as patch:
            assert work_mortally(made, mortal, patch) == (2 if at else 1)
        moments = moments or mortal.steps
        assert_as_whole(made, file, expected)
        assert len(made.facts(HitsParsed)) == 1
        made.close()
    assert moments > 30


# Parts that die


@contextmanager
def deadly(*numbers: int) -> Iterator[None]:
    """Parts that cannot be parsed."""
    parse = part_stage.parse_part

    def dying(raw: Path, folder: Path, part: parts.Part, **given: Any) -> Any:
        if part.number in numbers:
            raise Rejected(f"Part {part.number} cannot be parsed.", reason="for_a_test")
        return parse(raw, folder, part, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part_stage, "parse_part", dying)
        yield


def test_a_part_that_dies_is_a_dead_letter_about_the_file_and_replay_goes_on(one: Installation, tmp_path: Path) -> None:
    data = ncsa()
    file = one.fetch(one.dataset(), data)
    with deadly(1):
        one.work()
    (letter,) = failures.letters(one.catalog)
    assert (letter.subject, letter.reason, letter.type, letter.dataset) == (
        "access.log",
        "for_a_test",
        PartDue.TYPE,
        "shop",
    )
    row = one.row(files, id=file)
    assert (row["state"], row["error"]) == ("failed", "Part 1 cannot be parsed.")
    assert one.facts(FileFailed) == [FileFailed("shop", file, "for_a_test")]
    assert {state for number, state in one.parts().items() if number != 1} == {"done"}
    assert one.parts()[1] == "failed"
    failures.replay(one.catalog, [letter], datetime.now(UTC))
    assert one.row(files, id=file)["state"] == "fetched"
    with deadly(0, 2, 3):  # what is done is not done again
        one.work()
    assert_as_whole(one, file, whole(tmp_path, data))
    assert one.facts(HitsParsed)[0].file == file
    assert failures.letters(one.catalog) == []


def test_of_two_dead_parts_one_replayed_leaves_the_file_failed_until_the_other_is(
    one: Installation, tmp_path: Path
) -> None:
    data = ncsa()
    file = one.fetch(one.dataset(), data)
    with deadly(0, 2):
        one.work()
    letters = failures.letters(one.catalog)
    assert len(letters) == 2
    failures.replay(one.catalog, letters[:1], datetime.now(UTC))
    one.work()
    row = one.row(files, id=file)
    assert (row["state"], row["error"]) == ("failed", "Another part of this file waits as a dead letter.")
    assert [fact.reason for fact in one.facts(FileFailed)] == ["for_a_test", "for_a_test", part_stage.REASON]
    failures.replay(one.catalog, letters[1:], datetime.now(UTC))
    one.work()
    assert_as_whole(one, file, whole(tmp_path, data))


def test_all_dead_parts_replayed_together_fail_nothing_in_between(local: Installation, tmp_path: Path) -> None:
    file = local.fetch(local.dataset(), ncsa())
    with deadly(0, 1, 2, 3):
        local.work()
    letters = failures.letters(local.catalog)
    failures.replay(local.catalog, letters, datetime.now(UTC))
    local.work()
    assert {fact.reason for fact in local.facts(FileFailed)} == {"for_a_test"}
    assert_as_whole(local, file, whole(tmp_path, ncsa()))


def test_a_file_announced_again_has_only_its_missing_parts_parsed(local: Installation, tmp_path: Path) -> None:
    data = ncsa()
    file = local.fetch(local.dataset(), data)
    with deadly(1):
        local.work()
    local.announce("shop", file, local.row(files, id=file)["sha256"], "again")
    with deadly(0, 2, 3):
        local.work()
    assert_as_whole(local, file, whole(tmp_path, data))


# What changes meanwhile


def test_settings_that_change_between_parts_hold_for_the_whole_file(one: Installation, tmp_path: Path) -> None:
    data = ncsa()
    file = one.fetch(one.dataset(), data)
    one.work(2)
    assert sorted(one.parts().values())[:2] == ["done", "due"]
    one.change("shop", source={"format": "common"})
    one.work()
    expected = whole(tmp_path, data, source={"format": "common"})
    assert one.read(file) == expected
    assert one.content(file)["format"] == "common"


def test_the_same_bytes_twice_are_parsed_once_and_count_for_both(one: Installation) -> None:
    data = ncsa()
    dataset = one.dataset()
    made = [one.fetch(dataset, data, "a.log"), one.fetch(dataset, data, "b.log")]
    one.work()
    assert one.read(made[0]) == one.read(made[1])
    assert {fact.file for fact in one.facts(HitsParsed)} == set(made)
    assert one.parts() == {}


def test_a_data_set_removed_between_parts_leaves_nothing_to_do(local: Installation) -> None:
    local.fetch(local.dataset(), ncsa())
    local.work(2)
    registry.remove(local.catalog, "shop", local.settings.data)
    local.work()
    assert local.facts(HitsParsed) == []
    assert failures.letters(local.catalog) == []


@pytest.mark.parametrize("steps", [2, 4, 1000])
def test_hits_that_were_removed_are_made_again(local: Installation, tmp_path: Path, steps: int) -> None:
    data = ncsa()
    file = local.fetch(local.dataset(), data)
    local.work(steps)
    shutil.rmtree(local.settings.data / "hits")
    if steps == 1000:
        local.announce("shop", file, local.row(files, id=file)["sha256"], "again")
    local.work()
    assert_as_whole(local, file, whole(tmp_path, data))


# Parsers that cut otherwise, and folders that the catalog does not know


def forget(made: Installation) -> None:
    """The catalog was lost, or its process killed, before it knew what lies in the folder."""
    with made.catalog.write() as connection:
        for table in (contents, part_rows):
            connection.execute(sa.delete(table))


@pytest.mark.parametrize("steps", [3, 1000])
def test_parts_that_nobody_knows_are_not_mixed_with_others(
    local: Installation, tmp_path: Path, small_parts: Callable[[int], None], steps: int
) -> None:
    data = ncsa()
    file = local.fetch(local.dataset(), data)
    local.work(steps)
    for number, part_bytes in enumerate((PART_BYTES // 2, PART_BYTES, 1 << 30, PART_BYTES)):
        forget(local)
        small_parts(part_bytes)
        local.announce("shop", file, local.row(files, id=file)["sha256"], f"again {number}")
        local.work()
        assert local.read(file) == whole(tmp_path / str(number), data)
        names = local.content(file)["parts"]
        folder = local.settings.data / local.content(file)["folder"]
        there = {str(path.relative_to(folder)) for path in folder.glob("**/hits-*.parquet")}
        assert there == set(names)


def test_of_a_content_made_whole_and_in_parts_at_once_one_holds(
    local: Installation, tmp_path: Path, small_parts: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one parser reads the file whole, another cuts it, and has begun."""
    data = ncsa()
    dataset = local.dataset()
    slow = local.fetch(dataset, data, "a.log")
    parse = stage.parse_file

    def parse_while_another_cuts(*given: Any, **named: Any) -> Any:
        small_parts(PART_BYTES)
        local.fetch(dataset, data, "b.log")
        local.work(3)
        assert "done" in local.parts().values()
        return parse(*given, **named)

    small_parts(1 << 30)
    with monkeypatch.context() as patch:
        patch.setattr(stage, "parse_file", parse_while_another_cuts)
        local.work(1)
    local.work()
    assert failures.letters(local.catalog) == []
    assert_as_whole(local, slow, whole(tmp_path, data))
    assert {fact.file for fact in local.facts(HitsParsed)} == {slow, slow + 1}


# What holds for files that are whole


def test_a_file_of_rejects_is_held_once_it_is_whole(local: Installation) -> None:
    dataset = local.dataset(source={"format": "combined", "reject_limit": 0.01})
    file = local.fetch(dataset, ncsa())
    local.work()
    (letter,) = failures.letters(local.catalog)
    assert (letter.type, letter.reason) == (FileFetched.TYPE, "too_many_rejects")
    assert "line 1 (shape): first" in letter.error
    assert local.row(files, id=file)["held"] is not None
    local.change("shop", source={"format": "combined", "reject_limit": 0.9})
    failures.replay(local.catalog, [letter], datetime.now(UTC))
    with deadly(0, 1, 2, 3):
        local.work()
    assert local.content(file)["rejects"] > 10
    assert local.parts() == {}


def test_a_raw_file_that_may_not_be_kept_goes_when_all_parts_are_done(local: Installation, tmp_path: Path) -> None:
    data, privacy = ncsa(), {"privacy": {"addresses": "truncate"}}
    file = local.fetch(local.dataset(**privacy), data)
    raw = local.tools.store.path(hashlib.sha256(data).hexdigest())
    with local.parser() as runner:
        while runner.step(0.02):
            assert raw.exists() == (local.row(files, id=file)["state"] == "fetched")
    assert len(local.content(file)["head"]) == 32  # a digest
    assert_as_whole(local, file, whole(tmp_path, data, **privacy))


def test_work_is_said_to_go_on(local: Installation) -> None:
    """A parser that cuts or parses says so between blocks, or it would count as stuck."""
    local.fetch(local.dataset(), ncsa())
    said: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Work, "keep_alive", lambda self, doing=None: said.add(doing))
        local.work()
    number = len(local.facts(PartDue))
    beginnings = {text.partition(":")[0] for text in said}
    assert {
        "cutting access.log",
        "putting together access.log",
        f"parsing access.log, part 1 of {number}",
    } <= beginnings


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress], ids=["plain, in parts", "gzip", "bzip2"])
def test_how_far_a_file_is_can_be_seen_while_it_is_read(local: Installation, pack: Callable[[bytes], bytes]) -> None:
    dataset, plain = local.dataset(), ncsa(3000)
    data = pack(plain)
    local.fetch(dataset, data)
    seen: list[tuple[int, int]] = []
    tell = Reading.__call__

    def look(self: Reading, lines: int, size_bytes: int) -> None:
        tell(self, lines, size_bytes)
        with local.catalog.read() as connection:
            seen.append(read_so_far(connection, dataset))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Reading, "__call__", look)
        patch.setattr("parser.readings.EVERY_S", 0.0)
        patch.setattr("parser.lines.BLOCK_BYTES", 20_000)
        local.work()
    assert len(seen) > 5
    assert seen == sorted(seen), "it only grows"
    lines = len(plain.splitlines())
    assert seen[-1] == (lines, len(data))
    assert seen[2][0] < lines
    with local.catalog.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(readings)).scalar_one() == 0
        assert state_of(local.catalog, dataset, datetime(2026, 1, 1, tzinfo=UTC)).lines == lines
