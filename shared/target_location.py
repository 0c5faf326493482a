"""Where published reports are mirrored to: an address, read and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

Scheme = Literal["folder", "ftp", "ftps", "sftp", "s3"]
PORTS = {"ftp": 21, "ftps": 990, "sftp": 22, "s3": 0}
HOME = "~"
"""As the first part of a path: from where the login begins."""
UNSAFE = re.compile(r"[\\\x00-\x1f\x7f\ud800-\udfff]")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class TargetLocation:
    """A folder of a server or of this machine; of S3, a bucket (``host``) and the beginning of its keys.

    ``base`` is decoded and has no slash at its end; but for S3 and ``~`` it begins with one, or is empty.
    """

    scheme: Scheme
    host: str
    port: int
    base: str

    def __str__(self) -> str:
        if self.scheme == "folder":
            return self.base or "/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}/{self.base.lstrip('/')}"


def read_target_location(text: str) -> TargetLocation:
    """A URL or an absolute path; :class:`ValueError` says what is wrong, and never a password."""
    if "://" not in text:
        _check_path(text)
        if not text.startswith("/"):
            raise ValueError("a path begins with '/'; another place is written ftp://host/folder, sftp:, ftps: or s3:")
        return TargetLocation("folder", "", 0, _clean(text))
    scheme = text.partition(":")[0].lower()
    if scheme not in PORTS:
        raise ValueError(f"{scheme!r} is unknown; there are {', '.join(PORTS)} and absolute paths")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("its host or port is none") from error
    if parts.username is not None or parts.password is not None:
        raise ValueError("user and password do not stand in the location; write the keys user and password_env")
    if not parts.hostname:
        raise ValueError("it names no host")
    if parts.query or parts.fragment:
        raise ValueError("'?' and '#' in a name are written %3F and %23")
    path = unquote(parts.path)
    _check_path(path)
    if scheme == "s3":
        return TargetLocation("s3", _bucket(parts.netloc), 0, _clean(path).lstrip("/"))
    base = _clean(path)
    if base == f"/{HOME}" or base.startswith(f"/{HOME}/"):
        base = base[1:]
    return TargetLocation(cast(Scheme, scheme), parts.hostname, port or PORTS[scheme], base)


def _check_path(path: str) -> None:
    if UNSAFE.search(path) or ".." in path.split("/"):
        raise ValueError("its path has a control character, a backslash or '..'")


def _clean(path: str) -> str:
    return "".join(f"/{part}" for part in path.split("/") if part not in ("", "."))


def _bucket(name: str) -> str:
    if not BUCKET.fullmatch(name):
        raise ValueError("a bucket's name is 3 to 63 small letters, digits, dots and hyphens")
    return name
