"""How far each visit goes in each funnel: the tables ``funnel_groups`` and ``funnel_seen``."""

from __future__ import annotations

from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs


def follow_funnels(engine: Engine, inputs: AnalysisInputs) -> None:
    """Make the tables; needs ``visits``."""
    del engine, inputs
