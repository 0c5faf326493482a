"""What the texts in a log mean: each distinct one is understood once, in plain Python, and is a number from then on.

Distinct texts come in batches, so that a million of them need no more memory than some thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from analyzer.amounts import parameter_of, read_amount
from analyzer.cookies import cookie_value
from analyzer.engine import Columns, Engine
from analyzer.exclusion import address_rule
from analyzer.hosts import OwnHosts, choose_own_hosts, named_hosts, read_referrer
from analyzer.inputs import AnalysisInputs
from analyzer.window import Window
from shared.hosts import host_of
from shared.pages import Origins, PageRules

TEXT, NUMBER, FLAG, MONEY = pa.string(), pa.int64(), pa.bool_(), pa.decimal128(18, 2)
Batch = dict[str, list[Any]]


def understand_origins(engine: Engine, inputs: AnalysisInputs) -> list[PageRules]:
    """Server and host to the number of their rules, in ``origins``; gives the rules."""
    origins = Origins(inputs.site, inputs.settings)
    pairs = engine.rows("SELECT DISTINCT server, host FROM logged JOIN sources USING (source)")
    number_of: dict[PageRules, int] = {}
    numbers = [number_of.setdefault(origins.rules_of(*pair), len(number_of)) for pair in pairs]
    engine.make(
        "origins",
        {"server": TEXT, "host": TEXT, "origin": NUMBER},
        {"server": [one[0] for one in pairs], "host": [one[1] for one in pairs], "origin": numbers},
    )
    return list(number_of)


def understand_places(engine: Engine, inputs: AnalysisInputs, rules: list[PageRules]) -> None:
    """A place is a path with its query, of one origin: ``place_ids`` to ``pages`` and ``places``."""
    revenue = inputs.settings.revenue

    def read(batch: Batch) -> Columns:
        queries = batch["query"]
        pages = [
            rules[origin].page_of(path, query)
            for origin, path, query in zip(batch["origin"], batch["path"], queries, strict=True)
        ]
        return {
            "place": batch["place"],
            "page_name": [one.page for one in pages],
            "static": [one.static for one in pages],
            "download": [one.download for one in pages],
            "robots_txt": [one.robots_txt for one in pages],
            "excluded": [one.excluded for one in pages],
            "order_total": _parameters(queries, revenue.parameter),
            "order_id": _parameters(queries, revenue.order_parameter),
        }

    schema = {"place": NUMBER, "page_name": TEXT, "order_total": TEXT, "order_id": TEXT}
    schema |= dict.fromkeys(("static", "download", "robots_txt", "excluded"), FLAG)
    engine.make_each("understood_places", schema, "SELECT place, origin, path, query FROM place_ids", read)
    engine.run_file("prepare/02_places.sql")


def _parameters(queries: Sequence[str | None], name: str | None) -> list[str | None]:
    return [parameter_of(query, name) if name and query else None for query in queries]


def understand_addresses(engine: Engine, inputs: AnalysisInputs) -> None:
    """Which addresses are excluded."""
    is_excluded = address_rule(inputs.settings.exclude.addresses)
    addresses = "SELECT DISTINCT address FROM logged WHERE address IS NOT NULL"
    if not inputs.settings.exclude.addresses:
        addresses += " AND false"
    engine.make_each(
        "excluded_addresses",
        {"address": TEXT},
        addresses,
        lambda batch: {"address": [one for one in batch["address"] if is_excluded(one)]},
    )


def understand_cookies(engine: Engine, persistent: Sequence[str], session: Sequence[str]) -> None:
    """The values of the cookies so named: ``cookie_ids`` to ``cookies``."""
    engine.make_each(
        "understood_cookies",
        {"cookie": NUMBER, "persistent": TEXT, "session": TEXT},
        "SELECT cookie, raw FROM cookie_ids",
        lambda batch: {
            "cookie": batch["cookie"],
            "persistent": [cookie_value(one, persistent) for one in batch["raw"]],
            "session": [cookie_value(one, session) for one in batch["raw"]],
        },
    )
    engine.run_file("prepare/03_cookies.sql")


def understand_referrers(engine: Engine, inputs: AnalysisInputs, window: Window) -> OwnHosts:
    """Which referrers are external, and of which site; needs ``hits``."""
    named = named_hosts(inputs.site, inputs.settings)
    chosen = named or _own_hosts(engine, window)
    if named:
        engine.run("CREATE TABLE static_hosts (day DATE, host VARCHAR, hits BIGINT)")

    def read(batch: Batch) -> Columns:
        found = [read_referrer(one, chosen) for one in batch["raw"]]
        return {
            "referrer": batch["referrer"],
            "external": [one.external for one in found],
            "domain": [one.domain for one in found],
            "url": [one.url for one in found],
        }

    schema = {"referrer": NUMBER, "external": FLAG, "domain": TEXT, "url": TEXT}
    engine.make_each("referrers", schema, "SELECT referrer, raw FROM referrer_ids", read)
    return chosen


def _own_hosts(engine: Engine, window: Window) -> OwnHosts:
    """The host that most static files are asked for from, those of earlier days too."""
    engine.make_each(
        "referrer_hosts",
        {"referrer": NUMBER, "host": TEXT},
        "SELECT referrer, raw FROM referrer_ids WHERE referrer IN (SELECT referrer FROM hits WHERE static)",
        lambda batch: {"referrer": batch["referrer"], "host": [host_of(one) for one in batch["raw"]]},
    )
    engine.run_file("prepare/05_static_hosts.sql")
    return choose_own_hosts(engine.rows(engine.text("static_hosts.sql", **window.days)))


def understand_amounts(engine: Engine) -> None:
    """The distinct amounts of page views; NULL where one cannot be read."""
    engine.make_each(
        "amounts",
        {"raw": TEXT, "amount": MONEY},
        "SELECT DISTINCT order_total AS raw FROM views WHERE order_total IS NOT NULL",
        lambda batch: {"raw": batch["raw"], "amount": [read_amount(one) for one in batch["raw"]]},
    )
