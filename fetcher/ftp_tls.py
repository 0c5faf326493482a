"""What ftplib lacks for FTPS."""

# ruff: noqa: S321 - the collector may speak nothing else

from __future__ import annotations

import ftplib
import ssl
from typing import Any


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
