"""SFTP as a target."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import paramiko

from reporter.targets.target import MAX_READ_BYTES, checked, upload_name
from shared.errors import ProprocessorError
from shared.remote import failed, forbidden
from shared.ssh import BROKEN, Host, close, open_sftp
from shared.target_location import HOME, TargetLocation

PIECE_BYTES = 256 << 10


class SftpTarget:
    """See :class:`reporter.targets.target.Target`. A file is written aside and renamed over the one before."""

    def __init__(self, location: TargetLocation, host: Host) -> None:
        self._location, self._host = location, host
        self._root = ""
        self._ssh: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._folders: set[str] = set()

    def read(self, path: str) -> bytes | None:
        checked(path)
        with self._words(path) as sftp:
            try:
                file = sftp.open(self._wire(path), "rb")
            except FileNotFoundError:
                return None
            with file:
                data = file.read(MAX_READ_BYTES + 1)
        if len(data) > MAX_READ_BYTES:
            raise failed(f"{self._host.place}/{path}", f"it is larger than {MAX_READ_BYTES >> 20} MiB")
        return data

    def put(self, path: str, data: bytes) -> None:
        checked(path)
        self._make_folder(path.rpartition("/")[0])
        with self._words(path) as sftp:
            aside, final = self._wire(upload_name(path)), self._wire(path)
            with sftp.open(aside, "wb") as file:
                file.set_pipelined(True)
                for start in range(0, len(data), PIECE_BYTES):
                    file.write(data[start : start + PIECE_BYTES])
            if sftp.stat(aside).st_size != len(data):
                raise OSError(f"{aside} did not arrive whole")
            self._rename(sftp, aside, final)

    def names(self, folder: str) -> frozenset[str]:
        with self._words(folder) as sftp:
            try:
                return frozenset(one for one in sftp.listdir(self._wire(folder) or "/") if one not in (".", ".."))
            except FileNotFoundError:
                return frozenset()

    def remove(self, path: str) -> None:
        checked(path)
        with self._words(path) as sftp, suppress(FileNotFoundError):
            sftp.remove(self._wire(path))

    def remove_folder(self, folder: str) -> None:
        self._folders.discard(folder)
        with self._words(folder) as sftp, suppress(OSError):
            sftp.rmdir(self._wire(folder))

    def close(self) -> None:
        ssh, self._ssh, self._sftp = self._ssh, None, None
        self._folders.clear()
        close(ssh)

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            self._ssh, self._sftp = open_sftp(self._host)
            try:
                self._root = self._find_root(self._sftp)
            except BROKEN as error:
                self.close()
                raise failed(self._host.place, error) from error
        return self._sftp

    def _find_root(self, sftp: paramiko.SFTPClient) -> str:
        first, _, rest = self._location.base.partition("/")
        if first != HOME:
            return self._location.base
        return f"{(sftp.normalize('.') or '').rstrip('/')}/{rest}".rstrip("/")

    def _make_folder(self, folder: str) -> None:
        """Also the target's own, and those around it."""
        if folder in self._folders:
            return
        with self._words(folder) as sftp:
            wire = self._wire(folder) or "/"
            if not _is_folder(sftp, wire):
                for end in (at for at, letter in enumerate(f"{wire}/") if letter == "/" and at):
                    if not _is_folder(sftp, wire[:end]):
                        with suppress(OSError):  # another connection may make it at the same moment
                            sftp.mkdir(wire[:end])
                if not _is_folder(sftp, wire):
                    raise forbidden(f"{self._host.place}{wire}", "it cannot be made", what="written")
        self._folders.add(folder)

    @staticmethod
    def _rename(sftp: paramiko.SFTPClient, aside: str, final: str) -> None:
        try:
            sftp.posix_rename(aside, final)
        except OSError:
            # A server without that extension renames over nothing: for a moment the file is not there.
            with suppress(OSError):
                sftp.remove(final)
            sftp.rename(aside, final)

    @contextmanager
    def _words(self, path: str) -> Iterator[paramiko.SFTPClient]:
        """The connection, paramiko's errors in our words."""
        sftp = self._connected()
        try:
            yield sftp
        except PermissionError as error:
            raise forbidden(f"{self._host.place}{self._wire(path)}", error, what="written") from error
        except BROKEN as error:
            self.close()
            raise failed(self._host.place, error) from error
        except ProprocessorError:
            raise
        except BaseException:
            self.close()
            raise

    def _wire(self, path: str) -> str:
        return f"{self._root}/{checked(path)}" if path else self._root


def _is_folder(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        return stat.S_ISDIR(sftp.stat(path).st_mode or 0)
    except FileNotFoundError:
        return False
