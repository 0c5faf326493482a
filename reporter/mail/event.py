"""An event's e-mail of a period, made from what is published of its data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from reporter.mail.attachments import attachments_of
from reporter.mail.content import Content, make_content
from reporter.mail.deliveries import Delivery
from reporter.mail.fitting import fitting, once
from reporter.mail.images import draw
from reporter.mail.message import Attachment, Envelope, report_message
from reporter.mail.unsubscribe import Subscription, mail_link, make_token, page_link, token_key
from reporter.model import Analysis, Period
from reporter.published import newest_analysis
from shared.catalog import Catalog
from shared.catalog.schema import datasets
from shared.dataset_settings import DatasetSettings, Mail, read_stored_settings
from shared.errors import Rejected
from shared.settings import Settings


@dataclass(frozen=True)
class Event:
    """An event of a data set, and what is published of it. ``kinds``: of which kinds of period there are pages."""

    dataset: str
    settings: DatasetSettings
    mail: Mail
    analysis: str | None
    """The folder of the newest published analysis, below the data folder; ``None``: nothing is published."""
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """An event's e-mail of a period, the same for all recipients."""

    event: Event
    content: Content
    attachments: tuple[Attachment, ...]


def find_event(catalog: Catalog, dataset: str, event: str) -> Event:
    """:class:`Rejected`: there is no such data set or event; :class:`Misconfigured`: its settings are unreadable."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().first()
    if row is None:
        raise Rejected(f"There is no data set {dataset!r}.", reason="unknown_dataset")
    settings = read_stored_settings(row["settings"], name=dataset)
    found = {one.id: one for one in settings.mails}
    if event not in found:
        known = ", ".join(found) or "none"
        raise Rejected(
            f"The data set {dataset} has no event {event!r}; there are: {known}.",
            remedy="`[[mails]]` in its settings names them (docs/mail.md).",
            reason="unknown_event",
        )
    return published_event(catalog, dataset, settings, found[event])


def published_event(catalog: Catalog, dataset: str, settings: DatasetSettings, mail: Mail) -> Event:
    """An event, stored or not, with what is published of its data set."""
    with catalog.read() as connection:
        newest = newest_analysis(connection, dataset)
    folder, kinds = (newest["folder"], tuple(newest["kinds"].split(","))) if newest is not None else (None, ())
    return Event(dataset, settings, mail, folder, kinds)


def make_edition(event: Event, period: Period, settings: Settings, lacks: Sequence[str]) -> Edition:
    """Make what all recipients get. :class:`FileNotFoundError`: the analysis was removed while it was read."""
    if event.analysis is None:
        raise Rejected(
            f"Nothing of {event.dataset} is published yet.",
            remedy=f"`proprocessor datasets fetch {event.dataset}` begins.",
            reason="not_published",
        )
    analysis = Analysis(Path(settings.data) / event.analysis)
    link = None
    if settings.site_url and period.kind in event.kinds and any(one.id == period.id for one in analysis.periods()):
        link = f"{settings.site_url.rstrip('/')}/{quote(event.dataset)}/{quote(period.id)}/"
    make = partial(make_content, analysis, event.mail, period, lacks=lacks, link=link, draw=once(draw))
    content = fitting(event.mail.rows, lambda room: make(room=room))
    attachments = attachments_of(event.mail, analysis, period, partial=bool(lacks), pdf_rows=settings.pdf_rows)
    return Edition(event, content, attachments)


def envelope_of(event: Event, delivery: Delivery, settings: Settings, now: datetime) -> Envelope:
    """Sender, recipient and the way to unsubscribe."""
    sender = settings.mail_sender or ""
    token = make_token(token_key(settings), Subscription(event.dataset, event.mail.id, delivery.recipient))
    page = page_link(settings.console_url, token) if settings.console_url else None
    return Envelope(
        sender=sender,
        sender_name=settings.mail_sender_name,
        recipient=delivery.recipient,
        message_id=delivery.message_id,
        at=now,
        event=event.mail.id,
        list_id=f"{event.mail.id}.{event.dataset}.{sender.rpartition('@')[2]}",
        unsubscribe=page or mail_link(sender, token),
        one_click=page is not None and page.startswith("https:"),
    )


def message_of(edition: Edition, delivery: Delivery, settings: Settings, now: datetime) -> bytes:
    """The e-mail of one recipient."""
    return report_message(edition.content, envelope_of(edition.event, delivery, settings, now), edition.attachments)
