"""Where the files of an analysis lie.

``reports/`` years and the whole range, ``facts/`` what is not of a month; ``months/<month>/``: ``reports/`` of the
days, weeks (by their Monday) and the month, ``cells/`` by day, ``rolled/`` of the month, ``facts/``. Of cells and
reports, a file that would have no row is not there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.periods import Period
from analyzer.units import month_of

REPORTS, CELLS, ROLLED, FACTS = "reports", "cells", "rolled", "facts"
MONTHS = "months"
DESCRIPTION, STATE = "analysis.json", "state.json"


@dataclass(frozen=True)
class Folder:
    """An analysis on disk."""

    path: Path

    @property
    def months(self) -> list[str]:
        """``2015-05`` ..., in order."""
        folder = self.path / MONTHS
        return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []

    def month(self, month: str) -> Path:
        return self.path / MONTHS / month

    def in_months(self, part: str, name: str, months: Sequence[str] | None = None) -> list[Path]:
        """The files of a table in these months (all unless given), as far as there are any."""
        paths = (self.month(one) / part / f"{name}.parquet" for one in (self.months if months is None else months))
        return [path for path in paths if path.is_file()]

    def whole(self, name: str) -> list[Path]:
        """The file of a fact that is not of a month, if there is one."""
        path = self.path / FACTS / f"{name}.parquet"
        return [path] if path.is_file() else []

    def reports(self, report: str) -> list[Path]:
        """All files of a report."""
        path = self.path / REPORTS / f"{report}.parquet"
        return [*self.in_months(REPORTS, report), *([path] if path.is_file() else [])]

    def describe(self) -> dict[str, Any]:
        """What ``analysis.json`` says."""
        found: dict[str, Any] = json.loads((self.path / DESCRIPTION).read_text(encoding="utf-8"))
        return found


def tables_of(period: Period) -> str:
    """The folder of a period's reports, below that of the analysis."""
    if period.kind in ("year", "all"):
        return REPORTS
    return f"{MONTHS}/{month_of(period.first)}/{REPORTS}"


def link_tree(source: Path, target: Path, parts: Iterable[str]) -> None:
    """Have the files of these folders in both places; they are never changed. A disk that knows no links has copies."""
    for part in parts:
        if (source / part).is_dir():
            (target / part).mkdir(parents=True, exist_ok=True)
            for file in (source / part).iterdir():
                try:
                    os.link(file, target / part / file.name)
                except FileNotFoundError:
                    raise
                except OSError:
                    shutil.copyfile(file, target / part / file.name)
