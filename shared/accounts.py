"""Accounts: who may read what.

Roles, from the least: a viewer reads, an editor changes settings, an administrator may do everything and reads every
data set; others read those they are given. Passwords are kept as argon2id hashes with their parameters, and hashed anew
when those have changed. Who signs in under a name that is not there waits as long as one with a wrong password;
:mod:`shared.attempts` slows who fails, :mod:`shared.second_factor` asks for a code besides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from shared import attempts
from shared.attempts import Refused
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import accounts, identities, recovery_codes, sessions, tokens
from shared.errors import LostRace, Rejected
from shared.passwords import check_password, fits, hash_password, is_outdated, nobody
from shared.roles import Role

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
NO_PASSWORD = ""
"""Kept in place of a hash: who has none signs in by a provider."""


@dataclass(frozen=True)
class Account:
    """One of them; never with its hash."""

    name: str
    role: Role
    datasets: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool = True
    has_totp: bool = False

    @property
    def may_edit(self) -> bool:
        """Whether it changes the settings of the data sets that it reads."""
        return self.role in ("editor", "administrator")

    @property
    def is_administrator(self) -> bool:
        """Whether it may do everything."""
        return self.role == "administrator"

    def may_read(self, dataset: str) -> bool:
        """Whether it sees the reports of a data set."""
        return self.disabled_at is None and (self.is_administrator or dataset in self.datasets)


@dataclass(frozen=True)
class SignedIn:
    """The name and password are those of an account."""

    account: Account


# Pure


def plain_name(text: str) -> str:
    """A name as it is kept: small letters, no blanks around it."""
    return text.strip().lower()


def check_name(text: str) -> str:
    """A name fit to be kept; :class:`Rejected` says what it must be."""
    name = plain_name(text)
    if NAME.fullmatch(name) is None:
        raise Rejected(
            f"{text!r} is no name of an account.",
            remedy="It has 1 to 64 letters, digits and . _ @ + -, and begins with a letter or digit.",
            reason="bad_name",
        )
    return name


# In the catalog


def add(
    catalog: Catalog,
    name: str,
    role: Role,
    password: str | None,
    now: datetime,
    *,
    datasets: Collection[str] = (),
    only_first: bool = False,
) -> Account:
    """Make an account; :class:`Rejected` (``account_twice``) where there is one of this name.

    Without a password nobody signs in with one. ``only_first``: :class:`LostRace` where there is any.
    """
    name = check_name(name)
    row = {"role": role, "datasets": sorted(set(datasets)), "created_at": now, "disabled_at": None}
    hashed = NO_PASSWORD if password is None else hash_password(check_password(name, password))
    with catalog.write() as connection:
        if only_first and connection.execute(sa.select(accounts.c.name).limit(1)).first() is not None:
            raise LostRace("There is an account already.")
        if not insert_new(connection, accounts, name=name, password=hashed, **row):
            raise Rejected(
                f"There is an account {name!r} already.",
                remedy="Choose another name, or give it another password.",
                reason="account_twice",
            )
        attempts.forget(connection, name)
    return _account({"name": name, "password": hashed, "totp": None, **row})


def every(catalog: Catalog) -> list[Account]:
    """All of them, by name."""
    with catalog.read() as connection:
        return [account_of(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.name)).mappings()]


def any_account(catalog: Catalog) -> bool:
    """Whether there is one."""
    with catalog.read() as connection:
        return connection.execute(sa.select(accounts.c.name).limit(1)).first() is not None


def find(catalog: Catalog, name: str) -> Account:
    """One of them; :class:`Rejected` (``unknown_account``) where there is none of this name."""
    with catalog.read() as connection:
        row = _row(connection, plain_name(name))
    if row is None:
        raise _unknown(name)
    return _account(row)


def change(
    catalog: Catalog, name: str, *, role: Role | None = None, datasets: Collection[str] | None = None
) -> Account:
    """Give an account another role or other data sets; what is not given stays."""
    values: dict[str, Any] = {} if role is None else {"role": role}
    if datasets is not None:
        values["datasets"] = sorted(set(datasets))
    _update(catalog, name, values, stays=role in (None, "administrator"))
    return find(catalog, name)


def disable(catalog: Catalog, name: str, now: datetime) -> None:
    """Nobody signs in with it any more, until it is enabled."""
    _update(catalog, name, {"disabled_at": now}, stays=False)


def enable(catalog: Catalog, name: str) -> None:
    """It may be signed in with again."""
    _update(catalog, name, {"disabled_at": None})


def set_password(catalog: Catalog, name: str, password: str, *, keep: str = "", keep_tokens: bool = False) -> None:
    """Give an account another password; it may be tried at once.

    Who is signed in under it is so no more, but the session ``keep`` (its digest); and its tokens are void, unless
    ``keep_tokens``: who resets a password does not trust who had it.
    """
    name = plain_name(name)
    hashed = hash_password(check_password(name, password))
    with catalog.write() as connection:
        same = sa.update(accounts).where(accounts.c.name == name)
        if not connection.execute(same.values(password=hashed)).rowcount:
            raise _unknown(name)
        connection.execute(sa.delete(sessions).where(sessions.c.account == name, sessions.c.digest != keep))
        if not keep_tokens:
            connection.execute(sa.delete(tokens).where(tokens.c.account == name))
        attempts.forget(connection, name)


def remove(catalog: Catalog, name: str) -> None:
    """Remove an account with its sessions and tokens; :class:`Rejected` where there is none of this name."""
    name = plain_name(name)
    with catalog.write() as connection:
        _leave_one(connection, name)
        if not connection.execute(sa.delete(accounts).where(accounts.c.name == name)).rowcount:
            raise _unknown(name)
        for table in (sessions, tokens, recovery_codes, identities):
            connection.execute(sa.delete(table).where(table.c.account == name))
        attempts.forget(connection, name)


def sign_in(catalog: Catalog, name: str, password: str, now: datetime, *, address: str = "") -> SignedIn | Refused:
    """Look at a name and password that came from an address; a code may be asked for besides."""
    name = plain_name(name)[:64]
    with catalog.write() as connection:
        wait = attempts.begin(connection, "name", name, address, now)
        row = _row(connection, name)
    if wait is not None:
        return wait
    good = fits(str(row["password"] or nobody()) if row is not None else nobody(), password)
    if row is None or not row["password"] or not good or row["disabled_at"] is not None:
        return Refused()
    anew = hash_password(password) if is_outdated(row["password"]) else None
    with catalog.write() as connection:
        if anew is not None:
            same = (accounts.c.name == name) & (accounts.c.password == row["password"])
            connection.execute(sa.update(accounts).where(same).values(password=anew))
        attempts.succeed(connection, "name", name, address)
    return SignedIn(_account(row))


def forget_dataset(connection: sa.Connection, dataset: str) -> None:
    """Nobody reads it any more: another of the same name is not what they were given."""
    for row in connection.execute(sa.select(accounts.c.name, accounts.c.datasets)).all():
        if dataset in row.datasets:
            left = [one for one in row.datasets if one != dataset]
            connection.execute(sa.update(accounts).where(accounts.c.name == row.name).values(datasets=left))


def _row(connection: sa.Connection, name: str) -> dict[str, Any] | None:
    row = connection.execute(sa.select(accounts).where(accounts.c.name == name)).mappings().first()
    return None if row is None else dict(row)


def _update(catalog: Catalog, name: str, values: dict[str, Any], *, stays: bool = True) -> None:
    name = plain_name(name)
    with catalog.write() as connection:
        if not stays:
            _leave_one(connection, name)
        if _row(connection, name) is None:
            raise _unknown(name)
        if values:
            connection.execute(sa.update(accounts).where(accounts.c.name == name).values(**values))


def _leave_one(connection: sa.Connection, name: str) -> None:
    """Refuse what would leave accounts, and nobody to manage them."""
    able = sa.select(accounts.c.name).where(accounts.c.role == "administrator", accounts.c.disabled_at.is_(None))
    # Locked: two who take each other out at once must not both succeed.
    names = list(connection.execute(able.with_for_update()).scalars())
    others = connection.execute(sa.select(accounts.c.name).where(accounts.c.name != name).limit(1)).first()
    if names == [name] and others is not None:
        raise Rejected(
            f"{name} is the last administrator.", remedy="Make another one first.", reason="last_administrator"
        )


def account_of(row: sa.RowMapping) -> Account:
    """Of a row that has, among others, the columns of accounts."""
    return _account({one.name: row[one] for one in accounts.c})


def _account(row: Mapping[str, Any]) -> Account:
    datasets: Sequence[str] = row["datasets"]
    made, disabled = row["created_at"], row["disabled_at"]
    has = {"has_password": bool(row["password"]), "has_totp": row["totp"] is not None}
    return Account(row["name"], cast(Role, row["role"]), tuple(datasets), made, disabled, **has)


def _unknown(name: str) -> Rejected:
    return Rejected(
        f"There is no account {name!r}.", remedy="`proprocessor users list` lists them.", reason="unknown_account"
    )
