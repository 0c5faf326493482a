"""What is told of one key of the settings file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Effect = Literal["analysis", "import", "none"]
"""``analysis``: all history is analysed anew from what is parsed. ``import``: raw files are read again.
``none``: no number changes."""


@dataclass(frozen=True)
class Key:
    """One key; ``path`` leaves out the positions in lists: ``labels.match.campaign``."""

    path: str
    unit: str
    effect: Effect
    meaning: str
    example: str = ""
