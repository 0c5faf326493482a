"""Links by which anybody reads the published reports of one data set, until a day, or until they are taken back."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from console.web.secret_texts import digest, make
from shared.catalog import Catalog
from shared.catalog.schema import shares
from shared.errors import Rejected, Transient

MOST_DAYS = 366
MAX_NAME = 100
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Share:
    """One of them; never with its text."""

    id: str
    dataset: str
    name: str
    made_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def add(catalog: Catalog, dataset: str, *, name: str, made_by: str, days: int, now: datetime) -> tuple[str, str]:
    """Make one; gives its id and its text, which nobody can be shown again."""
    if not 1 <= days <= MOST_DAYS:
        raise Rejected(f"A link lasts 1 to {MOST_DAYS} days.", remedy="Make another one then.", reason="bad_expiry")
    made, text = str(uuid.uuid4()), make()
    values = {"name": name.strip()[:MAX_NAME] or "link", "made_by": made_by, "created_at": now}
    with catalog.write() as connection:
        connection.execute(
            sa.insert(shares).values(
                id=made, digest=digest(text), dataset=dataset, expires_at=now + timedelta(days=days), **values
            )
        )
    return made, text


def address_of(console_url: str, text: str) -> str:
    """The link of a text, at a console of this address."""
    return f"{console_url.rstrip('/')}/share/{text}"


def find(catalog: Catalog, text: str, now: datetime) -> Share | None:
    """The link of a text, if it is not over."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(shares).where(shares.c.digest == digest(text))).mappings().first()
    found = None if row is None else _share(row)
    if found is None or found.expires_at <= now:
        return None
    if found.used_at is None or now - found.used_at >= NOTED_EVERY:
        with suppress(Transient), catalog.write() as connection:
            connection.execute(sa.update(shares).where(shares.c.id == found.id).values(used_at=now))
    return found


def of_dataset(catalog: Catalog, dataset: str, now: datetime) -> list[Share]:
    """Those of a data set that are not over, the newest first."""
    query = sa.select(shares).where(shares.c.dataset == dataset, shares.c.expires_at > now)
    with catalog.read() as connection:
        return [_share(row) for row in connection.execute(query.order_by(shares.c.created_at.desc())).mappings()]


def remove(catalog: Catalog, share: str, dataset: str) -> bool:
    """Take one of a data set's back; says whether there was one of this id."""
    with catalog.write() as connection:
        same = (shares.c.id == share) & (shares.c.dataset == dataset)
        return connection.execute(sa.delete(shares).where(same)).rowcount > 0


def _share(row: sa.RowMapping) -> Share:
    return Share(**{name: row[name] for name in Share.__dataclass_fields__})
