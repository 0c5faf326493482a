"""Documents of a period as it was before: offered, with their date, until those of its newest numbers are made.

Without them a period whose numbers change faster than its documents are made would never have any. They come from the
period's folder; or they lie aside, where its pages changed while they were made (:func:`put_aside`), and the next
publishing takes them. Pages and manifest say of when they are.

They may tell what the newest numbers must not. So they are taken only where the settings are the same, and nobody was
forgotten since the analysis that they were made from: their ``seal`` says whom that obeys, and tells nobody who knows
less.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporter.manifest import DOCUMENTS, MADE, MANIFEST, OLDER, Manifest, documents_in, manifest_of
from reporter.model import Analysis
from reporter.swap import put_in_place, sync

ASIDE = ".proprocessor.finished"
"""Not a name of the publisher's leftovers, which it throws away before it begins."""


@dataclass(frozen=True)
class Older:
    """``files`` are digests by name, ``told`` is what a manifest says of them, ``at`` is of when they are, in words."""

    folder: Path
    files: Mapping[str, str]
    told: Mapping[str, str | None]
    at: str

    def link_into(self, folder: Path) -> None:
        """Put them there, too; they are never written to."""
        for name in self.files:
            try:
                os.link(self.folder / name, folder / name)
            except OSError:  # not on every disk
                shutil.copyfile(self.folder / name, folder / name)


def made_of(made_from: str | None, analysed_at: datetime, forgotten: str) -> dict[str, str | None]:
    """What a manifest says of documents that are made; ``forgotten`` names those whom their analysis has forgotten."""
    as_of = analysed_at.isoformat()
    return {"state": MADE, "made_from": made_from, "as_of": as_of, "seal": _seal(as_of, forgotten)}


def older_of(analysis: Analysis, folder: Path, period: str, there: Manifest | None, forgotten: str) -> Older | None:
    """The newest that may be offered beside numbers of this analysis; ``there`` is the published manifest."""
    aside = manifest_of(f"{folder / ASIDE / period}", period)
    places = [(folder / ASIDE / period, aside[0] if aside is not None else None), (folder / period, there)]
    found = [one for place, manifest in places for one in _offered(analysis, place, manifest, forgotten)]
    return max(found, key=lambda one: str(one.told["as_of"]), default=None)


def _offered(analysis: Analysis, place: Path, manifest: Manifest | None, forgotten: str) -> Iterator[Older]:
    if manifest is None or documents_in(manifest)[0] not in (MADE, OLDER):
        return
    told, files = manifest["documents"], manifest.get("files") or {}
    as_of = str(told.get("as_of") or "")
    is_ours = bool(as_of) and told.get("seal") == _seal(as_of, forgotten)
    if not is_ours or manifest.get("settings_digest") != analysis.data["settings_digest"]:
        return
    digests = {name: files[name] for name in DOCUMENTS if name in files and (place / name).is_file()}
    if len(digests) == len(DOCUMENTS):
        moment = datetime.fromisoformat(as_of).astimezone(analysis.zone)
        yield Older(place, digests, {**told, "state": OLDER}, f"{moment.day} {moment:%B %Y, %H:%M}")


def put_aside(made: Path, folder: Path, period: str) -> None:
    """Keep the documents of a whole folder that is not put in place, since its pages are older than the published."""
    for path in made.iterdir():
        if path.name not in (*DOCUMENTS, MANIFEST):
            path.unlink()
    place = folder / ASIDE
    place.mkdir(exist_ok=True)
    put_in_place(made, place / period)
    sync(place)


def drop_aside(folder: Path, period: str = "") -> None:
    """What lay aside, of a period or of all, is in place now, or may not be offered, or there are newer ones."""
    shutil.rmtree(folder / ASIDE / period, ignore_errors=True)
    with suppress(OSError):  # there is none, or there are others in it
        (folder / ASIDE).rmdir()


def _seal(as_of: str, forgotten: str) -> str:
    """``forgotten`` comes of keyed digests, so nobody can try who it may be."""
    return hashlib.sha256(f"{as_of} {forgotten}".encode()).hexdigest()[:16]
