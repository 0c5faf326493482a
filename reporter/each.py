"""The data sets whose settings say something of e-mail, alerts, or copies of pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from shared.catalog.schema import datasets
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.errors import Misconfigured
from shared.work import Tools


def each_with(tools: Tools, table: str, event: str) -> Iterator[tuple[sa.RowMapping, DatasetSettings | None]]:
    """The row of every data set whose settings have this table, by id, with all of them.

    ``None``: nobody can read them, which is logged as the ``event`` and stops at itself.
    """
    with tools.catalog.read() as connection:
        rows = connection.execute(sa.select(datasets).order_by(datasets.c.id)).mappings().all()
    for row in rows:
        stored = row["settings"]
        if isinstance(stored, Mapping) and stored.get(table):
            try:
                settings = read_stored_settings(stored, name=row["id"])
            except Misconfigured as error:
                tools.log.error(event, dataset=row["id"], error=str(error))
                yield row, None
            else:
                yield row, settings
