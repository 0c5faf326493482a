"""Passwords: what they must be, and their hashes (argon2id). The one door to argon2.

A hash takes 64 MiB and several cores on purpose: a few are made at once, whoever asks.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Rejected, Transient

MIN_LENGTH, MAX_LENGTH = 10, 1000
"""Of a password, in characters. Nobody waits for the hash of a book."""
HASHES_AT_ONCE = 3
HASH_WAIT_S = 5.0
_hasher = PasswordHasher()
_turn = threading.BoundedSemaphore(HASHES_AT_ONCE)
"""A hash takes 64 MiB and several cores: many at once would take all there is."""


def check_password(name: str, password: str) -> str:
    """A password fit to be kept; :class:`Rejected` says what it must be, and never the password."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or password.strip().lower() == name or len(set(password)) < 4:
        raise Rejected(
            "The password is too weak.",
            remedy=f"Take {MIN_LENGTH} to {MAX_LENGTH} characters, not the name, not a few letters repeated.",
            reason="weak_password",
        )
    return password


@cache
def nobody() -> str:
    """A hash to compare with where there is no account: it takes as long, and no password has it."""
    return _hasher.hash("nobody")


@contextmanager
def _hashing() -> Iterator[None]:
    if not _turn.acquire(timeout=HASH_WAIT_S):
        raise Transient(
            "Too many sign in at this moment.", remedy="Try again in a few seconds.", reason="too_many_sign_in"
        )
    try:
        yield
    finally:
        _turn.release()


def hash_password(password: str) -> str:
    """Its hash, with its parameters."""
    with _hashing():
        return _hasher.hash(password)


def fits(hashed: str, password: str) -> bool:
    """Whether a hash is that of a password."""
    try:
        with _hashing():
            return _hasher.verify(hashed, password if len(password) <= MAX_LENGTH else "")
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether it was made with other parameters than those of now."""
    return _hasher.check_needs_rehash(hashed)
