"""SFTP as a source: the one door to paramiko."""

from __future__ import annotations

import stat
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import paramiko
from paramiko.hostkeys import InvalidHostKey

from fetcher.checksums import SUMS_NAME, read_sums
from fetcher.location import Credentials, Location
from fetcher.names import is_safe_name, read_epoch, read_name, spellings
from fetcher.source import CHUNK_BYTES, Entry, Gone, Listing, failed, forbidden, refused
from shared.errors import Misconfigured
from shared.store import disk_errors

AHEAD_BYTES = 2 << 20
"""Asked for at once: a question for each 32 KiB would wait for the network every time."""
BROKEN = (paramiko.SSHException, OSError, EOFError, UnicodeError)
NOTHING_TO_SHOW = "No authentication methods available"
T = TypeVar("T")
_known_hosts_lock = threading.Lock()


class _File(paramiko.SFTPFile):
    """A file that is asked for ahead of reading, by a thread that need not complain when the connection is closed."""

    def _prefetch_thread(self, *args: Any) -> None:
        with suppress(EOFError, OSError):  # whoever still reads is told of it
            super()._prefetch_thread(*args)  # type: ignore[misc]  # its stub leaves it out


class _AcceptNew(paramiko.MissingHostKeyPolicy):
    """Remember the key of a host seen for the first time; a changed key is refused by paramiko itself."""

    def __init__(self, known_hosts: Path) -> None:
        self._known_hosts = known_hosts

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        path = self._known_hosts
        with _known_hosts_lock, disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            line = f"{hostname} {key.get_name()} {key.get_base64()}\n"
            before = path.read_text() if path.exists() else ""
            if line not in before:
                aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
                aside.write_text(before + line)
                aside.rename(path)  # others read it meanwhile
        client.get_host_keys().add(hostname, key.get_name(), key)


class _Client(paramiko.SFTPClient):
    """Reads names that are not UTF-8, too: one of them would hide its whole folder."""

    def _request(self, t: Any, *arg: Any) -> Any:
        kind, message = super()._request(t, *arg)  # type: ignore[misc]
        message.get_text = lambda: read_name(message.get_string())
        return kind, message


class SftpSource:
    """See :class:`fetcher.source.Source`. Without a password, the keys of this user and its agent are tried."""

    def __init__(self, location: Location, credentials: Credentials, *, timeout_s: float, known_hosts: Path) -> None:
        self._location, self._credentials, self._timeout_s = location, credentials, timeout_s
        self._known_hosts = known_hosts
        self._place = f"sftp://{location.host}:{location.port}"
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
        if ssh is not None:
            with suppress(Exception):
                ssh.close()

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is not None:
            return self._sftp
        self._ssh = paramiko.SSHClient()
        try:
            self._connect(self._ssh)
            transport = self._ssh.get_transport()
            self._sftp = _Client.from_transport(transport) if transport else None
            if self._sftp is None:
                raise EOFError("the server ended the connection")
            channel = self._sftp.get_channel()
            if channel is not None:
                channel.settimeout(self._timeout_s)
            if self._root is None:
                self._root = self._find_root(self._sftp)
        except paramiko.BadHostKeyException as error:
            self.close()
            raise Misconfigured(
                f"{self._place} shows another host key than before: someone may be listening.",
                remedy=f"If the server was set up anew, remove its line from {self._known_hosts}.",
                reason="host_key_changed",
            ) from error
        except paramiko.AuthenticationException as error:
            self.close()
            raise refused(self._place, error) from error
        except BROKEN as error:
            self.close()
            if NOTHING_TO_SHOW in str(error):
                raise refused(self._place, "neither a password nor a key was given") from error
            raise failed(self._place, error) from error
        except BaseException:
            self.close()
            raise
        return self._sftp

    def _connect(self, ssh: paramiko.SSHClient) -> None:
        if self._known_hosts.exists():
            try:
                ssh.load_host_keys(str(self._known_hosts))
            except (InvalidHostKey, paramiko.SSHException, OSError, ValueError) as error:
                raise Misconfigured(
                    f"{self._known_hosts} cannot be read as a list of host keys: {error}.",
                    remedy="Repair it, or remove it to meet every host anew.",
                    reason="known_hosts_unreadable",
                ) from error
        ssh.set_missing_host_key_policy(_AcceptNew(self._known_hosts))
        with_keys = self._credentials.password is None
        ssh.connect(
            self._location.host,
            self._location.port,
            self._credentials.user,
            self._credentials.password,
            timeout=self._timeout_s,
            banner_timeout=self._timeout_s,
            auth_timeout=self._timeout_s,
            channel_timeout=self._timeout_s,
            allow_agent=with_keys,
            look_for_keys=with_keys,
        )

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
