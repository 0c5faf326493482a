"""Published folders served read-only by FTP or FTPS (pyftpdlib), to accounts."""

from __future__ import annotations

import errno
import logging
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from OpenSSL import SSL
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

from console.ftp_files import Shelf, missing
from console.ftp_threads import running
from shared import accounts
from shared.accounts import SignedIn
from shared.attempts import Refused
from shared.catalog import Catalog
from shared.errors import Misconfigured, ProprocessorError
from shared.settings import Settings

READ_ONLY = "elr"
"""Change folder, list, retrieve."""
MAX_CONNECTIONS, MAX_FROM_ONE_ADDRESS = 256, 32
log = structlog.get_logger()


@dataclass(frozen=True)
class FtpOptions:
    """Where the server listens, what it says of itself. With a certificate, nothing travels unencrypted."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    passive_ports: range | None = None
    masquerade_address: str | None = None


@contextmanager
def ftp_serving(settings: Settings, catalog: Catalog, options: FtpOptions) -> Iterator[str]:
    """Serve while the block lasts; gives the URL. :class:`Misconfigured` where it cannot listen or be certified."""
    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    handler = _handler(settings, catalog, options)
    try:
        server = ThreadedFTPServer((options.host, options.port), handler)
    except OSError as error:
        raise Misconfigured(
            f"The FTP server cannot listen on {options.host}, port {options.port}: {error.strerror or error}.",
            remedy="Choose another --host or --port.",
            reason="cannot_listen",
        ) from error
    server.max_cons, server.max_cons_per_ip = MAX_CONNECTIONS, MAX_FROM_ONE_ADDRESS
    host = f"[{options.host}]" if ":" in options.host else options.host
    with running(server):
        yield f"{'ftps' if options.certificate else 'ftp'}://{host}:{server.address[1]}/"


def _handler(settings: Settings, catalog: Catalog, options: FtpOptions) -> Any:
    parent = TLS_FTPHandler if options.certificate else FTPHandler
    handler: Any = type("PublishedHandler", (_Handler, parent), {})
    handler.authorizer = _Authorizer(catalog)
    handler.abstracted_fs = _Files
    handler.shelf_of = lambda _, name: Shelf(catalog, settings, name)
    handler.banner = "proprocessor: published reports, read-only."
    handler.auth_failed_timeout = 1  # our own waits are longer
    handler.unicode_errors = "surrogateescape"
    handler.passive_ports, handler.masquerade_address = options.passive_ports, options.masquerade_address
    if options.certificate:
        handler.ssl_context = _tls(options.certificate, options.key)
        handler.tls_control_required = handler.tls_data_required = True
    return handler


def _tls(certificate: Path, key: Path | None) -> Any:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_certificate_chain_file(str(certificate))
        context.use_privatekey_file(str(key or certificate))
    except (OSError, SSL.Error) as error:
        raise Misconfigured(
            f"The certificate {certificate} or its key cannot be used: {error}.",
            remedy="Both are PEM files that belong together; without --key, the certificate's file holds the key, too.",
            reason="certificate_unusable",
        ) from error
    return context


class _Authorizer(DummyAuthorizer):  # type: ignore[misc]  # pyftpdlib tells no types
    """Asks the catalog. pyftpdlib lets a client try three times and answers a failure only after some seconds."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        try:
            now = datetime.now(UTC)
            found = accounts.sign_in(self._catalog, username, password, now, address=handler.remote_ip)
        except ProprocessorError as error:
            log.error("ftp.sign_in_failed", error=str(error))
            raise AuthenticationFailed("Nobody can sign in at the moment.") from error
        match found:
            case SignedIn(account) if account.has_totp:
                raise AuthenticationFailed("This account signs in with a one-time code, and cannot here: use another.")
            case SignedIn(account):
                handler.username = account.name
            case Refused(wait_s) if wait_s:
                raise AuthenticationFailed(f"Too many failures: wait {wait_s:.0f} s.")
            case Refused():
                raise AuthenticationFailed("Name or password is wrong.")

    def get_home_dir(self, username: str) -> str:
        del username
        return "/"

    def has_user(self, username: str) -> bool:
        del username
        return True

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        del username, path
        return perm in READ_ONLY

    def get_perms(self, username: str) -> str:
        del username
        return READ_ONLY

    def get_msg_login(self, username: str) -> str:
        del username
        return "Signed in."

    def get_msg_quit(self, username: str) -> str:
        del username
        return "Goodbye."


class _Handler:
    """Mixed into pyftpdlib's: who came is told to our log."""

    def on_login(self: Any, username: str) -> None:
        log.info("ftp.signed_in", account=username, address=self.remote_ip)

    def on_login_failed(self: Any, username: str, password: str) -> None:
        del password
        log.warning("ftp.refused", account=username[:64], address=self.remote_ip)


class _Files(AbstractedFS):  # type: ignore[misc]  # pyftpdlib tells no types
    """Paths stay those of the client; each is looked up on the account's shelf when it is used. Nothing is written."""

    def __init__(self, root: str, cmd_channel: Any) -> None:
        super().__init__(root, cmd_channel)
        self._shelf: Shelf = cmd_channel.shelf_of(cmd_channel.username)

    def ftp2fs(self, ftppath: str) -> str:
        return str(self.ftpnorm(ftppath))

    def fs2ftp(self, fspath: str) -> str:
        return fspath

    def validpath(self, path: str) -> bool:
        del path
        return True

    def realpath(self, path: str) -> str:
        return path

    def open(self, filename: str, mode: str) -> Any:
        if mode != "rb":
            raise _read_only()
        place = self._shelf.place(filename)
        if not place.is_file():
            raise missing(filename)
        return place.open("rb")

    def chdir(self, path: str) -> None:
        if not self._shelf.place(path).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        self.cwd = path

    def listdir(self, path: str) -> list[str]:
        return self._shelf.names(path)

    listdirinfo = listdir

    def stat(self, path: str) -> os.stat_result:
        return self._shelf.place(path).stat()

    lstat = stat

    def isfile(self, path: str) -> bool:
        return self._asked(path, Path.is_file)

    def isdir(self, path: str) -> bool:
        return self._asked(path, Path.is_dir)

    def lexists(self, path: str) -> bool:
        return self._asked(path, Path.exists)

    def islink(self, path: str) -> bool:
        del path
        return False

    def getsize(self, path: str) -> int:
        return self.stat(path).st_size

    def getmtime(self, path: str) -> float:
        return self.stat(path).st_mtime

    def _asked(self, path: str, question: Any) -> bool:
        try:
            return bool(question(self._shelf.place(path)))
        except OSError:
            return False

    def _refused(self, *_arguments: Any, **_named: Any) -> Any:
        raise _read_only()

    mkstemp = mkdir = rmdir = remove = rename = chmod = utime = readlink = _refused


def _read_only() -> PermissionError:
    return PermissionError(errno.EROFS, os.strerror(errno.EROFS))
