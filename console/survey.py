"""What a location offers, without fetching more of it than the beginning of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from console.datasets import id_for
from console.sample import Sample, sample_of
from fetcher.location import Location
from fetcher.opener import Access, open_source
from fetcher.source import Gone, Source
from fetcher.stage import read_site, walk
from fetcher.walk import RemoteFile
from shared.errors import ProprocessorError, Rejected, Unreachable
from shared.nlf import NLF


@dataclass(frozen=True)
class Survey:
    """Site, subdomains, servers, files, their size in bytes, the days they are of, and what the first lines say."""

    name: str
    site: str
    hosts: tuple[str, ...]
    subdomains: tuple[str, ...]
    servers: tuple[str, ...]
    files: int
    skipped: int
    size_bytes: int
    first_day: date | None
    last_day: date | None
    notes: tuple[str, ...]
    sample: Sample | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def survey(location: Location, access: Access, format: str = "auto") -> Survey:
    """Connect, read the config, the listings, and first lines as this format. Errors are those of a fetch."""
    source = open_source(location, access)
    try:
        site = read_site(location, source)
        found = walk(location, source, site)
        sample = _sample(location, source, found.files, format)
    finally:
        source.close()
    if not found.files:
        raise Rejected(
            f"{location} holds no log files ({found.skipped} others were passed over).",
            remedy="A JDC offers files only after its first rotation; check the location.",
            reason="no_files",
        )
    days = sorted(day for file in found.files for day in _days(file))
    return Survey(
        name=(site.name if site else "") or id_for(str(location).rstrip("/"), ""),
        site=site.name if site else "",
        hosts=site.hosts if site else (),
        subdomains=tuple(sub.name for sub in site.subdomains) if site else (),
        servers=tuple(sorted({file.server for file in found.files if file.server})),
        files=len(found.files),
        skipped=found.skipped,
        size_bytes=sum(file.size_bytes or 0 for file in found.files),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        notes=found.notes,
        sample=sample,
    )


def _sample(location: Location, source: Source, files: Sequence[RemoteFile], format: str) -> Sample | None:
    """First lines. Where one file is the whole source, what is wrong with it is wrong with the source."""
    try:
        return sample_of(source, files, format)
    except Gone as error:
        if location.name is not None and not location.is_config:
            raise Unreachable(
                f"{location} is not there.", remedy="Check the location.", reason="file_missing"
            ) from error
        return Sample(str(location), error=str(error), reason=error.reason)
    except ProprocessorError as error:
        if location.name is not None and not location.is_config:
            raise
        return Sample(str(location), error=str(error), reason=error.reason)


def _days(file: RemoteFile) -> tuple[date, ...]:
    """From a JDC's file name; of other logs the day of the last change."""
    match = NLF.fullmatch(file.path.rpartition("/")[2])
    if match:
        return tuple(datetime.strptime(text[:10], "%Y-%m-%d").date() for text in match.groups()[:2])  # noqa: DTZ007
    return (file.modified.date(),) if file.modified else ()
