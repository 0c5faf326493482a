"""What an analysis is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.costs import DayCost
from shared.dataset_settings import DatasetSettings
from shared.site import Site

FEW_HITS = 50_000
"""Up to so many, it takes longer to plan the hundreds of queries than to run them."""


@dataclass(frozen=True)
class Source:
    """One row of the audit: one parsed file."""

    file: str
    """Path below the location; unique."""
    server: str
    sha256: str
    """Of the raw bytes."""
    folder: Path
    """Where the parser's files are."""
    parts: tuple[str, ...]
    lines: int
    directives: int
    hits: int
    rejects: int
    first_ts: datetime | None
    last_ts: datetime | None
    """Times of the earliest and the latest hit, UTC; ``None`` of a file without any."""
    cookies_logged: bool
    duplicate_of: str | None
    """The file whose content is its own, or begins so: all its hits count as duplicates and nothing else."""
    format: str
    plain_sha256: str
    """Of the unpacked bytes: tells files apart whatever they are called."""
    parser_version: int = 0
    grown_from: frozenset[str] = frozenset()
    """Digests like ``plain_sha256`` of what this file was before it grew."""

    @property
    def duplicate(self) -> bool:
        """Whether nothing of it counts."""
        return self.duplicate_of is not None


@dataclass(frozen=True)
class AnalysisInputs:
    """A data set with its settings and files."""

    dataset: str
    name: str
    settings: DatasetSettings
    site: Site
    sources: tuple[Source, ...]
    software: str
    settings_digest: str
    costs: tuple[DayCost, ...] = ()
    """Imported, what each campaign cost on each day: once a day and campaign."""

    @property
    def hits(self) -> int:
        """Of all files together."""
        return sum(one.hits for one in self.sources)

    @property
    def are_few(self) -> bool:
        """Whether there are few hits."""
        return self.hits <= FEW_HITS
