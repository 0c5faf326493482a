"""A real FTP or FTPS server (pyftpdlib) with faults."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.handlers.ftp.dispatchers import PassiveDTP
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

from tests.jdc_faults import HOST, Faults


@contextmanager
def ftp_server(
    root: Path,
    user: str | None,
    password: str = "",
    *,
    faults: Faults | None = None,
    tls: tuple[Path, Path] | None = None,
    implicit: bool = False,
    listing: str = "mlsd",
    passive: bool = True,
    encoding: str = "utf-8",
    home: str = "/",
    max_connections: int = 512,
    perm: str = "elr",
) -> Iterator[str]:
    """Serve a folder by FTP; by FTPS with ``tls`` (certificate, key). ``user=None``: anonymous.

    ``listing``: what the server knows: ``mlsd``, ``unix`` or ``dos`` (LIST only), ``names`` (NLST and SIZE only).
    ``home``: the folder in which a login begins. ``perm``: what a user may do, in pyftpdlib's letters.
    """
    logging.getLogger("pyftpdlib").setLevel(logging.CRITICAL)
    faults = faults or Faults()
    authorizer = DummyAuthorizer()
    if user is None:
        authorizer.add_anonymous(str(root), perm="elr")
    else:
        authorizer.add_user(user, password, str(root), perm=perm)
    parent = _TlsControl if tls else FTPHandler
    handler = type("Handler", (_FtpHandler, parent), {"authorizer": authorizer})
    handler.faults, handler.root, handler.listing, handler.passive = faults, root, listing, passive
    handler.abstracted_fs, handler.encoding, handler.home = _FtpFiles, encoding, home
    handler.dtp_handler, handler.passive_dtp = _TlsData if tls else _Data, _Passive
    handler.accepted = accepted = []
    handler.auth_failed_timeout, handler.unicode_errors = 0, "surrogateescape"
    handler.proto_cmds = _known_commands(parent.proto_cmds, listing, faults)
    if tls:
        handler.ssl_context = _tls_context(tls)
        handler.tls_control_required = handler.tls_data_required = True
        handler.implicit = implicit
    server = FTPServer((HOST, 0), handler, ioloop=IOLoop())
    server.max_cons = max_connections
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            server.ioloop.loop(timeout=0.02, blocking=False)

    thread = threading.Thread(target=serve, name="ftp-server", daemon=True)
    thread.start()
    try:
        yield f"{'ftps' if tls else 'ftp'}://{HOST}:{server.address[1]}/"
    finally:
        stopping.set()
        thread.join(10)
        server.close_all()
        for sock in accepted:
            sock.close()


def _known_commands(commands: dict[str, Any], listing: str, faults: Faults) -> dict[str, Any]:
    unknown = {"mlsd": set(), "unix": {"MLSD", "MLST"}, "dos": {"MLSD", "MLST"}, "names": {"MLSD", "MLST", "LIST"}}
    dropped = unknown[listing] | ({"REST"} if faults.no_resume else set())
    return {name: facts for name, facts in commands.items() if name not in dropped}


def _tls_context(tls: tuple[Path, Path]) -> SSL.Context:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.use_certificate_chain_file(str(tls[0]))
    context.use_privatekey_file(str(tls[1]))
    return context


class _Passive(PassiveDTP):
    """Notes each socket: pyftpdlib forgets one whose client left meanwhile, or that is in the middle of a TLS goodbye."""

    def handle_accepted(self, sock: Any, addr: Any) -> None:
        self.cmd_channel.accepted.append(sock)
        super().handle_accepted(sock, addr)
        if not self.cmd_channel.connected:
            sock.close()


class _Data(DTPHandler):
    def __init__(self, sock: Any, cmd_channel: Any) -> None:
        cmd_channel.accepted.append(sock)
        super().__init__(sock, cmd_channel)
        if not self.connected:
            sock.close()

    def handle_read_event(self) -> None:
        super().handle_read_event()
        _cut(self)


class _Patient:
    """Mixed into a TLS handler: pyftpdlib asks for the client's part of a handshake as often as it can, and uses up a core."""

    def handle_read_event(self: Any) -> None:
        super().handle_read_event()  # type: ignore[misc]
        self._wait_for_the_client()

    def handle_write_event(self: Any) -> None:
        super().handle_write_event()  # type: ignore[misc]
        self._wait_for_the_client()

    def _wait_for_the_client(self: Any) -> None:
        if self._ssl_accepting and self._ssl_want_read:
            self.modify_ioloop_events(self.ioloop.READ)


class _TlsControl(_Patient, TLS_FTPHandler):
    pass


class _TlsData(_Patient, TLS_DTPHandler):
    def __init__(self, sock: Any, cmd_channel: Any) -> None:
        cmd_channel.accepted.append(sock)
        super().__init__(sock, cmd_channel)
        if not self.connected:
            sock.close()

    def handle_read_event(self) -> None:
        super().handle_read_event()
        _cut(self)


def _cut(data: Any) -> None:
    """In the middle of an upload: some of it has arrived."""
    if data.cmd_channel.cutting and data.get_transmitted_bytes():
        data.cmd_channel.close()


class _FtpHandler:
    """Mixed into pyftpdlib's handler."""

    faults: Faults
    root: Path
    listing: str
    passive: bool
    home: str
    accepted: list[Any]
    implicit = False
    cutting = False

    def __init__(self: Any, conn: Any, *rest: Any, **named: Any) -> None:
        self.accepted.append(conn)
        super().__init__(conn, *rest, **named)  # type: ignore[call-arg]
        if not self.connected:
            conn.close()

    def handle(self: Any) -> None:
        if self.implicit:
            self.secure_connection(self.ssl_context)
        super().handle()  # type: ignore[misc]

    def on_login(self: Any, username: str) -> None:
        self.fs.cwd = self.home

    def ftp_PASV(self: Any, line: str) -> None:
        self._passive_or_not(super().ftp_PASV, line)  # type: ignore[misc]

    def ftp_EPSV(self: Any, line: str) -> None:
        self._passive_or_not(super().ftp_EPSV, line)  # type: ignore[misc]

    def _passive_or_not(self: Any, command: Callable[[str], None], line: str) -> None:
        if self.passive:
            command(line)
        else:
            self.respond("425 The firewall does not let data connections in.")

    def ftp_RETR(self: Any, file: str) -> Any:
        path = str(Path(file).relative_to(self.root))
        self.faults.note(f"RETR {path}")
        if path in self.faults.gone:
            return self.respond("550 No such file or directory.")
        if self.faults.fails(path):
            return self.respond("451 Local error in processing.")
        return super().ftp_RETR(file)  # type: ignore[misc]

    def ftp_STOR(self: Any, file: str, mode: str = "w") -> Any:
        self.cutting = self.faults.cuts_put(str(Path(file).relative_to(self.root)))
        return super().ftp_STOR(file, mode)  # type: ignore[misc]

    def ftp_REST(self: Any, line: str) -> Any:
        self.faults.note(f"REST {line}")
        return super().ftp_REST(line)  # type: ignore[misc]

    def on_file_sent(self: Any, file: str) -> None:
        self.faults.sent(self.root, str(Path(file).relative_to(self.root)))


class _FtpFiles(AbstractedFS):
    def open(self, filename: str, mode: str) -> Any:
        file = super().open(filename, mode)
        handler = self.cmd_channel
        limit = handler.faults.cut(str(Path(filename).relative_to(handler.root)))
        return file if limit is None else _CutFile(file, limit, handler)

    def listdir(self, path: str) -> list[str]:
        return [*super().listdir(path), *self.cmd_channel.faults.extra_names]

    def lstat(self, path: str) -> Any:
        return self.stat(path)

    def stat(self, path: str) -> Any:
        if path.endswith(self.cmd_channel.faults.extra_names or ("\0",)):
            return Path(__file__).stat()
        return super().stat(path)

    def format_list(self, basedir: str, listing: list[str], ignore_err: bool = True) -> Iterator[bytes]:
        if self.cmd_channel.listing != "dos":
            yield from super().format_list(basedir, listing, ignore_err)
            return
        for name in listing:
            is_folder = Path(basedir, name).is_dir()
            stat = self.stat(f"{basedir}/{name}")
            size = "<DIR>         " if is_folder else f"{stat.st_size:>14}"
            yield f"05-17-15  10:05AM       {size} {name}\r\n".encode(self.cmd_channel.encoding, "surrogateescape")


class _CutFile:
    """Reads up to its limit, then cuts the connections."""

    def __init__(self, file: Any, limit: int, handler: Any) -> None:
        self._file, self._handler = file, handler
        self._limit = limit
        self.name, self.closed = file.name, False

    def read(self, size: int) -> bytes:
        data: bytes = self._file.read(min(size, self._limit))
        self._limit -= len(data)
        if not data:
            self._handler.close()
            raise OSError("the connection is cut")
        return data

    def seek(self, *arguments: int) -> int:
        return int(self._file.seek(*arguments))

    def close(self) -> None:
        self.closed = True
        self._file.close()
