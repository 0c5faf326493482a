"""SFTP over SSH, the keys of hosts verified: one door to paramiko."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import paramiko
from paramiko.hostkeys import InvalidHostKey

from shared.errors import Misconfigured
from shared.remote import failed, refused
from shared.store import disk_errors

BROKEN = (paramiko.SSHException, OSError, EOFError, UnicodeError)
NOTHING_TO_SHOW = "No authentication methods available"
_known_hosts_lock = threading.Lock()


@dataclass(frozen=True)
class Host:
    """A server, who asks, how long it may be silent, and the file of host keys seen before.

    Without a password, the keys of this user and its agent are tried.
    """

    name: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    timeout_s: float
    known_hosts: Path

    @property
    def place(self) -> str:
        """As it stands in messages."""
        return f"sftp://{self.name}:{self.port}"


def open_sftp(
    host: Host, client: type[paramiko.SFTPClient] = paramiko.SFTPClient
) -> tuple[paramiko.SSHClient, paramiko.SFTPClient]:
    """Connect and log in; the first is to be closed in the end.

    :class:`Misconfigured` where credentials are refused, or the host shows another key than before.
    """
    ssh = paramiko.SSHClient()
    try:
        _connect(ssh, host)
        transport = ssh.get_transport()
        sftp = client.from_transport(transport) if transport else None
        if sftp is None:
            raise EOFError("the server ended the connection")
        if (channel := sftp.get_channel()) is not None:
            channel.settimeout(host.timeout_s)
    except BaseException as error:
        close(ssh)
        match error:
            case paramiko.BadHostKeyException():
                raise Misconfigured(
                    f"{host.place} shows another host key than before: someone may be listening.",
                    remedy=f"If the server was set up anew, remove its line from {host.known_hosts}.",
                    reason="host_key_changed",
                ) from error
            case paramiko.AuthenticationException():
                raise refused(host.place, error) from error
            case _ if isinstance(error, BROKEN):
                if NOTHING_TO_SHOW in str(error):
                    raise refused(host.place, "neither a password nor a key was given") from error
                raise failed(host.place, error) from error
        raise
    return ssh, sftp


def close(ssh: paramiko.SSHClient | None) -> None:
    """Disconnect, whatever state the connection is in."""
    if ssh is not None:
        with suppress(Exception):
            ssh.close()


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


def _connect(ssh: paramiko.SSHClient, host: Host) -> None:
    if host.known_hosts.exists():
        try:
            ssh.load_host_keys(str(host.known_hosts))
        except (InvalidHostKey, paramiko.SSHException, OSError, ValueError) as error:
            raise Misconfigured(
                f"{host.known_hosts} cannot be read as a list of host keys: {error}.",
                remedy="Repair it, or remove it to meet every host anew.",
                reason="known_hosts_unreadable",
            ) from error
    ssh.set_missing_host_key_policy(_AcceptNew(host.known_hosts))
    with_keys = host.password is None
    ssh.connect(
        host.name,
        host.port,
        host.user,
        host.password,
        timeout=host.timeout_s,
        banner_timeout=host.timeout_s,
        auth_timeout=host.timeout_s,
        channel_timeout=host.timeout_s,
        allow_agent=with_keys,
        look_for_keys=with_keys,
    )
