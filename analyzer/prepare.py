"""From hits to visits: the tables that every report reads, one step a file of ``queries/prepare``.

Texts are understood in :mod:`analyzer.dimensions`; everything else is SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.arrivals import understand_arrivals
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
from analyzer.labels import criteria_of, join_labels, number_sets
from analyzer.load import by_start, load
from analyzer.local_time import define_local_time
from analyzer.long_visits import split_long_stretches
from analyzer.settle import settle
from analyzer.state import KnownSource
from analyzer.traits import describe_visits
from analyzer.units import UNDATED
from analyzer.window import Window
from shared.dataset_settings import RobotsTable
from shared.site import Site


def prepare(
    engine: Engine, inputs: AnalysisInputs, known: Sequence[KnownSource], window: Window, keep_alive: Callable[[], None]
) -> OwnHosts:
    """Make the tables that cells are counted of; :mod:`analyzer` names them. Gives the site's own hosts.

    ``known``: the files as they are known, in the order of :func:`by_start`. Needs the views of
    :mod:`analyzer.earlier`.
    """
    cookies_named = _hits(engine, inputs, known, window, keep_alive)
    own = understand_referrers(engine, inputs, window)
    gap = inputs.settings.visits.gap_minutes
    if cookies_named:
        engine.run_file("prepare/05_visitors.sql", gap_minutes=gap)
    else:
        engine.run_file("prepare/05_senders.sql")
    _judge(engine, inputs.settings.robots)
    keep_alive()
    engine.run_file("prepare/13_lines.sql", undated=f"DATE {quote(UNDATED.isoformat())}")
    engine.run_file("prepare/07_events.sql", gap_minutes=gap, base=window.base)
    _visits(engine, inputs, window, keep_alive, cookies_named=cookies_named)
    understand_arrivals(engine, inputs, window)
    keep_alive()
    describe_visits(engine, inputs, window)
    keep_alive()
    follow_funnels(engine, inputs)
    keep_alive()
    join_labels(engine, inputs)
    keep_alive()
    if window.first_day:
        engine.run_file("prepare/42_cut.sql", first_day=window.days["first_day"])
    engine.run_file("prepare/43_earlier.sql", first_day=window.days["first_day"])
    number_sets(engine)
    for name in ("45_robots", "46_errors"):
        engine.run_file(f"prepare/{name}.sql")
    return own


def _hits(
    engine: Engine,
    inputs: AnalysisInputs,
    known: Sequence[KnownSource],
    window: Window,
    keep_alive: Callable[[], None],
) -> bool:
    """From files to hits that count; says whether cookies tell visitors apart."""
    sources = by_start(inputs.sources)
    engine.run_file("prepare/00_earlier.sql")
    define_local_time(engine, inputs.settings.dataset.zone, sources)
    load(engine, sources, known, window)
    persistent, session = _cookies(inputs.site)
    rules = understand_origins(engine, inputs)
    understand_addresses(engine, inputs)
    with_cookies = bool(persistent or session) or _labels_ask_cookies(inputs)
    engine.run_file("prepare/01_texts.sql", with_cookies=with_cookies, base=window.base)
    understand_places(engine, inputs, rules)
    if persistent or session:
        understand_cookies(engine, persistent, session)
    keep_alive()
    settle(engine, sources, window)
    keep_alive()
    opt_out = inputs.settings.privacy.honour_opt_out
    engine.run_file("prepare/04_hits.sql", opt_out=opt_out, load_day=window.days["load_day"])
    keep_alive()
    return bool(persistent or session)


def _cookies(site: Site) -> tuple[list[str], list[str]]:
    """The names of persistent and of session cookies."""
    return (
        [one.persistent_cookie for one in site.subdomains if one.persistent_cookie],
        [one.session_cookie for one in site.subdomains if one.session_cookie],
    )


def _labels_ask_cookies(inputs: AnalysisInputs) -> bool:
    return any(name == "cookie" for name, _ in criteria_of(inputs.settings.labels))


def _judge(engine: Engine, robots: RobotsTable) -> None:
    """Robots, by what they ask for and by what they do."""
    engine.run_file(
        "prepare/06_behaviour.sql",
        hasty_pages=robots.hasty_pages,
        pause_us=round(robots.pause_seconds * 1_000_000),
        probed_paths=robots.probed_paths,
    )
    engine.run_file("prepare/06_judged.sql", by_behaviour=robots.by_behaviour == "exclude")


def _visits(
    engine: Engine, inputs: AnalysisInputs, window: Window, keep_alive: Callable[[], None], *, cookies_named: bool
) -> None:
    """From events to visits with their orders."""
    visits = inputs.settings.visits
    engine.run_file("prepare/08_starts.sql", split_on_referrer=visits.new_visit_on_external_referrer)
    if visits.max_requests:
        split_long_stretches(engine, visits.max_requests, visits.new_visit_on_external_referrer)
    engine.run_file("prepare/09_visited.sql")
    keep_alive()
    engine.run_file("prepare/10_views.sql")
    understand_amounts(engine)
    engine.run_file(f"prepare/10_{'cookie' if cookies_named else 'sender'}_identities.sql")
    engine.run_file("prepare/10_known.sql", **window.days)
    engine.run_file("prepare/11_orders.sql")
    engine.run_file(
        "prepare/12_visits.sql",
        short_seconds=visits.short_seconds,
        persistent_named=any(sub.persistent_cookie for sub in inputs.site.subdomains),
        direct=quote(DIRECT),
    )
