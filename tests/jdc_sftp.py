"""A real SFTP server (paramiko) with faults."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import paramiko

from tests.jdc_faults import HOST, Faults


@contextmanager
def sftp_server(
    root: Path,
    user: str,
    password: str,
    *,
    faults: Faults | None = None,
    host_key: paramiko.PKey | None = None,
    client_key: paramiko.PKey | None = None,
    home: str = "/",
    port: int = 0,
    writable: bool = False,
    posix: bool = True,
) -> Iterator[str]:
    """Serve a folder to one user, who knows the password or holds ``client_key``. ``home``: where a login begins.

    ``posix``: whether it can rename one file over another.
    """
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    listener = socket.create_server((HOST, port), backlog=64)
    listener.settimeout(0.05)
    site = _Site(root.resolve(), user, password, client_key, faults or Faults(), home)
    site.writable, site.posix = writable, posix
    key = host_key or paramiko.ECDSAKey.generate()
    stopping = threading.Event()
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while not stopping.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                transports.append(_begin(connection, key, site))

    thread = threading.Thread(target=serve, name="sftp-server", daemon=True)
    thread.start()
    try:
        yield f"sftp://{HOST}:{listener.getsockname()[1]}/"
    finally:
        stopping.set()
        thread.join(10)
        for transport in transports:
            transport.close()
            transport.join(10)
        listener.close()


class _Site:
    def __init__(
        self, root: Path, user: str, password: str, key: paramiko.PKey | None, faults: Faults, home: str
    ) -> None:
        self.root, self.user, self.password, self.key = root, user, password, key
        self.faults, self.home = faults, home
        self.writable, self.posix = False, True


def _begin(connection: socket.socket, key: paramiko.PKey, site: _Site) -> paramiko.Transport:
    transport = paramiko.Transport(connection)
    transport.add_server_key(key)
    transport.set_subsystem_handler("sftp", _RawServer, partial(_Files, site=site, transport=transport))
    with suppress(EOFError, OSError, paramiko.SSHException):
        transport.start_server(event=threading.Event(), server=_Door(site))
    return transport


class _Door(paramiko.ServerInterface):
    def __init__(self, site: _Site) -> None:
        self._site = site

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (self._site.user, self._site.password)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = username == self._site.user and key == self._site.key
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _RawServer(paramiko.SFTPServer):
    """Names are bytes to it, as they are to OpenSSH."""

    def _process(self, t: Any, request_number: int, msg: Any) -> None:
        msg.get_text = lambda: msg.get_string().decode(errors="surrogateescape")
        super()._process(t, request_number, msg)  # type: ignore[misc]


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: Any, *arguments: Any, site: _Site, transport: paramiko.Transport) -> None:
        super().__init__(server, *arguments)
        self._site, self._transport = site, transport

    def canonicalize(self, path: str) -> str:
        return os.path.normpath(f"{self._site.home}/{path}" if not path.startswith("/") else path)

    def _real(self, path: str) -> Path:
        return self._site.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            names = sorted(os.listdir(self._real(path)))  # noqa: PTH208 - names, not paths
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        found = []
        for name in names:
            stat = os.lstat(self._real(path) / name)
            found.append(paramiko.SFTPAttributes.from_stat(stat, os.fsencode(name)))
        stat = os.lstat(__file__)
        return found + [paramiko.SFTPAttributes.from_stat(stat, name) for name in self._site.faults.extra_names]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        name = path.lstrip("/")
        faults = self._site.faults
        faults.note(f"OPEN {name}")
        if name in faults.gone:
            return paramiko.SFTP_NO_SUCH_FILE
        if faults.fails(name):
            return paramiko.SFTP_FAILURE
        try:
            if flags & os.O_WRONLY:
                return self._upload(name, flags)
            file = self._real(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        return _File(file, name, self._site, self._transport, faults.cut(name))

    def _upload(self, name: str, flags: int) -> Any:
        if not self._site.writable:
            return paramiko.SFTP_PERMISSION_DENIED
        cut = self._site.faults.cuts_put(name)
        return _Upload(os.open(self._real(name), flags, 0o644), self._transport, cut=cut)

    def remove(self, path: str) -> int:
        return self._change(lambda: self._real(path).unlink())

    def rename(self, old: str, new: str) -> int:
        if self._real(new).exists():
            return int(paramiko.SFTP_FAILURE)
        return self._change(lambda: self._real(old).rename(self._real(new)))

    def posix_rename(self, old: str, new: str) -> int:
        if not self._site.posix:
            return int(paramiko.SFTP_OP_UNSUPPORTED)
        return self._change(lambda: self._real(old).replace(self._real(new)))

    def mkdir(self, path: str, attr: Any) -> int:
        return self._change(lambda: self._real(path).mkdir())

    def rmdir(self, path: str) -> int:
        return self._change(lambda: self._real(path).rmdir())

    def _change(self, act: Callable[[], object]) -> int:
        if not self._site.writable:
            return int(paramiko.SFTP_PERMISSION_DENIED)
        try:
            act()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return int(paramiko.SFTP_OK)


class _Upload(paramiko.SFTPHandle):
    def __init__(self, descriptor: int, transport: paramiko.Transport, *, cut: bool) -> None:
        super().__init__(0)
        self._descriptor, self._transport, self._is_cut = descriptor, transport, cut

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self._descriptor))

    def write(self, offset: int, data: Any) -> int:
        if self._is_cut:
            os.pwrite(self._descriptor, data[: len(data) // 2], offset)
            self._transport.sock.close()
            return int(paramiko.SFTP_FAILURE)
        os.pwrite(self._descriptor, data, offset)
        return int(paramiko.SFTP_OK)

    def close(self) -> None:
        os.close(self._descriptor)


class _File(paramiko.SFTPHandle):
    def __init__(self, file: Any, name: str, site: _Site, transport: paramiko.Transport, limit: int | None) -> None:
        super().__init__(0)
        self._file, self._name, self._site, self._transport = file, name, site, transport
        self._limit, self._sent = limit, 0

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self._file.fileno()))

    def read(self, offset: int, length: int) -> Any:
        if self._limit is not None and self._sent >= self._limit:
            self._transport.sock.close()
            return paramiko.SFTP_FAILURE
        self._file.seek(offset)
        data = self._file.read(length)
        self._sent += len(data)
        if not data:
            return paramiko.SFTP_EOF
        return data

    def close(self) -> None:
        self._file.close()
        self._site.faults.sent(self._site.root, self._name)
