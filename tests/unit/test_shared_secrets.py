"""Sealed passwords: only the same key opens them, and whatever was changed is refused."""

import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from shared.errors import EXIT_MISCONFIGURED, Misconfigured
from shared.secrets import KEY_FILE, SecretBox, open_box
from shared.settings import Settings

BOX = SecretBox("a pass phrase")


@given(st.text())
def test_what_was_sealed_opens(text: str) -> None:
    assert BOX.open(BOX.seal(text)) == text


def test_a_token_shows_neither_the_text_nor_that_two_are_the_same() -> None:
    one, two = BOX.seal("fruit"), BOX.seal("fruit")
    assert "fruit" not in one
    assert one != two


def test_white_space_around_a_key_is_not_part_of_it() -> None:
    assert SecretBox("a pass phrase\n").open(BOX.seal("x")) == "x"


def test_another_key_is_refused_with_a_remedy() -> None:
    with pytest.raises(Misconfigured, match=r"another key.*PROPROCESSOR_SECRET_KEY") as refused:
        SecretBox("another").open(BOX.seal("fruit"))
    assert (refused.value.reason, refused.value.exit_code) == ("wrong_secret_key", EXIT_MISCONFIGURED)
    assert "fruit" not in str(refused.value)


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_a_changed_token_is_refused(place: int) -> None:
    token = BOX.seal("fruit")
    changed = "B" if token[place] == "A" else "A"
    with pytest.raises(Misconfigured):
        BOX.open(token[:place] + changed + token[place + 1 :])


@pytest.mark.parametrize("token", ["", "fruit", "gAAAAA", "ключ", "\x00"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Misconfigured):
        BOX.open(token)


def test_the_key_of_the_settings_wins_and_makes_no_file(tmp_path: Path) -> None:
    box = open_box(Settings(data=tmp_path, secret_key=SecretStr("given")))
    assert SecretBox("given").open(box.seal("x")) == "x"
    assert not (tmp_path / KEY_FILE).exists()


def test_a_key_file_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    token = open_box(settings).seal("x")
    path = tmp_path / "new" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_box(settings).open(token) == "x"
    assert [one.name for one in path.parent.iterdir()] == [KEY_FILE]


def test_two_data_folders_have_two_keys(tmp_path: Path) -> None:
    token = open_box(Settings(data=tmp_path / "one")).seal("x")
    with pytest.raises(Misconfigured):
        open_box(Settings(data=tmp_path / "two")).open(token)


@pytest.mark.parametrize("_round", range(20))
def test_many_at_once_agree_on_one_key(tmp_path: Path, _round: int) -> None:
    settings = Settings(data=tmp_path)
    begin = threading.Barrier(8)

    def seal(number: int) -> str:
        begin.wait()
        return open_box(settings).seal(str(number))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            tokens = list(threads.map(seal, range(8)))
    finally:
        sys.setswitchinterval(before)
    assert [open_box(settings).open(token) for token in tokens] == [str(number) for number in range(8)]
    assert [one.name for one in tmp_path.iterdir()] == [KEY_FILE]
