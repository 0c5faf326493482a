"""Style and scripts that all pages share, under names that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import vl_convert

from reporter.swap import write_file

FOLDER = "assets"


@dataclass(frozen=True)
class Assets:
    """Paths below the published root."""

    style: str
    script: str
    vega: str
    world: str
    overlay_style: str
    overlay_script: str


def write(root: Path) -> Assets:
    """Write what is not there yet, and beside each file what web servers send instead of it: ``.gz`` and ``.br``."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    vega = f"vega-{version('vl-convert-python')}.js"
    _put(folder, vega, lambda: kept(vega, _bundle))
    return Assets(
        _own(folder, "style.css"),
        _own(folder, "page.js"),
        f"{FOLDER}/{vega}",
        _own(folder, "world.js"),
        _own(folder, "overlay.css"),
        _own(folder, "overlay.js"),
    )


def _bundle() -> bytes:
    """The script that draws charts. Making it takes a second, and only its maker's version changes it."""
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub forgets a default
    return bundle.encode()


def _own(folder: Path, name: str) -> str:
    """One of ours, under a name that tells its content."""
    data = (files("reporter") / "static" / name).read_bytes()
    stem, _, extension = name.partition(".")
    named = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{extension}"
    _put(folder, named, lambda: data)
    return f"{FOLDER}/{named}"


def _put(folder: Path, name: str, make: Callable[[], bytes]) -> None:
    """The file itself comes last: where it is, all of them are."""
    if (folder / name).is_file():
        return
    data = make()
    write_file(folder / f"{name}.gz", kept(f"{name}.gz", lambda: gzip.compress(data, mtime=0)))
    write_file(folder / f"{name}.br", kept(f"{name}.br", lambda: brotli.compress(data, quality=9)))
    write_file(folder / name, data)


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """What takes long to make and, by this name, is always the same: made once for all data sets and processes."""
    path = _cache() / name
    with suppress(OSError):
        if path.stat().st_uid == os.getuid():
            return path.read_bytes()
    data = make()
    with suppress(OSError):  # no home, or a full one: it is only made again
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(path, data)
    return data


def _cache() -> Path:
    """As the XDG Base Directory Specification has it; without a home a place that cannot be."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    home = os.environ.get("HOME") or os.devnull
    return (base if base.is_absolute() else Path(home) / ".cache") / "proprocessor"
