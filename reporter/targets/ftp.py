"""FTP and FTPS as a target."""

# ruff: noqa: S321 - many a web server's folder is reached by nothing else

from __future__ import annotations

import ftplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from reporter.targets.target import MAX_READ_BYTES, checked, upload_name
from shared.errors import ProprocessorError
from shared.ftp import BROKEN, DENIED, NO_DATA_CONNECTION, NOT_LOGGED_IN, Server, log_in, spoken
from shared.remote import failed, forbidden, refused
from shared.target_location import HOME, TargetLocation

PIECE_BYTES = 256 << 10
NOT_THERE = ("550", "450", "553")
T = TypeVar("T")


class FtpTarget:
    """See :class:`reporter.targets.target.Target`. Passive; where that fails, active. ``ftps:`` on port 990: implicit.

    A file is written aside and renamed. Paths are UTF-8; to ftplib they are Latin-1 text, one character a byte, so that
    names of others in any encoding can be listed.
    """

    def __init__(
        self,
        location: TargetLocation,
        user: str | None,
        password: str | None,
        *,
        timeout_s: float,
        implicit: bool | None = None,
    ) -> None:
        self._location = location
        self._server = Server(location.scheme, location.host, location.port, user, password, timeout_s, implicit)
        self._place = self._server.place
        self._passive = True
        self._root = ""
        self._ftp: ftplib.FTP | None = None
        self._folders: set[str] = set()

    def read(self, path: str) -> bytes | None:
        checked(path)

        def fetch(ftp: ftplib.FTP) -> bytes | None:
            try:
                return _received(ftp, f"RETR {self._wire(path)}")
            except ftplib.error_perm as error:
                if str(error)[:3] in NOT_THERE and not DENIED.search(str(error)):
                    return None
                raise

        return self._transfer(path, fetch)

    def put(self, path: str, data: bytes) -> None:
        checked(path)
        aside = upload_name(path)
        self._make_folder(path.rpartition("/")[0])
        self._transfer(path, lambda ftp: _store(ftp, f"STOR {self._wire(aside)}", data))
        with self._words(path) as ftp:
            try:
                ftp.rename(self._wire(aside), self._wire(path))
            except ftplib.error_perm:
                # Some servers rename over nothing: there is a moment then in which the file is not there.
                with suppress(ftplib.error_perm):
                    ftp.delete(self._wire(path))
                ftp.rename(self._wire(aside), self._wire(path))

    def names(self, folder: str) -> frozenset[str]:
        with self._words(folder) as ftp:
            try:
                ftp.cwd(self._wire(folder) or "/")
            except ftplib.error_perm as error:
                if str(error)[:3] in NOT_THERE and not DENIED.search(str(error)):
                    return frozenset()
                raise
        found = self._transfer(folder, _listed)
        return frozenset(_text(line.rpartition("/")[2]) for line in found) - {".", "..", ""}

    def remove(self, path: str) -> None:
        checked(path)
        folder, _, name = path.rpartition("/")
        with self._words(path) as ftp:
            try:
                ftp.delete(self._wire(path))
                return
            except ftplib.error_perm as error:
                said = error
        if name in self.names(folder):
            raise forbidden(f"{self._place}{_text(self._wire(path))}", said, what="written")

    def remove_folder(self, folder: str) -> None:
        self._folders.discard(folder)
        with self._words(folder) as ftp, suppress(ftplib.error_perm):
            ftp.rmd(self._wire(folder))

    def close(self) -> None:
        ftp, self._ftp = self._ftp, None
        self._folders.clear()
        if ftp is not None:
            with suppress(Exception):
                ftp.close()

    def _connected(self) -> ftplib.FTP:
        if self._ftp is None:
            self._ftp = log_in(self._server, self._find_root)
        return self._ftp

    def _find_root(self, ftp: ftplib.FTP) -> None:
        first, _, rest = self._location.base.partition("/")
        if first != HOME:
            self._root = spoken(self._location.base)
        else:
            self._root = f"{ftp.pwd().rstrip('/')}/{spoken(rest)}".rstrip("/")

    def _make_folder(self, folder: str) -> None:
        """Also the target's own, and those around it."""
        if folder in self._folders:
            return
        with self._words(folder) as ftp:
            wire = self._wire(folder) or "/"
            try:
                ftp.cwd(wire)
            except ftplib.error_perm:
                for end in (at for at, letter in enumerate(f"{wire}/") if letter == "/" and at):
                    with suppress(ftplib.error_perm):  # it may be there, and not ours to make
                        ftp.mkd(wire[:end])
                ftp.cwd(wire)
        self._folders.add(folder)

    def _transfer(self, path: str, act: Callable[[ftplib.FTP], T]) -> T:
        """With a data connection; the way that works is kept."""
        first: Exception | None = None
        for passive in (self._passive, not self._passive):
            with self._words(path) as ftp:
                ftp.set_pasv(passive)
                try:
                    found = act(ftp)
                except (ftplib.error_temp, TimeoutError, ConnectionRefusedError) as error:
                    if first is not None or not _lacks_data_connection(error):
                        raise first or error from error
                    first = error
                else:
                    self._passive = passive
                    return found
        raise AssertionError("one of both ways ends it")

    @contextmanager
    def _words(self, path: str) -> Iterator[ftplib.FTP]:
        """The connection, ftplib's errors in our words."""
        ftp = self._connected()
        try:
            yield ftp
        except ftplib.error_perm as error:
            raise self._refusal(path, error) from error
        except BROKEN as error:
            self.close()  # in the middle of something: what comes next on this connection is anybody's guess
            raise failed(self._place, error) from error
        except BaseException:
            self.close()
            raise

    def _refusal(self, path: str, error: ftplib.error_perm) -> ProprocessorError:
        if str(error)[:3] in NOT_LOGGED_IN:
            self.close()
            return refused(self._place, error)
        place = f"{self._place}{_text(self._wire(path))}"
        if str(error)[:3] in NOT_THERE or DENIED.search(str(error)):
            return forbidden(place, error, what="written")
        return failed(place, error)

    def _wire(self, path: str) -> str:
        """A path as this server means it; a line break in it would be a second command."""
        return f"{self._root}/{spoken(checked(path))}" if path else self._root


def _listed(ftp: ftplib.FTP) -> list[str]:
    """The names where the connection stands; an empty folder is an error to some servers."""
    try:
        data = _received(ftp, "NLST")
    except ftplib.error_perm as error:
        if str(error)[:3] in NOT_THERE and not DENIED.search(str(error)):
            return []
        raise
    # By bytes: some letters of UTF-8 hold bytes that text takes for ends of lines.
    return [line.decode("latin-1") for line in data.splitlines()]


def _received(ftp: ftplib.FTP, command: str) -> bytes:
    """As ``retrbinary``, which takes it for an error that TLS ends without a goodbye: the server says what counts."""
    ftp.voidcmd("TYPE I")
    data = bytearray()
    with ftp.transfercmd(command) as connection:
        while chunk := connection.recv(PIECE_BYTES):
            data += chunk
            if len(data) > MAX_READ_BYTES:
                raise ftplib.error_proto(f"what {command[:200]} gives is larger than {MAX_READ_BYTES >> 20} MiB")
    ftp.voidresp()
    return bytes(data)


def _store(ftp: ftplib.FTP, command: str, data: bytes) -> None:
    """As ``storbinary``, see above."""
    ftp.voidcmd("TYPE I")
    with ftp.transfercmd(command) as connection:
        connection.sendall(data)
        if isinstance(connection, ssl.SSLSocket):
            with suppress(OSError):
                connection.unwrap()
    ftp.voidresp()


def _lacks_data_connection(error: Exception) -> bool:
    return not isinstance(error, ftplib.Error) or str(error)[:3] in NO_DATA_CONNECTION


def _text(wire: str) -> str:
    return wire.encode("latin-1").decode(errors="replace")
