"""Packed files are the same as plain ones, by content; what is cut off or damaged is said to be."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from parser.archives import compression_of, open_plain
from shared.errors import Rejected


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue().to_pybytes())


PACKERS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gzip.compress, "gzip"),
    "bzip2": (bz2.compress, "archive"),
    "xz": (lzma.compress, "archive"),
    "zstd": (zstd, "archive"),
}
DATA = b"".join(b"192.0.2.%d - line %d\n" % (at % 250, at * at) for at in range(4_000))
MORE = b"more\n" * 5_000
every = pytest.mark.parametrize("kind", PACKERS)


def unpacked(folder: Path, data: bytes, size: int = 100_000) -> bytes:
    raw, found = folder / "raw", b""
    raw.write_bytes(data)
    with open_plain(raw, "access.log.packed") as stream:
        while chunk := stream.read(size):
            assert len(chunk) <= size
            found += chunk
    return found


@every
@pytest.mark.parametrize("size", [777, 1 << 20])
def test_a_packed_file_is_the_same_as_plain(tmp_path: Path, kind: str, size: int) -> None:
    pack, _ = PACKERS[kind]
    assert unpacked(tmp_path, pack(DATA), size) == DATA
    assert compression_of(tmp_path / "raw") == kind


@every
def test_members_one_behind_the_other_are_one_file(tmp_path: Path, kind: str) -> None:
    pack, _ = PACKERS[kind]
    assert unpacked(tmp_path, pack(DATA[:-7]) + pack(b"") + pack(DATA[-7:] + MORE)) == DATA + MORE


@every
def test_an_empty_archive_is_an_empty_file(tmp_path: Path, kind: str) -> None:
    pack, _ = PACKERS[kind]
    assert unpacked(tmp_path, pack(b"")) == b""
    assert compression_of(tmp_path / "raw") == kind


@every
def test_an_archive_that_ends_early_is_said_to(tmp_path: Path, kind: str) -> None:
    pack, fault = PACKERS[kind]
    packed = pack(DATA)
    for kept in (12, len(packed) // 3, len(packed) - 1):
        for data in (packed[:kept], pack(MORE) + packed[:kept]):
            with pytest.raises(Rejected, match=rf"access\.log\.packed: the {kind} file ends early") as caught:
                unpacked(tmp_path, data)
            assert caught.value.reason == f"{fault}_truncated"


@every
def test_a_damaged_archive_is_said_to_be(tmp_path: Path, kind: str) -> None:
    pack, fault = PACKERS[kind]
    packed = pack(DATA)
    # zstd may do without checksums, as here: then only what holds its content together can be seen to be damaged.
    middle = 4 if kind == "zstd" else len(packed) // 2
    for data in (
        packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :],
        packed + b"something else" * 9,
    ):
        with pytest.raises(Rejected, match=rf"access\.log\.packed: the {kind} file is damaged") as caught:
            unpacked(tmp_path, data)
        assert caught.value.reason == f"{fault}_damaged"


@pytest.mark.parametrize("data", [b"", b"B", b"BZh of the day\n", b"BZh9 is a word\n", b"PK\x03\x04", b"plain\n"])
def test_anything_else_is_plain(tmp_path: Path, data: bytes) -> None:
    assert unpacked(tmp_path, data) == data
    assert compression_of(tmp_path / "raw") is None
