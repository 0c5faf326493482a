"""Which hits another file of the same server has too (DOMAIN.md, Law 2). Hits are read only where files overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from analyzer.dimensions import NUMBER, TEXT
from analyzer.engine import Columns, Engine
from analyzer.inputs import Source
from analyzer.load import identity
from analyzer.overlaps import SECOND, Span, Told, best_chain, shared_times, spans_of, touching_seconds
from analyzer.window import Window

TIME = pa.timestamp("us")


def settle(engine: Engine, sources: Sequence[Source], window: Window) -> None:
    """Make ``repeats``: the hits that do not count, each with the file it stands in ``already``.

    ``sources`` are in the order that breaks ties; those are compared that are read.
    """
    spans = [one for one in spans_of(sources) if window.reads(one.first, one.last + SECOND)]
    times = shared_times(spans)
    if not times:
        schema = {"source": NUMBER, "line": NUMBER, "ts": TIME, "already": NUMBER}
        engine.make("repeats", schema, {name: [] for name in schema})
        return
    engine.make(
        "shared_times",
        {"source": NUMBER, "first": TIME, "after": TIME},
        {
            "source": [one.source for one in times],
            "first": [one.first for one in times],
            "after": [one.after for one in times],
        },
    )
    touching = touching_seconds(spans)
    engine.make(
        "touching",
        {"server": TEXT, "second": TIME},
        {"server": [one[0] for one in touching], "second": [one[1] for one in touching]},
    )
    engine.run_file("prepare/shared_hits.sql", identity=identity())
    _settle_touching(engine, spans)
    engine.run_file("prepare/repeats.sql")


def _settle_touching(engine: Engine, spans: Iterable[Span]) -> None:
    """What is told twice of the seconds in which files touch: ``touching_repeats``."""
    span_of = {one.source: one for one in spans}

    def read(batch: dict[str, list[Any]]) -> Columns:
        found: dict[str, list[Any]] = {"identity": [], "source": [], "already": []}
        names = ("identity", "second", "sources", "copies", "alike")
        for line, second, sources, copies, alike in zip(*(batch[name] for name in names), strict=True):
            told = [Told(span_of[one], *of_file) for one, *of_file in zip(sources, copies, alike, strict=True)]
            counted = [one.span.source for one in best_chain(second, told)]
            for source in sources:
                if source not in counted:
                    found["identity"].append(line)
                    found["source"].append(source)
                    found["already"].append(min(counted))
        return found

    schema = {"identity": TEXT, "source": NUMBER, "already": NUMBER}
    engine.make_each("touching_repeats", schema, engine.text("prepare/touching.sql"), read)
