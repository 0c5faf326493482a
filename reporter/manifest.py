"""The manifests of published periods: what they say, and how they are read back. Nobody else reads them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reporter.model import Analysis, Period

MANIFEST = "manifest.json"
SCHEMA = "proprocessor/manifest/1"
SOURCE_KEYS = tuple("file server sha256 lines directives hits rejects duplicate duplicates_of format".split())
RENDERED = ("files", "rendered_from", "documents", "published_at")
"""What a manifest says beyond :func:`head`: digests of files by name, what pages and documents depend on, and when that
was."""
WAITING = "waiting"
"""The state of documents that are not made yet. Made ones say what of: their state is ``made``."""
MADE = "made"
OLDER = "older"
"""That of documents of earlier numbers, which are offered until newer ones are made (:mod:`reporter.older`)."""
DOCUMENTS = ("reports.xlsx", "reports.pdf")

OF_PERIOD = ("period", "lacking", "notes", "sources")
"""What manifests of different periods say differently, of what needs no rendering."""
Manifest = dict[str, Any]
Told = Mapping[str, str | None]
"""What is said of documents: ``state``, ``made_from``, ``as_of``, ``seal``."""
_text = json.JSONEncoder(sort_keys=True).encode


def head(analysis: Analysis, period: Period, lacking: str) -> Manifest:
    """What a manifest says that needs no rendering; ``lacking`` is what data the period lacks, in words."""
    data = analysis.data
    return {
        "schema": SCHEMA,
        "dataset": data["dataset"],
        "name": data["name"],
        "period": _told(period),
        "timezone": data["timezone"],
        "software": data["software"],
        "settings_digest": data["settings_digest"],
        "own_hosts": data["own_hosts"],
        "lacking": lacking,
        "notes": analysis.notes(period),
        "sources": [_source(one) for one in analysis.sources(period)],
    }


def _told(period: Period) -> dict[str, str]:
    first, last = period.first.isoformat(), period.last.isoformat()
    return {"id": period.id, "kind": period.kind, "first": first, "last": last}


def _source(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one[key] for key in SOURCE_KEYS}


def head_of(manifest: Manifest) -> Manifest:
    """That part of a manifest."""
    return {name: value for name, value in manifest.items() if name not in RENDERED}


class Heads:
    """Digests of what manifests say that needs no rendering: what is the same for all, and each source, once."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        shared = head(analysis, analysis.whole, "")
        self._shared = _text({name: value for name, value in shared.items() if name not in OF_PERIOD})
        self._sources = [_text(_source(one)) for one in analysis.data["sources"]]
        self._numbers = analysis.data["period_sources"]

    def digest(self, period: Period, lacking: str) -> str:
        """As :func:`head_digest` of the manifest that would be written."""
        sources = (self._sources[number] for number in self._numbers.get(period.id, ()))
        return _digest(self._shared, [_told(period), lacking, self._analysis.notes(period)], sources)


def head_digest(manifest: Manifest) -> str:
    """Of a manifest that was read; no other has the same."""
    shared = {name: value for name, value in head_of(manifest).items() if name not in OF_PERIOD}
    sources = map(_text, manifest.get("sources", ()))
    told = [manifest["period"], manifest.get("lacking", ""), manifest.get("notes", [])]
    return _digest(_text(shared), told, sources)


def _digest(shared: str, told: Sequence[Any], sources: Iterable[str]) -> str:
    text = "\n".join((shared, _text(told), *sources))
    return hashlib.sha256(text.encode()).hexdigest()


def complete(
    head: Manifest,
    files: Mapping[str, str],
    rendered_from: str | None,
    published_at: datetime | str,
    documents: Told | None = None,
) -> Manifest:
    """A whole manifest; ``documents`` where there are some, or are to be."""
    known: Manifest = {"rendered_from": rendered_from} if rendered_from is not None else {}
    known |= {"documents": dict(documents)} if documents is not None else {}
    at = published_at if isinstance(published_at, str) else published_at.isoformat()
    return {**head, "files": dict(files), **known, "published_at": at}


def documents_in(manifest: Manifest | None) -> tuple[str, str | None]:
    """The state of a period's documents, empty where it has none and is to have none, and what they were made from."""
    told = manifest.get("documents") if manifest is not None else None
    if not isinstance(told, dict):
        return "", None
    return str(told.get("state", "")), told.get("made_from")


def encode(manifest: Manifest) -> bytes:
    """As it is written."""
    return f"{json.dumps(manifest, ensure_ascii=False, indent=1)}\n".encode()


def manifests(folder: Path) -> Iterator[tuple[Path, Manifest, Period]]:
    """Those of a data set's published folder: where each lies, what it says, its period. What is not ours is passed."""
    names = sorted(os.listdir(folder)) if folder.is_dir() else []  # noqa: PTH208 - names, hundreds of them
    for name in names:
        if name.startswith("."):
            continue
        if (read := manifest_of(f"{folder}/{name}", name)) is not None:
            yield folder / name / MANIFEST, *read


def manifest_of(folder: str, name: str) -> tuple[Manifest, Period] | None:
    """What the manifest of a period's folder says, and its period; ``None``: there is none that is ours."""
    try:
        with open(f"{folder}/{MANIFEST}", "rb") as file:  # noqa: PTH123 - hundreds of them
            data = json.loads(file.read())
        told = data["period"]
        bounds = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
        period = Period(told["id"], told["kind"], *bounds)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (data, period) if period.id == name else None


def is_whole(folder: Path | str, manifest: Manifest) -> bool:
    """Whether every file that a manifest names lies in a period's folder, as far as their names tell."""
    try:
        return {*manifest["files"], "index.html"} <= set(os.listdir(folder))  # noqa: PTH208 - names, hundreds of them
    except (OSError, KeyError, TypeError):
        return False
