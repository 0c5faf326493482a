"""The provider of single sign-on: what it says of itself, where browsers are sent, who came back (OpenID Connect)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from joserfc.jwk import KeySet

from console.web.oidc_http import ProviderSession
from console.web.oidc_tokens import Expected, UnknownKey, keys_of, read_id_token
from console.web.place import Here
from shared.errors import Misconfigured, ProprocessorError, Rejected, Unreachable
from shared.settings import Settings
from shared.sign_in_settings import LOOPBACK

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT = timedelta(hours=1)
"""What it says of itself is asked anew after so long; its keys as soon as one is unknown."""
LOCK_S = 2.0
AGAIN = timedelta(seconds=5)
"""A provider that could not be asked is asked again after so long."""
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AUTH_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True)
class Started:
    """What one sign-in is told by: only who began it can end it."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass
class Provider:
    """One, of the settings."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: tuple[datetime, dict[str, Any]] | None = None
    _keys: KeySet | None = None
    _failure: tuple[datetime, ProprocessorError] | None = None

    @property
    def issuer(self) -> str:
        """How it names itself."""
        return self.settings.oidc_issuer or ""

    def look(self) -> datetime | None:
        """Ask what it says of itself, as signing in does; gives what its clock says, if that is told.

        :class:`Unreachable` where it does not answer, :class:`Misconfigured` where it is not the one of the settings.
        """
        with self._session() as session:
            self._asked(session)
            return session.said_at

    def authorization_address(self, started: Started, now: datetime) -> str:
        """Where a browser is sent to sign in."""
        found = self._description(now)
        with self._session(found) as session:
            return session.authorization_address(
                found["authorization_endpoint"],
                redirect_uri=started.redirect_uri,
                state=started.state,
                nonce=started.nonce,
                code_verifier=started.verifier,
            )

    def claims(self, started: Started, code: str, now: datetime) -> dict[str, Any]:
        """What it says of who came back with a code: the ID token, and what only its userinfo has."""
        found = self._description(now)
        with self._session(found) as session:
            tokens = session.redeem(
                found["token_endpoint"], code=code, verifier=started.verifier, redirect_uri=started.redirect_uri
            )
            token, access = tokens.get("id_token"), str(tokens.get("access_token") or "")
            if not isinstance(token, str):
                raise Misconfigured("The provider gave no ID token.", remedy="Check oidc_scopes.", reason="oidc_setup")
            expected = Expected(self.issuer, self.settings.oidc_client_id or "", started.nonce, access)
            claims = self._read(session, token, found, expected, now)
            if access and found.get("userinfo_endpoint") and not self._wanted() <= set(claims):
                more = session.json(found["userinfo_endpoint"], token=access)
                if more.get("sub") != claims["sub"]:
                    raise Rejected("The provider tells of somebody else.", remedy="Begin again.", reason="oidc_token")
                claims = joined(claims, more)
        return claims

    def _wanted(self) -> set[str]:
        claim = self.settings.oidc_claim
        return {"email", "email_verified"} | ({claim.partition(".")[0]} if claim else set())

    def _read(
        self, session: ProviderSession, token: str, found: dict[str, Any], expected: Expected, now: datetime
    ) -> dict[str, Any]:
        """Keys are changed from time to time: with one that is unknown, they are asked for anew, once."""
        algorithms = found.get("id_token_signing_alg_values_supported") or ["RS256"]
        if self._keys is not None:
            try:
                return read_id_token(token, self._keys, algorithms, expected, now)
            except UnknownKey:
                pass
        self._keys = keys_of(session.json(found["jwks_uri"]))
        try:
            return read_id_token(token, self._keys, algorithms, expected, now)
        except UnknownKey as error:
            raise Rejected(
                "What the provider says of you is signed with a key that it does not show.",
                remedy="Begin again.",
                reason="oidc_token",
            ) from error

    def _session(self, found: dict[str, Any] | None = None) -> ProviderSession:
        settings, secret = self.settings, self.settings.oidc_client_secret
        offered = (found or {}).get("token_endpoint_auth_methods_supported") or AUTH_METHODS[:1]
        method = next((one for one in AUTH_METHODS if one in offered), AUTH_METHODS[0])
        return ProviderSession(
            self.issuer,
            settings.oidc_client_id or "",
            secret.get_secret_value() if secret else None,
            scope=settings.oidc_scopes,
            auth_method=method,
        )

    def _description(self, now: datetime) -> dict[str, Any]:
        """Asked by one at a time; while the provider is silent, others need not wait to hear that it is."""
        if not self._lock.acquire(timeout=LOCK_S):
            raise Unreachable("The provider is slow.", remedy="Try again later.", reason="oidc_unreachable")
        try:
            if self._known is None or not timedelta(0) <= now - self._known[0] < KEPT:
                self._raise_failure(now)
                with self._session() as session:
                    self._known = (now, self._asked(session))
            return self._known[1]
        except ProprocessorError as error:
            self._failure = self._failure or (now, error)
            raise
        finally:
            self._lock.release()

    def _asked(self, session: ProviderSession) -> dict[str, Any]:
        found = session.json(self.issuer.rstrip("/") + WELL_KNOWN)
        check_description(self.issuer, found)
        return found

    def _raise_failure(self, now: datetime) -> None:
        """The one of a moment ago, once more: whoever asks for it often does not make us ask as often."""
        if self._failure is not None and timedelta(0) <= now - self._failure[0] < AGAIN:
            raise self._failure[1]
        self._failure = None


def joined(claims: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Claims of the ID token, and what only userinfo has. Whether an address is verified is said of that one alone."""
    email = more if "email_verified" in more and "email_verified" not in claims else {}
    return {**more, **claims, **{key: value for key, value in email.items() if key in ("email", "email_verified")}}


def check_description(issuer: str, found: dict[str, Any]) -> None:
    """:class:`Misconfigured` where it is of another provider, or leads to where nobody should be asked."""
    if found.get("issuer") != issuer:
        named = str(found.get("issuer"))[:200]
        raise Misconfigured(
            f"The provider names itself {named}, and the setting {issuer}.",
            remedy=f"Write oidc_issuer = {named!r}, if that is the one.",
            reason="oidc_setup",
        )
    is_here = urlsplit(issuer).scheme == "http"
    for name in (*ENDPOINTS, *(["userinfo_endpoint"] if found.get("userinfo_endpoint") else [])):
        parts = urlsplit(str(found.get(name) or ""))
        safe = parts.scheme == "https" or (is_here and parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not safe or not parts.hostname or parts.username:
            raise Misconfigured(
                f"The provider's {name} is not an address with https.",
                remedy="Its administrator mends that.",
                reason="oidc_setup",
            )


def provider_of(request: Request, place: Here) -> Provider | None:
    """That of this application; ``None`` where the settings name none."""
    if place.settings.oidc_issuer is None:
        return None
    known = getattr(request.app.state, "provider", None)
    if known is None:
        known = request.app.state.provider = Provider(place.settings)
    found: Provider = known
    return found


MaybeProvider = Annotated[Provider | None, Depends(provider_of)]
