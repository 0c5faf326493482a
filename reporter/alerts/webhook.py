"""A signed POST to an address of the web: the one door to http.client.

The body is signed with the receiver's secret: ``Proprocessor-Signature: v1=<hex>`` is HMAC-SHA-256 over the value of
``Proprocessor-Timestamp``, a dot, and the body. No redirect is followed and no proxy asked. The name of the host is
looked up once, every address it has must be public unless the settings allow others, and the connection goes to the
address that was checked.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from reporter.inside import refusal
from reporter.mail.smtp import Later, Refused, Sent
from reporter.time_limit import cut_after

TIMEOUT_S = 10.0
LIMIT_S = 20.0
AGAIN = (408, 425, 429)
"""Answers that ask to come again later, though they begin with 4."""


@dataclass(frozen=True)
class Post:
    """What is sent: ``delivery`` is the same when it is sent again, so that the receiver can drop it."""

    url: str
    secret: bytes
    body: bytes
    delivery: str
    timestamp: int


def name_of(url: str) -> str:
    """How a webhook is called in listings: its host, and what tells it from another there. Paths may be secret."""
    return f"{urlsplit(url).hostname} ({hashlib.sha256(url.encode()).hexdigest()[:8]})"


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """What a receiver compares with the header."""
    return f"v1={hmac.new(secret, f'{timestamp}.'.encode() + body, 'sha256').hexdigest()}"


def post(one: Post, *, private: bool, timeout_s: float = TIMEOUT_S) -> Sent | Later | Refused:
    """Send it; the other side may be silent for so many seconds. What may go well later is :class:`Later`."""
    parts = urlsplit(one.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        place = _resolved(host, port, private=private)
    except OSError as error:
        return Later(f"{host} is not found: {error.strerror or error}.")
    if place is None:
        return Refused(f"{host} leads to an address that is not public; PROPROCESSOR_WEBHOOKS_PRIVATE would allow it.")
    connection = _connection(parts.scheme, host, port, timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "proprocessor",
        "Proprocessor-Delivery": one.delivery,
        "Proprocessor-Timestamp": str(one.timestamp),
        "Proprocessor-Signature": signature(one.secret, one.timestamp, one.body),
    }
    try:
        with cut_after(LIMIT_S, lambda: connection.sock):
            _connect(connection, place, host)
            connection.request("POST", path, one.body, headers)
            answer = connection.getresponse()
            said = f"{answer.status} {answer.reason}"[:200]
    except ssl.SSLCertVerificationError as error:
        return Later(f"The certificate of {host} is not trusted: {error.verify_message}.")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Later(f"{host} does not answer: {error or type(error).__name__}."[:300])
    finally:
        connection.close()
    return _judged(answer.status, said)


def _judged(status: int, said: str) -> Sent | Later | Refused:
    if 200 <= status < 300:
        return Sent(said)
    if 300 <= status < 400:
        return Refused(f"It answered {said}; redirects are not followed: write the address that it leads to.")
    if status >= 500 or status in AGAIN:
        return Later(f"It answered {said}.")
    return Refused(f"It answered {said}.")


def _resolved(host: str, port: int, *, private: bool) -> tuple[str, int] | None:
    """An address of a host; ``None`` where any that it has is not public."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not private and any(refusal(one, allow_private=False) for one in found):
        return None
    return found[0], port


def _connection(scheme: str, host: str, port: int, timeout_s: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout_s)


def _connect(connection: http.client.HTTPConnection, place: tuple[str, int], host: str) -> None:
    """To the address that was checked: a name that is looked up again may lead elsewhere."""
    plain = socket.create_connection(place, connection.timeout)
    if isinstance(connection, http.client.HTTPSConnection):
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
    else:
        connection.sock = plain
