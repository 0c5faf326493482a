"""An event's e-mail as a person asks for it: to look at, or to send to oneself. It counts as no delivery."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reporter.mail.complete import read_progress
from reporter.mail.deliveries import Delivery
from reporter.mail.event import Edition, Event, find_event, make_edition, message_of
from reporter.mail.smtp import Outcome, connect
from reporter.mail.timetable import bounds_of, last_whole, named
from reporter.model import Period
from shared.catalog import Catalog
from shared.errors import Rejected
from shared.settings import Settings

Make = Callable[[Event, Period, Settings, Sequence[str]], Edition]
NOBODY = "reports@example.invalid"
"""The sender that is shown where none is set."""


@dataclass(frozen=True)
class Trial:
    """An e-mail, and what it is of."""

    edition: Edition
    period: Period
    recipient: str
    message: bytes
    lacks: tuple[str, ...]
    html_bytes: int


def make_trial(
    catalog: Catalog,
    settings: Settings,
    dataset: str,
    event_id: str,
    *,
    period_id: str | None,
    recipient: str | None,
    now: datetime,
    make: Make = make_edition,
) -> Trial:
    """The e-mail of an event of a period, by default of the last whole one."""
    event = find_event(catalog, dataset, event_id)
    return trial_of(catalog, settings, event, period_id=period_id, recipient=recipient, now=now, make=make)


def trial_of(
    catalog: Catalog,
    settings: Settings,
    event: Event,
    *,
    period_id: str | None,
    recipient: str | None,
    now: datetime,
    make: Make = make_edition,
) -> Trial:
    """The same of an event that need not be stored. A server gives ``make`` that has it made by another process."""
    from reporter.mail.fitting import html_bytes
    from reporter.mail.html import Addressee

    zone = ZoneInfo(event.settings.dataset.timezone)
    kind = event.mail.period
    period = named(kind, period_id) if period_id else last_whole(kind, now.astimezone(zone).date())
    if period is None:
        raise Rejected(
            f"{period_id!r} is no {kind}.",
            remedy="Write a day as 2015-05-17, a week as 2015-W20, a month as 2015-05.",
            reason="not_a_period",
        )
    with catalog.read() as connection:
        lacks = read_progress(connection, event.dataset).lacks(*bounds_of(period, zone.key), now, zone)
    edition = make(event, period, settings, lacks)
    to = recipient or event.mail.to[0]
    if settings.mail_sender is None:
        settings = settings.model_copy(update={"mail_sender": NOBODY})
    message = message_of(edition, _no_delivery(edition, period, to, now), settings, now)
    return Trial(edition, period, to, message, tuple(lacks), html_bytes(edition.content, Addressee(to)))


def shown_html(trial: Trial) -> str:
    """Its HTML with the charts in it, as a page that asks nobody for anything."""
    from base64 import b64encode

    from reporter.mail.html import Addressee, render_html

    text = render_html(trial.edition.content, Addressee(trial.recipient))
    for one in trial.edition.content.images:
        text = text.replace(f'"cid:{one.name}"', f'"data:image/png;base64,{b64encode(one.data).decode()}"')
    return text


def send_trial(settings: Settings, trial: Trial) -> Outcome:
    """Send it now; :class:`reporter.mail.smtp.ServerAway` where no server takes it."""
    with connect(settings) as connection:
        return connection.send(trial.recipient, trial.message, uuid.uuid4().hex)


def as_test(trial: Trial, settings: Settings, now: datetime) -> Trial:
    """The same, with a subject that says that it is a test."""
    content = replace(trial.edition.content, subject=f"Test: {trial.edition.content.subject}")
    edition = replace(trial.edition, content=content)
    delivery = _no_delivery(edition, trial.period, trial.recipient, now)
    return replace(trial, edition=edition, message=message_of(edition, delivery, settings, now))


def _no_delivery(edition: Edition, period: Period, recipient: str, now: datetime) -> Delivery:
    event, identity = edition.event, uuid.uuid4().hex
    return Delivery(
        id=identity,
        kind="report",
        dataset=event.dataset,
        event=event.mail.id,
        period=period.id,
        recipient=recipient,
        state="waiting",
        due_at=now,
        wait_until=None,
        next_try=now,
        attempts=0,
        partial=False,
        message_id=f"<{identity}@trial.invalid>",
        claimed_by=None,
        claimed_at=None,
        sent_at=None,
        reason=None,
        changed_at=now,
    )
