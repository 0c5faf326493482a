"""An e-mail as it is sent: headers, text, HTML with its charts inside, attachments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from reporter.mail.content import Content
from reporter.mail.html import Addressee, render_html
from reporter.mail.text import render_text
from shared.errors import Misconfigured
from shared.mail_address import address, one_line
from shared.software import SOFTWARE

WHOLE = ("list-id", "list-unsubscribe", "message-id")
"""Headers that are never folded or encoded: who reads them does not undo it."""


class _Policy(EmailPolicy):
    """ASCII on the way, so that any server takes it as it is."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", utf8=False, cte_type="7bit")


@dataclass(frozen=True)
class Attachment:
    """A file. ``kind`` is its media type, such as ``text/csv``."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Envelope:
    """Who sends what to whom, under which id. ``unsubscribe`` is a link; ``one_click``: a POST to it is enough."""

    sender: str
    sender_name: str
    recipient: str
    message_id: str
    at: datetime
    event: str = ""
    list_id: str = ""
    unsubscribe: str | None = None
    one_click: bool = False


def report_message(content: Content, envelope: Envelope, attachments: Sequence[Attachment]) -> bytes:
    """The e-mail of an event, ready to be sent. Charts are found by their content ids."""
    domain = envelope.sender.rpartition("@")[2]
    named = {
        one.name: f"{one.name}.{envelope.message_id.strip('<>').partition('@')[0][:16]}@{domain}"
        for one in content.images
    }
    content = _with_images(content, named)
    addressee = Addressee(envelope.recipient, envelope.event, envelope.unsubscribe)
    html = render_html(content, addressee)
    message = plain_message(envelope, content.subject, render_text(content, addressee))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    part = message.get_payload()[1]  # type: ignore[index]
    for one in content.images:
        part.add_related(  # type: ignore[union-attr]
            one.data,
            "image",
            "png",
            cid=f"<{one.name}>",
            disposition="inline",
            filename=f"{one.name.partition('.')[0]}.png",
        )
    for file in attachments:
        main, _, sub = file.kind.partition("/")
        message.add_attachment(file.data, main, sub, filename=one_line(file.name))
    return message.as_bytes()


def plain_message(envelope: Envelope, subject: str, text: str, more: Mapping[str, str] | None = None) -> EmailMessage:
    """An e-mail with its headers and text."""
    message = EmailMessage(policy=POLICY)
    try:
        user, _, domain = address(envelope.sender).rpartition("@")
        message["From"] = Address(one_line(envelope.sender_name), user, domain)
        message["To"] = Address("", *_parts(envelope.recipient))
        message["Subject"] = one_line(subject)
    except ValueError as error:
        raise Misconfigured(f"An e-mail cannot have this header: {error}.", reason="bad_header") from error
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Mailer"] = SOFTWARE
    for name, value in {**_list_headers(envelope), **(more or {})}.items():
        message[name] = value
    message.set_content(_wire(text), cte="quoted-printable")
    return message


def _list_headers(envelope: Envelope) -> dict[str, str]:
    """RFC 2369 and, where a POST is enough, RFC 8058."""
    found = {"List-Id": f"<{one_line(envelope.list_id)}>"} if envelope.list_id else {}
    if envelope.unsubscribe:
        found["List-Unsubscribe"] = f"<{one_line(envelope.unsubscribe)}>"
        if envelope.one_click:
            found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def _parts(recipient: str) -> tuple[str, str]:
    user, _, domain = address(recipient).rpartition("@")
    return user, domain


def _with_images(content: Content, named: Mapping[str, str]) -> Content:
    """Charts under names that no other e-mail has."""
    sections = tuple(
        replace(one, image=replace(one.image, name=named[one.image.name])) if one.image is not None else one
        for one in content.sections
    )
    return replace(content, sections=sections)


def _wire(text: str) -> str:
    """What UTF-8 can hold: a page's name may have halves of signs."""
    return text.encode("utf-8", "replace").decode("utf-8")
