"""Packed files are the same as plain ones, by content; what is cut off or damaged is said to be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser.archives import ARCHIVES, Checked, archive_by, compression_of, open_plain
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


def test_garbage_behind_gzip_is_damage_however_short_and_zeros_are_none(tmp_path: Path) -> None:
    for garbage in (b"x", b"garbage", b"\x1fx", b"\0\0x"):
        with pytest.raises(Rejected, match="is damaged"):
            unpacked(tmp_path, gzip.compress(MORE) + garbage)
    assert unpacked(tmp_path, gzip.compress(MORE) + b"\0" * 513) == MORE


@given(
    st.lists(st.binary(max_size=300), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=2),
    st.integers(0, 3),
    st.sampled_from([1, 5, 1 << 18]),
)
def test_gzip_is_read_as_the_standard_library_reads_it(
    members: list[bytes], flipped: list[tuple[int, int]], left_out: int, chunk: int
) -> None:
    """Other bytes in the header, in the content or in the checksums: what it takes, and what it refuses."""
    packed = bytearray(b"".join(gzip.compress(one) for one in members))
    for place, value in flipped:
        packed[place % len(packed)] = value
    data = bytes(packed[: len(packed) - left_out])
    if archive_by(data) is None:
        return
    with patch("parser.archives.CHUNK_BYTES", chunk):
        ours = read_or_none(Checked(ARCHIVES[0], io.BytesIO(data), "access.log.gz"))
    theirs = read_or_none(gzip.GzipFile(fileobj=io.BytesIO(data)))
    assert ours == theirs


def read_or_none(stream: Any) -> bytes | None:
    found = b""
    try:
        while chunk := stream.read(100):
            found += chunk
    except (Rejected, OSError, EOFError, zlib.error):
        return None
    return found
