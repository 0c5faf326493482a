"""Where each visit comes from, and on which campaign: the table ``arrivals``."""

from __future__ import annotations

from analyzer.engine import Engine
from analyzer.hosts import OwnHosts
from analyzer.inputs import AnalysisInputs


def understand_arrivals(engine: Engine, inputs: AnalysisInputs, own: OwnHosts) -> None:
    """Make the tables; needs ``visits``."""
    del engine, inputs, own
