"""Who did what, from where: every change and sign-in, kept in the catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten
from typing import Any

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.schema import audit
from shared.clock import Every

MAX_TEXT = 300
MAX_VALUE = 80
"""Letters of a setting that stand in a line of the log."""
KEPT = timedelta(days=730)
_cleaning = Every(timedelta(days=1))


@dataclass(frozen=True)
class Entry:
    """One thing that was done. ``what`` is a short stable code, ``about`` a data set or account."""

    seq: int
    at: datetime
    who: str
    address: str
    what: str
    about: str | None
    detail: Mapping[str, Any]

    @property
    def more(self) -> str:
        """The detail in words; the settings as they were before a change stand in their history."""
        changes = [
            f"{one['path']}: {_short(one['before'])} → {_short(one['after'])}" for one in self.detail.get("changes", ())
        ]
        others = {name: value for name, value in self.detail.items() if name not in ("before", "changes")}
        told = [f"{name}: {_text(value)}" for name, value in others.items() if value not in (None, "", [])]
        return "; ".join((*changes, *told))


def _short(text: str | None) -> str:
    return "–" if text is None else shorten(text, MAX_VALUE, placeholder="…")


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case list():
            return ", ".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False)


def note(
    catalog: Catalog, what: str, *, who: str, address: str, now: datetime, about: str | None = None, **detail: Any
) -> None:
    """Keep that something was done. Nothing secret may stand in ``detail``."""
    values = {"at": now, "who": who[:MAX_TEXT], "address": address[:MAX_TEXT], "what": what, "about": about}
    with catalog.write() as connection:
        if _cleaning.is_due(now):
            connection.execute(sa.delete(audit).where(audit.c.at < now - KEPT))
        connection.execute(sa.insert(audit).values(**values, detail=detail))


def entries(
    catalog: Catalog,
    *,
    about: str | None = None,
    what: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """What was done, the last first; ``before`` is the number of the last one that was seen."""
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if about is not None:
        query = query.where(audit.c.about == about)
    if what is not None:
        query = query.where(audit.c.what == what)
    if before is not None:
        query = query.where(audit.c.seq < before)
    with catalog.read() as connection:
        return [Entry(**row) for row in connection.execute(query).mappings()]
