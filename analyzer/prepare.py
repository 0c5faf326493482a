"""From hits to visits: the tables that every report reads, one step a file of ``queries/prepare``.

Texts are understood in :mod:`analyzer.dimensions`; everything else is SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from analyzer.arrivals import understand_arrivals
from analyzer.cells import label_sets_known
from analyzer.dimensions import (
    understand_addresses,
    understand_amounts,
    understand_cookies,
    understand_origins,
    understand_places,
    understand_referrers,
)
from analyzer.engine import Engine, quote
from analyzer.funnels import follow_funnels
from analyzer.hosts import DIRECT, OwnHosts
from analyzer.inputs import AnalysisInputs
from analyzer.labels import criteria_of, join_labels
from analyzer.load import load
from analyzer.long_visits import split_long_stretches
from analyzer.settle import settle
from analyzer.traits import describe_visits
from shared.dataset_settings import RobotsTable

UNDATED = date(1, 1, 1)
"""Stands for the day of lines in a file without any readable time; they belong to the whole range only."""


@dataclass(frozen=True)
class Prepared:
    """What was learned on the way and must be said."""

    own_hosts: OwnHosts
    unread_amounts: int
    behaviour: tuple[tuple[str, int], ...]
    """How many visitors behaved like robots for a day, by the rule that says so."""


def prepare(engine: Engine, inputs: AnalysisInputs, keep_alive: Callable[[], None]) -> Prepared:
    """Make the tables that reports read; :mod:`analyzer` names them."""
    load(engine, inputs.sources)
    engine.run("CREATE TABLE known_pages (page BIGINT, page_name VARCHAR)")
    subdomains = inputs.site.subdomains
    persistent = [sub.persistent_cookie for sub in subdomains if sub.persistent_cookie]
    session = [sub.session_cookie for sub in subdomains if sub.session_cookie]
    cookies_named = bool(persistent or session)
    rules = understand_origins(engine, inputs)
    understand_addresses(engine, inputs)
    engine.run_file("prepare/01_texts.sql", with_cookies=cookies_named or _labels_ask_cookies(inputs))
    understand_places(engine, inputs, rules)
    if cookies_named:
        understand_cookies(engine, persistent, session)
    keep_alive()
    zone = quote(inputs.settings.dataset.timezone)
    settle(engine, inputs.sources)
    keep_alive()
    engine.run_file("prepare/04_hits.sql", zone=zone, opt_out=inputs.settings.privacy.honour_opt_out)
    keep_alive()
    own = understand_referrers(engine, inputs)
    gap = inputs.settings.visits.gap_minutes
    if cookies_named:
        engine.run_file("prepare/05_visitors.sql", gap_minutes=gap)
    else:
        engine.run_file("prepare/05_senders.sql")
    behaviour = _judge(engine, inputs.settings.robots)
    keep_alive()
    engine.run_file("prepare/13_lines.sql", zone=zone, undated=f"DATE {quote(UNDATED.isoformat())}")
    engine.run_file("prepare/07_events.sql", gap_minutes=gap)
    unread = _visits(engine, inputs, keep_alive)
    understand_arrivals(engine, inputs)
    keep_alive()
    describe_visits(engine, inputs)
    keep_alive()
    follow_funnels(engine, inputs)
    keep_alive()
    join_labels(engine, inputs)
    keep_alive()
    label_sets_known(engine)
    engine.run_file("prepare/43_earlier.sql")
    for name in ("44_label_sets", "45_robots", "46_errors"):
        engine.run_file(f"prepare/{name}.sql")
    return Prepared(own, unread, behaviour)


def _labels_ask_cookies(inputs: AnalysisInputs) -> bool:
    return any(name == "cookie" for name, _ in criteria_of(inputs.settings.labels))


def _judge(engine: Engine, robots: RobotsTable) -> tuple[tuple[str, int], ...]:
    """Robots, by what they ask for and by what they do."""
    engine.run_file(
        "prepare/06_behaviour.sql",
        hasty_pages=robots.hasty_pages,
        pause_us=round(robots.pause_seconds * 1_000_000),
        probed_paths=robots.probed_paths,
    )
    engine.run_file("prepare/06_judged.sql", by_behaviour=robots.by_behaviour == "exclude")
    return tuple((str(rule), int(days)) for rule, days in engine.rows(engine.text("behaviour_rules.sql")))


def _visits(engine: Engine, inputs: AnalysisInputs, keep_alive: Callable[[], None]) -> int:
    """From events to visits with their orders; gives how many amounts could not be read."""
    visits = inputs.settings.visits
    engine.run_file("prepare/08_starts.sql", split_on_referrer=visits.new_visit_on_external_referrer)
    if visits.max_requests:
        split_long_stretches(engine, visits.max_requests, visits.new_visit_on_external_referrer)
    engine.run_file("prepare/09_visited.sql")
    keep_alive()
    engine.run_file("prepare/10_views.sql")
    unread = understand_amounts(engine)
    engine.run_file("prepare/11_orders.sql")
    engine.run_file(
        "prepare/12_visits.sql",
        short_seconds=visits.short_seconds,
        persistent_named=any(sub.persistent_cookie for sub in inputs.site.subdomains),
        direct=quote(DIRECT),
    )
    return unread
