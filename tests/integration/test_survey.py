"""What is told of a location before it is a data set: its format, and the first lines read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from console.demo.dataset import make_dataset
from console.sample import BEGINNINGS_BYTES, SHOWN_HITS, SHOWN_REJECTS
from console.survey import survey
from fetcher.location import Credentials, read_location
from fetcher.opener import Access
from tests.acceptance.command import run
from tests.jdc import Faults, ftp_server, http_server, sftp_server

PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}
SERVERS: dict[str, Callable[..., Any]] = {
    "ftp": lambda root, faults: ftp_server(root, "pro", "secret", faults=faults),
    "http": lambda root, faults: http_server(root, faults=faults),
    "sftp": lambda root, faults: sftp_server(root, "pro", "secret", faults=faults),
}


def line(number: int) -> str:
    return (
        f"192.0.2.{number % 250} - - [17/May/2015:10:{number % 60:02}:03 +0000] "
        f'"GET /p{number * 7919 % 100003} HTTP/1.1" 200 {number} "-" "Mozilla/5.0 ({number * number})"\n'
    )


def access(tmp_path: Path, user: str | None = None, password: str | None = None) -> Access:
    return Access(Credentials(user, password), 10.0, tmp_path / "known_hosts")


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_beginning_of_a_long_file_says_its_format(tmp_path: Path, packing: str) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(PACKINGS[packing]("".join(map(line, range(40_000))).encode()))
    assert log.stat().st_size > BEGINNINGS_BYTES[0]
    found = survey(read_location(str(log)), access(tmp_path)).sample
    assert found is not None
    assert found.error is None
    assert (found.format, found.compression) == ("combined", None if packing == "plain" else packing)
    assert (found.lines, found.read, len(found.hits)) == (100, 100, SHOWN_HITS)
    assert [hit["path"] for hit in found.hits] == [f"/p{number * 7919 % 100003}" for number in range(SHOWN_HITS)]


@pytest.mark.parametrize("protocol", SERVERS)
def test_no_more_than_the_beginning_is_fetched(tmp_path: Path, protocol: str) -> None:
    root = tmp_path / "served"
    root.mkdir()
    (root / "access.log").write_text("".join(map(line, range(100_000))))
    faults = Faults(cut_after={"access.log": [4 << 20]})  # of the 10 MB no more than so much may be asked for
    with SERVERS[protocol](root, faults) as url:
        found = survey(read_location(f"{url}access.log"), access(tmp_path, "pro", "secret")).sample
    assert found is not None
    assert (found.error, found.read) == (None, 100)


def test_lines_that_cannot_be_read_are_told_with_their_reason(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(line(1) + "no line of a log\n" * 9 + line(2))
    found = survey(read_location(f"{tmp_path}/access.log"), access(tmp_path)).sample
    assert found is not None
    assert (found.lines, found.read) == (11, 2)
    assert [one["line"] for one in found.rejects] == list(range(2, 2 + SHOWN_REJECTS))
    assert {one["raw"] for one in found.rejects} == {"no line of a log"}


def test_an_empty_newest_file_is_passed_over(tmp_path: Path) -> None:
    for name, text in (("G2026-03-09_00-00-00_to_2026-03-09_23-59-59.nlf", line(1)), ("z.log", "#Version: 1.0\n")):
        (tmp_path / name).write_text(text)
    found = survey(read_location(f"{tmp_path}/"), access(tmp_path)).sample
    assert found is not None
    assert (found.file, found.read) == ("G2026-03-09_00-00-00_to_2026-03-09_23-59-59.nlf", 1)


def test_what_is_no_log_is_said_and_the_rest_is_shown(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text("hello\nworld\n")
    found = survey(read_location(f"{tmp_path}/access.log"), access(tmp_path))
    assert found.files == 1
    assert found.sample is not None
    assert found.sample.reason == "format_unknown"
    (tmp_path / "access.log").write_bytes(gzip.compress(line(1).encode() * 99)[:60])
    damaged = survey(read_location(f"{tmp_path}/access.log"), access(tmp_path)).sample
    assert damaged is not None
    assert damaged.reason == "gzip_truncated", "it was not cut by us"


def test_setup_shows_the_same_in_a_terminal_and_as_json(tmp_path: Path) -> None:
    make_dataset(tmp_path, last_day=date(2026, 3, 10), days=3, visits_per_day=10)
    words = ("setup", "--test-only", "--location", tmp_path / "fruit" / "ClickTracks_Config.xml")
    shown, told = run(*words, data=tmp_path / "data"), run(*words, "--json", data=tmp_path / "data")
    sample = json.loads(told.out)["sample"]
    assert sample["format"] == "nlf"
    assert "Log format  nlf" in shown.out
    assert f"Of the first {sample['lines']} lines of {sample['file']}, {sample['read']} can be read." in shown.out
    for hit in sample["hits"]:
        assert hit["address"] in shown.out
        assert hit["path"] in shown.out
