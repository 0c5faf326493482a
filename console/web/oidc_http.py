"""How a provider is asked: the door to requests, as Authlib's session uses it.

Nothing but what the issuer's own description names is asked: no redirect is followed, no proxy and no ``.netrc`` of the
environment is used, nothing goes unencrypted beyond this machine, an answer has an end in bytes and in time.
"""

from __future__ import annotations

import json
import ssl
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from shared.errors import Misconfigured, Rejected, Unreachable
from shared.sign_in_settings import LOOPBACK

TIMEOUT_S = 10.0
"""Of silence."""
LIMIT_S = 20.0
"""Of a whole answer."""
MAX_BYTES = 1 << 20
CHUNK_BYTES = 1 << 14


class _Adapter(HTTPAdapter):
    """Trusts what the system trusts (and ``SSL_CERT_FILE``); reads an answer up to its end in bytes and time."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, ssl_context=ssl.create_default_context())

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise requests.exceptions.InvalidSchema(f"{parts.hostname} would be asked unencrypted")
        answer = super().send(request, **{**options, "stream": True, "timeout": TIMEOUT_S})
        until, body = time.monotonic() + LIMIT_S, bytearray()
        for chunk in answer.iter_content(CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_BYTES or time.monotonic() > until:
                answer.close()
                raise requests.exceptions.ContentDecodingError("the answer does not end")
        answer._content = bytes(body)
        return answer


class ProviderSession:
    """A client of one provider."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, *, scope: str, auth_method: str) -> None:
        self._host = urlsplit(issuer).netloc
        self.said_at: datetime | None = None
        """When the last answer was given, by the provider's own clock."""
        method = auth_method if client_secret else "none"
        # Authlib tells no types.
        self._session: Any = cast(Any, OAuth2Session)(
            client_id, client_secret, method, scope=scope, code_challenge_method="S256"
        )
        self._session.trust_env, self._session.max_redirects = False, 0
        self._session.headers["User-Agent"] = "proprocessor"
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Adapter())

    def __enter__(self) -> ProviderSession:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def authorization_address(self, endpoint: str, **values: str) -> str:
        """Where a browser is sent, with PKCE (``code_verifier``), ``state`` and ``nonce``."""
        return str(self._session.create_authorization_url(endpoint, **values)[0])

    def redeem(self, endpoint: str, *, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """The tokens of a code; :class:`Rejected` where the provider gives none."""
        try:
            return dict(
                self._session.fetch_token(
                    endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=redirect_uri,
                )
            )
        except OAuthError as error:
            raise _refused(self._host, str(error.error)) from error
        except requests.RequestException as error:
            raise _away(self._host, error) from error
        except ValueError as error:
            raise _no_json(self._host, endpoint) from error

    def json(self, url: str, *, token: str = "") -> dict[str, Any]:
        """What stands at an address, with an access token or without."""
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            answer = self._session.request("GET", url, withhold_token=True, headers=headers)
        except requests.RequestException as error:
            raise _away(self._host, error) from error
        self.said_at = _moment(answer.headers.get("Date", ""))
        if answer.status_code >= 500:
            raise _away(self._host, f"it answered {answer.status_code}")
        if answer.status_code != 200:
            raise Misconfigured(
                f"{url} answered {answer.status_code}.",
                remedy="Check oidc_issuer: it is the address before /.well-known/openid-configuration.",
                reason="oidc_setup",
            )
        try:
            found = json.loads(answer.content)
        except ValueError as error:
            raise _no_json(self._host, url) from error
        if not isinstance(found, dict):
            raise _no_json(self._host, url)
        return found


def _moment(text: str) -> datetime | None:
    """Of a header; one that cannot be read says nothing."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _away(host: str, why: object) -> Unreachable:
    """In a few words: the library's own are for its log."""
    match why:
        case requests.exceptions.SSLError():
            said = "its certificate is not trusted"
        case requests.exceptions.HTTPError():
            said = f"it answered {why.response.status_code}"
        case requests.exceptions.Timeout():
            said = "it says nothing"
        case requests.exceptions.TooManyRedirects():
            said = "it sends elsewhere, which is not followed"
        case requests.exceptions.ConnectionError():
            said = "nothing answers there"
        case _:
            said = str(why)[:200]
    return Unreachable(
        f"{host} cannot be asked who you are: {said}.", remedy="Try again later.", reason="oidc_unreachable"
    )


def _no_json(host: str, url: str) -> Misconfigured:
    said = f"{host} answers {urlsplit(url).path} with something else than JSON."
    return Misconfigured(said, remedy="Check oidc_issuer.", reason="oidc_setup")


def _refused(host: str, error: str) -> Rejected | Misconfigured:
    if error in ("invalid_client", "unauthorized_client"):
        remedy = "An administrator checks oidc_client_id and oidc_client_secret."
        return Misconfigured(f"{host} does not know this console.", remedy=remedy, reason="oidc_setup")
    return Rejected(
        f"{host} did not take back what it gave your browser ({error[:80]}).",
        remedy="Begin again.",
        reason="oidc_refused",
    )
