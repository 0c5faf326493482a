"""What comes back to the sender: delivery reports (RFC 3464) and wishes to unsubscribe. Pure.

Anybody may send an e-mail that looks like a report, so one counts only if it names the Message-ID or the envelope id of
an e-mail that was sent, neither of which can be guessed (:func:`reporter.mail.deliveries.message_id`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from reporter.mail.unsubscribe import SUBJECT

MAX_BYTES = 1 << 20
"""Reports are small, and may quote what they are about; what stands beyond is not read."""
ADDRESS = re.compile(r"^\s*[A-Za-z0-9-]+\s*;\s*<?([^\s<>]+)>?\s*$")
"""``rfc822; ann@fruit.test``"""
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
IDS = re.compile(r"<([0-9a-f]{40})@[^<>\s]+>")


@dataclass(frozen=True)
class Failure:
    """One recipient of a report. ``status`` is the enhanced code, ``said`` what the server said."""

    recipient: str
    status: str
    said: str
    permanent: bool


@dataclass(frozen=True)
class Report:
    """A delivery report; ``ids`` are ids of the e-mails it may be about."""

    ids: tuple[str, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Wish:
    """Somebody wants no more; the token says who and what."""

    token: str


def read(data: bytes) -> Report | Wish | None:
    """What an e-mail is; ``None``: neither, such as an answer of somebody who is on holiday."""
    message = message_from_bytes(data[:MAX_BYTES], policy=default)
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is not None:
        return Report(tuple(dict.fromkeys(_ids(message, status))), tuple(_failures(status)))
    words = _header(message, "Subject").split()
    if len(words) >= 2 and words[-2].lower() == SUBJECT:
        return Wish(words[-1])
    return None


def _failures(status: Message) -> Iterator[Failure]:
    """A block for each recipient; the first is of the message as a whole and names none."""
    for block in _blocks(status):
        address = _address(block, "Original-Recipient") or _address(block, "Final-Recipient")
        code = STATUS.search(_header(block, "Status"))
        action = _header(block, "Action").strip().lower()
        if address is None or action not in ("failed", "delayed"):
            continue
        said = _header(block, "Diagnostic-Code").partition(";")[2] or _header(block, "Diagnostic-Code")
        number = code[0] if code else ""
        permanent = action == "failed" and not number.startswith("4")
        told = said if number in said.split() else f"{number} {said}"
        yield Failure(address, number, " ".join(told.split())[:300], permanent)


def _ids(message: Message, status: Message) -> Iterator[str]:
    """The envelope id, and the Message-ID of the e-mail or the headers that come with the report."""
    for block in _blocks(status):
        if re.fullmatch(r"[0-9a-f]{40}", found := _header(block, "Original-Envelope-Id").strip().lower()):
            yield found
    for part in message.walk():
        if part is message or part.get_content_type() not in ("message/rfc822", "text/rfc822-headers"):
            continue
        for inner in _inner(part):
            yield from IDS.findall(_header(inner, "Message-ID"))


def _inner(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (one for one in payload if isinstance(one, Message))
    else:
        content = part.get_payload(decode=True)
        yield message_from_bytes(content if isinstance(content, bytes) else b"", policy=default)


def _blocks(status: Message) -> list[Message]:
    payload = status.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _address(block: Message, name: str) -> str | None:
    match = ADDRESS.match(_header(block, name))
    return match[1] if match else None


def _header(message: Message | EmailMessage, name: str) -> str:
    """A header as text; the email package raises what it likes on headers that are none."""
    try:
        value: Any = message.get(name)
    except Exception:  # noqa: BLE001 - hostile input: whatever it is, there is no such header
        return ""
    return "" if value is None else str(value)
