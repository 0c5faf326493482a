"""What killed analyses left."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analyzer.stage import clear_leftovers

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def test_steps_left_long_ago_go_and_those_under_way_stay(tmp_path: Path) -> None:
    for name, age in (("steps-old", 3), ("steps-new", 1), ("fetched", 9)):
        (tmp_path / name / "spill").mkdir(parents=True)
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(tmp_path / name, (at, at))
    clear_leftovers(tmp_path, NOW)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fetched", "steps-new"]
