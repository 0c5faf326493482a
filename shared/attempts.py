"""Attempts to sign in, counted and slowed: under a name, with a one-time code, and from an address.

Under a name ten failures in a row are free; then everybody waits before the next, longer each time, whether there is
such an account or not. From an address a hundred are free, as many people may share one (NAT), and another each minute,
whatever the names. An attempt counts before it is looked at, so that many at once gain nothing; a success takes back
what it counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Literal

import sqlalchemy as sa

from shared.catalog.engine import insert_new
from shared.catalog.schema import attempts

Kind = Literal["name", "code"]
FREE_FAILURES = 10
"""Several connections of one person may begin at once."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
ADDRESS_FAILURES = 100
"""Free ones from an address; a whole office may be behind it."""
ADDRESS_EVERY = timedelta(minutes=1)
"""After so long, one more is free."""
IPV6_NETWORK = 64
"""Bits of a network that one customer has: all its addresses count as one."""
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Refused:
    """What was given is wrong, or nobody knows: while one must wait, it is not looked at. ``is_address``: it is the
    address that waits."""

    wait_s: float = 0.0
    is_address: bool = False


# Pure


def wait_after(failures: int) -> timedelta:
    """How long nobody may try again after so many failures in a row: nothing at first, then twice as long each time."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - FREE_FAILURES, 20)))


def left_to_wait(failures: int, last_at: datetime, now: datetime) -> timedelta:
    """What is left of it. A clock that went back makes nobody wait longer than that."""
    wait = wait_after(failures)
    return min(wait, max(timedelta(0), last_at + wait - now))


def left_of_address(failures: int, last_at: datetime, now: datetime) -> tuple[int, datetime]:
    """Failures that still count, and since when they do: one less each minute."""
    regained = max(0, (now - last_at) // ADDRESS_EVERY)
    if regained >= failures:
        return 0, now
    return failures - regained, last_at + regained * ADDRESS_EVERY


def network_of(address: str) -> str:
    """What counts as one address; empty where nobody knows."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, IPV6_NETWORK), strict=False))


# In the catalog


def begin(connection: sa.Connection, kind: Kind, name: str, address: str, now: datetime) -> Refused | None:
    """Count an attempt, unless it is one too many: then how long is left to wait.

    An address that waits makes no name wait: nobody is locked out from there.
    """
    connection.execute(sa.delete(attempts).where(attempts.c.last_at < now - FORGOTTEN_AFTER))
    network = network_of(address)
    failures, since = left_of_address(*_known(connection, "address", network, now), now) if network else (0, now)
    if failures >= ADDRESS_FAILURES:
        return Refused(max(1.0, (since + ADDRESS_EVERY - now).total_seconds()), is_address=True)
    before, last_at = _known(connection, kind, name, now)
    if left := left_to_wait(before, last_at, now):
        return Refused(left.total_seconds())
    _keep(connection, kind, name, before + 1, now)
    if network:
        _keep(connection, "address", network, failures + 1, since)
    return None


def succeed(connection: sa.Connection, kind: Kind, name: str, address: str) -> None:
    """It was right: failures under the name are forgotten, and the address is as it was before this attempt."""
    if network := network_of(address):
        same = (attempts.c.kind == "address") & (attempts.c.name == network) & (attempts.c.failures > 0)
        connection.execute(sa.update(attempts).where(same).values(failures=attempts.c.failures - 1))
    forget(connection, name, kind)


def forget(connection: sa.Connection, name: str, *kinds: Kind) -> None:
    """Failures under a name count no more, of some kinds or of all."""
    same = attempts.c.name == name
    connection.execute(sa.delete(attempts).where(same, attempts.c.kind.in_(kinds or ("name", "code"))))


def _known(connection: sa.Connection, kind: str, name: str, now: datetime) -> tuple[int, datetime]:
    insert_new(connection, attempts, kind=kind, name=name, failures=0, last_at=now)
    mine = (attempts.c.kind == kind) & (attempts.c.name == name)
    # Locked: of several at once, each must see what the others have counted.
    row = connection.execute(sa.select(attempts).where(mine).with_for_update()).mappings().one()
    return row["failures"], row["last_at"]


def _keep(connection: sa.Connection, kind: str, name: str, failures: int, at: datetime) -> None:
    mine = (attempts.c.kind == kind) & (attempts.c.name == name)
    connection.execute(sa.update(attempts).where(mine).values(failures=failures, last_at=at))
