"""Where each visit comes from, and its campaign: the table ``arrivals`` (DOMAIN.md sections 5, 7 and 8).

Each distinct way to enter is understood once: where the place has no parameters and no campaign asks for it, and the
parser said the same of two referrers, visits enter in one way. What campaigns cost is in :mod:`analyzer.costs`.
"""

from __future__ import annotations

from analyzer.campaigns import Campaigns, Way, read_arrival
from analyzer.costs import price_campaigns
from analyzer.dimensions import NUMBER, TEXT, Batch
from analyzer.engine import Columns, Engine
from analyzer.folders import FACTS, Folder
from analyzer.inputs import AnalysisInputs
from analyzer.parquet_files import read_files
from analyzer.side_tables import side_table_by_folder
from analyzer.window import Window
from shared.pages import Origins, PageRules

DAY_S = 86_400
EVIDENCE = {
    "campaign": "VARCHAR", "visit": "BIGINT", "visitor": "BIGINT", "first_ts": "TIMESTAMP", "address": "VARCHAR",
    "agent": "VARCHAR", "entry_page": "VARCHAR", "referrer": "VARCHAR", "seconds": "DOUBLE", "page_views": "BIGINT",
    "short": "BOOLEAN", "orders": "BIGINT", "revenue": "DECIMAL(38, 2)",
}  # fmt: skip
"""The fact of that name."""
REFERRER_COLUMNS = ("referrer", "medium", "source", "term")
WAY = ("path", "query", "medium", "source", "term", "raw")
TOLD = ("channel", "engine", "term", "assistant", "campaign")


def understand_arrivals(engine: Engine, inputs: AnalysisInputs, window: Window) -> None:
    """Make ``arrivals``, and the tables of costs; needs ``visits`` and ``referrers``."""
    campaigns = Campaigns(inputs.settings.campaigns)
    engine.run_file(
        "prepare/20_entered.sql",
        referrers=side_table_by_folder(engine, inputs.sources, window, "referrers", REFERRER_COLUMNS),
        by_referrer=campaigns.ask_referrers,
        by_place=campaigns.ask_plain_places,
        by_parameter=campaigns.ask_parameters,
    )
    _understand_ways(engine, inputs, campaigns)
    engine.run_file("prepare/22_clicks.sql", first_day=window.days["first_day"])
    # Most data sets have no campaign at all, and then nobody's visits are compared.
    clicked = engine.rows("SELECT count(*) FROM clicks")[0][0]
    attribution = inputs.settings.attribution
    engine.run_file(
        f"prepare/23_{attribution.model if clicked else 'no'}_campaign.sql",
        **({"window_s": attribution.window_days * DAY_S} if clicked else {}),
    )
    engine.run_file("prepare/24_arrivals.sql")
    price_campaigns(engine, inputs, window)


def write_click_evidence(engine: Engine, out: Folder) -> None:
    """Write ``click_evidence.parquet``: the clicks of campaigns that a report ``click_quality`` there suspects."""
    evidence = read_files(out.in_months(FACTS, "evidence"), EVIDENCE)
    quality = read_files(out.reports("click_quality"), {"campaign": "VARCHAR", "suspect": "BOOLEAN"})
    query = engine.text("click_evidence.sql", evidence=evidence, quality=quality)
    engine.write(query, out.path / "click_evidence.parquet")


def _understand_ways(engine: Engine, inputs: AnalysisInputs, campaigns: Campaigns) -> None:
    """What each way of ``entered`` means: ``ways``."""
    rules = _rules(engine, inputs)

    def read(batch: Batch) -> Columns:
        ways = zip(batch["origin"], *(batch[name] for name in WAY), strict=True)
        found = [read_arrival(Way(rules.get(origin), *told), campaigns) for origin, *told in ways]
        told = {name: [getattr(one, name) for one in found] for name in TOLD}
        return {"place": batch["place"], "kind": batch["kind"], **told}

    schema = {"place": NUMBER, "kind": NUMBER, **dict.fromkeys(TOLD, TEXT)}
    engine.make_each("ways", schema, engine.text("prepare/21_ways.sql"), read)


def _rules(engine: Engine, inputs: AnalysisInputs) -> dict[int, PageRules]:
    """The rules of each origin, by its number."""
    origins = Origins(inputs.site, inputs.settings)
    rows = engine.rows("SELECT origin, server, host FROM origins ORDER BY ALL")
    return {origin: origins.rules_of(server, host) for origin, server, host in rows}
