"""Links to unsubscribe: a token says who wants no more of what, signed so that nobody can make one for another.

``<payload>.<signature>``, both base64url without padding: the payload is JSON, the signature HMAC-SHA-256 with a key of
this installation (:func:`shared.secrets.digest_key`). A token never expires: an old e-mail's link must work (RFC 8058).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from urllib.parse import quote

from shared.errors import Rejected
from shared.secrets import digest_key
from shared.settings import Settings

PURPOSE = "mail unsubscribe"
MAX_TOKEN = 4096
SUBJECT = "unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """Who gets which event of which data set."""

    dataset: str
    event: str
    recipient: str


def token_key(settings: Settings) -> bytes:
    """What tokens of this installation are signed with."""
    return digest_key(settings, PURPOSE)


def make_token(key: bytes, subscription: Subscription) -> str:
    """The token of a subscription, always the same."""
    payload = [subscription.dataset, subscription.event, subscription.recipient]
    said = json.dumps(payload, separators=(",", ":")).encode()
    return f"{_text(said)}.{_text(_signature(key, said))}"


def read_token(key: bytes, token: str) -> Subscription:
    """What a token says; :class:`Rejected` (``bad_token``) where this installation did not sign it."""
    payload, _, signature = token.strip().partition(".")
    try:
        if len(token) > MAX_TOKEN:
            raise ValueError("too long")
        said = _bytes(payload)
        if not hmac.compare_digest(_signature(key, said), _bytes(signature)):
            raise ValueError("another signature")
        dataset, event, recipient = json.loads(said)
        return Subscription(str(dataset), str(event), str(recipient))
    except (ValueError, TypeError, binascii.Error, UnicodeError) as error:
        raise Rejected(
            "This link to unsubscribe is not one of this installation.",
            remedy="Take it whole, as it stands in the e-mail; after secret.key was replaced, older links are void.",
            reason="bad_token",
        ) from error


def page_link(console_url: str, token: str) -> str:
    """Where the console takes a token: shown on GET, done on POST."""
    return f"{console_url.rstrip('/')}/unsubscribe/{token}"


def mail_link(sender: str, token: str) -> str:
    """An e-mail to the sender that says the same, where there is no console."""
    return f"mailto:{quote(sender, safe='@')}?subject={quote(f'{SUBJECT} {token}', safe='')}"


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
