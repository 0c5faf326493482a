"""Notices of incidents: as e-mail, and as the body of a webhook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reporter.alerts.audience import INSTALLATION, audience_of, hook_of, settings_of
from reporter.alerts.conditions import CONDITIONS
from reporter.alerts.incidents import OPENED, Incident, find
from reporter.alerts.webhook import Post, name_of, post
from reporter.mail import deliveries
from reporter.mail.deliveries import Delivery, Sender
from reporter.mail.message import Envelope, plain_message
from reporter.mail.send import Ready
from reporter.mail.smtp import Later, Refused, Sent
from reporter.mail.suppression import why_not
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured
from shared.mail_address import CONTROL
from shared.settings import Settings
from shared.work import Tools

SCHEMA = "proprocessor/alert/1"
ROUND_S = 20.0


@dataclass(frozen=True)
class Notice:
    """What is told: that an incident opened, or recovered, or that all this is a test."""

    incident: Incident
    moment: str
    """``opened``, ``recovered`` or ``test``."""
    name: str
    """Of the data set, or of the installation."""

    @property
    def text(self) -> str:
        """What happened, in sentences."""
        recovered = self.moment == "recovered" and self.incident.recovered_text
        return self.incident.recovered_text or "" if recovered else self.incident.text

    @property
    def subject(self) -> str:
        """One line, whatever the data set is called."""
        word = {"opened": "Alert", "recovered": "Recovered", "test": "Test of alerts"}[self.moment]
        title = CONDITIONS.get(self.incident.condition, self.incident.condition)
        return " ".join(CONTROL.sub(" ", f"{word}: {self.name}: {title}").split())


def mail_of(notice: Notice, envelope: Envelope, console_url: str | None = None) -> bytes:
    """An e-mail of plain text; where there is a console, it leads to what is wrong there."""
    incident = notice.incident
    lines = [notice.text, ""]
    lines += [f"Data set: {incident.dataset}"] if incident.dataset else []
    lines += [f"Condition: {CONDITIONS.get(incident.condition, incident.condition)} ({incident.condition})"]
    lines += [f"Since: {incident.opened_at:%Y-%m-%d %H:%M} UTC"]
    if incident.recovered_at is not None:
        lines += [f"Until: {incident.recovered_at:%Y-%m-%d %H:%M} UTC", f"It began with: {incident.text}"]
    elif notice.moment == OPENED:
        lines += [
            "",
            "You are told once more when it is over, and not in between. `proprocessor alerts list` shows it.",
            *([f"{console_url.rstrip('/')}/operations/alerts"] if console_url else []),
        ]
    clean = "\n".join(CONTROL.sub(" ", line) for line in lines)
    return plain_message(envelope, notice.subject, clean + "\n").as_bytes()


def body_of(notice: Notice, delivery: str) -> bytes:
    """What a webhook is told (docs/alerts.md)."""
    incident = notice.incident
    data = {
        "schema": SCHEMA,
        "delivery": delivery,
        "incident": incident.id,
        "state": notice.moment,
        "condition": incident.condition,
        "dataset": incident.dataset or None,
        "name": notice.name,
        "text": notice.text,
        "opened_at": incident.opened_at.isoformat(),
        "recovered_at": incident.recovered_at.isoformat() if incident.recovered_at else None,
    }
    return json.dumps(data, ensure_ascii=True, indent=1).encode()


def prepare(tools: Tools, waiting: list[Delivery], now: datetime) -> Ready | None:
    """See :data:`reporter.mail.send.Prepare`."""
    found = _read(tools, waiting, now)
    if found is None:
        return None
    notice, settings = found
    known = {one.lower() for one in audience_of(tools.settings, settings).addresses}
    chosen = [one for one in waiting if _still(tools, one, known, now)]
    return Ready(chosen, partial(_message, notice, tools.settings, now))


def call_due(tools: Tools, sender: Sender) -> int:
    """Call the webhooks that are due; gives how many took it."""
    began, taken = tools.clock.monotonic(), 0
    for delivery in deliveries.find(tools.catalog, kind="webhook", state="waiting", due=tools.clock.now()):
        if tools.clock.monotonic() - began > ROUND_S:
            break
        found = _read(tools, [delivery], tools.clock.now())
        if found is not None:
            taken += _call(tools, sender, delivery, *found)
    return taken


def _call(tools: Tools, sender: Sender, delivery: Delivery, notice: Notice, settings: DatasetSettings | None) -> bool:
    now = tools.clock.now()
    hook = hook_of(tools.settings, settings)
    if hook is None or name_of(hook.url) != delivery.recipient:
        deliveries.end(tools.catalog, delivery, "skipped", "The settings no longer name this webhook.", now)
        return False
    if hook.missing:
        deliveries.end(tools.catalog, delivery, "failed", f"It cannot be signed: {hook.missing}.", now)
        return False
    if not deliveries.claim(tools.catalog, delivery, sender, now, partial=False):
        return False
    body = body_of(notice, delivery.id)
    one = Post(hook.url, hook.secret, body, delivery.id, int(now.timestamp()))
    outcome = post(one, private=tools.settings.webhooks_private)
    told = tools.log.bind(dataset=delivery.dataset, webhook=delivery.recipient, delivery=delivery.id)
    now = tools.clock.now()
    match outcome:
        case Sent():
            deliveries.settle(tools.catalog, delivery, sender, "sent", "", now)
            told.info("webhook.called")
        case Refused(said):
            deliveries.settle(tools.catalog, delivery, sender, "failed", said, now)
            told.warning("webhook.refused", said=said)
        case Later(said):
            deliveries.again(tools.catalog, delivery, sender, said, now)
            told.warning("webhook.later", said=said)
    return isinstance(outcome, Sent)


def _read(tools: Tools, waiting: Sequence[Delivery], now: datetime) -> tuple[Notice, DatasetSettings | None] | None:
    """The notice of deliveries of one incident, with the settings of its data set."""
    first = waiting[0]
    identity, _, moment = first.period.partition("/")
    incident = next(find(tools.catalog, id=identity), None)
    try:
        settings = settings_of(tools.catalog, first.dataset) if first.dataset != INSTALLATION else None
    except Misconfigured as error:
        deliveries.wait(tools.catalog, waiting, error.message, now + deliveries.delay(4), now)
        return None
    if incident is None or (settings is None and first.dataset != INSTALLATION):
        for one in waiting:
            deliveries.end(tools.catalog, one, "skipped", "The data set is gone.", now)
        return None
    return Notice(incident, moment, name_of_dataset(first.dataset, settings)), settings


def name_of_dataset(dataset: str, settings: DatasetSettings | None) -> str:
    """Its name, or that it is the installation."""
    return "proprocessor" if settings is None else settings.dataset.name or dataset


def _still(tools: Tools, delivery: Delivery, known: set[str], now: datetime) -> bool:
    reason = why_not(tools.catalog, delivery.dataset, delivery.event, delivery.recipient)
    if delivery.recipient.lower() not in known:
        reason = "The settings no longer name this address."
    if reason is not None:
        deliveries.end(tools.catalog, delivery, "skipped", reason, now)
    return reason is None


def _message(notice: Notice, settings: Settings, now: datetime, delivery: Delivery) -> bytes:
    envelope = envelope_of(settings, delivery.recipient, delivery.message_id, now)
    return mail_of(notice, envelope, settings.console_url)


def envelope_of(settings: Settings, recipient: str, message_id: str, now: datetime) -> Envelope:
    """Sender and recipient of a notice."""
    return Envelope(settings.mail_sender or "", settings.mail_sender_name, recipient, message_id, now)
