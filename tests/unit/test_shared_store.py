"""The raw store at its edges: full and read-only disks, killed writers, files that are there already."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.errors import Misconfigured, Transient
from shared.store import Store, disk_errors

SHA = hashlib.sha256(b"whole").hexdigest()


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A disk of its own at ``folder``; mounting is root's to do."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def staged(store: Store, content: bytes) -> Path:
    path = store.staging / "file"
    path.write_bytes(content)
    return path


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "a.log"
    source.write_bytes(os.urandom(1 << 20))
    with small_disk(tmp_path / "data", "size=256k"):
        store = Store(tmp_path / "data")
        with pytest.raises(Transient, match="disk is full") as refused:
            store.adopt_copy(source)
        assert refused.value.reason == "disk_full"
        with pytest.raises(Transient, match="disk is full"), store.folder_once("hits/a") as aside:
            (aside / "part").write_bytes(bytes(1 << 20))
        assert [path for path in store.root.rglob("*") if path.is_file()] == []
        assert not (store.root / "hits" / "a").exists()
        source.write_bytes(b"small enough now")
        digest, _ = store.adopt_copy(source)
        assert store.path(digest).read_bytes() == b"small enough now"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder that may not be written; root may write any but on a disk that is mounted so."""
    if os.getuid() != 0:
        folder.mkdir(mode=0o555)
        yield
        return
    with small_disk(folder, "size=256k"):
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield


def test_a_read_only_folder_is_a_fault_of_the_set_up(tmp_path: Path) -> None:
    source = tmp_path / "a.log"
    source.write_bytes(b"x")
    with read_only(tmp_path / "data"):
        with pytest.raises(Misconfigured, match="cannot be written") as refused:
            Store(tmp_path / "data").adopt_copy(source)
        assert refused.value.reason == "not_writable"
        assert list((tmp_path / "data").iterdir()) == []


def test_a_file_where_the_data_folder_should_be_is_a_fault_of_the_set_up(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(Misconfigured, match="cannot be written") as refused:
        _ = Store(tmp_path / "data").staging
    assert refused.value.reason == "not_writable"


@pytest.mark.parametrize("number", [5, 24])
def test_another_error_of_a_disk_stays_what_it_is(number: int) -> None:
    with pytest.raises(OSError, match="x") as refused, disk_errors(Path("data")):
        raise OSError(number, "x")
    assert refused.value.errno == number


def test_our_own_errors_pass_through(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="ours"), Store(tmp_path).folder_once("a"):
        raise Transient("ours")


@pytest.mark.parametrize(
    "write",
    [
        "store.adopt_copy(pathlib.Path('/dev/stdin'))",
        "with store.folder_once('hits/a') as aside: (aside / 'part').write_text('half'); sys.stdin.read()",
    ],
)
def test_a_writer_that_is_killed_leaves_nothing_under_the_final_name(tmp_path: Path, write: str) -> None:
    code = (
        f"import pathlib, sys\nfrom shared.store import Store\nstore = Store(pathlib.Path({str(tmp_path)!r}))\n{write}"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=Path(__file__).parents[2], bufsize=0
    )
    assert process.stdin is not None
    process.stdin.write(b"half of it")
    while process.poll() is None and not list(tmp_path.glob("staging/*")):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdin.close()
    assert list(tmp_path.glob("raw/*/*")) == []
    assert not (tmp_path / "hits" / "a").exists()
    store = Store(tmp_path)
    with store.folder_once("hits/a") as aside:
        (aside / "part").write_text("whole")
    assert (tmp_path / "hits" / "a" / "part").read_text() == "whole"


def test_what_is_in_the_store_is_not_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.adopt(staged(store, b"whole"), SHA)
    before = path.stat()
    assert store.adopt(staged(store, b"other bytes under a digest that is there"), SHA) == path
    assert (path.stat().st_ino, path.read_bytes()) == (before.st_ino, b"whole")
    assert list(store.staging.iterdir()) == []


def test_a_file_that_went_away_while_it_was_read_is_no_success(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(FileNotFoundError):
        store.adopt_copy(tmp_path / "absent")
    assert list(store.staging.iterdir()) == []


@pytest.mark.parametrize("size_bytes", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_copies_are_whole_around_the_size_of_a_chunk(tmp_path: Path, size_bytes: int) -> None:
    content = os.urandom(size_bytes)
    (tmp_path / "a").write_bytes(content)
    store = Store(tmp_path / "data")
    assert store.adopt_copy(tmp_path / "a") == (hashlib.sha256(content).hexdigest(), size_bytes)
    assert store.path(hashlib.sha256(content).hexdigest()).read_bytes() == content


def test_a_folder_that_is_there_wins_over_a_later_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for content in ("first", "second"):
        with store.folder_once("hits/a") as aside:
            (aside / "part").write_text(content)
    assert (tmp_path / "hits" / "a" / "part").read_text() == "first"


def test_a_file_in_the_place_of_a_folder_is_said_so(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "hits").mkdir()
    (tmp_path / "hits" / "a").write_text("a file")
    with pytest.raises(Transient, match="could not be put in place"), store.folder_once("hits/a") as aside:
        (aside / "part").write_text("x")
    assert list(store.staging.iterdir()) == []
