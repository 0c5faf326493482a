"""How many examples the dear property tests try: those whose one example is a whole analysis, or several."""

from __future__ import annotations

import os

EFFORT = int(os.environ.get("TEST_EFFORT", "1"))
"""Set to more, each tries so many times as many (docs/development.md)."""


def examples(usual: int) -> int:
    """Other ones in each run."""
    return usual * EFFORT
