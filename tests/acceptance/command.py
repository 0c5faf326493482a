"""The command ``proprocessor`` as a person runs it: a process of its own, no standard input."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import zygote


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(*words: str | Path, data: Path, timeout_s: float = 120, **environment: str) -> Ran:
    """Run to the end. Whatever it says is never a stack trace."""
    given = {**clean(), "PROPROCESSOR_DATA": str(data), "PROPROCESSOR_QUEUE_WAIT_S": "1", **environment}
    ran = Ran(*zygote.run([str(word) for word in words], given, timeout_s))
    assert "Traceback" not in ran.said, ran.err
    return ran


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PROPROCESSOR_")}


def audit(published: Path, dataset: str) -> dict[str, dict[str, int]]:
    """File to its counts over the whole range."""
    rows = json.loads((published / dataset / "all" / "audit.json").read_text())["rows"]
    return {row["file"]: row["all"] for row in rows}


def total(published: Path, dataset: str, name: str = "page_views") -> int:
    """A measure of the overview of all visitors over the whole range."""
    (row,) = json.loads((published / dataset / "all" / "overview.json").read_text())["rows"]
    found: dict[str, Any] = row["all"]
    return int(found[name])


def ids(listing: str) -> list[str]:
    """The ids of a listing in JSON."""
    return [row["id"] for row in json.loads(listing)]
