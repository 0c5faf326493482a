"""FTP and FTPS: how one connects and logs in, and what ftplib lacks for it."""

# ruff: noqa: S321 - a collector, and many a web server's folder, speaks nothing else

from __future__ import annotations

import ftplib
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from shared.remote import failed, refused

IMPLICIT_PORT = 990
NOT_LOGGED_IN = ("530", "532", "331", "332")
NO_DATA_CONNECTION = ("425", "426")
BUSY = re.compile(r"too many|maximum|limit", re.I)
DENIED = re.compile(r"permission denied|access (?:is )?denied|not enough privileges|not permitted|not allowed", re.I)
BROKEN = (ftplib.Error, OSError, EOFError, UnicodeError)


class Tls(ftplib.FTP_TLS):
    """FTPS that may begin with TLS at once (port 990), and reuses the session for data, as servers ask for."""

    implicit = False
    _held: Any = None

    @property
    def sock(self) -> Any:
        return self._held

    @sock.setter
    def sock(self, value: Any) -> None:
        if self.implicit and value is not None and not isinstance(value, ssl.SSLSocket):
            value = self.context.wrap_socket(value, server_hostname=self.host)
        self._held = value

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[Any, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(connection, server_hostname=self.host, session=session), size


@dataclass(frozen=True)
class Server:
    """A server, who asks, and how long it may be silent. ``ftps:`` on port 990 begins with TLS at once.

    Without ``verify`` no certificate is checked.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    timeout_s: float
    implicit: bool | None = None
    verify: bool = True

    @property
    def place(self) -> str:
        """As it stands in messages."""
        return f"{self.scheme}://{self.host}:{self.port}"


def log_in(server: Server, begin: Callable[[ftplib.FTP], None]) -> ftplib.FTP:
    """A connection for files as they are, of which ``begin`` has asked what it needs.

    :class:`Misconfigured` where the credentials are refused, :class:`Unreachable` for all else that goes wrong.
    """
    try:
        return _connect(server, begin)
    except BROKEN as error:
        text = str(error)
        if isinstance(error, ftplib.error_perm) and text[:3] in NOT_LOGGED_IN and not BUSY.search(text):
            raise refused(server.place, error) from error
        raise failed(server.place, error) from error


def bytewise(text: str) -> str:
    """A text as its bytes are spoken: Latin-1, one character a byte."""
    return text.encode(errors="surrogateescape").decode("latin-1")


def _connect(server: Server, begin: Callable[[ftplib.FTP], None]) -> ftplib.FTP:
    if server.scheme == "ftps":
        context = ssl.create_default_context()
        if not server.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        ftp: ftplib.FTP = Tls(context=context, timeout=server.timeout_s, encoding="latin-1")
        implicit = server.port == IMPLICIT_PORT if server.implicit is None else server.implicit
        ftp.implicit = implicit  # type: ignore[attr-defined]
    else:
        ftp = ftplib.FTP(timeout=server.timeout_s, encoding="latin-1")
    try:
        ftp.connect(server.host, server.port)
        ftp.login(*(spoken(text) for text in (server.user or "anonymous", server.password or "anonymous@")))
        if isinstance(ftp, ftplib.FTP_TLS):
            ftp.prot_p()
        ftp.voidcmd("TYPE I")
        begin(ftp)
    except BaseException:
        with suppress(Exception):
            ftp.close()
        raise
    return ftp


def spoken(text: str) -> str:
    """The same of a text in which nothing may end a command."""
    if any(bad in text for bad in "\r\n\0"):
        raise ftplib.error_perm("530 there is a line break in the user or password")
    return bytewise(text)
