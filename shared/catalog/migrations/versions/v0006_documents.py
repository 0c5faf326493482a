"""Of which kinds of period there are documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("datasets", sa.Column("documents", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("publications", sa.Column("documents", sa.Text(), nullable=False, server_default=sa.text("''")))
