"""Whether an ID token is the provider's, for us, for this sign-in, and of now: the door to joserfc.

The checks are the libraries' (OpenID Connect Core 3.1.3.7): the signature by joserfc, the claims by Authlib.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwk import KeySet

from shared.errors import Rejected

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""With a public key alone: who knows our secret, or none, signs nothing."""
LEEWAY_S = 60
"""Clocks differ."""
MAX_SUBJECT = 255
WORDS = {
    "iss": "of another provider",
    "aud": "for another client",
    "azp": "for another client",
    "nonce": "of another sign-in",
    "iat": "not valid yet",
    "nbf": "not valid yet",
    "at_hash": "of another access token",
}
CLOCKS = "The clock of this machine or of the provider is wrong; then begin again."


class UnknownKey(Exception):
    """No key fits: perhaps the provider has others by now."""


@dataclass(frozen=True)
class Expected:
    """What a token must say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str


def keys_of(document: Mapping[str, Any]) -> KeySet:
    """The public keys for signatures of a JWKS; those of kinds that nobody here knows are left out."""
    keys: list[Any] = []
    for one in document.get("keys") or []:
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") in ("RSA", "EC", "OKP"):
            with suppress(JoseError, ValueError):
                keys += KeySet.import_key_set({"keys": [one]}).keys
    return KeySet(keys)


def read_id_token(
    token: str, keys: KeySet, algorithms: Sequence[str], expected: Expected, now: datetime
) -> dict[str, Any]:
    """Its claims; :class:`UnknownKey` where no key fits, :class:`Rejected` where anything else is wrong."""
    allowed = [one for one in algorithms if one in ALGORITHMS]
    try:
        found = jwt.decode(token, keys, algorithms=allowed)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey from error
    except (JoseError, ValueError) as error:
        raise _bad("not signed as it should be") from error
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    claims = cast(Any, CodeIDToken)(found.claims, found.header, options, params)
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except ExpiredTokenError as error:
        raise Rejected("What the provider says of you is over already.", remedy=CLOCKS, reason="oidc_clock") from error
    except ClaimError as error:
        said = WORDS.get(error.claim, f"without a good {error.claim!r}")
        if error.claim in ("iat", "nbf"):
            raise Rejected(f"What the provider says of you is {said}.", remedy=CLOCKS, reason="oidc_clock") from error
        raise _bad(said) from error
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable():
        raise _bad("without a good 'sub'")
    return dict(claims)


def _bad(said: str) -> Rejected:
    return Rejected(
        f"What the provider says of you is not believed: it is {said}.", remedy="Begin again.", reason="oidc_token"
    )
