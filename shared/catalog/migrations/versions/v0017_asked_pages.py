"""Pages of the link overlay that somebody asked for by name."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("overlay_plans", sa.Column("pages", sa.JSON(none_as_null=True), nullable=True))
