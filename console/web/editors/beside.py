"""What stands beside the form of some parts: a preview, a test, a password; its template and what that needs."""

from __future__ import annotations

from typing import Any

from console.web.editors.edited import Edited
from reporter.published import newest_publication
from reporter.targets import registry
from shared.dataset_settings import Target


def beside(edited: Edited) -> dict[str, Any]:
    """``more`` is the template; empty for parts that have none."""
    match edited.part.id:
        case "mails":
            return {"more": "edit_more_mails.html"}
        case "alerts":
            return {"more": "edit_more_alerts.html"}
        case "retention":
            return {"more": "edit_more_retention.html"}
        case "targets" if edited.position is not None:
            return {"more": "edit_more_targets.html", **_target(edited)}
        case _:
            return {"more": ""}


def _target(edited: Edited) -> dict[str, Any]:
    """How far a target is, and whether a password is kept, which nobody is shown."""
    target = Target.model_validate(edited.stored["targets"][edited.position])
    with edited.place.catalog.read() as connection:
        state = registry.states(connection, edited.row["id"]).get(target.name)
        published = newest_publication(connection, edited.row["id"])
    return {
        "state": state,
        "is_in_step": registry.is_in_step(target, state, published),
        "has_password": state is not None and bool(state["sealed_password"]),
        "named": target,
    }
