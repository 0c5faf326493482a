"""A source by the scheme of its location: one row each."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fetcher.folder import FolderSource
from fetcher.location import Credentials, Location
from fetcher.source import Source
from shared.errors import Misconfigured
from shared.secrets import open_box
from shared.settings import Settings


@dataclass(frozen=True)
class Access:
    """How a location is opened: who asks, how long it may be silent, where host keys are remembered."""

    credentials: Credentials
    timeout_s: float
    known_hosts: Path
    verify_tls: bool = True


def _ftp(location: Location, access: Access) -> Source:
    from fetcher.ftp import FtpSource

    return FtpSource(location, access.credentials, timeout_s=access.timeout_s, verify=_verifies(location, access))


def _http(location: Location, access: Access) -> Source:
    from fetcher.http import HttpSource

    return HttpSource(location, access.credentials, timeout_s=access.timeout_s, verify=_verifies(location, access))


def _sftp(location: Location, access: Access) -> Source:
    from fetcher.sftp import SftpSource

    hosts = access.known_hosts
    return SftpSource(location, access.credentials, timeout_s=access.timeout_s, known_hosts=hosts)


def _verifies(location: Location, access: Access) -> bool:
    """Who was asked for without TLS is not trusted blindly where it sends us to TLS."""
    return access.verify_tls or location.scheme not in ("ftps", "https")


SCHEMES: dict[str, Callable[[Location, Access], Source]] = {
    "folder": lambda location, _: FolderSource(location),
    "ftp": _ftp,
    "ftps": _ftp,
    "http": _http,
    "https": _http,
    "sftp": _sftp,
}
"""The library of a protocol takes a while to load: only that of the one which is asked for is."""


def open_source(location: Location, access: Access) -> Source:
    """Connect to a location."""
    return SCHEMES[location.scheme](location, access)


def access_of(dataset: Mapping[str, Any], settings: Settings) -> Access:
    """The credentials of a data set: sealed in the catalog, or in an environment variable."""
    password = None
    if variable := dataset["password_env"]:
        password = os.environ.get(variable)
        if password is None:
            raise Misconfigured(
                f"The environment variable {variable}, which holds the password of {dataset['id']}, is not set.",
                remedy="Set it for the fetcher, then replay.",
            )
    elif dataset["sealed_password"]:
        password = open_box(settings).open(dataset["sealed_password"])
    credentials = Credentials(dataset["username"], password)
    return Access(credentials, settings.timeout_s, settings.data / "known_hosts")
