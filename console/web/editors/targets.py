"""Of a publishing target: a password to keep, and a test that its server lets us in. For administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.alerts_trial import tell_in_trial
from console.stored_settings import Row, stored_settings
from console.web.guard import Administrator, Editable, Ours, note
from console.web.place import Here, Place
from console.web.view import go, link_below
from reporter.targets import registry
from reporter.targets.opener import access_of, open_target
from shared.dataset_settings import Target
from shared.errors import ProprocessorError, Rejected
from shared.secrets import open_box
from shared.target_location import read_target_location

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.post("/datasets/{dataset}/settings/targets/password", dependencies=[Ours])
def keep_password(
    request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "", password: Text = ""
) -> Response:
    """Keep the password of a target, sealed; empty forgets it. It is for the server of today's location alone."""
    target = registry.find(stored_settings(row), row["id"], name)
    sealed = open_box(place.settings).seal(password) if password else None
    with place.catalog.write() as connection:
        registry.keep_password(connection, row["id"], target, sealed)
    note(place, asker, "target.password", row["id"], target=target.name, kept=bool(password))
    return _back(request, row, name, "The password is kept, sealed." if sealed else "No password is kept any more.")


@router.post("/datasets/{dataset}/settings/targets/test", dependencies=[Ours])
def test(request: Request, place: Here, asker: Administrator, row: Editable, name: Text = "") -> Response:
    """Connect to a target as it is stored, and look at its folder. Nothing is written there."""
    target = registry.find(stored_settings(row), row["id"], name)
    note(place, asker, "target.test", row["id"], target=target.name)
    try:
        number = _looked(place, row, target)
    except ProprocessorError as error:
        return _back(request, row, name, f"{error.message} {error.remedy}".strip())
    there = (
        f"{number:,} {'thing lies' if number == 1 else 'things lie'} in its folder"
        if number
        else "Its folder is empty, or made with the first publication"
    )
    return _back(request, row, name, f"The target answers. {there}. Nothing was written.")


@router.post("/datasets/{dataset}/settings/alerts/test", dependencies=[Ours])
def test_alerts(request: Request, place: Here, asker: Administrator, row: Editable) -> Response:
    """Tell everybody who would be told that this is a test."""
    rows = [*tell_in_trial(place.settings, row["id"], stored_settings(row))]
    if not rows:
        raise Rejected("Nobody is told.", remedy="Enter an address or a webhook, and take it.", reason="nobody_told")
    note(place, asker, "alerts.test", row["id"], told=len(rows))
    said = "; ".join(
        f"{one['recipient']}: {'reached' if one['reached'] else 'not reached, ' + one['said']}" for one in rows
    )
    return go(request, f"/datasets/{row['id']}/settings/alerts", said)


def _looked(place: Place, row: Row, target: Target) -> int:
    with place.catalog.read() as connection:
        sealed = registry.sealed_password(connection, row["id"], target)
    opened = open_target(read_target_location(target.location), access_of(target, sealed, place.settings))
    try:
        return len(opened.names(row["id"]))
    finally:
        opened.close()


def _back(request: Request, row: Row, name: str, said: str) -> Response:
    return go(request, link_below(f"/datasets/{row['id']}/settings/targets/one", name=name), said)
