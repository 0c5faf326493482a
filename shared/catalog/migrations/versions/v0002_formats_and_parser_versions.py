"""A file's own format, the parse it is held for, and which parser made a content."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("files", sa.Column("format", sa.Text(), nullable=True))
    op.add_column("files", sa.Column("held", sa.Text(), nullable=True))
    # Every content there is was made by the first version.
    op.add_column("contents", sa.Column("parser_version", sa.Integer(), nullable=False, server_default="1"))
