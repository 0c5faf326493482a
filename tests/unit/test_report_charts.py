"""The charts' layouts are made once for all processes, and made anew whenever what was kept is of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporter.chart import layouts
from reporter.neighbours import KINDS


def test_layouts_are_kept_and_the_same_when_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = layouts()
    assert tuple(made) == KINDS
    (kept,) = (tmp_path / "proprocessor").iterdir()
    before = kept.stat().st_mtime_ns
    assert layouts() == made
    assert kept.stat().st_mtime_ns == before
    kept.write_text("{")
    assert layouts() == made


def test_without_a_place_to_keep_them_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert layouts()["day"]["layer"]
