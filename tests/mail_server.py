"""A real SMTP server (aiosmtpd) on a free port of this machine, with faults."""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import free_port

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """What came in, and how it answers.

    ``recipients`` and ``contents`` are answers by recipient: to ``RCPT TO``, and after the data; a list is used up, one
    answer each time. ``hang`` and ``drop`` name the moment at which the server falls silent, or closes the connection:
    ``MAIL``, ``RCPT``, ``DATA`` (before it) or ``END`` (after the last line).
    """

    port: int
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    recipients: dict[str, str | list[str]] = field(default_factory=dict)
    contents: dict[str, str | list[str]] = field(default_factory=dict)
    senders: list[str] = field(default_factory=list)
    hang: str = ""
    drop: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when it hangs."""
    connections: int = 0
    signed_in: int = 0
    secure: list[bool] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(data, policy=default) for _, data in self.taken]  # type: ignore[misc]

    def to(self) -> list[str]:
        return [recipient for recipient, _ in self.taken]

    def settings(self, **more: Any) -> dict[str, str]:
        """Of a process that sends through it."""
        named = {
            "smtp_host": HOST,
            "smtp_port": str(self.port),
            "smtp_tls": "none",
            "mail_sender": "reports@fruit.test",
        }
        return {f"PROPROCESSOR_{name.upper()}": str(value) for name, value in {**named, **more}.items()}


class _Handler:
    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._trouble(server, "MAIL")
        self._server.options += options
        self._server.secure.append(
            session.ssl is not None or isinstance(server.transport.get_extra_info("sslcontext"), ssl.SSLContext)
        )
        if self._server.senders:
            answer = self._server.senders.pop(0)
            if not answer.startswith("2"):
                return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._trouble(server, "RCPT")
        answer = _next(self._server.recipients, address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._trouble(server, "END")
        (recipient,) = envelope.rcpt_tos
        answer = _next(self._server.contents, recipient)
        if answer.startswith("2"):
            self._server.taken.append((recipient, bytes(envelope.content or b"")))
        return answer

    async def _trouble(self, server: SMTP, moment: str) -> None:
        if self._server.drop == moment:
            server.transport.abort()
            await asyncio.sleep(0)
            raise ConnectionAbortedError
        if self._server.hang == moment:
            self._server.reached.set()
            await asyncio.sleep(3600)


class _Smtp(SMTP):
    """Takes the options of RFC 3461, which aiosmtpd does not know."""

    def _getparams(self, params: Sequence[str]) -> dict[str, Any] | None:
        self.event_handler._server.options += params
        known = [one for one in params if one.partition("=")[0] not in ("ENVID", "RET", "NOTIFY", "ORCPT")]
        return super()._getparams(known)


class _Controller(Controller):
    def __init__(self, handler: _Handler, **given: Any) -> None:
        self._smtp_options = {
            name: given.pop(name)
            for name in [*given]
            if name in ("tls_context", "require_starttls", "authenticator", "auth_required", "auth_require_tls")
        }
        super().__init__(handler, **given)

    def factory(self) -> SMTP:
        self.handler._server.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not see that TLS was there before it
            return _Smtp(self.handler, hostname="mail.test", **self._smtp_options)


@contextmanager
def mail_server(
    *,
    starttls: tuple[Path, Path] | None = None,
    tls: tuple[Path, Path] | None = None,
    user: str | None = None,
    password: str = "",
    port: int | None = None,
) -> Iterator[MailServer]:
    """A server until the block ends. ``starttls`` and ``tls`` are a certificate and its key; ``user`` must sign in."""
    state = MailServer(port or free_port())

    def sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            (user or "").encode(),
            password.encode(),
        )
        state.signed_in += good
        return AuthResult(success=good, handled=False)

    given: dict[str, Any] = {}
    if starttls:
        given |= {"tls_context": _context(starttls), "require_starttls": True}
    if user:
        given |= {"authenticator": sign_in, "auth_required": True, "auth_require_tls": bool(starttls)}
    controller = _Controller(
        _Handler(state),
        hostname=HOST,
        port=state.port,
        ssl_context=_context(tls) if tls else None,
        ready_timeout=20,
        **given,
    )
    controller.start()
    state.connections = 0  # it looks whether it answers
    try:
        yield state
    finally:
        state.hang = state.drop = ""
        controller.stop(no_assert=True)


def _context(pair: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def _next(answers: dict[str, str | list[str]], recipient: str) -> str:
    found = answers.get(recipient, "250 2.0.0 OK")
    if isinstance(found, list):
        return found.pop(0) if found else "250 2.0.0 OK"
    return found
