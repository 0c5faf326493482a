"""What goes wrong at the servers of :mod:`tests.jdc`, and a certificate for them."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class Faults:
    """What goes wrong. Paths are relative to the served folder; each number of a list is used up by one request."""

    cut_after: dict[str, list[int]] = field(default_factory=dict)
    """The connection is cut after so many bytes of this file."""
    gone: set[str] = field(default_factory=set)
    """Listed, but not there when asked for."""
    broken: dict[str, int] = field(default_factory=dict)
    """So many requests for this file fail (500; FTP 451; SFTP failure)."""
    grow: dict[str, bytes] = field(default_factory=dict)
    """Appended to the file once it has been sent, once."""
    extra_names: tuple[str, ...] = ()
    """Names that every listing tells besides, as a hostile server would."""
    no_resume: bool = False
    cut_puts: list[int] = field(default_factory=list)
    """The connection is cut in the middle of these uploads, counted from 1."""
    puts: int = 0
    shut: bool = False
    """S3: no connection gets through."""
    seen: list[str] = field(default_factory=list)
    """``GET a.nlf``, ``RETR a.nlf`` ... in the order in which they were asked."""
    connections: int = 0
    """To a server of HTTP, so far."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str) -> None:
        with self.lock:
            self.seen.append(what)

    def cut(self, path: str) -> int | None:
        """After how many bytes this request ends, if it does."""
        with self.lock:
            waiting = self.cut_after.get(path)
            return waiting.pop(0) if waiting else None

    def fails(self, path: str) -> bool:
        with self.lock:
            left = self.broken.get(path, 0)
            self.broken[path] = max(0, left - 1)
            return left > 0

    def cuts_put(self, path: str) -> bool:
        """An upload begins; whether it is to be cut."""
        self.note(f"PUT {path}")
        with self.lock:
            self.puts += 1
            return self.puts in self.cut_puts

    def sent(self, root: Path, path: str) -> None:
        """A file was sent whole."""
        with self.lock:
            more = self.grow.pop(path, None)
        if more is not None:
            with (root / path).open("ab") as file:
                file.write(more)


@contextmanager
def self_signed() -> Iterator[tuple[Path, Path]]:
    """A certificate of 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    with tempfile.TemporaryDirectory(prefix="jdc-") as folder:
        certificate_file, key_file = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        yield certificate_file, key_file
