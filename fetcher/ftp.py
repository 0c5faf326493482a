"""FTP and FTPS as a source: the one door to ftplib."""

from __future__ import annotations

import ftplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from fetcher.checksums import SUMS_NAME, read_sums
from fetcher.ftp_lines import Other, read_lines, read_list_line, read_mlsd_line
from fetcher.location import Credentials, Location
from fetcher.names import is_safe_name, read_name, spellings
from fetcher.source import CHUNK_BYTES, CannotResume, Entry, Gone, Listing
from shared.errors import ProprocessorError
from shared.ftp import BROKEN, DENIED, NO_DATA_CONNECTION, NOT_LOGGED_IN, Server, bytewise, log_in
from shared.remote import failed, forbidden, refused

NOT_KNOWN = ("500", "501", "502", "503", "504")
NOT_THERE = ("550", "553")
EMPTY = re.compile(r"no (?:such )?files?|empty|not found", re.I)
T = TypeVar("T")


class FtpSource:
    """See :class:`fetcher.source.Source`. Passive; where that fails, active. ``ftps:`` on port 990 is implicit TLS.

    Paths over the wire are Latin-1 text, one character a byte: :func:`fetcher.names.spellings` says which bytes.
    """

    def __init__(
        self,
        location: Location,
        credentials: Credentials,
        *,
        timeout_s: float,
        verify: bool = True,
        implicit: bool | None = None,
    ) -> None:
        self._location, self._timeout_s = location, timeout_s
        login = (credentials.user, credentials.password)
        self._server = Server(location.scheme, location.host, location.port, *login, timeout_s, implicit, verify)
        self._place = self._server.place
        self._passive = True
        self._ways = ["MLSD", "LIST", "NLST"]
        self._root: str | None = None
        self._ftp: ftplib.FTP | None = None
        self._connected()

    def list_folder(self, folder: str, names: tuple[str, ...] = ()) -> Listing:  # noqa: ARG002 - it is listed
        found = [_named(one) for one in self._each_spelling(folder, self._list)]
        found = [one for one in found if one.name not in (".", "..")]
        entries = [one for one in found if isinstance(one, Entry) and is_safe_name(one.name)]
        skipped = [one.name for one in found if isinstance(one, Other) or not is_safe_name(one.name)]
        sums = {}
        if any(entry.name == SUMS_NAME for entry in entries):
            with self.open(f"{folder}/{SUMS_NAME}".lstrip("/"), 0) as chunks:
                sums = read_sums(b"".join(chunks))
        kept = sorted((entry for entry in entries if entry.name != SUMS_NAME), key=lambda entry: entry.name)
        return Listing(tuple(kept), sums, tuple(skipped))

    @contextmanager
    def open(self, path: str, offset: int) -> Iterator[Iterator[bytes]]:
        connection = self._each_spelling(path, lambda wire: self._data(f"RETR {wire}", wire, offset))
        whole: list[bool] = []
        try:
            yield self._received(connection, whole)
        finally:
            connection.close()
            if not whole:
                self.close()  # in the middle of a transfer: what comes next on this connection is anybody's guess

    def close(self) -> None:
        ftp, self._ftp = self._ftp, None
        if ftp is not None:
            with suppress(Exception):
                ftp.close()

    def _connected(self) -> ftplib.FTP:
        if self._ftp is None:
            self._ftp = log_in(self._server, self._begin)
        return self._ftp

    def _begin(self, ftp: ftplib.FTP) -> None:
        if self._root is None:
            self._root = self._find_root(ftp)

    def _find_root(self, ftp: ftplib.FTP) -> str:
        """The base as this server means it: from the top; where nothing is there, from where the login begins."""
        try:
            home = ftp.pwd().rstrip("/")
        except ftplib.error_perm:
            home = ""
        base = self._location.base
        for root in (
            [home] if not base else [way.decode("latin-1") for way in spellings(base)] + [home + bytewise(base)]
        ):
            with suppress(ftplib.error_perm):
                ftp.cwd(_checked(root) or "/")
                return root
        return bytewise(base)

    def _list(self, wire: str) -> list[Entry | Other]:
        """By MLSD, else LIST, else NLST with SIZE. From inside the folder: arguments may be taken for patterns."""
        with self._words(wire):
            self._connected().cwd(wire or "/")
        for way in list(self._ways):
            lines = self._lines(way, wire)
            if lines is None:
                self._ways.remove(way)
                continue
            if way == "NLST":
                return [self._sized(wire, line.rpartition("/")[2]) for line in lines]
            found = read_lines(lines, read_mlsd_line if way == "MLSD" else read_list_line)
            if found is not None:
                return found
        raise failed(self._place, "it knows neither MLSD, LIST nor NLST")

    def _lines(self, command: str, wire: str) -> list[str] | None:
        """``None``: the server does not know the command."""
        try:
            with self._data(command, wire, 0, plain=True) as connection:
                data = b"".join(_read_all(connection))
            self._connected().voidresp()
        except ftplib.error_perm as error:
            if str(error)[:3] in NOT_KNOWN:
                return None
            if command != "MLSD" and EMPTY.search(str(error)):
                return []
            raise self._refusal(wire, error) from error
        except ftplib.error_temp as error:
            if command != "MLSD" and EMPTY.search(str(error)):
                return []
            self.close()
            raise failed(self._place, error) from error
        except BROKEN as error:
            self.close()
            raise failed(self._place, error) from error
        # By bytes: some letters of UTF-8 hold bytes that text takes for ends of lines.
        return [line.decode("latin-1") for line in data.splitlines()]

    def _sized(self, wire: str, name: str) -> Entry:
        """What only a name is known of: a folder has no size."""
        path = f"{wire}/{name}"
        with self._words(path):
            ftp = self._connected()
            try:
                size = ftp.size(_checked(path))
            except ftplib.error_perm:
                return Entry(name, True)
            try:
                stamp = datetime.strptime(ftp.voidcmd(f"MDTM {path}")[4:18], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            except (ftplib.error_perm, ValueError):
                return Entry(name, False, size)
        return Entry(name, False, size, stamp)

    def _data(self, command: str, wire: str, offset: int, *, plain: bool = False) -> Any:
        """A data connection for a command; the way that works is kept. ``plain``: ftplib's own errors."""
        first: Exception | None = None
        for passive in (self._passive, not self._passive):
            ftp = self._connected()
            ftp.set_pasv(passive)
            try:
                connection = ftp.transfercmd(command, offset or None)
            except ftplib.error_perm as error:
                code = str(error)[:3]
                if offset and code in (*NOT_KNOWN, "554"):
                    raise CannotResume(f"{self._place} cannot resume: {error}.") from error
                if first is not None and code in NOT_KNOWN:
                    break  # it is the second way that is not known
                if plain:
                    raise
                raise self._refusal(wire, error) from error
            except BROKEN as error:
                first = first or error
                if isinstance(error, EOFError) or (
                    isinstance(error, ftplib.error_temp) and str(error)[:3] not in NO_DATA_CONNECTION
                ):
                    break
            else:
                self._passive = passive
                connection.settimeout(self._timeout_s)
                return connection
        assert first is not None
        self.close()
        raise failed(self._place, first) from first

    def _received(self, connection: Any, whole: list[bool]) -> Iterator[bytes]:
        try:
            yield from _read_all(connection)
            connection.close()
            self._connected().voidresp()
        except BROKEN as error:
            raise failed(self._place, error) from error
        whole.append(True)

    def _each_spelling(self, path: str, act: Callable[[str], T]) -> T:
        """Try the spellings of a path until one is there."""
        self._connected()
        gone: Gone | None = None
        for raw in spellings(path) if path else (b"",):
            try:
                return act(_checked(f"{self._root}/{raw.decode('latin-1')}".rstrip("/")))
            except Gone as error:
                gone = gone or error
        assert gone is not None
        raise gone

    @contextmanager
    def _words(self, wire: str) -> Iterator[None]:
        """ftplib's errors in our words."""
        try:
            yield
        except ftplib.error_perm as error:
            raise self._refusal(wire, error) from error
        except BROKEN as error:
            self.close()
            raise failed(self._place, error) from error

    def _refusal(self, wire: str, error: ftplib.error_perm) -> ProprocessorError:
        place = f"{self._place}{read_name(wire.encode('latin-1'))}"
        if str(error)[:3] in NOT_LOGGED_IN:
            return refused(self._place, error)
        if str(error)[:3] not in NOT_THERE:
            return failed(place, error)
        return forbidden(place, error) if DENIED.search(str(error)) else Gone(f"{place}: {error}.")


def _read_all(connection: Any) -> Iterator[bytes]:
    while chunk := connection.recv(CHUNK_BYTES):
        yield chunk


def _named(one: Entry | Other) -> Entry | Other:
    return replace(one, name=read_name(one.name.encode("latin-1")))


def _checked(wire: str) -> str:
    """A line break would be a second command."""
    if any(bad in wire for bad in "\r\n\0"):
        raise Gone(f"{wire!r} has a line break in its name.")
    return wire
