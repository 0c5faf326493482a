"""Copies of the site's pages for the link overlay, and when they are fetched next."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(), nullable=True),
        sa.Column("capture", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("dataset", "page", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "overlay_plans",
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("next_due", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_overlay_plans")),
    )
