"""The tables of the link overlay: copies of the site's pages, and when they are fetched anew."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.metadata import UtcDateTime, metadata

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("page", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("tried_at", UtcDateTime, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("fetched_at", UtcDateTime),
    sa.Column("capture", sa.Text),
)
"""Copies of the site's pages for the link overlay: ``error`` is why the last try failed, ``capture`` the digest of the
copy that is kept, which may be of an earlier try."""

overlay_plans = sa.Table(
    "overlay_plans",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("schedule", sa.Text, nullable=False),
    sa.Column("next_due", UtcDateTime, nullable=False),
    sa.Column("pages", sa.JSON(none_as_null=True)),
)
"""When copies are fetched next, by which schedule; ``pages`` are those that somebody asked for, of no other."""
