"""E-mail: what became of each, one shown, tried or resolved, and addresses that get none."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import Field

from console.mail import Outcome, State, allow, newest_mail, resolve, send_test
from console.web.api.access import Configured, Operable
from console.web.api.contract import SLUG, Limit, Offset, Page, Told, cut, problems, router
from console.web.guard import Administrator, Known, OursApi, note
from console.web.place import Here
from console.web.turns import PATIENCE_S, a_turn

routes = router("e-mail")
MESSAGE = "message/rfc822"
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The e-mail.", "content": {MESSAGE: {"schema": {"type": "string"}}}}
}
Event = Annotated[str, Path(max_length=100, pattern=SLUG, description="Id of the event in the settings.")]
PeriodId = Annotated[str, Field(max_length=20, description="As 2015-05-17, 2015-W20 or 2015-05; else the last whole.")]


class Delivery(Told):
    """One e-mail to one recipient."""

    id: str
    kind: str = Field(description="report or alert")
    dataset: str = Field(description="Empty where it is about the installation.")
    event: str = Field(description="Id of the event; of an alert, alert/ and its condition.")
    period: str = Field(description="Id of the period; of an alert, the incident's, with /opened or /recovered.")
    recipient: str
    state: str = Field(description="waiting, sending, sent, failed, unknown or skipped")
    due_at: datetime
    next_try: datetime
    attempts: int
    partial: bool = Field(description="Whether data was missing when it was sent.")
    sent_at: datetime | None
    reason: str | None = Field(description="Why it is in this state.")
    changed_at: datetime


class DeliveryPage(Page):
    """Some of the e-mails, the newest first."""

    items: list[Delivery]


class Suppressed(Told):
    """An address that gets no e-mail, or none of an event."""

    address: str
    why: str = Field(description="bounced or unsubscribed")
    dataset: str = Field(description="Empty: of all.")
    event: str = Field(description="Empty: of all.")
    since: datetime
    reason: str | None


class SuppressedPage(Page):
    """Some of them, the newest first."""

    items: list[Suppressed]


class Address(Told):
    """An address."""

    address: str = Field(max_length=300)


class Resolution(Told):
    """What became of an e-mail."""

    outcome: Literal["sent", "again"] = Field(description="It went out; or it did not, and is to be sent again.")


class Trial(Told):
    """To whom, and of which period."""

    to: str = Field(max_length=300, description="Your own address.")
    period: PeriodId | None = None


class TrialTold(Told):
    """What became of it."""

    to: str
    outcome: Outcome
    said: str = Field(description="What the server said.")


@routes.get("/mail/deliveries")
def list_deliveries(
    place: Here,
    asker: Administrator,
    limit: Limit = 100,
    offset: Offset = 0,
    dataset: Annotated[str | None, Query(pattern=SLUG, description="Only of this data set.")] = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
) -> DeliveryPage:
    """What was sent, waits, failed, or of which nobody knows; the newest first."""
    del asker
    total, found = newest_mail(place.catalog, offset=offset, limit=limit, dataset=dataset, state=state)
    items = [Delivery.model_validate({name: getattr(one, name) for name in Delivery.model_fields}) for one in found]
    return DeliveryPage(total=total, offset=offset, limit=limit, items=items)


@routes.post("/mail/deliveries/{delivery}/resolve", dependencies=[OursApi], responses=problems(400, 409))
def resolve_delivery(
    place: Here,
    asker: Administrator,
    delivery: Annotated[str, Path(description="Its id, or the beginning of it.")],
    said: Resolution,
) -> Resolution:
    """Say what became of an e-mail that is `unknown`, `failed` or `skipped`. A running reporter sends it again."""
    found = resolve(place.catalog, delivery, sent=said.outcome == "sent", now=place.now())
    note(place, asker, "mail.resolve", found.dataset or None, delivery=found.id, outcome=said.outcome)
    return said


@routes.get("/mail/suppressed")
def list_suppressed(place: Here, asker: Administrator, limit: Limit = 100, offset: Offset = 0) -> SuppressedPage:
    """Addresses that get no e-mail any more, since it bounced or they unsubscribed."""
    from reporter.mail import suppression

    del asker
    return SuppressedPage.model_validate(cut(suppression.listed(place.catalog), offset, limit))


@routes.post("/mail/allow", dependencies=[OursApi], responses=problems(400, 409))
def allow_address(place: Here, asker: Administrator, given: Address) -> Address:
    """Let an address get e-mail again, from the next period on."""
    allowed = allow(place.catalog, given.address)
    note(place, asker, "mail.allow", recipient=allowed)
    return Address(address=allowed)


@routes.get(
    "/datasets/{dataset}/mails/{event}/preview",
    responses=SHOWN | problems(409, 503),
    response_class=Response,
)
def preview_mail(
    place: Here,
    row: Configured,
    event: Event,
    period: Annotated[
        str | None, Query(max_length=20, description="As 2015-05-17, 2015-W20 or 2015-05; else the last whole.")
    ] = None,
) -> Response:
    """The e-mail of an event, as any e-mail program opens it. Nothing is sent. For editors."""
    from reporter.mail.making import edition_apart
    from reporter.mail.trial import make_trial

    with a_turn(PATIENCE_S):  # it draws charts, and writes what is attached
        make = partial(make_trial, place.catalog, place.settings, row["id"], event, make=edition_apart)
        trial = make(period_id=period, recipient=None, now=place.now())
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{row["id"]}-{event}-{trial.period.id}.eml"',
    }
    return Response(trial.message, headers=headers, media_type=MESSAGE)


@routes.post("/datasets/{dataset}/mails/{event}/test", dependencies=[OursApi], responses=problems(400, 409, 503))
def test_mail(place: Here, asker: Known, row: Operable, event: Event, asked: Trial) -> TrialTold:
    """Send the e-mail of an event to yourself, now, marked as a test. It counts as nothing. For editors."""
    with a_turn(PATIENCE_S):
        tried = send_test(
            place.settings, place.catalog, row["id"], event, to=asked.to, period=asked.period, now=place.now()
        )
    note(place, asker, "mail.test", row["id"], event=event, to=tried.to)
    return TrialTold.model_validate(tried)
