"""Who signs in to an account by a provider (OpenID Connect): the provider's name for itself, and its for the person.

An identity is ``issuer`` and ``subject``, which the provider gives to nobody else; an e-mail address may change hands.
An account may have several, an identity has one account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import identities
from shared.errors import LostRace


@dataclass(frozen=True)
class Identity:
    """One of them. ``email`` is what the provider said last, to be shown; ``is_maker``: it made the account."""

    issuer: str
    subject: str
    account: str
    email: str | None
    is_maker: bool
    created_at: datetime
    used_at: datetime


def find(catalog: Catalog, issuer: str, subject: str) -> Identity | None:
    """The one of this name, if it is known."""
    same = (identities.c.issuer == issuer) & (identities.c.subject == subject)
    with catalog.read() as connection:
        row = connection.execute(sa.select(identities).where(same)).mappings().first()
    return None if row is None else Identity(**row)


def of_account(catalog: Catalog, account: str) -> list[Identity]:
    """Those of one account, the oldest first."""
    return [one for one in every(catalog) if one.account == account]


def every(catalog: Catalog) -> list[Identity]:
    """All of them, the oldest first."""
    with catalog.read() as connection:
        rows = connection.execute(sa.select(identities).order_by(identities.c.created_at)).mappings()
        return [Identity(**row) for row in rows]


def add(
    catalog: Catalog, issuer: str, subject: str, account: str, *, email: str | None, is_maker: bool, now: datetime
) -> None:
    """Let it sign in to an account; :class:`LostRace` where it signs in to one already."""
    values = {"account": account, "email": email, "is_maker": is_maker, "created_at": now, "used_at": now}
    with catalog.write() as connection:
        if not insert_new(connection, identities, issuer=issuer, subject=subject, **values):
            raise LostRace(
                "This identity has an account already.", remedy="Sign in by it.", reason="oidc_identity_taken"
            )


def used(catalog: Catalog, known: Identity, email: str | None, now: datetime) -> None:
    """Keep that somebody signed in by it."""
    same = (identities.c.issuer == known.issuer) & (identities.c.subject == known.subject)
    with catalog.write() as connection:
        connection.execute(sa.update(identities).where(same).values(email=email, used_at=now))


def remove_all(catalog: Catalog, account: str) -> int:
    """Let nobody sign in to an account by a provider; gives how many could."""
    with catalog.write() as connection:
        return connection.execute(sa.delete(identities).where(identities.c.account == account)).rowcount
