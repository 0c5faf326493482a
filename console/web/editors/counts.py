"""How many visits a form means, counted while somebody writes: of a label, a campaign, the stages of a funnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from console.live_report import AskedDays, analysis_folder
from console.settings_count import COUNTED, Counted, days_counted
from console.settings_count import counted as count_item
from console.stored_settings import Row
from console.web.editors.parts import Part
from console.web.place import Place
from console.web.turns import a_turn
from shared.errors import ProprocessorError

PATIENCE_S = 10.0
FROM, TO = "count-from", "count-to"
"""The fields of the days; no key of the settings is called so."""


@dataclass(frozen=True)
class Counting:
    """The days of which visits are counted; ``lacks`` says why nothing can be."""

    folder: Path | None
    days: AskedDays | None
    lacks: str = ""

    @classmethod
    def of(cls, place: Place, row: Row, part: Part, texts: Mapping[str, Sequence[str]]) -> Counting | None:
        """What a form asks for, else the last whole month; ``None`` for parts of which nothing is counted."""
        return days_of(place, row, texts) if part.id in COUNTED else None


def days_of(place: Place, row: Row, texts: Mapping[str, Sequence[str]]) -> Counting:
    """The days that a form names; else the last whole month that was analysed."""
    first, last = (_day((texts.get(name) or ("",))[-1]) for name in (FROM, TO))
    try:
        folder = analysis_folder(place.catalog, place.settings, row)
        return Counting(folder, days_counted(folder, first, last))
    except (ProprocessorError, OSError):
        return Counting(None, None, "Visits are counted here once the data set has been analysed.")


def counted(place: Place, counting: Counting, part: Part, item: Any) -> Counted:
    """Count what an item of the settings means."""
    assert counting.folder is not None
    assert counting.days is not None
    with a_turn(PATIENCE_S):
        return count_item(counting.folder, place.settings, counting.days, part.id, item)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2015-05-17") else None
    except ValueError:
        return None
