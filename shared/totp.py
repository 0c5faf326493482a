"""One-time codes by time (RFC 6238: SHA-1, six digits, steps of 30 s): the one door to pyotp."""

from __future__ import annotations

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "proprocessor"
DIGITS = 6
WINDOW = 1
"""Steps before and after the present one whose codes are taken: clocks differ, and people type slowly."""


def new_secret() -> str:
    """A secret of 160 bits, in base32."""
    return pyotp.random_base32()


def uri_of(secret: str, account: str) -> str:
    """What an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of 30 s whose code this is, near enough to now; ``None`` for a wrong code."""
    plain = "".join(code.split())
    if len(plain) != DIGITS or not (plain.isascii() and plain.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(plain, for_time=now, valid_window=WINDOW)
    except OTPVerificationError:
        return None
