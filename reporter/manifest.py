"""The manifests of published periods: what they say, and how they are read back. Nobody else reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
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

Manifest = dict[str, Any]
Told = Mapping[str, str | None]
"""What is said of documents: ``state``, ``made_from``."""


def head(analysis: Analysis, period: Period) -> Manifest:
    """What a manifest says that needs no rendering."""
    data = analysis.data
    return {
        "schema": SCHEMA,
        "dataset": data["dataset"],
        "name": data["name"],
        "period": {
            "id": period.id,
            "kind": period.kind,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        },
        "timezone": data["timezone"],
        "software": data["software"],
        "settings_digest": data["settings_digest"],
        "own_hosts": data["own_hosts"],
        "notes": analysis.notes(period),
        "sources": [{key: source[key] for key in SOURCE_KEYS} for source in analysis.sources(period)],
    }


def head_of(manifest: Manifest) -> Manifest:
    """That part of a manifest."""
    return {name: value for name, value in manifest.items() if name not in RENDERED}


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
        path = folder / name / MANIFEST
        try:
            data = json.loads(path.read_bytes())
            told = data["period"]
            bounds = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
            period = Period(told["id"], told["kind"], *bounds)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if period.id == name:
            yield path, data, period


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every file that a manifest names lies in a period's folder, as far as their names tell."""
    try:
        return {*manifest["files"], "index.html"} <= set(os.listdir(folder))  # noqa: PTH208 - names, hundreds of them
    except (OSError, KeyError, TypeError):
        return False
