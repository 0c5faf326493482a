"""Of a publishing target: a password to keep, a test that its server lets us in, bringing in step now, emptying."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.alerts_trial import told_in_trial, trial_words
from console.stored_settings import Row, stored_settings
from console.targets import chosen_targets, clear_target, have_brought, look_at
from console.targets import keep_password as keep_sealed
from console.web.guard import Administrator, Editable, Ours, note
from console.web.place import Here
from console.web.view import go, link_below
from reporter.targets import registry
from shared.errors import ProprocessorError
from shared.texts import number_of

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.post("/datasets/{dataset}/settings/targets/password", dependencies=[Ours])
def keep_password(
    request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "", password: Text = ""
) -> Response:
    """Keep the password of a target, sealed; empty forgets it. It is for the server of today's location alone."""
    target = registry.find(stored_settings(row), row["id"], name)
    keep_sealed(place.settings, place.catalog, row["id"], target, password or None)
    note(place, asker, "target.password", row["id"], target=target.name, kept=bool(password))
    return _back(request, row, name, "The password is kept, sealed." if password else "No password is kept any more.")


@router.post("/datasets/{dataset}/settings/targets/test", dependencies=[Ours])
def test(request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "") -> Response:
    """Connect to a target as it is stored, and look at its folder. Nothing is written there."""
    target = registry.find(stored_settings(row), row["id"], name)
    note(place, asker, "target.test", row["id"], target=target.name)
    try:
        number = look_at(place.settings, place.catalog, row["id"], target)
    except ProprocessorError as error:
        return _back(request, row, name, f"{error.message} {error.remedy}".strip())
    there = (
        f"{number_of(number, 'thing lies', 'things lie')} in its folder"
        if number
        else "Its folder is empty, or made with the first publication"
    )
    return _back(request, row, name, f"The target answers. {there}. Nothing was written.")


@router.post("/datasets/{dataset}/settings/targets/sync", dependencies=[Ours])
def bring(
    request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "", everything: Text = ""
) -> Response:
    """Have a target brought in step now by a running reporter; without a name, all of them."""
    chosen = chosen_targets(row, name or None)
    have_brought(place.settings, place.catalog, row["id"], chosen, everything=bool(everything), now=place.now())
    names = [one.name for one in chosen]
    note(place, asker, "target.sync", row["id"], targets=names, everything=bool(everything))
    said = f"A running reporter brings {', '.join(names)} in step now{', every file again' if everything else ''}."
    return _back(request, row, name, said)


@router.post("/datasets/{dataset}/settings/targets/clear", dependencies=[Ours])
def clear(request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "") -> Response:
    """Remove from a target all that was brought there of this data set."""
    target = registry.find(stored_settings(row), row["id"], name)
    removed = clear_target(place.settings, place.catalog, row["id"], target, wait=False)
    note(place, asker, "target.clear", row["id"], target=target.name, location=target.location, removed=removed)
    files = number_of(removed, "file")
    said = f"{files} removed. While the settings name {target.name}, they come again when next published."
    return _back(request, row, name, said)


@router.post("/datasets/{dataset}/settings/alerts/test", dependencies=[Ours])
def test_alerts(request: Request, place: Here, asker: Administrator, row: Editable) -> Response:
    """Tell everybody who would be told that this is a test."""
    rows = told_in_trial(place.settings, place.catalog, row["id"])
    note(place, asker, "alerts.test", row["id"], told=len(rows))
    return go(request, f"/datasets/{row['id']}/settings/alerts", trial_words(rows))


def _back(request: Request, row: Row, name: str, said: str) -> Response:
    path = f"/datasets/{row['id']}/settings/targets"
    return go(request, link_below(f"{path}/one", name=name) if name else path, said)
