"""A question about an analysis that is no longer there is answered: ask again."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.live_report import asked_days
from console.settings_count import days_counted
from shared.errors import Transient


def test_an_analysis_that_was_replaced_meanwhile_is_asked_for_again(tmp_path: Path) -> None:
    for ask in (
        lambda: asked_days(tmp_path / "gone", None, None, "all", None),
        lambda: days_counted(tmp_path / "gone"),
    ):
        with pytest.raises(Transient, match="newer analysis") as raised:
            ask()
        assert raised.value.reason == "analysis_replaced"
