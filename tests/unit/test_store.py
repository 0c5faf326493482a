"""The raw store: whole or absent."""

import hashlib
import os
from pathlib import Path

import pytest

from shared.errors import Misconfigured, Transient
from shared.store import Store, disk_errors


def test_a_file_is_found_by_its_digest(tmp_path: Path) -> None:
    source = tmp_path / "a.log"
    source.write_bytes(b"line\n" * 1000)
    store = Store(tmp_path / "data")
    digest, size_bytes = store.adopt_copy(source)
    assert digest == hashlib.sha256(source.read_bytes()).hexdigest()
    assert size_bytes == 5000
    assert store.path(digest).read_bytes() == source.read_bytes()
    assert list(store.staging.iterdir()) == []


def test_the_same_content_twice_is_kept_once(tmp_path: Path) -> None:
    source = tmp_path / "a.log"
    source.write_bytes(b"x")
    store = Store(tmp_path / "data")
    assert store.adopt_copy(source) == store.adopt_copy(source)
    assert len(list((tmp_path / "data" / "raw").rglob("*"))) == 2


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(RuntimeError, match="killed"), store.folder_once("hits/a") as aside:
        (aside / "part").write_text("half")
        raise RuntimeError("killed")
    assert not (tmp_path / "hits" / "a").exists()
    with store.folder_once("hits/a") as aside:
        (aside / "part").write_text("whole")
    assert (tmp_path / "hits" / "a" / "part").read_text() == "whole"
    assert list(store.staging.iterdir()) == []


def test_two_writers_of_one_folder_leave_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.folder_once("hits/a") as first, store.folder_once("hits/a") as second:
        (first / "part").write_text("same")
        (second / "part").write_text("same")
    assert [path.name for path in (tmp_path / "hits").iterdir()] == ["a"]
    assert list(store.staging.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_said_so_and_tried_again() -> None:
    with pytest.raises(Transient, match=r"disk is full.*Free some space"), disk_errors(Path("hits")):
        descriptor = os.open("/dev/full", os.O_WRONLY)
        try:
            os.write(descriptor, b"x")
        finally:
            os.close(descriptor)


def test_a_folder_that_cannot_be_written_is_a_fault_of_the_set_up() -> None:
    with pytest.raises(Misconfigured, match="cannot be written"), disk_errors(Path("/data")):
        raise PermissionError(13, "Permission denied")
