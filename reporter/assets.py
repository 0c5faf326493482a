"""Style and scripts that all pages share, under names that change with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import vl_convert

from reporter.swap import write_file

FOLDER = "assets"


@dataclass(frozen=True)
class Assets:
    """Paths below the published root."""

    style: str
    script: str
    vega: str


def write(root: Path) -> Assets:
    """Write what is not there yet."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    style = _own(folder, "style.css")
    script = _own(folder, "page.js")
    # Making the bundle takes a second, and only the version of its maker changes it.
    vega = f"{FOLDER}/vega-{version('vl-convert-python')}.js"
    if not (root / vega).is_file():
        bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub forgets a default
        write_file(root / vega, bundle.encode())
    return Assets(style, script, vega)


def _own(folder: Path, name: str) -> str:
    data = (files("reporter") / "static" / name).read_bytes()
    stem, _, extension = name.partition(".")
    named = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{extension}"
    if not (folder / named).is_file():
        write_file(folder / named, data)
    return f"{FOLDER}/{named}"
