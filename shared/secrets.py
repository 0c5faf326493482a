"""Stored passwords, sealed, and keys for digests: the one door to cryptography."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import uuid
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from shared.errors import Misconfigured
from shared.settings import Settings
from shared.store import disk_errors

KEY_FILE = "secret.key"


class SecretBox:
    """Seals and opens texts with one key (Fernet: AES-128-CBC and HMAC-SHA-256)."""

    def __init__(self, key: str) -> None:
        """``key`` is any text; what Fernet needs is derived from it, so a pass phrase will do as well as 32 bytes."""
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.strip().encode()).digest()))

    def seal(self, text: str) -> str:
        """A token that only the same key opens."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, token: str) -> str:
        """The text of a token; :class:`Misconfigured` when it was sealed with another key."""
        try:
            return self._fernet.decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise Misconfigured(
                "A stored password cannot be opened: it was sealed with another key.",
                remedy=f"Restore PROPROCESSOR_SECRET_KEY or {KEY_FILE}, or enter the password again.",
                reason="wrong_secret_key",
            ) from error


def open_box(settings: Settings) -> SecretBox:
    """The box of the settings' key, else of the key file in the data folder, made on first use."""
    return SecretBox(_key(settings))


def digest_key(settings: Settings, purpose: str) -> bytes:
    """A key for digests that nobody can try out who lacks the settings' key; another one for each purpose."""
    return hmac.digest(_key(settings).strip().encode(), purpose.encode(), "sha256")


def _key(settings: Settings) -> str:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / KEY_FILE
    with disk_errors(path):
        if not path.exists():
            _make_key(path)
        return path.read_text(encoding="ascii")


def _make_key(path: Path) -> None:
    """Readable by this user only; several at once agree on the first, also where each container's process is 1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
    with suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()
