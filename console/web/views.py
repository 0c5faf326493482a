"""Saved views: pages of reports, with days, label and comparison, under names that all readers of a data set see."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.schema import views
from shared.errors import Rejected

MAX_NAME, MAX_PATH = 100, 2000
PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*/[a-z_]+\.html(\?[\x21-\x7e]*)?")
"""A period or range, a report, and what is asked of it."""


@dataclass(frozen=True)
class View:
    """One of them."""

    id: str
    dataset: str
    name: str
    path: str
    made_by: str
    created_at: datetime


def add(catalog: Catalog, dataset: str, *, name: str, path: str, made_by: str, now: datetime) -> View:
    """Keep a page under a name; :class:`Rejected` for what is no page of reports."""
    if len(path) > MAX_PATH or PATH.fullmatch(path) is None:
        raise Rejected("This is no page of reports.", remedy="Save it from the page itself.", reason="no_such_page")
    made = View(str(uuid.uuid4()), dataset, name.strip()[:MAX_NAME] or "view", path, made_by, now)
    with catalog.write() as connection:
        connection.execute(sa.insert(views).values(**made.__dict__))
    return made


def of_dataset(catalog: Catalog, dataset: str) -> list[View]:
    """Those of a data set, by name."""
    query = sa.select(views).where(views.c.dataset == dataset).order_by(views.c.name, views.c.created_at)
    with catalog.read() as connection:
        return [View(**row) for row in connection.execute(query).mappings()]


def remove(catalog: Catalog, view: str, dataset: str, *, made_by: str | None = None) -> bool:
    """Forget one, if it is of this data set (and this account); says whether there was one."""
    same = (views.c.id == view) & (views.c.dataset == dataset)
    if made_by is not None:
        same &= views.c.made_by == made_by
    with catalog.write() as connection:
        return connection.execute(sa.delete(views).where(same)).rowcount > 0
