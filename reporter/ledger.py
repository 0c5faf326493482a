"""What lies in a data set's published folder, known without reading hundreds of manifests at each publishing.

A hidden file keeps of each period what a publisher must know, and how its folder and manifest looked then: whatever is
put there, taken away or written otherwise, by whomever, changes a time or number of theirs, and the manifest is read.
So it may be old, lost or of a folder that was copied: it is never wrong. What changed within two seconds of its own
writing is not believed, since clocks of disks are coarse.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from reporter.manifest import MANIFEST, Manifest, documents_in, head_digest, is_whole, manifest_of
from reporter.model import Period
from reporter.swap import HIDDEN, write_file

LEDGER = f"{HIDDEN}periods.json"
SCHEMA = 1
SETTLED_NS = 2_000_000_000

Stamp = tuple[int, ...]


class Found(NamedTuple):
    """A published period. ``told`` is the digest of what its manifest says that needs no rendering, ``documents`` what
    it says of them (:func:`documents_in`).
    """

    folder: str
    period: Period
    rendered_from: str | None
    told: str
    is_whole: bool
    is_frozen: bool
    documents: tuple[str, str | None]
    stamp: Stamp
    is_kept: bool = False
    """Whether its manifest was not read for this."""

    @property
    def path(self) -> Path:
        """Its manifest."""
        return Path(self.folder, MANIFEST)

    def manifest(self) -> Manifest | None:
        """What that says; ``None``: it is no more."""
        read = manifest_of(self.folder, self.period.id)
        return read[0] if read is not None else None


def found_in(folder: Path) -> dict[str, Found]:
    """The periods that are published in a data set's folder, by id. What is not ours is passed."""
    kept = _kept(folder)
    names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208 - names, hundreds of them
    found = (_found(f"{folder}/{name}", name, kept.get(name)) for name in names if not name.startswith("."))
    return {one.period.id: one for one in found if one is not None}


def keep(folder: Path, found: Mapping[str, Found], published: Collection[str], changed: Collection[str]) -> None:
    """Keep what is known of the ``published`` periods; those ``changed`` are not as they were found."""
    known = []
    for name in sorted(published):
        one = found.get(name) if name not in changed else _found(f"{folder}/{name}", name, None)
        if one is not None and one.is_whole:
            known.append(one)
    if len(known) == len(found) and all(one.is_kept for one in known):
        return
    rows = [
        (one.period.id, one.period.kind, f"{one.period.first}", f"{one.period.last}", one.rendered_from, one.told,
         one.is_frozen, *one.documents, one.stamp)
        for one in known
    ]  # fmt: skip
    write_file(folder / LEDGER, json.dumps({"schema": SCHEMA, "periods": rows}).encode())


def _found(folder: str, name: str, row: list[Any] | None) -> Found | None:
    stamp = _stamp(folder)
    if stamp is None:
        return None
    if row is not None and row[-1] == list(stamp):
        _, kind, first, last, rendered_from, told, is_frozen, state, made_from, _ = row
        period = Period(name, kind, date.fromisoformat(first), date.fromisoformat(last))
        return Found(folder, period, rendered_from, told, True, is_frozen, (state, made_from), stamp, True)
    if (read := manifest_of(folder, name)) is None:
        return None
    manifest, period = read
    whole = is_whole(folder, manifest)
    told, documents = head_digest(manifest), documents_in(manifest)
    return Found(folder, period, manifest.get("rendered_from"), told, whole, "frozen" in manifest, documents, stamp)


def _stamp(folder: str) -> Stamp | None:
    """Tells how a period's folder and its manifest look now; ``None``: there are none."""
    try:
        one, other = os.stat(folder), os.stat(f"{folder}/{MANIFEST}")  # noqa: PTH116 - hundreds of them
    except OSError:
        return None
    return one.st_ino, one.st_mtime_ns, other.st_ino, other.st_mtime_ns, other.st_size


def _kept(folder: Path) -> dict[str, list[Any]]:
    """The rows that are to be believed, by id."""
    path = folder / LEDGER
    try:
        before = path.stat().st_mtime_ns - SETTLED_NS
        data = json.loads(path.read_bytes())
        rows = data["periods"] if data["schema"] == SCHEMA else []
        return {row[0]: row for row in rows if row[-1][1] <= before and row[-1][3] <= before}
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return {}
