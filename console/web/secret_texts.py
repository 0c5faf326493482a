"""Texts that somebody keeps and we know again: of what they keep, we keep a digest alone."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def make(prefix: str = "") -> str:
    """A new one, that nobody can guess."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(text: str) -> str:
    """What is kept of it. It has 256 random bits: no slow hash is needed."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
