"""A target by the scheme of its location: one row each. A protocol's library is loaded when a target needs it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reporter.targets.folder import FolderTarget
from reporter.targets.target import Target
from shared.dataset_settings import Target as TargetSettings
from shared.errors import Misconfigured
from shared.secrets import open_box
from shared.settings import Settings
from shared.target_location import TargetLocation, read_target_location


@dataclass(frozen=True)
class Access:
    """How a target is opened: who asks, how long it may be silent, where host keys are remembered."""

    user: str | None
    password: str | None = field(repr=False)
    timeout_s: float
    known_hosts: Path
    endpoint: str | None = None
    region: str | None = None


def _ftp(location: TargetLocation, access: Access) -> Target:
    from reporter.targets.ftp import FtpTarget

    return FtpTarget(location, access.user, access.password, timeout_s=access.timeout_s)


def _sftp(location: TargetLocation, access: Access) -> Target:
    from reporter.targets.sftp import SftpTarget
    from shared.ssh import Host

    login = (access.user, access.password)
    return SftpTarget(location, Host(location.host, location.port, *login, access.timeout_s, access.known_hosts))


def _s3(location: TargetLocation, access: Access) -> Target:
    from reporter.targets.s3 import Keys, S3Target

    keys = Keys(access.user, access.password, access.endpoint, access.region)
    return S3Target(location, keys, timeout_s=access.timeout_s)


SCHEMES: dict[str, Callable[[TargetLocation, Access], Target]] = {
    "folder": lambda location, _: FolderTarget(Path(location.base or "/")),
    "ftp": _ftp,
    "ftps": _ftp,
    "sftp": _sftp,
    "s3": _s3,
}


def open_target(location: TargetLocation, access: Access) -> Target:
    """A target; it connects with the first thing it is asked."""
    return SCHEMES[location.scheme](location, access)


def access_of(target: TargetSettings, sealed: str | None, settings: Settings) -> Access:
    """The credentials of a target: in an environment variable, or sealed in the catalog."""
    password = None
    if variable := target.password_env:
        password = os.environ.get(variable)
        if password is None:
            raise Misconfigured(
                f"The environment variable {variable}, the password of the target {target.name}, is not set.",
                remedy="Set it for the reporter, then replay.",
            )
    elif sealed:
        password = open_box(settings).open(sealed)
    known_hosts = settings.data / "known_hosts"
    return Access(target.user, password, settings.timeout_s, known_hosts, target.endpoint, target.region)


def same_server(one: str, other: str) -> bool:
    """Whether two locations are of one server, so that the password of the one may be shown to the other."""
    first, second = read_target_location(one), read_target_location(other)
    return (first.scheme, first.host, first.port) == (second.scheme, second.host, second.port)
