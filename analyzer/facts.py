"""The facts kept with an analysis, from which :mod:`analyzer.live` answers what was not computed beforehand.

A fact is a view ``kept_<name>`` of ``queries/live/1*.sql``, written as Parquet: columns that a question does not need
are not read, nor are the rows of other days, since those of visits stand in their order.
"""

from __future__ import annotations

from pathlib import Path

from analyzer.engine import Engine

FOLDER = "facts"
FACTS = (
    "visits", "arrivals", "traits", "membership", "seen", "views", "clicks", "custom_values", "funnel_seen",
    "addresses", "queries", "places", "cookies", "visit_cookies", "statuses",
    "pages", "profiles", "every_label", "hidden_labels", "funnel_groups",
    "campaign_clicks", "campaign_costs", "costed",
    "sources", "lines", "robot_hits", "error_hits", "error_paths", "referrer_ids",
)  # fmt: skip
KEPT = ("10_kept_visits", "11_kept_views", "12_kept_texts", "13_kept_others")


def write_facts(engine: Engine, out_dir: Path) -> None:
    """Write the folder; needs every table that reports and labels read."""
    folder = out_dir / FOLDER
    folder.mkdir()
    for name in KEPT:
        engine.run_file(f"live/{name}.sql")
    for name in FACTS:
        engine.write(f"FROM kept_{name}", folder / f"{name}.parquet")
