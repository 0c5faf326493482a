"""Sending what is due: made once for all recipients, claimed one by one, sent, settled.

One round is bounded in time: between two rounds it is seen what else is due, so what is left waits for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from reporter.mail import deliveries
from reporter.mail.deliveries import Delivery, Sender
from reporter.mail.smtp import Connection, Later, Refused, Sent, ServerAway, Unknown, connect
from reporter.mail.suppression import bounce
from shared.work import Tools

ROUND_S = 20.0


@dataclass(frozen=True)
class Ready:
    """Deliveries that may go out now, and the message of each; ``partial``: some data is missing."""

    chosen: Sequence[Delivery]
    compose: Callable[[Delivery], bytes]
    partial: bool = False


Prepare = Callable[[Tools, list[Delivery], datetime], Ready | None]
"""Looks at deliveries of one event and period that are due; ``None``: none of them is to go out now."""


def send_due(tools: Tools, sender: Sender, kind: Literal["report", "alert"], prepare: Prepare) -> int:
    """Send what is due of a kind of e-mail; gives how many went out."""
    began = tools.clock.monotonic()
    sent = 0
    due = deliveries.find(tools.catalog, kind=kind, state="waiting", due=tools.clock.now())
    for _, group in groupby(due, key=lambda one: (one.due_at, one.dataset, one.event, one.period)):
        waiting = list(group)
        if tools.clock.monotonic() - began > ROUND_S:
            break
        try:
            ready = prepare(tools, waiting, tools.clock.now())
        except FileNotFoundError:
            continue  # the analysis was replaced while it was read: the next round reads the new one
        except Exception as error:
            tools.log.exception("mail.not_made", dataset=waiting[0].dataset, mail=waiting[0].event)
            _put_off(tools, waiting, f"It could not be made: {type(error).__name__}: {error}")
            continue
        if ready is None or not ready.chosen:
            continue
        try:
            with connect(tools.settings) as connection:
                sent += _send_all(tools, sender, connection, ready, began)
        except ServerAway as error:
            tools.log.warning("mail.server_away", error=str(error))
            _put_off(tools, due, str(error))
            break
    return sent


def _send_all(tools: Tools, sender: Sender, connection: Connection, ready: Ready, began: float) -> int:
    """Each recipient by itself; a server in trouble ends the round."""
    sent = 0
    for delivery in ready.chosen:
        if tools.clock.monotonic() - began > ROUND_S:
            break
        try:
            message = ready.compose(delivery)
        except Exception as error:
            tools.log.exception("mail.not_made", delivery=delivery.id)
            _put_off(tools, [delivery], f"It could not be made: {type(error).__name__}: {error}")
            continue
        if not deliveries.claim(tools.catalog, delivery, sender, tools.clock.now(), partial=ready.partial):
            continue  # another reporter has it
        outcome = connection.send(delivery.recipient, message, envelope_id(delivery))
        told = tools.log.bind(
            dataset=delivery.dataset, mail=delivery.event, period=delivery.period, delivery=delivery.id
        )
        now = tools.clock.now()
        match outcome:
            case Sent():
                deliveries.settle(tools.catalog, delivery, sender, "sent", "", now)
                told.info("mail.sent", partial=ready.partial)
                sent += 1
            case Refused(said, address):
                deliveries.settle(tools.catalog, delivery, sender, "failed", f"Refused: {said}", now)
                if address:
                    bounce(tools.catalog, delivery.recipient, said, now)
                told.warning("mail.refused", said=said)
            case Unknown(said):
                deliveries.settle(tools.catalog, delivery, sender, "unknown", said, now)
                told.error("mail.unknown", said=said)
                raise ServerAway(said)
            case Later(said, server):
                deliveries.again(tools.catalog, delivery, sender, f"Not now: {said}", now)
                told.warning("mail.later", said=said)
                if server:
                    raise ServerAway(said)
    return sent


def envelope_id(delivery: Delivery) -> str:
    """What a server that knows RFC 3461 names in a bounce."""
    return delivery.message_id.strip("<>").partition("@")[0]


def _put_off(tools: Tools, waiting: Iterable[Delivery], reason: str) -> None:
    """Those that are still waiting as they were."""
    deliveries.put_off(tools.catalog, waiting, reason, tools.clock.now())
