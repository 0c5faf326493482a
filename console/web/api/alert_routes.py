"""Alerts: what went wrong, since when and until when, who was told; and a test that they are reached."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from console.alerts import incident_rows, incidents_of
from console.alerts_trial import told_in_trial
from console.web.api.contract import SLUG, Limit, Offset, Page, Told, cut, problems, router
from console.web.guard import Administrator, OursApi, note
from console.web.place import Here

routes = router("alerts")


class Notice(Told):
    """What was to be told of an incident to somebody."""

    id: str
    kind: str = Field(description="alert (an e-mail) or webhook")
    recipient: str = Field(description="An address; of a webhook its host and eight signs.")
    tells: str = Field(description="opened or recovered")
    state: str = Field(description="waiting, sending, sent, failed, unknown or skipped")
    sent_at: datetime | None
    reason: str | None


class Incident(Told):
    """Something that went wrong."""

    id: str
    dataset: str = Field(description="Empty where it is about the installation.")
    condition: str = Field(description="no_data, change, rejects, dead_letters or disk")
    state: str = Field(description="open or recovered")
    text: str
    opened_at: datetime
    recovered_text: str | None
    recovered_at: datetime | None
    notices: list[Notice]


class IncidentPage(Page):
    """Some of the incidents, the newest first."""

    items: list[Incident]


class Whom(Told):
    """Who is to be told."""

    dataset: str | None = Field(
        default=None, pattern=SLUG, description="Those who are told of this data set; without, of the installation."
    )


class Reached(Told):
    """Somebody who would be told."""

    recipient: str
    way: str = Field(description="e-mail or webhook")
    reached: bool
    said: str = Field(description="What the server said.")


class Reaching(Told):
    """Everybody who would be told."""

    items: list[Reached]


@routes.get("/alerts")
def list_alerts(
    place: Here,
    asker: Administrator,
    limit: Limit = 100,
    offset: Offset = 0,
    dataset: Annotated[str | None, Query(pattern=SLUG, description="Only of this data set.")] = None,
    open: Annotated[bool, Query(description="Only what is not over.")] = False,
) -> IncidentPage:
    """What went wrong, since when and until when, and whether everybody was told; the newest first."""
    del asker
    found = incidents_of(place.catalog, dataset=dataset, only_open=open)[::-1]
    page = cut(found, offset, limit)
    items = []
    for row in incident_rows(place.catalog, page["items"]):
        del row["told"]
        told = [{**one, "tells": one["period"].partition("/")[2]} for one in row["notices"]]
        notices = [Notice(**{name: one[name] for name in Notice.model_fields}) for one in told]
        items.append(Incident(**row | {"notices": notices}))
    return IncidentPage(**page | {"items": items})


@routes.post("/alerts/test", dependencies=[OursApi], responses=problems(400))
def test_alerts(place: Here, asker: Administrator, whom: Whom) -> Reaching:
    """Send a test notice to everybody who would be told, now, by e-mail and webhook."""
    rows = told_in_trial(place.settings, place.catalog, whom.dataset)
    note(place, asker, "alerts.test", whom.dataset, told=len(rows))
    return Reaching(items=[Reached.model_validate(one) for one in rows])
