"""Whether a change is more than chance: the tables ``changed`` and ``tails`` of the report ``changes``."""

from __future__ import annotations

import math

import pyarrow as pa

from analyzer.dimensions import Batch
from analyzer.engine import Columns, Engine

REAL = pa.float64()
SQUARE_ROOT_OF_TWO = math.sqrt(2)
DISTANCES = "SELECT DISTINCT abs(z) AS distance FROM changed WHERE z IS NOT NULL"


def weigh_changes(engine: Engine) -> None:
    """Make the tables; needs the cells of the report and ``compared_units``.

    ``tails`` holds the two-sided p of each distinct \\|z\\|: the engine knows no error function.
    """
    engine.run_file("prepare/47_items.sql")
    engine.run_file("prepare/48_changed.sql")
    engine.make_each("tails", {"distance": REAL, "p": REAL}, DISTANCES, _tails)


def two_sided_p(z: float) -> float:
    """How likely chance alone is as far from nothing as z, either way."""
    return math.erfc(abs(z) / SQUARE_ROOT_OF_TWO)


def _tails(batch: Batch) -> Columns:
    return {"distance": batch["distance"], "p": [two_sided_p(one) for one in batch["distance"]]}
