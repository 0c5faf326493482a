"""Notes as marks of a chart of visits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from console.web.day_notes import plain
from console.web.noted_chart import marked


def chart(first: date, days: int, step: int = 1) -> dict[str, Any]:
    ats = [f"{first + timedelta(days=at)}T00:00:00" for at in range(0, days, step)]
    return {
        "layer": ["lines"],
        "datasets": {"rows": [{"label": "All", "at": ats}]},
        "usermeta": {"dark": {"#000": "#fff"}},
    }


def noted(number: int, first: str, last: str, text: str = "x", light: str = "#0067a8") -> dict[str, Any]:
    return {
        "number": number,
        "first": first,
        "last": last,
        "days": "then",
        "text": text,
        "light": light,
        "dark": "#6db7ee",
    }


def test_a_note_stands_at_its_day_and_a_stretch_is_a_band() -> None:
    spec = marked(
        chart(date(2026, 3, 1), 10), [noted(1, "2026-03-03", "2026-03-03"), noted(2, "2026-03-05", "2026-04-01")]
    )
    rows = spec["datasets"]["notes"]
    assert [(one["at"][:10], one["until"][:10]) for one in rows] == [
        ("2026-03-03", "2026-03-03"), ("2026-03-05", "2026-03-10"),
    ]  # fmt: skip
    assert spec["layer"][2] == "lines"
    assert len(spec["layer"]) == 5
    assert spec["usermeta"]["dark"] == {"#000": "#fff", "#0067a8": "#6db7ee"}


def test_a_note_stands_at_the_week_that_its_day_is_of() -> None:
    spec = marked(chart(date(2026, 3, 2), 28, step=7), [noted(1, "2026-03-12", "2026-03-18")])
    (row,) = spec["datasets"]["notes"]
    assert (row["at"][:10], row["until"][:10]) == ("2026-03-09", "2026-03-16")


def test_notes_of_one_day_are_one_mark() -> None:
    notes = [noted(one, "2026-03-03", "2026-03-03", text=f"{one}" * 400) for one in range(1, 6)]
    spec = marked(chart(date(2026, 3, 1), 10), notes)
    (point,) = spec["datasets"]["note-points"]
    assert point["number"] == "1–5"
    assert len(point["note"]) == 300


@pytest.mark.parametrize(
    "spec",
    [
        {"layer": [], "datasets": {"rows": [{"at": [0, 1, 2]}]}},
        {"layer": [], "datasets": {"rows": [{"item": "x"}]}},
        {"layer": [], "datasets": {"rows": []}},
        {"mark": "bar", "datasets": {"rows": [{"at": ["2026-03-01T00:00:00"]}]}},
        chart(date(2026, 5, 1), 3),
    ],
)
def test_other_charts_stay_as_they_are(spec: dict[str, Any]) -> None:
    assert marked(spec, [noted(1, "2026-03-01", "2026-03-01")]) is spec


def test_a_note_is_one_paragraph_that_turns_nothing_round() -> None:
    assert plain("  a\0b\r\n\tc \u202eevil\u202c \ud800 متجر ") == "a b c evil متجر"
