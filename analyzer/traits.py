"""Who each visit is of: the tables ``traits`` and ``custom_values``."""

from __future__ import annotations

from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs


def describe_visits(engine: Engine, inputs: AnalysisInputs) -> None:
    """Make the tables; needs ``visits``."""
    del engine, inputs
