"""The second factor of an account: one-time codes of a device, and recovery codes for when that is lost.

The secret is kept sealed with the installation's key, for its account alone. Of recovery codes a digest is kept: each
has 80 random bits, so no slow hash is needed. No code is taken twice, and tries are slowed as those of passwords are.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared import attempts
from shared.attempts import Refused
from shared.catalog import Catalog
from shared.catalog.schema import accounts, recovery_codes, sessions
from shared.errors import Rejected
from shared.secrets import SecretBox
from shared.totp import step_of

RECOVERY_CODES = 10
RECOVERY_BYTES = 10
PURPOSE = "totp"
"""So that no other sealed text passes for a secret."""


@dataclass(frozen=True)
class Passed:
    """The code was right. ``is_recovery``: it stood in for the device; ``left``: so many of those are left."""

    is_recovery: bool
    left: int


def switch_on(
    catalog: Catalog, box: SecretBox, name: str, secret: str, code: str, now: datetime, *, keep: str = ""
) -> list[str]:
    """Ask for codes of this secret from now on; gives the recovery codes, which nobody can be shown again.

    :class:`Rejected` (``wrong_code``) where ``code`` is none of it. All sessions but ``keep`` end.
    """
    step = step_of(secret, code, now)
    if step is None:
        raise wrong_code()
    values = {"totp": box.seal(f"{PURPOSE}:{name}:{secret}"), "totp_since": now, "totp_step": step}
    with catalog.write() as connection:
        same = (accounts.c.name == name) & accounts.c.totp.is_(None)
        if not connection.execute(sa.update(accounts).where(same).values(**values)).rowcount:
            raise Rejected(f"{name} signs in with a code already.", remedy="Switch it off first.", reason="totp_twice")
        connection.execute(sa.delete(sessions).where(sessions.c.account == name, sessions.c.digest != keep))
        return _renew(connection, name)


def switch_off(catalog: Catalog, name: str) -> bool:
    """Ask for no code any more; says whether one was asked for."""
    with catalog.write() as connection:
        same = (accounts.c.name == name) & accounts.c.totp.is_not(None)
        values = {"totp": None, "totp_since": None, "totp_step": None}
        done = connection.execute(sa.update(accounts).where(same).values(**values)).rowcount > 0
        connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.account == name))
        attempts.forget(connection, name, "code")
    return done


def check(
    catalog: Catalog, box: SecretBox, name: str, code: str, now: datetime, *, address: str = ""
) -> Passed | Refused:
    """Look at a code of a device, or a recovery code; either is used up by that."""
    with catalog.write() as connection:
        wait = attempts.begin(connection, "code", name, address, now)
        row = connection.execute(sa.select(accounts).where(accounts.c.name == name)).mappings().first()
    if wait is not None:
        return wait
    if row is None or row["totp"] is None or row["disabled_at"] is not None:
        return Refused()
    is_recovery = len(_plain(code)) > len("000000") + 1
    step = None if is_recovery else step_of(_secret(box, name, row["totp"]), code, now)
    with catalog.write() as connection:
        good = _use_recovery(connection, name, code) if is_recovery else _use_step(connection, row["totp"], name, step)
        if not good:
            return Refused()
        attempts.succeed(connection, "code", name, address)
        return Passed(is_recovery, _left(connection, name))


def renew_recovery(catalog: Catalog, name: str) -> list[str]:
    """Recovery codes in place of those there were."""
    with catalog.write() as connection:
        return _renew(connection, name)


def since(catalog: Catalog, name: str) -> tuple[datetime | None, int]:
    """Since when codes are asked for, and how many recovery codes are left."""
    with catalog.read() as connection:
        at = connection.execute(sa.select(accounts.c.totp_since).where(accounts.c.name == name)).scalar()
        return at, _left(connection, name)


def mark_of(catalog: Catalog, name: str) -> str:
    """Another one as soon as password or codes of an account are others: what was begun before is then over."""
    columns = (accounts.c.password, accounts.c.totp, accounts.c.disabled_at)
    with catalog.read() as connection:
        row = connection.execute(sa.select(*columns).where(accounts.c.name == name)).first()
    return hashlib.sha256(repr(None if row is None else tuple(row)).encode()).hexdigest()


def wrong_code() -> Rejected:
    """The error of a code that is not taken."""
    return Rejected(
        "That is not the code of this moment.",
        remedy="Each code is taken once: wait for the next. If none fits, the clock of the device is wrong.",
        reason="wrong_code",
    )


def _use_step(connection: sa.Connection, sealed: str, name: str, step: int | None) -> bool:
    """One statement: of two who give the same code at once, one passes."""
    if step is None:
        return False
    newer = accounts.c.totp_step.is_(None) | (accounts.c.totp_step < step)
    same = (accounts.c.name == name) & (accounts.c.totp == sealed) & newer
    return connection.execute(sa.update(accounts).where(same).values(totp_step=step)).rowcount > 0


def _use_recovery(connection: sa.Connection, name: str, code: str) -> bool:
    same = (recovery_codes.c.account == name) & (recovery_codes.c.digest == _digest(name, code))
    return connection.execute(sa.delete(recovery_codes).where(same)).rowcount > 0


def _renew(connection: sa.Connection, name: str) -> list[str]:
    made = [_new_code() for _ in range(RECOVERY_CODES)]
    connection.execute(sa.delete(recovery_codes).where(recovery_codes.c.account == name))
    rows: Sequence[dict[str, str]] = [{"digest": _digest(name, one), "account": name} for one in made]
    connection.execute(sa.insert(recovery_codes), rows)
    return made


def _left(connection: sa.Connection, name: str) -> int:
    mine = sa.select(sa.func.count()).select_from(recovery_codes).where(recovery_codes.c.account == name)
    return int(connection.execute(mine).scalar_one())


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _plain(code: str) -> str:
    return "".join(code.replace("-", "").split()).lower()


def _digest(name: str, code: str) -> str:
    return hashlib.sha256(f"{name}:{_plain(code)}".encode("utf-8", "replace")).hexdigest()


def _secret(box: SecretBox, name: str, sealed: str) -> str:
    prefix = f"{PURPOSE}:{name}:"
    text = box.open(sealed)
    if not text.startswith(prefix):
        raise Rejected("The secret of another account stands here.", remedy="Switch codes off.", reason="wrong_code")
    return text.removeprefix(prefix)
