"""Which visits carry which label: the tables ``labels`` and ``membership``."""

from __future__ import annotations

from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs


def join_labels(engine: Engine, inputs: AnalysisInputs) -> None:
    """Make the tables; needs ``visits``."""
    del inputs
    engine.run("CREATE TABLE membership AS SELECT visit, 'all' AS label FROM visits")
