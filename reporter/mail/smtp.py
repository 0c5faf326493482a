"""The one door to SMTP: a connection with TLS and sign-in, and what became of each e-mail.

An e-mail is sent when the server has said so after its last line. Before that line nothing was accepted, whatever
breaks: it may be tried again. From that line until the answer nobody knows (:class:`Unknown`).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from reporter.time_limit import cut_after
from shared.errors import Misconfigured, Unreachable
from shared.mail_address import address
from shared.settings import Settings

END = b"\r\n.\r\n"
DATA = 354
GREETING = 220
PERIOD = re.compile(rb"^\.", re.MULTILINE)
LIMIT = 5
"""Times the seconds of silence, connecting or one e-mail may take, whatever the server says meanwhile."""
MAX_SAID = 300


@dataclass(frozen=True)
class Sent:
    """The server took it, and said this."""

    said: str


@dataclass(frozen=True)
class Later:
    """It was not taken now; the same may be taken later."""

    said: str
    server: bool = False
    """Whether any other e-mail would meet the same."""


@dataclass(frozen=True)
class Refused:
    """It will never be taken as it is. ``address``: it is the recipient's address that is wrong."""

    said: str
    address: bool = False


@dataclass(frozen=True)
class Unknown:
    """All of it was handed over, and no answer came."""

    said: str


Outcome = Sent | Later | Refused | Unknown


class ServerAway(Unreachable):
    """The server does not answer, or lets nobody in: no e-mail was begun."""


def require(settings: Settings) -> tuple[str, str]:
    """Server and sender; :class:`Misconfigured` names what is missing."""
    missing = [
        f"PROPROCESSOR_{name.upper()}: {what}"
        for name, what in (("smtp_host", "the server that takes e-mail"), ("mail_sender", "the address it comes from"))
        if not getattr(settings, name)
    ]
    if missing or settings.smtp_host is None or settings.mail_sender is None:
        raise Misconfigured("E-mail is not set up:", faults=missing, reason="mail_not_set_up")
    return settings.smtp_host, settings.mail_sender


def is_set_up(settings: Settings) -> bool:
    """Whether the settings name a server and a sender."""
    return bool(settings.smtp_host and settings.mail_sender)


class Connection:
    """An open connection."""

    def __init__(self, smtp: smtplib.SMTP, sender: str, limit_s: float) -> None:
        self._smtp, self._sender, self._limit_s = smtp, sender, limit_s

    def send(self, recipient: str, message: bytes, envelope_id: str) -> Outcome:
        """One e-mail to one address. After ``server`` trouble the connection is of no more use."""
        with cut_after(self._limit_s, lambda: self._smtp.sock):
            return self._send(recipient, message, envelope_id)

    def _send(self, recipient: str, message: bytes, envelope_id: str) -> Outcome:
        try:
            refused = self._envelope(address(recipient), envelope_id)
        except (smtplib.SMTPException, OSError) as error:
            return Later(_broken(error), server=True)
        if refused is not None:
            self._reset()
            return refused
        try:
            self._smtp.send(PERIOD.sub(b"..", message).removesuffix(b"\r\n"))
        except (smtplib.SMTPException, OSError) as error:
            return Later(_broken(error), server=True)  # the last line was not sent
        try:
            self._smtp.send(END)
            code, said = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return Unknown(f"The connection broke while the server was to answer: {_broken(error)}")
        return _judged(code, said) or Sent(_text(code, said))

    def _envelope(self, recipient: str, envelope_id: str) -> Outcome | None:
        """Up to where the data may begin; ``None``: it may."""
        options = [f"ENVID={envelope_id}", "RET=HDRS"] if self._smtp.has_extn("dsn") else []
        if found := _judged(*self._smtp.mail(self._sender, options)):
            return found
        wanted = ["NOTIFY=FAILURE"] if options else []
        code, said = self._smtp.rcpt(recipient, wanted)
        if found := _judged(code, said):
            return Refused(found.said, address=_names_address(said)) if isinstance(found, Refused) else found
        code, said = self._smtp.docmd("DATA")
        if code == DATA:
            return None
        return _judged(code, said) or Later(f"An answer that means nothing here: {_text(code, said)}")

    def _reset(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()


@contextmanager
def connect(settings: Settings) -> Iterator[Connection]:
    """A connection for as long as the block lasts; :class:`ServerAway` where there is none to be had."""
    host, sender = require(settings)
    try:
        smtp = _open(settings, host)
    except (smtplib.SMTPException, OSError) as error:
        raise ServerAway(
            f"The mail server {host}:{settings.smtp_port_used} cannot be used: {_broken(error)}",
            remedy="Check PROPROCESSOR_SMTP_*; it is tried again.",
            reason="mail_server_away",
        ) from error
    try:
        yield Connection(smtp, sender, LIMIT * settings.smtp_timeout_s)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _open(settings: Settings, host: str) -> smtplib.SMTP:
    port, timeout_s = settings.smtp_port_used, settings.smtp_timeout_s
    name = (settings.mail_sender or "").rpartition("@")[2] or None
    context = _tls(settings)
    smtp = (
        smtplib.SMTP_SSL(local_hostname=name, timeout=timeout_s, context=context)
        if settings.smtp_tls == "tls"
        else smtplib.SMTP(local_hostname=name, timeout=timeout_s)
    )
    smtp._host = host  # type: ignore[attr-defined]  # whose certificate it must be; only its constructor sets it else
    try:
        with cut_after(LIMIT * timeout_s, lambda: smtp.sock):
            code, said = smtp.connect(host, port)
            if code != GREETING:
                raise smtplib.SMTPConnectError(code, said)
            if settings.smtp_tls == "starttls":
                smtp.starttls(context=context)  # raises where the server offers none: nothing goes out in the clear
            smtp.ehlo_or_helo_if_needed()
            if settings.smtp_user:
                password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
                smtp.login(settings.smtp_user, password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _tls(settings: Settings) -> ssl.SSLContext:
    """Certificates and names are checked, always."""
    if settings.smtp_ca_file is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(settings.smtp_ca_file))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"PROPROCESSOR_SMTP_CA_FILE: {settings.smtp_ca_file} cannot be used: {error}.",
            remedy="It should hold certificates as PEM.",
            reason="mail_ca_unusable",
        ) from error


def _judged(code: int, said: bytes) -> Later | Refused | None:
    """``None``: the server goes along."""
    text = _text(code, said)
    match code // 100:
        case 2 | 3:
            return None
        case 5:
            return Refused(text)
        case _:
            return Later(text, server=code == 421 or code < 0)


def _names_address(said: bytes) -> bool:
    """Whether the enhanced code (RFC 3463) says that the address itself is wrong: bad, moved, or disabled."""
    return re.match(rb"5\.(1\.\d+|2\.1)\b", said) is not None


def _text(code: int, said: bytes) -> str:
    words = " ".join(said.decode("utf-8", "replace").split())
    return f"{code} {words}"[:MAX_SAID]


def _broken(error: Exception) -> str:
    """What went wrong with a connection, in a sentence that shows no password."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"User and password were refused ({_text(error.smtp_code, _bytes(error.smtp_error))})."
        case smtplib.SMTPNotSupportedError():
            return f"{error}"
        case smtplib.SMTPResponseException():
            return f"It said {_text(error.smtp_code, _bytes(error.smtp_error))}."
        case ssl.SSLCertVerificationError():
            return f"Its certificate is not trusted: {error.verify_message}."
        case TimeoutError():
            return "It did not answer in time."
        case _:
            return f"{error or type(error).__name__}."[:MAX_SAID]


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said
