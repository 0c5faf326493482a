"""What is received lies in the file, whole, and its digest is of all of it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetcher import landing as module
from fetcher.landing import landing


@given(st.binary(max_size=40), st.integers(0, 50), st.lists(st.binary(max_size=30), max_size=12))
def test_file_and_digest_are_of_what_was_kept_and_received(
    tmp_path_factory: pytest.TempPathFactory, there: bytes, kept: int, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("landing") / "file"
    path.write_bytes(there)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(module, "APART_BYTES", 10)
        small.setattr(module, "FLUSH_BYTES", 25)
        with path.open("r+b") as target, landing(target) as landed:
            landed.keep(kept)
            for piece in pieces:
                landed.write(piece)
            size, digest = landed.size_bytes, landed.sha256()
    expected = there[:kept] + b"".join(pieces)
    assert path.read_bytes() == expected
    assert (size, digest) == (len(expected), hashlib.sha256(expected).hexdigest())


def test_a_disk_that_fails_while_more_is_received_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail)
    monkeypatch.setattr(module, "FLUSH_BYTES", 1)
    with pytest.raises(OSError, match="Input/output"), (tmp_path / "file").open("wb") as target, landing(target) as it:
        it.write(b"abc")
        it.sha256()
