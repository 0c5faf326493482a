"""Where raw data lies, and who may read it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shared.errors import Misconfigured

CONFIG_NAME = "ClickTracks_Config.xml"
LOG_NAME = re.compile(r"\.|[_-]log$", re.I)
"""A last part like this is a file: ``access.log``, ``access_log``; ``logs`` is a folder."""
PORTS = {"ftp": 21, "ftps": 990, "http": 80, "https": 443, "sftp": 22}


@dataclass(frozen=True)
class Credentials:
    """A user and password; never in a repr, so never in a log."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Location:
    """A folder of a server or of this machine, and the file of it that was named, if one was.

    ``scheme`` is ``folder`` for a path; ``base`` is absolute and decoded, without a slash at its end.
    """

    scheme: str
    host: str
    port: int
    base: str
    name: str | None

    @property
    def is_config(self) -> bool:
        """Whether it names a ClickTracks_Config.xml."""
        return self.name == CONFIG_NAME

    def __str__(self) -> str:
        path = f"{self.base}/{self.name or ''}"
        if self.scheme == "folder":
            return path
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{path}"


def read_location(text: str) -> Location:
    """A URL or path as a location. A URL names a folder when it ends with a slash or its last part is no log's name.

    A user and password in it are left out: they are :class:`Credentials`.
    """
    if "://" not in text:
        return _read_path(Path(text).expanduser().resolve())
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        # Its words may hold a part of a password.
        raise _unknown(f"of the scheme {text.partition(':')[0]}", "its host or port is none") from error
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in PORTS or not host:
        raise _unknown(f"{scheme}://{host or ''}", f"known are {', '.join(PORTS)} and paths")
    if parts.query or parts.fragment:
        raise _unknown(f"{scheme}://{host}", "'?' and '#' in a name are written %3F and %23")
    path = unquote(parts.path)
    if any(bad < " " or bad == "\x7f" for bad in path) or ".." in path.split("/"):
        raise _unknown(f"{scheme}://{host}", "its path has control characters or '..'")
    folder, _, name = path.rpartition("/")
    if name and LOG_NAME.search(name) is None:
        folder, name = f"{folder}/{name}", ""
    return Location(scheme, host, port or PORTS[scheme], folder.rstrip("/"), name or None)


def _unknown(what: str, why: str) -> Misconfigured:
    return Misconfigured(
        f"The location {what} cannot be read: {why}.",
        remedy="Expected is a path or, for example, ftp://host/dataset/ClickTracks_Config.xml.",
        reason="unknown_location",
    )


def _read_path(path: Path) -> Location:
    if path.is_dir():
        return Location("folder", "", 0, str(path), None)
    return Location("folder", "", 0, str(path.parent), path.name)
