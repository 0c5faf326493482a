"""The manifests of published periods, read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from reporter.model import Period

MANIFEST = "manifest.json"


def manifests(folder: Path) -> Iterator[tuple[Path, dict[str, Any], Period]]:
    """Those of a data set's published folder: where each lies, what it says, its period. What is not ours is passed."""
    for path in sorted(folder.glob(f"[!.]*/{MANIFEST}")):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            told = data["period"]
            bounds = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
            period = Period(told["id"], told["kind"], *bounds)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if period.id == path.parent.name:
            yield path, data, period
