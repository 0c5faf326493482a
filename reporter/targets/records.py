"""What lies at a target, written down there: hidden files that only this package reads.

``.proprocessor-mirror.json`` in the target's own folder tells of the first page and the assets, which data sets share;
in a data set's folder, of its pages and of each period the fingerprint; in a period's folder, of its files the digests.
What is about to change is written down before it does, so that whoever comes after a crash knows what may lie there.

They come from a server and are hostile until read here: a name that could leave the folder is as if it were not there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from reporter.swap import HIDDEN
from reporter.targets.target import is_safe

RECORD = f"{HIDDEN}mirror.json"
SCHEMA = "proprocessor/mirror/1"
ADDING = ""
"""In place of a digest: it was not there, and is being brought."""
REPLACING = "?"
"""In place of a digest: the one before, or another."""
SUMMARY = ("name", "first", "last", "news")
"""What the first page says of a data set."""
Files = dict[str, str]
"""Path below the record's folder to the SHA-256 of what lies there, or one of the words above."""


@dataclass
class RootRecord:
    """Of the target's own folder. ``datasets`` are those mirrored there: what is said of them, and their assets."""

    files: Files = field(default_factory=dict)
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class DatasetRecord:
    """Of a data set's folder. ``periods``: id to fingerprint, :data:`REPLACING` while it changes.

    ``run`` is a name that all attempts to add files share, until one of them has added all; empty then.
    """

    files: Files = field(default_factory=dict)
    periods: Files = field(default_factory=dict)
    run: str = ""


@dataclass(frozen=True)
class PeriodRecord:
    """Of a period's folder. ``fresh``: what was added in the run of this name, so that nothing may lead to it yet."""

    files: Files
    run: str = ""
    fresh: frozenset[str] = frozenset()


def encode_root(record: RootRecord) -> bytes:
    """As it is written."""
    return _encode(files=record.files, datasets=record.datasets)


def encode_dataset(record: DatasetRecord) -> bytes:
    """As it is written."""
    return _encode(files=record.files, periods=record.periods, run=record.run)


def encode_period(record: PeriodRecord) -> bytes:
    """As it is written."""
    return _encode(files=record.files, run=record.run, fresh=sorted(record.fresh))


def decode_root(data: bytes | None) -> RootRecord | None:
    """``None`` where there is none, or nothing to be understood."""
    read = _decode(data)
    if read is None:
        return None
    known = read.get("datasets")
    datasets = {}
    for name, told in known.items() if isinstance(known, dict) else ():
        if isinstance(told, dict) and is_safe(name) and "/" not in name:
            assets = told.get("assets")
            datasets[name] = {key: str(told.get(key, "")) for key in SUMMARY} | {
                "assets": [one for one in assets if isinstance(one, str)] if isinstance(assets, list) else []
            }
    return RootRecord(_files(read.get("files")), datasets)


def decode_dataset(data: bytes | None) -> DatasetRecord | None:
    """``None`` where there is none, or nothing to be understood."""
    read = _decode(data)
    if read is None:
        return None
    periods = {name: one for name, one in _files(read.get("periods")).items() if "/" not in name}
    return DatasetRecord(_files(read.get("files")), periods, str(read.get("run", "")))


def decode_period(data: bytes | None) -> PeriodRecord | None:
    """``None`` where there is none, or nothing to be understood."""
    read = _decode(data)
    if read is None:
        return None
    files, fresh = _files(read.get("files")), read.get("fresh")
    known = frozenset(one for one in fresh if isinstance(one, str)) if isinstance(fresh, list) else frozenset()
    return PeriodRecord(files, str(read.get("run", "")), known & files.keys())


def _encode(**told: Any) -> bytes:
    return json.dumps({"schema": SCHEMA, **told}, sort_keys=True, ensure_ascii=False).encode(errors="replace")


def _decode(data: bytes | None) -> dict[str, Any] | None:
    try:
        read = json.loads(data or b"")
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) and read.get("schema") == SCHEMA else None


def _files(told: object) -> Files:
    """Hidden names are never ours to lose: what is hidden is this package's own."""
    if not isinstance(told, dict):
        return {}
    return {path: one for path, one in told.items() if isinstance(one, str) and is_safe(path) and not is_hidden(path)}


def is_hidden(path: str) -> bool:
    """Whether a file or a folder on its way is hidden."""
    return any(part.startswith(".") for part in path.split("/"))
