"""What a server on the other side of a connection may refuse or fail at, in our words."""

from __future__ import annotations

import ssl

from shared.errors import Misconfigured, Unreachable


def refused(place: str, why: object) -> Misconfigured:
    """The error for credentials that are not accepted."""
    return Misconfigured(
        f"{place} refused the user or password ({_words(why)}).",
        remedy="Check both; `proprocessor setup` tests a source, `proprocessor targets sync` a target.",
        reason="credentials_refused",
    )


def forbidden(place: str, why: object, *, what: str = "read") -> Misconfigured:
    """The error for what is there but may not be read, or written."""
    return Misconfigured(
        f"{place} may not be {what} ({_words(why)}).",
        remedy=f"Give the user the right to {'read' if what == 'read' else 'write'} it.",
        reason="forbidden",
    )


def failed(place: str, why: object) -> Unreachable:
    """The error for a server that does not do what it should."""
    if isinstance(why, ssl.SSLCertVerificationError):
        return Unreachable(
            f"{place} has a certificate that is not trusted: {why.verify_message}.",
            remedy="Have it renewed, or let the environment variable SSL_CERT_FILE name its authority's certificate.",
        )
    return Unreachable(
        f"{place} does not answer as it should: {_words(why)}.", remedy="Check address, port and network."
    )


def _words(why: object) -> str:
    """What a library or the system said, in one line."""
    if isinstance(why, EOFError):
        return "it closed the connection"
    text = why.strerror if isinstance(why, OSError) and why.strerror else str(why)
    return " ".join(text.split()).rstrip(".")[:300] or type(why).__name__
