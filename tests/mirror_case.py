"""Published folders as the publisher leaves them, small and made up, and what holds of their copies at any moment."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from reporter import assets
from reporter.targets.records import RECORD
from reporter.targets.target import UPLOAD

Reports = Mapping[str, str]
"""Name of a report to its content."""
LINK = re.compile(r'(?:href|src)="([^"#:]+)"')


@dataclass
class Publication:
    """A data set's periods, in order, with their reports."""

    periods: dict[str, Reports] = field(default_factory=dict)
    dataset: str = "shop"
    name: str = "Fruit shop"

    def write(self, root: Path) -> None:
        """As ``reporter.publish`` leaves it: each file anew where it changed, and nothing else."""
        root.mkdir(parents=True, exist_ok=True)
        names = assets.write(root)
        folder = root / self.dataset
        for period in self.periods:
            files = self.files_of(period, names)
            manifest = {"period": {"id": period}, "files": {path: _digest(one) for path, one in files.items()}}
            files["manifest.json"] = json.dumps(manifest).encode()
            _write(folder / period, files)
        for old in folder.iterdir():
            if old.is_dir() and old.name not in self.periods:
                shutil.rmtree(old)
        links = "".join(f'<a href="{period}/index.html">{period}</a>' for period in self.periods)
        _put(folder / "index.html", f'<a href="../index.html">all</a>{links}'.encode())
        told = {"name": self.name, "first": "2026-01-01", "last": "2026-01-31", "news": f"News of {self.dataset}."}
        _put(folder / ".proprocessor-summary.json", json.dumps(told).encode())

    def files_of(self, period: str, names: assets.Assets) -> dict[str, bytes]:
        """Each page leads to its period's index and to itself in the periods around; the index to all of them."""
        order = list(self.periods)
        at = order.index(period)
        around = [order[one] for one in (at - 1, at + 1) if 0 <= one < len(order)]
        style = f'<link href="../../{names.style}">'
        files = {}
        for report, content in self.periods[period].items():
            links = "".join(f'<a href="../{one}/{report}.html">' for one in around if report in self.periods[one])
            files[f"{report}.html"] = f'{style}<a href="index.html">{links}{content}'.encode()
            files[f"rows/{report}.json"] = json.dumps(content).encode()
        links = "".join(f'<a href="../{one}/index.html">' for one in around)
        links += "".join(f'<a href="{report}.html"><a href="rows/{report}.json">' for report in self.periods[period])
        files["index.html"] = f'{style}<a href="../index.html">{links}'.encode()
        return files


def published(root: Path) -> dict[str, bytes]:
    """What is to lie at a target: all that is not hidden. The first page is the target's own."""
    found = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not hidden(path) and path != "index.html"}


def hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/"))


def visible(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What readers see of a target, its first page aside."""
    return {path: data for path, data in files.items() if not hidden(path) and path != "index.html"}


def dead_ends(files: Mapping[str, bytes]) -> list[str]:
    """Links that can be followed from the first page, and lead nowhere."""
    wrong, seen, waiting = [], set(), ["index.html"] if "index.html" in files else []
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        if page not in files:
            wrong.append(page)
        elif page.endswith(".html"):
            for link in LINK.findall(files[page].decode()):
                waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(link))))
    return wrong


def leftovers(files: Mapping[str, bytes]) -> list[str]:
    """Hidden files that should not be there when nothing is going on."""
    return [path for path in files if (hidden(path) and posixpath.basename(path) != RECORD) or UPLOAD in path]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        _put(folder / path, data)
    for old in [one for one in folder.rglob("*") if one.is_file()]:
        if str(old.relative_to(folder)) not in files:
            old.unlink()
    for old in [one for one in folder.rglob("*") if one.is_dir() and not list(one.iterdir())]:
        old.rmdir()


def _put(path: Path, data: bytes) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.aside")
    aside.write_bytes(data)
    aside.replace(path)
