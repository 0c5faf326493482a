"""SFTP as a source."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import paramiko

from fetcher.checksums import SUMS_NAME, read_sums
from fetcher.location import Credentials, Location
from fetcher.names import is_safe_name, read_epoch, read_name, spellings
from fetcher.source import CHUNK_BYTES, Entry, Gone, Listing
from shared.remote import failed, forbidden
from shared.ssh import BROKEN, Host, close, open_sftp

AHEAD_BYTES = 2 << 20
"""Asked for at once: a question for each 32 KiB would wait for the network every time."""
T = TypeVar("T")


class _File(paramiko.SFTPFile):
    """A file that is asked for ahead of reading, by a thread that need not complain when the connection is closed."""

    def _prefetch_thread(self, *args: Any) -> None:
        with suppress(EOFError, OSError):  # whoever still reads is told of it
            super()._prefetch_thread(*args)  # type: ignore[misc]  # its stub leaves it out


class _Client(paramiko.SFTPClient):
    """Reads names that are not UTF-8, too: one of them would hide its whole folder."""

    def _request(self, t: Any, *arg: Any) -> Any:
        kind, message = super()._request(t, *arg)  # type: ignore[misc]
        message.get_text = lambda: read_name(message.get_string())
        return kind, message


class SftpSource:
    """See :class:`fetcher.source.Source`. Without a password, the keys of this user and its agent are tried."""

    def __init__(self, location: Location, credentials: Credentials, *, timeout_s: float, known_hosts: Path) -> None:
        self._location = location
        user, password = credentials.user, credentials.password
        self._host = Host(location.host, location.port, user, password, timeout_s, known_hosts)
        self._place = self._host.place
        self._root: bytes | None = None
        self._ssh: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._connected()

    def list_folder(self, folder: str, names: tuple[str, ...] = ()) -> Listing:  # noqa: ARG002 - it is listed
        found = self._each_spelling(folder, lambda path: self._connected().listdir_attr(path))  # type: ignore[arg-type]
        entries, skipped, sums = [], [], {}
        for one in sorted(found, key=lambda one: one.filename):
            mode = one.st_mode or 0
            is_folder = stat.S_ISDIR(mode)
            if one.filename == SUMS_NAME:
                with self.open(f"{folder}/{SUMS_NAME}".lstrip("/"), 0) as chunks:
                    sums = read_sums(b"".join(chunks))
            elif not is_safe_name(one.filename) or not (is_folder or stat.S_ISREG(mode)):
                skipped.append(one.filename)
            else:
                size = None if is_folder else one.st_size
                entries.append(Entry(one.filename, is_folder, size, read_epoch(one.st_mtime)))
        return Listing(tuple(entries), sums, tuple(skipped))

    @contextmanager
    def open(self, path: str, offset: int) -> Iterator[Iterator[bytes]]:
        file, size = self._each_spelling(path, self._opened)
        try:
            yield self._chunks(file, offset, size)
        finally:
            with suppress(Exception):
                file.close()

    def close(self) -> None:
        ssh, self._ssh, self._sftp = self._ssh, None, None
        close(ssh)

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            self._ssh, self._sftp = open_sftp(self._host, _Client)
            try:
                if self._root is None:
                    self._root = self._find_root(self._sftp)
            except BROKEN as error:
                self.close()
                raise failed(self._place, error) from error
        return self._sftp

    def _find_root(self, sftp: paramiko.SFTPClient) -> bytes:
        """The base from the top; where nothing is there, from where the login begins (as ``~`` does)."""
        base = self._location.base.encode(errors="surrogateescape")
        home = (sftp.normalize(".") or "/").rstrip("/").encode(errors="surrogateescape")
        if not base:
            return home
        for root in (base, home + base):
            with suppress(OSError):
                sftp.stat(root)
                return root
        return base

    def _opened(self, path: bytes) -> tuple[paramiko.SFTPFile, int]:
        file = self._connected().open(path, "rb")
        file.__class__ = _File
        return file, file.stat().st_size or 0

    def _chunks(self, file: paramiko.SFTPFile, offset: int, size: int) -> Iterator[bytes]:
        try:
            while offset < size:
                ahead = range(offset, min(offset + AHEAD_BYTES, size), CHUNK_BYTES)
                for start, chunk in zip(ahead, file.readv([(one, CHUNK_BYTES) for one in ahead]), strict=True):
                    offset = start + len(chunk)
                    yield chunk
                    if offset < min(start + CHUNK_BYTES, size):
                        return  # it has become shorter
            file.seek(offset)
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
        except BROKEN as error:
            self.close()
            raise failed(self._place, error) from error

    def _each_spelling(self, path: str, act: Callable[[bytes], T]) -> T:
        """Try the spellings of a path until one is there; paramiko's errors in our words."""
        self._connected()
        last: Exception | None = None
        for raw in spellings(path):
            full = b"/".join(part for part in (self._root or b"", raw) if part) or b"/"
            try:
                return act(full)
            except FileNotFoundError as error:
                last = last or error
            except PermissionError as error:
                raise forbidden(f"{self._place}{read_name(full)}", error) from error
            except BROKEN as error:
                self.close()
                raise failed(self._place, error) from error
        raise Gone(f"{self._place}{self._location.base}/{path} is not there.") from last
