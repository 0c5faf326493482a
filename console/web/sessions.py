"""Who is signed in with a browser. Sessions lie in the catalog: ended there, they are over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from console.web.secret_texts import digest, make
from shared.accounts import Account, account_of
from shared.catalog import Catalog
from shared.catalog.schema import accounts, sessions
from shared.errors import Transient

IDLE = timedelta(days=14)
"""A session that nobody uses for so long is over."""
LONGEST = timedelta(days=90)
NOTED_EVERY = timedelta(minutes=5)
"""Not every request is worth a write."""
MAX_TEXT = 300


@dataclass(frozen=True)
class Session:
    """One browser that is signed in. ``id`` is no secret."""

    id: str
    account: Account
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    origin: str | None
    """The issuer, of who signed in by a provider."""


def begin(catalog: Catalog, account: str, now: datetime, *, address: str, agent: str, origin: str | None = None) -> str:
    """Begin a session; gives what the browser keeps."""
    text = make()
    with catalog.write() as connection:
        connection.execute(sa.delete(sessions).where(sessions.c.expires_at < now))
        values: dict[str, Any] = {"address": address[:MAX_TEXT], "agent": agent[:MAX_TEXT], "origin": origin}
        values |= {"created_at": now, "seen_at": now}
        connection.execute(
            sa.insert(sessions).values(digest=digest(text), account=account, expires_at=now + IDLE, **values)
        )
    return text


def find(catalog: Catalog, text: str, now: datetime, *, is_used: bool = True) -> Session | None:
    """The session of what a browser keeps, if it is not over and its account may sign in; ``is_used`` makes it last."""
    query = sa.select(sessions, accounts).join(accounts, accounts.c.name == sessions.c.account)
    with catalog.read() as connection:
        row = connection.execute(query.where(sessions.c.digest == digest(text))).mappings().first()
    if row is None or row[sessions.c.expires_at] <= now or row[accounts.c.disabled_at] is not None:
        return None
    found = _session(row)
    if is_used and now - found.seen_at >= NOTED_EVERY:
        until = min(now + IDLE, found.created_at + LONGEST)
        with suppress(Transient), catalog.write() as connection:  # it is noted with the next request
            same = sessions.c.digest == found.id
            connection.execute(sa.update(sessions).where(same).values(seen_at=now, expires_at=until))
    return found


def of_account(catalog: Catalog, account: str, now: datetime) -> list[Session]:
    """Those of one account, the last used first."""
    query = sa.select(sessions, accounts).join(accounts, accounts.c.name == sessions.c.account)
    query = query.where(sessions.c.account == account, sessions.c.expires_at > now)
    with catalog.read() as connection:
        return [_session(row) for row in connection.execute(query.order_by(sessions.c.seen_at.desc())).mappings()]


def end(catalog: Catalog, session: str, account: str) -> bool:
    """End one of an account's; says whether there was one of this id."""
    with catalog.write() as connection:
        same = (sessions.c.digest == session) & (sessions.c.account == account)
        return connection.execute(sa.delete(sessions).where(same)).rowcount > 0


def end_all(catalog: Catalog, account: str) -> int:
    """End all of an account's; gives how many."""
    with catalog.write() as connection:
        return connection.execute(sa.delete(sessions).where(sessions.c.account == account)).rowcount


def _session(row: sa.RowMapping) -> Session:
    columns = ("created_at", "seen_at", "expires_at", "address", "agent", "origin")
    return Session(row[sessions.c.digest], account_of(row), **{name: row[sessions.c[name]] for name in columns})
