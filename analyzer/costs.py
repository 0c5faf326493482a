"""What campaigns cost each day (DOMAIN.md, sections 5 and 8): ``campaign_clicks``, ``campaign_costs``, ``costed``."""

from __future__ import annotations

import pyarrow as pa

from analyzer.campaigns import NONE
from analyzer.dimensions import TEXT
from analyzer.engine import Engine
from analyzer.inputs import AnalysisInputs
from analyzer.window import Window

AMOUNT = pa.decimal128(24, 6)
MODELS = ("fixed", "per_click", "per_day")


def price_campaigns(engine: Engine, inputs: AnalysisInputs, window: Window) -> None:
    """Make the tables; needs ``arrivals``. A campaign's own cost in the settings stands before imported ones."""
    priced = [(one.name, one.cost) for one in inputs.settings.campaigns if one.cost and one.cost.file is None]
    priced = [(name, cost) for name, cost in priced if name != NONE]
    engine.make(
        "cost_models",
        {"campaign": TEXT, **dict.fromkeys(MODELS, AMOUNT)},
        {
            "campaign": [name for name, _ in priced],
            **{model: [getattr(cost, model) for _, cost in priced] for model in MODELS},
        },
    )
    imported = [one for one in inputs.costs if one.campaign != NONE]
    engine.make(
        "imported_costs",
        {"campaign": TEXT, "day": pa.date32(), "cost": AMOUNT},
        {
            "campaign": [one.campaign for one in imported],
            "day": [one.day for one in imported],
            "cost": [one.cost for one in imported],
        },
    )
    engine.run_file("prepare/25_money.sql")
    engine.run_file("prepare/26_costs.sql", first_day=window.days["first_day"])
