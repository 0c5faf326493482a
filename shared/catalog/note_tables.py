"""The table of notes that people make on days of a data set."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.metadata import UtcDateTime, metadata

day_notes = sa.Table(
    "day_notes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, nullable=False, index=True),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("label", sa.Text),
    sa.Column("color", sa.Text),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
"""``first`` and ``last`` are days in the data set's time zone, both included; ``label`` is the id of one of its
labels."""
