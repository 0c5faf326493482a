"""What went wrong, since when and until when, and who was told of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.alerts import incident_rows, incidents_of, missed_words
from console.alerts_trial import told_in_trial, trial_words
from console.web.guard import Administrator, Ours, note
from console.web.place import Here
from console.web.view import go, page
from reporter.alerts.conditions import CONDITIONS

router = APIRouter(include_in_schema=False)
MOST = 200


@router.get("/operations/alerts")
def alerts(request: Request, place: Here, asker: Administrator) -> Response:
    """What is open, then what is over, the newest first."""
    found = incidents_of(place.catalog)[::-1]
    is_open = [one for one in found if one.state == "open"]
    over = [one for one in found if one.state != "open"]
    rows = incident_rows(place.catalog, [*is_open, *over[:MOST]])
    for row in rows:
        row["title"] = CONDITIONS.get(row["condition"], row["condition"])
        row["missed"] = [words for one in row["notices"] if (words := missed_words(one))]
    values: dict[str, Any] = {
        "groups": (("Open", rows[: len(is_open)]), ("Over", rows[len(is_open) :])),
        "more": max(0, len(over) - MOST),
    }
    return page(request, "alerts.html", asker=asker, **values)


@router.post("/operations/alerts/test", dependencies=[Ours])
def test(request: Request, place: Here, asker: Administrator) -> Response:
    """Tell those who are told of the installation that this is a test."""
    rows = told_in_trial(place.settings, place.catalog, None)
    note(place, asker, "alerts.test", None, told=len(rows))
    return go(request, "/operations/alerts", trial_words(rows))
