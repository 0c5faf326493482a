"""Whether the e-mail of an event may go out now: who still gets it, and whether the data is complete."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from reporter.mail import deliveries
from reporter.mail.complete import read_progress
from reporter.mail.deliveries import Delivery
from reporter.mail.event import Event, find_event, message_of
from reporter.mail.making import Maker, Order
from reporter.mail.send import Ready
from reporter.mail.suppression import why_not
from reporter.mail.timetable import bounds_of, named
from shared.errors import Misconfigured, Rejected
from shared.work import Tools

LOOK_AGAIN = timedelta(seconds=30)


def prepare(maker: Maker, tools: Tools, waiting: list[Delivery], now: datetime) -> Ready | None:
    """See :data:`reporter.mail.send.Prepare`. What is not made yet goes out in a later round."""
    first = waiting[0]
    try:
        event = find_event(tools.catalog, first.dataset, first.event)
    except Rejected as error:
        for one in waiting:
            deliveries.end(tools.catalog, one, "skipped", error.message, now)
        return None
    except Misconfigured as error:
        deliveries.wait(tools.catalog, waiting, str(error), now + timedelta(hours=1), now)
        return None
    chosen = [one for one in waiting if _still(tools, event, one, now)]
    period = named(event.mail.period, first.period)
    if not chosen:
        return None
    if period is None:
        for one in chosen:
            deliveries.end(tools.catalog, one, "skipped", "The event now tells of another kind of period.", now)
        return None
    zone = event.settings.dataset.timezone
    with tools.catalog.read() as connection:
        lacks = read_progress(connection, event.dataset).lacks(*bounds_of(period, zone), now, ZoneInfo(zone))
    if lacks and (first.wait_until is None or now < first.wait_until):
        deliveries.wait(tools.catalog, chosen, f"Waits for data. {' '.join(lacks)}", now + LOOK_AGAIN, now)
        return None
    if event.analysis is None:
        for one in chosen:
            deliveries.end(tools.catalog, one, "failed", f"Nothing is published yet. {' '.join(lacks)}", now)
        return None
    edition = maker.edition(Order(event, period, tools.settings, tuple(lacks)))
    if edition is None:
        return None
    return Ready(chosen, partial(message_of, edition, settings=tools.settings, now=now), partial=bool(lacks))


def _still(tools: Tools, event: Event, delivery: Delivery, now: datetime) -> bool:
    """Whether a recipient still is one."""
    if delivery.recipient.lower() not in {one.lower() for one in event.mail.to}:
        reason: str | None = "The settings no longer name this address."
    else:
        reason = why_not(tools.catalog, delivery.dataset, delivery.event, delivery.recipient)
    if reason is not None:
        deliveries.end(tools.catalog, delivery, "skipped", reason, now)
    return reason is None
