"""The published folder (DESIGN.md): complete or absent, and only what changed is written."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reporter import assets
from reporter.csv_report import render_csv
from reporter.html_report import Site, render_dataset, render_home, render_period, render_report
from reporter.json_report import render_json
from reporter.manifest import MANIFEST
from reporter.model import Analysis, Period, Report
from reporter.retention import ALL, Kept
from reporter.swap import HIDDEN, new_folder_beside, put_in_place, remove_leftovers, write_file
from shared.store import disk_errors

MANIFEST_SCHEMA = "proprocessor/manifest/1"
LOCK = f"{HIDDEN}lock"
SOURCE_KEYS = tuple("file server sha256 lines directives hits rejects duplicate duplicates_of format".split())


@dataclass(frozen=True)
class PublishSummary:
    """Ids of periods: written anew, left as they were, and removed since they are no more."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def publish(
    analysis_dir: Path,
    publish_root: Path,
    *,
    periods: Collection[str],
    now: datetime,
    keep_alive: Callable[[], None] = lambda: None,
    kept: Kept = ALL,
) -> PublishSummary:
    """Publish an analysis below ``publish_root``: the ``periods`` of these kinds that are ``kept``."""
    analysis = Analysis(analysis_dir, periods)
    with disk_errors(publish_root), _alone(publish_root):
        return _publish(analysis, publish_root, periods, now, keep_alive, kept)


def _publish(
    analysis: Analysis, root: Path, kinds: Collection[str], now: datetime, keep_alive: Callable[[], None], kept: Kept
) -> PublishSummary:
    folder = root / analysis.data["dataset"]
    folder.mkdir(exist_ok=True)
    remove_leftovers(root)
    remove_leftovers(folder)
    names = assets.write(root)
    made = [one for one in analysis.periods() if one.kind in kinds and kept.makes(one)]
    wanted = sorted([*made, *kept.freeze(folder, kinds)], key=lambda one: one.first, reverse=True)
    site = Site(analysis, wanted, names.style, names.script, names.vega)
    written, unchanged = [], []
    for period, reports, earlier in _with_earlier(analysis, made):
        files = render(site, period, reports, earlier)
        if _put(folder / period.id, analysis, period, files, now):
            written.append(period.id)
        else:
            unchanged.append(period.id)
        keep_alive()
    removed = _remove_others(folder, {period.id for period in wanted})
    _write_if_new(folder / "index.html", render_dataset(site))
    _write_if_new(root / "index.html", render_home(_home_rows(root), names.style, names.script))
    return PublishSummary(tuple(written), tuple(unchanged), tuple(removed))


def render(
    site: Site, period: Period, reports: dict[str, Report], earlier: tuple[Period, dict[str, Report]] | None
) -> dict[str, bytes]:
    """Every file of a period but the manifest, by name."""
    files = {"index.html": render_period(site, period, reports, earlier)}
    for report in reports.values():
        before = earlier[1][report.id] if earlier else None
        files[f"{report.id}.html"] = render_report(site, period, report, reports, before)
        files[f"{report.id}.json"] = render_json(site.analysis, period, report)
        files[f"{report.id}.csv"] = render_csv(site.analysis, report)
    return {name: text.encode("utf-8", errors="surrogatepass") for name, text in files.items()}


def _with_earlier(
    analysis: Analysis, made: Collection[Period]
) -> Iterator[tuple[Period, dict[str, Report], tuple[Period, dict[str, Report]] | None]]:
    """Each period with its reports and, if it directly precedes and is whole, the one before it."""
    whole = next((one for one in analysis.periods() if one.kind == "all"), None)
    previous: tuple[Period, dict[str, Report]] | None = None
    for period in made:
        reports = analysis.reports(period)
        follows = (
            previous is not None
            and whole is not None
            and previous[0].kind == period.kind
            and (period.first - previous[0].last).days == 1
            and previous[0].first >= whole.first
        )
        yield period, reports, previous if follows else None
        previous = (period, reports)


def _put(target: Path, analysis: Analysis, period: Period, files: dict[str, bytes], now: datetime) -> bool:
    """Write a period's folder unless it holds the same already; says whether it did."""
    manifest = _manifest(analysis, period, files)
    if _is_same(target, manifest):
        return False
    folder = new_folder_beside(target)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    text = json.dumps({**manifest, "published_at": now.isoformat()}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    put_in_place(folder, target)
    return True


def _manifest(analysis: Analysis, period: Period, files: dict[str, bytes]) -> dict[str, Any]:
    data = analysis.data
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    return {
        "schema": MANIFEST_SCHEMA,
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
        "notes": data["notes"],
        "sources": [{key: source[key] for key in SOURCE_KEYS} for source in analysis.sources(period)],
        "files": digests,
    }


def _is_same(target: Path, manifest: dict[str, Any]) -> bool:
    try:
        there = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(there, dict):
        return False
    there.pop("published_at", None)
    same: bool = there == manifest
    return same and all((target / name).is_file() for name in manifest["files"])


def _remove_others(folder: Path, wanted: set[str]) -> list[str]:
    """Periods of ours that are no longer asked for; anything else in the folder is not ours to touch."""
    removed = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in wanted and not path.name.startswith(".") and (path / MANIFEST).is_file():
            aside = folder / f"{HIDDEN}{path.name}-removed"
            path.rename(aside)
            removed.append(path.name)
    remove_leftovers(folder)
    return removed


def _home_rows(root: Path) -> list[dict[str, Any]]:
    """The data sets that are published here, from the newest manifest of each."""
    rows = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and (path / "index.html").is_file()):
        manifests = sorted(folder.glob(f"*/{MANIFEST}"))
        if not manifests:
            continue
        found = [json.loads(path.read_text(encoding="utf-8")) for path in manifests]
        bounds = [one["period"] for one in found if one["period"]["kind"] != "year"]
        whole = next((one["period"] for one in found if one["period"]["kind"] == "all"), None) or {
            "first": min(one["first"] for one in bounds or [one["period"] for one in found]),
            "last": max(one["last"] for one in bounds or [one["period"] for one in found]),
        }
        rows.append({"id": folder.name, "name": found[0]["name"], "first": whole["first"], "last": whole["last"]})
    return rows


def _write_if_new(path: Path, text: str) -> None:
    data = text.encode("utf-8", errors="surrogatepass")
    if not path.is_file() or path.read_bytes() != data:
        write_file(path, data)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One publisher at a time for a folder."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
