"""The tables of e-mail and alerts: what is due, what was sent to whom, who gets none, and incidents."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.metadata import UtcDateTime, metadata

mail_plans = sa.Table(
    "mail_plans",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("next_due", UtcDateTime, nullable=False),
)
"""When each event of the settings is due next; ``plan`` is the timetable that this was told by."""

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("wait_until", UtcDateTime),
    sa.Column("next_try", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("partial", sa.Boolean, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, index=True),
    sa.Column("claimed_by", sa.Text),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("reason", sa.Text),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("dataset", "event", "period", "recipient"),
    sa.Index(None, "state", "next_try"),
)
"""What is or was to be sent, once: ``kind`` is ``report``, ``alert`` or ``webhook``, of an alert ``event`` is its
condition and ``period`` its incident. ``state`` is waiting, sending (about to be sent), sent, failed, unknown or
skipped."""

suppressed = sa.Table(
    "suppressed",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
"""Addresses, in small letters, that get no e-mail: ``why`` is ``bounced`` (``dataset`` and ``event`` are empty, it
holds for all) or ``unsubscribed`` (of one event)."""

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("recovered_text", sa.Text),
    sa.Column("recovered_at", UtcDateTime),
    sa.Index(
        "uq_incidents_open",
        "dataset",
        "condition",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
"""What alerts tell of, ``open`` or ``recovered``; ``dataset`` is empty for what concerns the installation."""
