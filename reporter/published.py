"""What was published of a data set last."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shared.catalog.schema import analyses, publications


def newest_publication(connection: sa.Connection, dataset: str) -> dict[str, Any] | None:
    """The newest publication: its folder (``target``), when that was, of what."""
    return _newest(connection, sa.select(publications).where(publications.c.dataset == dataset))


def newest_analysis(connection: sa.Connection, dataset: str) -> dict[str, Any] | None:
    """The newest one that was published and is still known: its ``folder``, and the ``kinds`` of periods published."""
    same = (publications.c.dataset == dataset) & (publications.c.analysis == analyses.c.digest)
    query = sa.select(analyses.c.folder, publications.c.kinds).join(publications, same)
    return _newest(connection, query.where(analyses.c.dataset == dataset))


def _newest(connection: sa.Connection, query: sa.Select[Any]) -> dict[str, Any] | None:
    row = connection.execute(query.order_by(publications.c.published_at.desc()).limit(1)).mappings().first()
    return None if row is None else dict(row)
