"""The settings that change what the parser makes of the same bytes, in one place.

Everything here is part of a content's name: other values give another folder of hits, and the same values find the one
that is there. What only decides whether a file counts (``[source] reject_limit``) is not here, so that a change of it
never makes a parse again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from parser.privacy import Privacy
from shared.tombstones import Forgotten

if TYPE_CHECKING:
    from shared.dataset_settings import DatasetSettings

AS_LOGGED = Privacy()


@dataclass(frozen=True)
class ImportSettings:
    """Plain values only: they are hashed as JSON, and a new field changes the name of every content."""

    format: str = "auto"
    """``auto``, a name of :data:`parser.formats.FORMATS`, or a format string."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses and CIDR blocks whose ``X-Forwarded-For`` is believed."""
    countries: str | None = None
    """Path of an MMDB file, and what it held when it was first named: ``path@digest``."""
    referrers: str | None = None
    """Path of a table of the user's own, likewise."""
    privacy: Privacy = AS_LOGGED
    forgotten: Forgotten | None = None
    """Who must not be kept. Not in the digest: its stamp stands behind it in a content's name."""

    @classmethod
    def of(
        cls, settings: DatasetSettings, *, override: str | None = None, forgotten: Forgotten | None = None
    ) -> ImportSettings:
        """Those of one file: the data set's, and the format that a person gave for this file's path."""
        source, privacy = settings.source, settings.privacy
        return cls(
            format=override or source.format,
            trusted_proxies=tuple(sorted(set(source.trusted_proxies))),
            countries=_named(source.countries),
            referrers=_named(source.referrers),
            privacy=Privacy(
                privacy.addresses,
                privacy.honour_opt_out,
                tuple(sorted({name.strip().lower() for name in privacy.drop_parameters} - {""})),
            ),
            forgotten=forgotten,
        )

    def digest(self) -> str:
        """Hex digest of every value."""
        values = asdict(replace(self, forgotten=None))
        del values["forgotten"]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    def kept_head(self, head: bytes) -> bytes:
        """The beginning of a file as it may be kept."""
        return hashlib.sha256(head).digest() if self.forgotten else self.privacy.kept_head(head)

    def path(self, named: str | None) -> Path | None:
        """The path in one of the fields that name a file."""
        return Path(named.rpartition("@")[0]) if named else None


def _named(path: str | None) -> str | None:
    """A file with its digest, so that a changed file is another setting; a missing one is told when it is read."""
    if path is None:
        return None
    try:
        about = Path(path).stat()
        return f"{path}@{_digest(path, (about.st_ino, about.st_size, about.st_mtime_ns))}"
    except OSError:
        return f"{path}@"


@lru_cache(maxsize=16)
def _digest(path: str, state: tuple[int, int, int]) -> str:  # noqa: ARG001 - in another state it is read again
    """Of the whole file, which may be large and is asked for with every log that is parsed."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
