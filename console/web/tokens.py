"""Tokens of programs: each for an account, with scopes; shown once, when they are made."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

import sqlalchemy as sa

from console.web.secret_texts import digest, make
from shared.accounts import Account, account_of
from shared.catalog import Catalog
from shared.catalog.schema import accounts, tokens
from shared.errors import Rejected, Transient

Scope = Literal["read", "write", "operate", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
MEANINGS: dict[Scope, str] = {
    "read": "read data sets and reports",
    "write": "change settings of data sets",
    "operate": "fetch, replay, discard; manage accounts",
    "metrics": "read /metrics",
}
PREFIX = "pp_"
NOTED_EVERY = timedelta(minutes=5)
MAX_NAME = 100


@dataclass(frozen=True)
class Token:
    """One of them; never with its text."""

    id: str
    account: Account
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


def check_scopes(texts: Collection[str]) -> tuple[Scope, ...]:
    """Scopes in their fixed order; :class:`Rejected` where one is unknown or there is none."""
    if not texts or set(texts) - set(SCOPES):
        raise Rejected(
            f"{', '.join(sorted(set(texts) - set(SCOPES))) or 'Nothing'} is no scope of a token.",
            remedy=f"Give some of {', '.join(SCOPES)}.",
            reason="unknown_scope",
        )
    return tuple(one for one in SCOPES if one in texts)


def add(
    catalog: Catalog,
    account: str,
    *,
    name: str,
    scopes: Collection[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[str, str]:
    """Make one; gives its id and its text, which nobody can be shown again."""
    chosen, text, made = check_scopes(scopes), make(PREFIX), str(uuid.uuid4())
    if expires_at is not None and expires_at <= now:
        raise Rejected("The token would be over already.", remedy="Choose a later day.", reason="bad_expiry")
    values = {"name": name.strip()[:MAX_NAME] or "token", "scopes": list(chosen), "created_at": now}
    with catalog.write() as connection:
        row = values | {"id": made, "digest": digest(text), "account": account, "expires_at": expires_at}
        connection.execute(sa.insert(tokens).values(**row))
    return made, text


def find(catalog: Catalog, text: str, now: datetime) -> Token | None:
    """The token of a text, if it is not over and its account may sign in."""
    query = sa.select(tokens, accounts).join(accounts, accounts.c.name == tokens.c.account)
    with catalog.read() as connection:
        row = connection.execute(query.where(tokens.c.digest == digest(text))).mappings().first()
    if row is None or row[accounts.c.disabled_at] is not None:
        return None
    found = _token(row)
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.used_at is None or now - found.used_at >= NOTED_EVERY:
        with suppress(Transient), catalog.write() as connection:
            connection.execute(sa.update(tokens).where(tokens.c.id == found.id).values(used_at=now))
    return found


def of_account(catalog: Catalog, account: str) -> list[Token]:
    """Those of one account, the newest first."""
    query = sa.select(tokens, accounts).join(accounts, accounts.c.name == tokens.c.account)
    query = query.where(tokens.c.account == account).order_by(tokens.c.created_at.desc())
    with catalog.read() as connection:
        return [_token(row) for row in connection.execute(query).mappings()]


def remove(catalog: Catalog, token: str, account: str) -> bool:
    """End one of an account's; says whether there was one of this id."""
    with catalog.write() as connection:
        same = (tokens.c.id == token) & (tokens.c.account == account)
        return connection.execute(sa.delete(tokens).where(same)).rowcount > 0


def _token(row: sa.RowMapping) -> Token:
    columns = ("expires_at", "used_at")
    scopes = tuple(cast(Scope, one) for one in row[tokens.c.scopes])
    return Token(
        row[tokens.c.id],
        account_of(row),
        row[tokens.c.name],
        scopes,
        row[tokens.c.created_at],
        **{name: row[tokens.c[name]] for name in columns},
    )
