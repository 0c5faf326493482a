"""A change that needs no form: it is shown, and taken by one button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from console.settings_change import FOLLOWS, SettingsChange
from console.web import settings_taken
from console.web.editors.document import Data, checked
from console.web.editors.edited import Edited
from console.web.editors.forms import MEANWHILE, known_of, taken
from console.web.view import page
from shared.dataset_settings.reading import sentence


@dataclass(frozen=True)
class Confirmed:
    """What is to be done, in words; what the button sends again; ``known`` is what was seen of the settings."""

    title: str
    action: str
    hidden: Sequence[tuple[str, str]]
    do: str
    known: str


def confirm(edited: Edited, data: Data, asked: Confirmed) -> Response:
    """Show what it changes, or take it."""
    planned = checked(edited.place, edited.row, data)
    error, faults, status = "", [], 200
    if not isinstance(planned, SettingsChange):
        faults, status, error = (
            [sentence(one) for one in planned],
            422,
            "This cannot be done as long as others need it.",
        )
    else:
        settings_taken.check_rights(edited.asker, edited.row, planned)
        if asked.do == "take" and asked.known != known_of(edited.row):
            error, status = MEANWHILE.replace("your form", "this"), 409
        elif asked.do == "take":
            return taken(edited, planned, asked.title.lower())
    values: dict[str, Any] = {
        "dataset": edited.row["id"],
        "part": edited.part,
        "asked": asked,
        "known": known_of(edited.row),
        "planned": None if faults else planned,
        "follows": "" if faults else FOLLOWS[planned.effect],  # type: ignore[union-attr]
        "error": error,
        "faults": faults,
    }
    return page(edited.request, "edit_confirm.html", asker=edited.asker, status_code=status, **values)
