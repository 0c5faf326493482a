"""Who each visit is of: the tables ``traits`` and ``custom_values``.

Country, browser, system and device are those of whoever asked for the visit's first page; screen, language and custom
variables are what its events say.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from analyzer.dimensions import TEXT
from analyzer.engine import Columns, Engine
from analyzer.inputs import AnalysisInputs
from analyzer.side_tables import side_table_by_folder
from analyzer.window import Window


def describe_visits(engine: Engine, inputs: AnalysisInputs, window: Window) -> None:
    """Make the tables, and ``visit_hours``; needs ``visits``, ``visited`` and ``extras``."""
    engine.run_file("prepare/30_said.sql")
    engine.run_file(
        "prepare/31_traits.sql",
        addresses=side_table_by_folder(engine, inputs.sources, window, "addresses", ("address", "country")),
    )
    schema = dict.fromkeys(("custom", "variable", "value"), TEXT)
    engine.make_each("variables", schema, "SELECT DISTINCT custom FROM said WHERE custom IS NOT NULL", _read_variables)
    engine.run_file("prepare/32_custom_values.sql")
    engine.run_file("prepare/33_visit_hours.sql")


def _read_variables(batch: dict[str, list[Any]]) -> Columns:
    """The variables in each distinct text; those without a value do not count."""
    rows = [(text, *pair) for text in batch["custom"] for pair in parse_qsl(text, errors="replace")]
    return {name: [row[at] for row in rows] for at, name in enumerate(("custom", "variable", "value"))}
