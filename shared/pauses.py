"""What a person has paused: a stage, whose processes then take no message, or a data set, which is then not fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import pauses

Kind = Literal["stage", "dataset"]
STAGE: Kind = "stage"
DATASET: Kind = "dataset"


@dataclass(frozen=True)
class Pause:
    """One of them, by whom and since when."""

    kind: Kind
    name: str
    since: datetime
    who: str


def pause(catalog: Catalog, kind: Kind, name: str, *, who: str, now: datetime) -> bool:
    """Pause it; says whether it was not."""
    with catalog.write() as connection:
        return insert_new(connection, pauses, kind=kind, name=name, since=now, who=who)


def resume(catalog: Catalog, kind: Kind, name: str) -> bool:
    """Let it go on; says whether it was paused."""
    with catalog.write() as connection:
        return connection.execute(sa.delete(pauses).where(_same(kind, name))).rowcount > 0


def every(catalog: Catalog) -> list[Pause]:
    """All there are, by kind and name."""
    query = sa.select(pauses).order_by(pauses.c.kind, pauses.c.name)
    with catalog.read() as connection:
        return [Pause(**row) for row in connection.execute(query).mappings()]


def is_paused(catalog: Catalog, kind: Kind, name: str) -> bool:
    """Whether it is."""
    with catalog.read() as connection:
        return connection.execute(sa.select(pauses.c.name).where(_same(kind, name))).first() is not None


def paused_datasets(connection: sa.Connection) -> frozenset[str]:
    """The ids of those that are."""
    return frozenset(connection.execute(sa.select(pauses.c.name).where(pauses.c.kind == DATASET)).scalars())


def _same(kind: Kind, name: str) -> sa.ColumnElement[bool]:
    return (pauses.c.kind == kind) & (pauses.c.name == name)
