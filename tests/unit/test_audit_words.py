"""An entry of the log in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.web.audit import MAX_VALUE, Entry


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({}, ""),
        ({"user": "root", "token": None, "labels": [], "note": ""}, "user: root"),
        ({"number": 0, "everything": False, "is_new": True}, "number: 0; everything: no; is_new: yes"),
        ({"datasets": ["fruit", "shop"], "at": {"a": 1}}, 'datasets: fruit, shop; at: {"a": 1}'),
        (
            {
                "why": "setup",
                "changes": [
                    {"path": "visits.gap_minutes", "before": "30", "after": "20"},
                    {"path": "source.schedule", "before": None, "after": '"15 3 * * *"'},
                ],
                "before": "[visits]\ngap_minutes = 30\n",
            },
            'visits.gap_minutes: 30 → 20; source.schedule: – → "15 3 * * *"; why: setup',
        ),
    ],
)
def test_what_was_done_is_told_in_words(detail: dict[str, Any], said: str) -> None:
    assert _entry(detail).more == said


def test_a_long_value_is_cut() -> None:
    told = _entry({"changes": [{"path": "labels a", "before": None, "after": "x = 1 " * 100}]}).more
    assert told.endswith("…")
    assert len(told) < MAX_VALUE + 20


def _entry(detail: dict[str, Any]) -> Entry:
    return Entry(1, datetime(2026, 11, 27, tzinfo=UTC), "ann", "", "settings.change", "shop", detail)
