"""Tables of the parser's work under way, and of what it found out about files by pairs."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.metadata import metadata

parts = sa.Table(
    "parts",
    metadata,
    sa.Column("content", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start_byte", sa.BigInteger, nullable=False),
    sa.Column("end_byte", sa.BigInteger, nullable=False),
    sa.Column("first_line", sa.BigInteger, nullable=False),
    sa.Column("header", sa.JSON, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("result", sa.JSON(none_as_null=True)),
)
"""Of contents that are being parsed in parts; gone when the content is whole. ``state`` is due, done or failed."""

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("file", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
)
"""How far a file is that is being read, and each part of it: lines, and bytes as they were fetched."""

growths = sa.Table(
    "growths",
    metadata,
    sa.Column("smaller", sa.Text, primary_key=True),
    sa.Column("larger", sa.Text, primary_key=True),
)
