"""The first page of all: the data sets that are published here.

What it says of a data set is kept in a small hidden file in the data set's folder, so that a publisher need not read
the manifests of all others. A folder that has none is of an older version; its manifests are read once more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reporter.manifest import manifests
from reporter.model import Period
from reporter.swap import HIDDEN, write_file

SUMMARY = f"{HIDDEN}summary.json"


def keep_summary(
    folder: Path, name: str, periods: Sequence[Period], news: str = "", rendered_from: str | None = None
) -> None:
    """Keep what is to be said of a data set with these published periods, and what its own page was made from."""
    path = folder / SUMMARY
    if not periods:
        path.unlink(missing_ok=True)
        return
    told = {**_summary(name, periods), "news": news, "rendered_from": rendered_from}
    data = json.dumps(told, ensure_ascii=False).encode()
    if not path.is_file() or path.read_bytes() != data:
        write_file(path, data)


def front_of(folder: Path) -> str | None:
    """What a data set's own page was made from, if it is there."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        found: str | None = json.loads((folder / SUMMARY).read_bytes())["rendered_from"]
        return found if (folder / "index.html").is_file() else None
    return None


def summaries(root: Path) -> list[dict[str, str]]:
    """``id``, ``name``, ``first``, ``last`` and ``news`` of each data set below the published folder."""
    found = []
    for folder in sorted(path for path in root.iterdir() if (path / "index.html").is_file()):
        told = _kept(folder) or _from_manifests(folder)
        if told is not None:
            found.append({"id": folder.name, **told})
    return found


def _summary(name: str, periods: Sequence[Period]) -> dict[str, str]:
    """A year is told by its calendar, whatever days of it have lines: it counts only where there is nothing else."""
    whole = [one for one in periods if one.kind == "all"]
    bounds = whole or [one for one in periods if one.kind != "year"] or periods
    first, last = min(one.first for one in bounds), max(one.last for one in bounds)
    return {"name": name, "first": first.isoformat(), "last": last.isoformat()}


def _kept(folder: Path) -> dict[str, str] | None:
    try:
        told = json.loads((folder / SUMMARY).read_bytes())
        return {key: str(told[key]) for key in ("name", "first", "last")} | {"news": str(told.get("news", ""))}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _from_manifests(folder: Path) -> dict[str, str] | None:
    known = list(manifests(folder))
    if not known:
        return None
    name, periods = str(known[0][1].get("name", folder.name)), [one for *_, one in known]
    with suppress(OSError):  # it may be a folder that this user may only read
        keep_summary(folder, name, periods)
    return {**_summary(name, periods), "news": ""}
